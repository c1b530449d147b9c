/**
 * The services that a token can carry, and the one table of how each is written.
 */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { type ArgumentErrorCode, refuse } from './errors.js';
import { append } from './own.js';
import {
  ApaasPrivilege,
  ChatPrivilege,
  FcdnPrivilege,
  FpaPrivilege,
  type Permissions,
  type Privileges,
  Rtm2Privilege,
  RtcPrivilege,
  RtmPrivilege,
  ServiceType,
  StreamingPrivilege,
  packPermissions,
  packPrivileges,
  unpackPermissions,
  unpackPrivileges,
} from './privileges.js';

/** Voice and video: one user in one channel. Privileges: {@link RtcPrivilege}. */
export interface RtcService {
  readonly type: 'rtc';
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly uid: string;
  readonly privileges: Privileges;
}

/** RTM (Signaling): one user's login. Privileges: {@link RtmPrivilege}. */
export interface RtmService {
  readonly type: 'rtm';
  /** 1–64 bytes. */
  readonly userId: string;
  readonly privileges: Privileges;
}

/** Server-side streaming into a channel. Privileges: {@link StreamingPrivilege}. */
export interface StreamingService {
  readonly type: 'streaming';
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly account: string;
  readonly privileges: Privileges;
}

/** FPA: login. Privileges: {@link FpaPrivilege}. */
export interface FpaService {
  readonly type: 'fpa';
  readonly privileges: Privileges;
}

/** Chat: a user, or an app server. Privileges: {@link ChatPrivilege}. */
export interface ChatService {
  readonly type: 'chat';
  /** 1–64 code points; `''` in an app token. */
  readonly userId: string;
  readonly privileges: Privileges;
}

/** Fusion CDN: one user in one channel. Privileges: {@link FcdnPrivilege}. */
export interface FcdnService {
  readonly type: 'fcdn';
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly account: string;
  readonly privileges: Privileges;
}

/** APaaS (Education): a user, in a room or not, or an app server. Privileges: {@link ApaasPrivilege}. */
export interface ApaasService {
  readonly type: 'apaas';
  /** `''`: no room. */
  readonly roomUuid: string;
  /** 1–64 bytes; `''`: no user. */
  readonly userUuid: string;
  /** −32768…32767; −1: none. */
  readonly role: number;
  readonly privileges: Privileges;
}

/** RTM2: one user's login, and what that user may read and write. Privileges: {@link Rtm2Privilege}. */
export interface Rtm2Service {
  readonly type: 'rtm2';
  /** 1–64 bytes. */
  readonly userId: string;
  readonly permissions: Permissions;
  readonly privileges: Privileges;
}

/** Conversational AI; its map of privileges is empty. */
export interface ConvoAiService {
  readonly type: 'convoai';
  readonly privileges: Privileges;
}

/** Speech to text; its map of privileges is empty. */
export interface SttService {
  readonly type: 'stt';
  readonly privileges: Privileges;
}

/**
 * A service of a type that this library does not know, and all services after it: a service has no length field, so
 * that nothing tells where it ends.
 */
export interface UnknownService {
  readonly type: 'unknown';
  /** The number of the first service's type, 0…65535. */
  readonly typeId: number;
  /** How many services `body` covers, 1…65535. */
  readonly count: number;
  /** Every byte after the type of the first service, to the end of the token's content. */
  readonly body: Uint8Array;
}

/** A service whose layout is known. */
export type KnownService =
  | RtcService
  | RtmService
  | StreamingService
  | FpaService
  | ChatService
  | FcdnService
  | ApaasService
  | Rtm2Service
  | ConvoAiService
  | SttService;

/** A service in a token: plain data, the same going in and coming out. */
export type Service = KnownService | UnknownService;

/** The name of a known service type; exported as what can be expected of a token. */
export type ServiceName = KnownService['type'];

/** The limits that a text of a service can be subject to. */
export type TextLimit = 'channelName' | 'account' | 'rtmUserId' | 'chatUserId' | 'anyText';

/** What a service has after its privileges: how it is written, and what it may hold. */
export type Field =
  | {
      readonly wire: 'str';
      readonly limit: TextLimit;
      readonly mayBeEmpty: boolean;
      readonly code: ArgumentErrorCode;
    }
  | { readonly wire: 'int16' }
  | { readonly wire: 'permissions' };

/** A service in the format: uint16 typeId, map32 of privileges, then the fields in their order. */
interface Layout<Of extends KnownService> {
  readonly typeId: ServiceType;
  /** Its privileges by their names. */
  readonly privileges: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<Exclude<keyof Of, 'type' | 'privileges'>, Field>>;
}

type Layouts = { readonly [Name in ServiceName]: Layout<Extract<KnownService, { readonly type: Name }>> };

const channelName = {
  wire: 'str',
  limit: 'channelName',
  mayBeEmpty: false,
  code: 'ERR_CHANNEL_NAME',
} as const;
const uid = { wire: 'str', limit: 'account', mayBeEmpty: true, code: 'ERR_UID' } as const;
const account = { wire: 'str', limit: 'account', mayBeEmpty: true, code: 'ERR_ACCOUNT' } as const;
const rtmUserId = { wire: 'str', limit: 'rtmUserId', mayBeEmpty: false, code: 'ERR_USER_ID' } as const;
const chatUserId = { wire: 'str', limit: 'chatUserId', mayBeEmpty: true, code: 'ERR_USER_ID' } as const;
const roomUuid = { wire: 'str', limit: 'anyText', mayBeEmpty: true, code: 'ERR_STRING' } as const;
const userUuid = { wire: 'str', limit: 'rtmUserId', mayBeEmpty: true, code: 'ERR_USER_ID' } as const;
const role = { wire: 'int16' } as const;
const permissions = { wire: 'permissions' } as const;

/** The layout of every known service; the order of `fields` is that of the bytes, which `unpackKnown` keeps as well. */
export const LAYOUTS: Layouts = {
  rtc: { typeId: ServiceType.Rtc, privileges: RtcPrivilege, fields: { channelName, uid } },
  rtm: { typeId: ServiceType.Rtm, privileges: RtmPrivilege, fields: { userId: rtmUserId } },
  streaming: {
    typeId: ServiceType.Streaming,
    privileges: StreamingPrivilege,
    fields: { channelName, account },
  },
  fpa: { typeId: ServiceType.Fpa, privileges: FpaPrivilege, fields: {} },
  chat: { typeId: ServiceType.Chat, privileges: ChatPrivilege, fields: { userId: chatUserId } },
  fcdn: { typeId: ServiceType.Fcdn, privileges: FcdnPrivilege, fields: { channelName, account } },
  apaas: { typeId: ServiceType.Apaas, privileges: ApaasPrivilege, fields: { roomUuid, userUuid, role } },
  rtm2: { typeId: ServiceType.Rtm2, privileges: Rtm2Privilege, fields: { userId: rtmUserId, permissions } },
  convoai: { typeId: ServiceType.ConvoAi, privileges: {}, fields: {} },
  stt: { typeId: ServiceType.Stt, privileges: {}, fields: {} },
};

/** Tells whether a name is that of a known service type. */
function isServiceName(name: unknown): name is ServiceName {
  return typeof name === 'string' && Object.hasOwn(LAYOUTS, name);
}

/** The names of the known service types, in the order of their numbers. */
export const SERVICE_NAMES: readonly ServiceName[] = Object.keys(LAYOUTS) as ServiceName[];

/** Takes the name of a known service type. */
export function takeServiceName(value: unknown, argument: string): ServiceName {
  if (isServiceName(value)) return value;
  const wayOut = `use one of ${SERVICE_NAMES.join(', ')}`;
  refuse('ERR_SERVICE', argument, 'the name of a service type', value, wayOut);
}

const NAME_OF_TYPE_ID: ReadonlyMap<number, ServiceName> = new Map(
  SERVICE_NAMES.map((name) => [LAYOUTS[name].typeId, name]),
);

/** Finds the known service type with this number. */
export function serviceNameOf(typeId: number): ServiceName | undefined {
  return NAME_OF_TYPE_ID.get(typeId);
}

/** A field, and the name of the property that it is in a service. */
export type NamedField = Field & { readonly name: string };

const FIELDS: ReadonlyMap<ServiceName, readonly NamedField[]> = new Map(
  SERVICE_NAMES.map((type) => [
    type,
    Object.entries<Field>(LAYOUTS[type].fields).map(([name, field]) => ({ ...field, name })),
  ]),
);

/** Lists the fields of a service type, in the order of their bytes. */
export function fieldsOf(type: ServiceName): readonly NamedField[] {
  return FIELDS.get(type) ?? [];
}

/** Writes a uid as the format has it: in decimal, and 0, which stands for any user, as the empty text. */
export function uidText(uid: number): string {
  return uid === 0 ? '' : String(uid);
}

/** Returns the number that stands for a service's type. */
export function typeIdOf(service: Service): number {
  return service.type === 'unknown' ? service.typeId : LAYOUTS[service.type].typeId;
}

/** uint16 count, then each service, ascending by type; those of one type keep the order in which they are given. */
export function packServices(writer: ByteWriter, services: readonly Service[]): void {
  let count = 0;
  for (const service of services) count += service.type === 'unknown' ? service.count : 1;
  writer.uint16(count);
  const sorted = services.length === 1 ? services : services.toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const service of sorted) packService(writer, service);
}

/** Services are sorted by type, but an unknown one runs to the end and so stays there. */
function rankOf(service: Service): number {
  return service.type === 'unknown' ? Infinity : typeIdOf(service);
}

/** uint16 type, then the rest by its layout; of an unknown type, its bytes. */
function packService(writer: ByteWriter, service: Service): void {
  writer.uint16(typeIdOf(service));
  if (service.type === 'unknown') {
    writer.bytes(service.body);
    return;
  }
  packPrivileges(writer, service.privileges);
  for (const { name } of fieldsOf(service.type)) {
    const value = Reflect.get(service, name) as string | number | Permissions;
    if (typeof value === 'string') writer.string(value);
    else if (typeof value === 'number') writer.int16(value);
    else packPermissions(writer, value);
  }
}

/**
 * Reads a count and so many services. From the first unknown type on, all that follows is kept as it is.
 *
 * @param services - Takes the services one by one, so that those before a fault are there.
 */
export function unpackServices(reader: ByteReader, services: Service[] = []): Service[] {
  for (let left = reader.uint16(); left > 0; left--) {
    const typeId = reader.uint16();
    const type = serviceNameOf(typeId);
    if (type === undefined) {
      const unknown = { type: 'unknown', typeId, count: left, body: reader.rest() } as const;
      unpacked.add(unknown);
      append(services, unknown);
      return services;
    }
    append(services, unpackKnown(reader, type));
  }
  return services;
}

/** The unknown services that were read: where one sorts too early, it did so in its token, and may again. */
const unpacked = new WeakSet<object>();

/** Tells whether this very object is an unknown service that was read from a token. */
export function wasUnpacked(service: unknown): boolean {
  return unpacked.has(service as object);
}

/** Reads privileges, then fields in the order of `LAYOUTS`, into a literal for each shape, which is fast to make. */
function unpackKnown(reader: ByteReader, type: ServiceName): KnownService {
  const privileges = unpackPrivileges(reader);
  switch (type) {
    case 'rtc':
      return { type, channelName: reader.string(), uid: reader.string(), privileges };
    case 'streaming':
    case 'fcdn':
      return { type, channelName: reader.string(), account: reader.string(), privileges };
    case 'rtm':
    case 'chat':
      return { type, userId: reader.string(), privileges };
    case 'rtm2':
      return { type, userId: reader.string(), permissions: unpackPermissions(reader), privileges };
    case 'apaas':
      return {
        type,
        roomUuid: reader.string(),
        userUuid: reader.string(),
        role: reader.int16(),
        privileges,
      };
    case 'fpa':
    case 'convoai':
    case 'stt':
      return { type, privileges };
  }
}
