/** Maps with uint16 keys: a uint16 count, then each key and its value, keys ascending. */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { formatError } from './errors.js';

export type IdMap<Value> = Readonly<Record<number, Value>>;

export function packIdMap<Value>(
  writer: ByteWriter,
  map: IdMap<Value>,
  packValue: (writer: ByteWriter, value: Value) => void,
): void {
  // Objects list integer keys in ascending order, as the format does.
  const keys = Object.keys(map);
  writer.uint16(keys.length);
  for (const key of keys) {
    const id = Number(key);
    writer.uint16(id);
    packValue(writer, map[id] as Value);
  }
}

/** @param keyName - What a key is, for the error about a duplicate. */
export function unpackIdMap<Value>(
  reader: ByteReader,
  keyName: string,
  unpackValue: (reader: ByteReader) => Value,
): IdMap<Value> {
  const map: Record<number, Value> = {};
  let highest = -1;
  for (let left = reader.uint16(); left > 0; left--) {
    const id = reader.uint16();
    if (id > highest) highest = id;
    else if (Object.hasOwn(map, id)) throw duplicateError(keyName, id, reader.offset - 2);
    map[id] = unpackValue(reader);
  }
  return map;
}

function duplicateError(keyName: string, id: number, offset: number): Error {
  const problem = `${keyName} ${id} stands twice in a map, again at byte ${offset} of the content`;
  return formatError('ERR_TOKEN_PRIVILEGES', problem, 'mint the token with a map that has each id once', offset);
}
