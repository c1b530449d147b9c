/**
 * The ids of service types and privileges, and the map of privileges (map32).
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`. Types 9 and 10
 * come from npm `agora-token` 2.0.6.
 */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { type IdMap, assertNewId, packIdMap } from './id-map.js';
import type { Limits } from './limits.js';
import { type ByteBudget, type IdMapError, parseIdMap } from './validate.js';

/** The numbers of the service types in a token. */
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

/** The privileges of an RTC service. */
export const RtcPrivilege = {
  JoinChannel: 1,
  PublishAudioStream: 2,
  PublishVideoStream: 3,
  PublishDataStream: 4,
} as const;
export type RtcPrivilege = (typeof RtcPrivilege)[keyof typeof RtcPrivilege];

/** The privilege of an RTM (Signaling) service. */
export const RtmPrivilege = { Login: 1 } as const;
export type RtmPrivilege = (typeof RtmPrivilege)[keyof typeof RtmPrivilege];

/** The privileges of a streaming service. */
export const StreamingPrivilege = { PublishMixStream: 1, PublishRawStream: 2 } as const;
export type StreamingPrivilege = (typeof StreamingPrivilege)[keyof typeof StreamingPrivilege];

/** The privilege of an FPA service. */
export const FpaPrivilege = { Login: 1 } as const;
export type FpaPrivilege = (typeof FpaPrivilege)[keyof typeof FpaPrivilege];

/** The privileges of a Chat service: `User` allows a user to log in, `App` allows a server to call the REST API. */
export const ChatPrivilege = { User: 1, App: 2 } as const;
export type ChatPrivilege = (typeof ChatPrivilege)[keyof typeof ChatPrivilege];

/** The privileges of a fusion CDN service. */
export const FcdnPrivilege = { Publish: 1, Play: 2 } as const;
export type FcdnPrivilege = (typeof FcdnPrivilege)[keyof typeof FcdnPrivilege];

/** The privileges of an APaaS (Education) service. */
export const ApaasPrivilege = { RoomUser: 1, User: 2, App: 3 } as const;
export type ApaasPrivilege = (typeof ApaasPrivilege)[keyof typeof ApaasPrivilege];

/** The privilege of an RTM2 service, which also contains {@link Permissions}. */
export const Rtm2Privilege = { Login: 1 } as const;
export type Rtm2Privilege = (typeof Rtm2Privilege)[keyof typeof Rtm2Privilege];

/** The lifetime of each privilege in seconds; 0 means as long as the token. Exported because services use it. */
export type Privileges = IdMap<number>;

/** Writes the privileges as map32 = uint16 count × (uint16 privilege, uint32 seconds after issueTs). */
export function packPrivileges(writer: ByteWriter, privileges: Privileges): void {
  packIdMap(writer, privileges, packSeconds);
}

export function unpackPrivileges(reader: ByteReader): Privileges {
  const privileges: Record<number, number> = {};
  let highest = -1;
  for (let left = reader.uint16(); left > 0; left--) {
    const id = reader.uint16();
    highest = assertNewId(privileges, highest, id, 'privilege', reader);
    privileges[id] = reader.uint32();
  }
  return privileges;
}

function packSeconds(writer: ByteWriter, seconds: number): void {
  writer.uint32(seconds);
}

const PRIVILEGES: IdMapError = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object that maps privilege ids to seconds',
  example: 'RtcPrivilege.JoinChannel',
};

export function parsePrivileges(value: unknown, argument: string, limits: Limits, budget: ByteBudget): Privileges {
  budget(2);
  return parseIdMap(value, argument, PRIVILEGES, (seconds, path) => {
    budget(2 + 4);
    return limits.privilegeExpire(seconds, path);
  });
}

/** Returns when a lifetime ends, in Unix time. It is capped at `maxLifetime`. */
export function endOf({ issueTs }: { readonly issueTs: number }, lifetime: number, maxLifetime: number): number {
  return issueTs + Math.min(lifetime, maxLifetime);
}

/** Returns when a privilege ends, in Unix time. A privilege with the lifetime 0 ends with the token. */
export function privilegeEnd(
  token: { readonly issueTs: number; readonly expire: number },
  seconds: number,
  maxLifetime: number,
): number {
  return endOf(token, seconds === 0 ? token.expire : seconds, maxLifetime);
}
