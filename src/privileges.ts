/**
 * The ids of services, privileges and permissions by their names, and the maps that are keyed by them.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`; types 9 and 10
 * from npm `agora-token` 2.0.6.
 */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { refuseAt } from './errors.js';
import { listOf, setOwn } from './own.js';

/** The numbers that stand for the types of services in a token. */
export const ServiceType = {
  Rtc: 1,
  Rtm: 2,
  Streaming: 3,
  Fpa: 4,
  Chat: 5,
  Fcdn: 6,
  Apaas: 7,
  Rtm2: 8,
  ConvoAi: 9,
  Stt: 10,
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** What an RTC service allows in its channel. */
export const RtcPrivilege = {
  JoinChannel: 1,
  PublishAudioStream: 2,
  PublishVideoStream: 3,
  PublishDataStream: 4,
} as const;
export type RtcPrivilege = (typeof RtcPrivilege)[keyof typeof RtcPrivilege];

/** What an RTM (Signaling) service allows. */
export const RtmPrivilege = { Login: 1 } as const;
export type RtmPrivilege = (typeof RtmPrivilege)[keyof typeof RtmPrivilege];

/** What a streaming service allows. */
export const StreamingPrivilege = { PublishMixStream: 1, PublishRawStream: 2 } as const;
export type StreamingPrivilege = (typeof StreamingPrivilege)[keyof typeof StreamingPrivilege];

/** What an FPA service allows. */
export const FpaPrivilege = { Login: 1 } as const;
export type FpaPrivilege = (typeof FpaPrivilege)[keyof typeof FpaPrivilege];

/** What a Chat service allows: a user to log in, or an app server to call the REST API. */
export const ChatPrivilege = { User: 1, App: 2 } as const;
export type ChatPrivilege = (typeof ChatPrivilege)[keyof typeof ChatPrivilege];

/** What a fusion CDN service allows. */
export const FcdnPrivilege = { Publish: 1, Play: 2 } as const;
export type FcdnPrivilege = (typeof FcdnPrivilege)[keyof typeof FcdnPrivilege];

/** What an APaaS (Education) service allows. */
export const ApaasPrivilege = { RoomUser: 1, User: 2, App: 3 } as const;
export type ApaasPrivilege = (typeof ApaasPrivilege)[keyof typeof ApaasPrivilege];

/** What an RTM2 service allows; its permissions say more. */
export const Rtm2Privilege = { Login: 1 } as const;
export type Rtm2Privilege = (typeof Rtm2Privilege)[keyof typeof Rtm2Privilege];

/** What RTM2 permissions are about. */
export const Rtm2Resource = {
  MessageChannels: 0,
  StreamChannels: 1,
  GroupChannels: 2,
  ServerGroups: 3,
  Users: 4,
} as const;
export type Rtm2Resource = (typeof Rtm2Resource)[keyof typeof Rtm2Resource];

/** What an RTM2 permission allows. */
export const Rtm2Permission = { Read: 0, Write: 1 } as const;
export type Rtm2Permission = (typeof Rtm2Permission)[keyof typeof Rtm2Permission];

/** Ids, from 0 to 65535, mapped to something. */
type IdMap<Value> = Readonly<Record<number, Value>>;

/**
 * How long each privilege lasts, in seconds after `issueTs`; 0: as long as the token. Exported as a part of every
 * service.
 */
export type Privileges = IdMap<number>;

/**
 * The names that may be read or written: `{ [resourceType]: { [permissionType]: names } }`. Exported as an argument of
 * `buildRtmTokenWithPermissions`.
 */
export type Permissions = IdMap<IdMap<readonly string[]>>;

/** map32 = uint16 count × (uint16 privilege, uint32 seconds after issueTs). */
export function packPrivileges(writer: ByteWriter, privileges: Privileges): void {
  packMap(writer, privileges, (seconds) => {
    writer.uint32(seconds);
  });
}

export function unpackPrivileges(reader: ByteReader): Privileges {
  return unpackMap(reader, 'privilege', () => reader.uint32());
}

/** uint16 n × (uint16 resource type, uint16 m × (uint16 permission type, uint16 k × str)). */
export function packPermissions(writer: ByteWriter, permissions: Permissions): void {
  packMap(writer, permissions, (byPermission) => {
    packMap(writer, byPermission, (names) => {
      writer.uint16(names.length);
      for (const name of names) writer.string(name);
    });
  });
}

export function unpackPermissions(reader: ByteReader): Permissions {
  return unpackMap(reader, 'resource type', () =>
    unpackMap(reader, 'permission type', () => listOf(reader.uint16(), () => reader.string())),
  );
}

function packMap<Value>(writer: ByteWriter, map: IdMap<Value>, packValue: (value: Value) => void): void {
  // An object lists integer keys in ascending order, which is the order of the format.
  const ids = Object.keys(map);
  writer.uint16(ids.length);
  for (const key of ids) {
    const id = Number(key);
    writer.uint16(id);
    packValue(map[id] as Value);
  }
}

function unpackMap<Value>(reader: ByteReader, keys: string, unpackValue: () => Value): IdMap<Value> {
  const map: Record<number, Value> = {};
  let highest = -1;
  for (let left = reader.uint16(); left > 0; left--) {
    const id = reader.uint16();
    if (id > highest) highest = id;
    else if (Object.hasOwn(map, id)) refuseTwice(keys, id, reader.offset - 2);
    const value = unpackValue();
    setOwn(map, id, value);
  }
  return map;
}

function refuseTwice(keys: string, id: number, offset: number): never {
  const fault = `${keys} ${id} stands twice in a map, again at byte ${offset} of the content`;
  refuseAt('ERR_TOKEN_PRIVILEGES', fault, offset);
}
