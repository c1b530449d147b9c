/**
 * The services that a token can contain, and the one table that drives packing, unpacking, validation and names.
 */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { throwArgument } from './errors.js';
import type { Limits } from './limits.js';
import type { Permissions } from './permissions.js';
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
  parsePrivileges,
  unpackPrivileges,
} from './privileges.js';
import {
  type Field,
  account,
  channelName,
  chatUserId,
  permissions,
  role,
  roomUuid,
  rtmUserId,
  uid,
  userUuid,
} from './service-fields.js';
import { type ByteBudget, type Properties, rejectUnknown } from './validate.js';

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

/** Conversational AI. Its privilege map is empty. */
export interface ConvoAiService {
  readonly type: 'convoai';
  readonly privileges: Privileges;
}

/** Speech to text. Its privilege map is empty. */
export interface SttService {
  readonly type: 'stt';
  readonly privileges: Privileges;
}

/**
 * A service of an unknown type, and all services after it: a service has no length field, so its end is unknown.
 */
export interface UnknownService {
  readonly type: 'unknown';
  /** The type number of the first of these services, 0…65535. */
  readonly typeId: number;
  /** How many services `body` covers, 1…65535. */
  readonly count: number;
  /** Every byte after the type number, to the end of the content. */
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

/** A service in a token: plain data, the same for minting and decoding. */
export type Service = KnownService | UnknownService;

/** The name of a known service type. Exported as the type of an expectation. */
export type ServiceName = KnownService['type'];

/** A service in the format: uint16 typeId, map32 of privileges, then the fields in this order. */
interface Layout {
  readonly typeId: number;
  /** The privilege ids by name. */
  readonly privileges: Readonly<Record<string, number>>;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
}

/**
 * The table: every service type, its privileges, and its fields in the order of the bytes. A new service type is one
 * new entry here, and its interface above.
 */
const LAYOUTS = {
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
} satisfies Layouts;

/** Holds each entry of the table to the fields of its service. */
type Layouts = {
  readonly [Name in ServiceName]: Layout & {
    readonly fields: Readonly<
      Record<Exclude<keyof Extract<Service, { readonly type: Name }>, 'type' | 'privileges'>, Field<unknown>>
    >;
  };
};

/** A field and the name of its property. */
export type NamedField = readonly [name: string, field: Field<unknown>];

/** One entry of the table, as packing and unpacking read it. */
interface Entry {
  readonly type: ServiceName;
  readonly typeId: number;
  readonly privileges: Readonly<Record<string, number>>;
  readonly fields: readonly NamedField[];
}

const ENTRIES: ReadonlyMap<string, Entry> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries<Layout>(LAYOUTS).map(([type, { typeId, privileges, fields }]) => [
    type,
    { type: type as ServiceName, typeId, privileges, fields: Object.entries(fields) },
  ]),
);

const ENTRY_OF_TYPE_ID: ReadonlyMap<number, Entry> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Array.from(ENTRIES.values(), (entry) => [entry.typeId, entry]),
);

function entryOf(type: ServiceName): Entry {
  return ENTRIES.get(type) as Entry;
}

/** The names of the known service types, in the order of their numbers. */
export const SERVICE_NAMES: readonly ServiceName[] = /* @__PURE__ */ Array.from(
  /* @__PURE__ */ ENTRIES.values(),
  ({ type }) => type,
);

/** Parses the name of a known service type. */
export function parseServiceName(value: unknown, argument: string): ServiceName {
  const entry = typeof value === 'string' ? ENTRIES.get(value) : undefined;
  if (entry !== undefined) return entry.type;
  const hint = `use one of ${SERVICE_NAMES.join(', ')}`;
  throwArgument('ERR_SERVICE', argument, 'the name of a service type', value, hint);
}

/** Returns the name of the service type with a number, or undefined if it is unknown. */
export function serviceNameOf(typeId: number): ServiceName | undefined {
  return ENTRY_OF_TYPE_ID.get(typeId)?.type;
}

/** Lists the fields of a service type, in the order of their bytes. */
export function fieldsOf(type: ServiceName): readonly NamedField[] {
  return entryOf(type).fields;
}

/** Tells whether services of a type have a field. */
export function hasField(type: ServiceName, field: string): boolean {
  return fieldsOf(type).some(([name]) => name === field);
}

/** Returns the name of a privilege of a service, such as `JoinChannel`, or undefined if it is unknown. */
export function privilegeName(type: ServiceName, privilege: number): string | undefined {
  return Object.entries(entryOf(type).privileges).find(([, id]) => id === privilege)?.[0];
}

/** Describes a privilege of a service for messages: `rtc privilege 1 (JoinChannel)`. */
export function describePrivilege(type: ServiceName, privilege: number): string {
  const name = privilegeName(type, privilege);
  return `${type} privilege ${privilege}${name === undefined ? '' : ` (${name})`}`;
}

/** Formats a uid as the format has it: in decimal, or '' for 0 (any user). */
export function formatUid(uid: number): string {
  return uid === 0 ? '' : String(uid);
}

/** Returns the type number of a service. */
export function typeIdOf(service: Service): number {
  return service.type === 'unknown' ? service.typeId : entryOf(service.type).typeId;
}

/** uint16 count, then the services, ascending by type; services of one type keep their order. */
export function packServices(writer: ByteWriter, services: readonly Service[]): void {
  let count = 0;
  for (const service of services) count += service.type === 'unknown' ? service.count : 1;
  writer.uint16(count);
  const sorted = services.length === 1 ? services : services.toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const service of sorted) packService(writer, service);
}

/** An unknown service extends to the end of the content, so it always comes last. */
function rankOf(service: Service): number {
  return service.type === 'unknown' ? Infinity : typeIdOf(service);
}

function packService(writer: ByteWriter, service: Service): void {
  if (service.type === 'unknown') {
    writer.uint16(service.typeId);
    writer.bytes(service.body);
    return;
  }
  const { typeId, fields } = entryOf(service.type);
  writer.uint16(typeId);
  packPrivileges(writer, service.privileges);
  for (const [name, field] of fields) field.pack(writer, Reflect.get(service, name));
}

/**
 * Unpacks a count and that many services. From the first unknown type on, the bytes are kept as they are.
 *
 * @param services - Receives the services one by one, so that the caller keeps those before an error.
 */
export function unpackServices(reader: ByteReader, services: Service[] = []): Service[] {
  for (let left = reader.uint16(); left > 0; left--) {
    const typeId = reader.uint16();
    const entry = ENTRY_OF_TYPE_ID.get(typeId);
    if (entry === undefined) {
      services.push({ type: 'unknown', typeId, count: left, body: reader.rest() });
      break;
    }
    services.push(unpackService(reader, entry));
  }
  return services;
}

function unpackService(reader: ByteReader, { type, fields }: Entry): KnownService {
  const privileges = unpackPrivileges(reader);
  const service: Record<string, unknown> = { type };
  for (const [name, field] of fields) service[name] = field.unpack(reader);
  service['privileges'] = privileges;
  return service as unknown as KnownService; // `Layouts` holds the fields to those of the service.
}

/** Parses a service of a known type from the properties of an object. */
export function parseKnownService(
  type: ServiceName,
  properties: Properties,
  path: string,
  limits: Limits,
  budget: ByteBudget,
): KnownService {
  const pathOf = (name: string): string => `${path}.${name}`;
  const { fields } = entryOf(type);
  const known = ['type', ...fields.map(([name]) => name), 'privileges'];
  rejectUnknown(properties, known, 'ERR_SERVICE', pathOf);
  const privileges = parsePrivileges(properties.get('privileges'), pathOf('privileges'), limits, budget);
  const service: Record<string, unknown> = { type };
  for (const [name, field] of fields) {
    service[name] = field.parse(properties.get(name), pathOf(name), limits, budget);
  }
  service['privileges'] = privileges;
  return service as unknown as KnownService; // as in unpackService
}
