/** The services that a token can contain, in one table for packing, unpacking, validation and names. */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { type ArgumentErrorCode, throwArgument } from './errors.js';
import type { StringLimit } from './limits.js';
import { type Permissions, packPermissions, unpackPermissions } from './permissions.js';
import {
  ApaasPrivilege,
  ChatPrivilege,
  FcdnPrivilege,
  FpaPrivilege,
  type Privileges,
  Rtm2Privilege,
  RtcPrivilege,
  RtmPrivilege,
  ServiceType,
  StreamingPrivilege,
  packPrivileges,
  unpackPrivileges,
} from './privileges.js';

interface ServiceOf<Type extends string> {
  readonly type: Type;
  readonly privileges: Privileges;
}

/** Voice and video: one user in one channel. Privileges: {@link RtcPrivilege}. */
export interface RtcService extends ServiceOf<'rtc'> {
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly uid: string;
}

/** RTM (Signaling): one user's login. Privileges: {@link RtmPrivilege}. */
export interface RtmService extends ServiceOf<'rtm'> {
  /** 1–64 bytes. */
  readonly userId: string;
}

/** Server-side streaming into a channel. Privileges: {@link StreamingPrivilege}. */
export interface StreamingService extends ServiceOf<'streaming'> {
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly account: string;
}

/** FPA: login. Privileges: {@link FpaPrivilege}. */
export type FpaService = ServiceOf<'fpa'>;

/** Chat: a user, or an app server. Privileges: {@link ChatPrivilege}. */
export interface ChatService extends ServiceOf<'chat'> {
  /** 1–64 code points; `''` in an app token. */
  readonly userId: string;
}

/** Fusion CDN: one user in one channel. Privileges: {@link FcdnPrivilege}. */
export interface FcdnService extends ServiceOf<'fcdn'> {
  /** 1–64 bytes; `''` and `*` mean any channel. */
  readonly channelName: string;
  /** The uid in decimal, or the user account; `''` and `*` mean any user. */
  readonly account: string;
}

/** APaaS (Education): a user in a room, a user, or an app server. Privileges: {@link ApaasPrivilege}. */
export interface ApaasService extends ServiceOf<'apaas'> {
  /** `''`: no room. */
  readonly roomUuid: string;
  /** 1–64 bytes; `''`: no user. */
  readonly userUuid: string;
  /** −32768…32767; −1: none. */
  readonly role: number;
}

/** RTM2: one user's login, and the names that the user may read and write. Privileges: {@link Rtm2Privilege}. */
export interface Rtm2Service extends ServiceOf<'rtm2'> {
  /** 1–64 bytes. */
  readonly userId: string;
  readonly permissions: Permissions;
}

/** Conversational AI. Its privilege map is empty. */
export type ConvoAiService = ServiceOf<'convoai'>;

/** Speech to text. Its privilege map is empty. */
export type SttService = ServiceOf<'stt'>;

/** A service of an unknown type and all services after it. Services have no length field, so its end is unknown. */
export interface UnknownService {
  readonly type: 'unknown';
  /** The type number of the first of these services, 0…65535. */
  readonly typeId: number;
  /** The number of services in `body`, 1…65535. */
  readonly count: number;
  /** All bytes from the type number to the end of the content, without the type number. */
  readonly body: Uint8Array;
}

/** A service of a known type. */
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

/** A service in a token, as a plain object. Minting and decoding use the same form. */
export type Service = KnownService | UnknownService;

/** The name of a known service type. Exported as the type of an expectation. */
export type ServiceName = KnownService['type'];

/** A field of a service: its encoding and, for a string, its limits. */
export type Field =
  | {
      readonly kind: 'str';
      readonly limit: StringLimit;
      readonly code: ArgumentErrorCode;
      readonly mayBeEmpty: boolean;
    }
  | { readonly kind: 'int16' }
  | { readonly kind: 'permissions' };

const channelName: Field = { kind: 'str', limit: 'channelName', code: 'ERR_CHANNEL_NAME', mayBeEmpty: false };
const uid: Field = { kind: 'str', limit: 'account', code: 'ERR_UID', mayBeEmpty: true };
const account: Field = { kind: 'str', limit: 'account', code: 'ERR_ACCOUNT', mayBeEmpty: true };
const rtmUserId: Field = { kind: 'str', limit: 'rtmUserId', code: 'ERR_USER_ID', mayBeEmpty: false };
const chatUserId: Field = { kind: 'str', limit: 'chatUserId', code: 'ERR_USER_ID', mayBeEmpty: true };
const roomUuid: Field = { kind: 'str', limit: 'anyString', code: 'ERR_STRING', mayBeEmpty: true };
const userUuid: Field = { kind: 'str', limit: 'rtmUserId', code: 'ERR_USER_ID', mayBeEmpty: true };
const role: Field = { kind: 'int16' };
const permissions: Field = { kind: 'permissions' };

export interface NamedField {
  readonly name: string;
  readonly field: Field;
}

/** The layout of a service in a token: uint16 typeId, map32 of privileges, then the fields in this order. */
interface Layout {
  readonly type: ServiceName;
  readonly typeId: number;
  readonly privileges: Readonly<Record<string, number>>;
  readonly fields: readonly NamedField[];
}

/** The fields of a service besides its type and privileges. */
type FieldsOf<Name extends ServiceName> = Readonly<
  Record<Exclude<keyof Extract<Service, { readonly type: Name }>, 'type' | 'privileges'>, Field>
>;

/* @__NO_SIDE_EFFECTS__ */
function layout<Name extends ServiceName>(
  type: Name,
  typeId: number,
  privileges: Layout['privileges'],
  fields: FieldsOf<Name>,
): Layout {
  const named = Object.entries<Field>(fields).map(([name, field]) => ({ name, field }));
  return { type, typeId, privileges, fields: named };
}

/**
 * All service types: the number, the privileges, and the fields in the order of their bytes. To add a service type, add
 * an entry here and an interface above.
 */
const LAYOUTS: readonly Layout[] = [
  layout('rtc', ServiceType.Rtc, RtcPrivilege, { channelName, uid }),
  layout('rtm', ServiceType.Rtm, RtmPrivilege, { userId: rtmUserId }),
  layout('streaming', ServiceType.Streaming, StreamingPrivilege, { channelName, account }),
  layout('fpa', ServiceType.Fpa, FpaPrivilege, {}),
  layout('chat', ServiceType.Chat, ChatPrivilege, { userId: chatUserId }),
  layout('fcdn', ServiceType.Fcdn, FcdnPrivilege, { channelName, account }),
  layout('apaas', ServiceType.Apaas, ApaasPrivilege, { roomUuid, userUuid, role }),
  layout('rtm2', ServiceType.Rtm2, Rtm2Privilege, { userId: rtmUserId, permissions }),
  layout('convoai', ServiceType.ConvoAi, {}, {}),
  layout('stt', ServiceType.Stt, {}, {}),
];

const LAYOUT_OF_TYPE = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ LAYOUTS.map((entry) => [entry.type, entry]),
) as Readonly<Record<ServiceName, Layout>>;
const LAYOUT_OF_TYPE_ID: ReadonlyMap<number, Layout> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ LAYOUTS.map((entry) => [entry.typeId, entry]),
);

/** The names of the known service types, in the order of their numbers. */
export const SERVICE_NAMES: readonly ServiceName[] = /* @__PURE__ */ LAYOUTS.map(({ type }) => type);

export function parseServiceName(value: unknown, argument: string): ServiceName {
  const type = SERVICE_NAMES.find((name) => name === value);
  if (type !== undefined) return type;
  const hint = `use one of ${SERVICE_NAMES.join(', ')}`;
  throwArgument('ERR_SERVICE', argument, 'the name of a service type', value, hint);
}

/** Returns the name of the service type with the given number, or undefined if the number is unknown. */
export function serviceNameOf(typeId: number): ServiceName | undefined {
  return LAYOUT_OF_TYPE_ID.get(typeId)?.type;
}

export function fieldsOf(type: ServiceName): readonly NamedField[] {
  return LAYOUT_OF_TYPE[type].fields;
}

export function hasField(type: ServiceName, field: string): boolean {
  return fieldsOf(type).some(({ name }) => name === field);
}

/** Returns the name of a service's privilege, such as `JoinChannel`, or undefined if the id is unknown. */
export function privilegeName(type: ServiceName, privilege: number): string | undefined {
  return Object.entries(LAYOUT_OF_TYPE[type].privileges).find(([, id]) => id === privilege)?.[0];
}

/** Describes a service's privilege for messages: `rtc privilege 1 (JoinChannel)`. */
export function describePrivilege(type: ServiceName, privilege: number): string {
  const name = privilegeName(type, privilege);
  return `${type} privilege ${privilege}${name === undefined ? '' : ` (${name})`}`;
}

/** Converts a uid to its string in a token: decimal, or '' for 0 (any user). */
export function formatUid(uid: number): string {
  return uid === 0 ? '' : String(uid);
}

export function typeIdOf(service: Service): number {
  return service.type === 'unknown' ? service.typeId : LAYOUT_OF_TYPE[service.type].typeId;
}

/** Writes a uint16 count, then the services sorted by type number. Services of the same type keep their order. */
export function packServices(writer: ByteWriter, services: readonly Service[]): void {
  let count = 0;
  for (const service of services) count += service.type === 'unknown' ? service.count : 1;
  writer.uint16(count);
  const sorted = services.length === 1 ? services : services.toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const service of sorted) packService(writer, service);
}

/** Returns the sort key of a service. An unknown service comes last, because it extends to the end of the content. */
function rankOf(service: Service): number {
  return service.type === 'unknown' ? Infinity : typeIdOf(service);
}

function packService(writer: ByteWriter, service: Service): void {
  if (service.type === 'unknown') {
    writer.uint16(service.typeId);
    writer.bytes(service.body);
    return;
  }
  const { typeId, fields } = LAYOUT_OF_TYPE[service.type];
  writer.uint16(typeId);
  packPrivileges(writer, service.privileges);
  for (const { name, field } of fields) packField(writer, field, Reflect.get(service, name));
}

function packField(writer: ByteWriter, { kind }: Field, value: unknown): void {
  switch (kind) {
    case 'str':
      writer.string(value as string);
      break;
    case 'int16':
      writer.int16(value as number);
      break;
    case 'permissions':
      packPermissions(writer, value as Permissions);
  }
}

/**
 * Unpacks a count and the services. From the first unknown type on, the remaining bytes are returned as one service.
 * @param services - Receives the services one by one, so that the caller has those before an error.
 */
export function unpackServices(reader: ByteReader, services: Service[] = []): Service[] {
  for (let left = reader.uint16(); left > 0; left--) {
    const typeId = reader.uint16();
    const layout = LAYOUT_OF_TYPE_ID.get(typeId);
    if (layout === undefined) {
      services.push({ type: 'unknown', typeId, count: left, body: reader.rest() });
      break;
    }
    services.push(unpackService(reader, layout));
  }
  return services;
}

function unpackService(reader: ByteReader, { type, fields }: Layout): KnownService {
  const privileges = unpackPrivileges(reader);
  const service: Record<string, unknown> = { type };
  for (const { name, field } of fields) service[name] = unpackField(reader, field);
  service['privileges'] = privileges;
  return service as unknown as KnownService; // The layout lists exactly the fields of this service.
}

function unpackField(reader: ByteReader, { kind }: Field): string | number | Permissions {
  switch (kind) {
    case 'str':
      return reader.string();
    case 'int16':
      return reader.int16();
    case 'permissions':
      return unpackPermissions(reader);
  }
}
