/** Maps with uint16 keys: a uint16 count, then the keys with their values, in ascending order. */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { formatError } from './errors.js';

export type IdMap<Value> = Readonly<Record<number, Value>>;

export function packIdMap<Value>(
  writer: ByteWriter,
  map: IdMap<Value>,
  packValue: (writer: ByteWriter, value: Value) => void,
): void {
  // Objects list integer keys in ascending order, which is the order of the format.
  const keys = Object.keys(map);
  writer.uint16(keys.length);
  for (const key of keys) {
    const id = Number(key);
    writer.uint16(id);
    packValue(writer, map[id] as Value);
  }
}

export function unpackIdMap<Value>(
  reader: ByteReader,
  keyName: string,
  unpackValue: (reader: ByteReader) => Value,
): IdMap<Value> {
  const map: Record<number, Value> = {};
  let highest = -1;
  for (let left = reader.uint16(); left > 0; left--) {
    const id = reader.uint16();
    highest = assertNewId(map, highest, id, keyName, reader);
    map[id] = unpackValue(reader);
  }
  return map;
}

/** Throws if a map already contains an id; returns the highest id. Only ids out of order need a lookup. */
export function assertNewId(
  map: IdMap<unknown>,
  highest: number,
  id: number,
  keyName: string,
  reader: ByteReader,
): number {
  if (id > highest) return id;
  if (!Object.hasOwn(map, id)) return highest;
  const offset = reader.offset - 2;
  const problem = `duplicate ${keyName} ${id} at byte ${offset} of the content`;
  throw formatError('ERR_TOKEN_PRIVILEGES', problem, 'mint the token with a map that has each id once', offset);
}
