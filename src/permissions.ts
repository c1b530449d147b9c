/**
 * The permission map of an RTM2 service, which lists the names that a user may read or write.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`.
 */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { utf8Length } from './codec/utf8.js';
import { type IdMap, packIdMap, unpackIdMap } from './id-map.js';
import { type ByteBudget, type IdMapError, parseArray, parseIdMap, parseString } from './validate.js';

/** The resource types in RTM2 permissions. */
export const Rtm2Resource = {
  MessageChannels: 0,
  StreamChannels: 1,
  GroupChannels: 2,
  ServerGroups: 3,
  Users: 4,
} as const;
export type Rtm2Resource = (typeof Rtm2Resource)[keyof typeof Rtm2Resource];

/** The permission types in RTM2 permissions. */
export const Rtm2Permission = { Read: 0, Write: 1 } as const;
export type Rtm2Permission = (typeof Rtm2Permission)[keyof typeof Rtm2Permission];

/**
 * The names that may be read or written: `{ [resourceType]: { [permissionType]: names } }`. Exported as the type of an
 * argument of `buildRtmTokenWithPermissions`.
 */
export type Permissions = IdMap<IdMap<readonly string[]>>;

/** Writes permissions: uint16 n × (uint16 resource type, uint16 m × (uint16 permission type, uint16 k × str)). */
export function packPermissions(writer: ByteWriter, permissions: Permissions): void {
  packIdMap(writer, permissions, packResource);
}

function packResource(writer: ByteWriter, permissions: IdMap<readonly string[]>): void {
  packIdMap(writer, permissions, packNames);
}

function packNames(writer: ByteWriter, names: readonly string[]): void {
  writer.uint16(names.length);
  for (const name of names) writer.string(name);
}

export function unpackPermissions(reader: ByteReader): Permissions {
  return unpackIdMap(reader, 'resource type', unpackResource);
}

function unpackResource(reader: ByteReader): IdMap<readonly string[]> {
  return unpackIdMap(reader, 'permission type', unpackNames);
}

function unpackNames(reader: ByteReader): readonly string[] {
  return Array.from({ length: reader.uint16() }, () => reader.string());
}

const RESOURCES: IdMapError = {
  code: 'ERR_PERMISSIONS',
  expected: 'an object { [resourceType]: { [permissionType]: names } }',
  example: 'Rtm2Resource.MessageChannels',
};

const PERMISSIONS: IdMapError = {
  code: 'ERR_PERMISSIONS',
  expected: 'an object { [permissionType]: names }',
  example: 'Rtm2Permission.Read',
};

export function parsePermissions(value: unknown, argument: string, budget: ByteBudget): Permissions {
  budget(2);
  return parseIdMap(value, argument, RESOURCES, (permissions, resourcePath) => {
    budget(2 + 2);
    return parseIdMap(permissions, resourcePath, PERMISSIONS, (names, path) => {
      budget(2 + 2);
      return parseNames(names, path, budget);
    });
  });
}

function parseNames(value: unknown, argument: string, budget: ByteBudget): readonly string[] {
  const names = parseArray(value, argument, 'ERR_PERMISSIONS', 'an array of names');
  return names.map((name, index) => {
    const text = parseString(name, `${argument}[${index}]`, 'ERR_PERMISSIONS');
    budget(2 + utf8Length(text));
    return text;
  });
}
