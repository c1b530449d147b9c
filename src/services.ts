/** The services that a token can contain, and the one table that drives packing, unpacking, validation and names. */
import type { ByteReader } from './codec/byte-reader.js';
import type { ByteWriter } from './codec/byte-writer.js';
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, throwArgument } from './errors.js';
import type { Limits, StringLimit } from './limits.js';
import { type Permissions, packPermissions, parsePermissions, unpackPermissions } from './permissions.js';
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
import { type ByteBudget, type Properties, parseInteger, rejectUnknown } from './validate.js';

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

/** A service of an unknown type, and all services after it: a service has no length field, so its end is unknown. */
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

/** How a field of a service is packed, unpacked and validated. */
interface Field<Value> {
  pack(writer: ByteWriter, value: Value): void;
  unpack(reader: ByteReader): Value;
  parse(value: unknown, argument: string, limits: Limits, budget: ByteBudget): Value;
}

function stringField(limit: StringLimit, code: ArgumentErrorCode, empty: 'may be empty' | 'required'): Field<string> {
  return {
    pack: (writer, value) => {
      writer.string(value);
    },
    unpack: (reader) => reader.string(),
    parse: (value, argument, limits, budget) => {
      const isEmpty = value === '' && empty === 'may be empty';
      const text = isEmpty ? value : limits[limit](value, argument, code);
      budget(2 + utf8Length(text));
      return text;
    },
  };
}

const channelName: Field<string> = /* @__PURE__ */ stringField('channelName', 'ERR_CHANNEL_NAME', 'required');
const uid: Field<string> = /* @__PURE__ */ stringField('account', 'ERR_UID', 'may be empty');
const account: Field<string> = /* @__PURE__ */ stringField('account', 'ERR_ACCOUNT', 'may be empty');
const rtmUserId: Field<string> = /* @__PURE__ */ stringField('rtmUserId', 'ERR_USER_ID', 'required');
const chatUserId: Field<string> = /* @__PURE__ */ stringField('chatUserId', 'ERR_USER_ID', 'may be empty');
const roomUuid: Field<string> = /* @__PURE__ */ stringField('anyString', 'ERR_STRING', 'may be empty');
const userUuid: Field<string> = /* @__PURE__ */ stringField('rtmUserId', 'ERR_USER_ID', 'may be empty');

const role: Field<number> = {
  pack: (writer, value) => {
    writer.int16(value);
  },
  unpack: (reader) => reader.int16(),
  parse: (value, argument, _, budget) => {
    budget(2);
    return parseApaasRole(value, argument);
  },
};

const permissions: Field<Permissions> = {
  pack: packPermissions,
  unpack: unpackPermissions,
  parse: (value, argument, _, budget) => parsePermissions(value, argument, budget),
};

export interface NamedField {
  readonly name: string;
  readonly field: Field<unknown>;
}

/** A service in the format: uint16 typeId, map32 of privileges, then the fields in this order. */
interface Layout {
  readonly type: ServiceName;
  readonly typeId: number;
  readonly privileges: Readonly<Record<string, number>>;
  readonly fields: readonly NamedField[];
}

/** The fields that a service has besides its type and privileges. */
type FieldsOf<Name extends ServiceName> = Readonly<
  Record<Exclude<keyof Extract<Service, { readonly type: Name }>, 'type' | 'privileges'>, Field<unknown>>
>;

function layout<Name extends ServiceName>(
  type: Name,
  typeId: number,
  privileges: Layout['privileges'],
  fields: FieldsOf<Name>,
): Layout {
  const named = Object.entries<Field<unknown>>(fields).map(([name, field]) => ({ name, field }));
  return { type, typeId, privileges, fields: named };
}

/**
 * Every service type: its number, its privileges, and its fields in the order of the bytes. A new service type is one
 * new entry here, and its interface above.
 */
const LAYOUTS: readonly Layout[] = [
  /* @__PURE__ */ layout('rtc', ServiceType.Rtc, RtcPrivilege, { channelName, uid }),
  /* @__PURE__ */ layout('rtm', ServiceType.Rtm, RtmPrivilege, { userId: rtmUserId }),
  /* @__PURE__ */ layout('streaming', ServiceType.Streaming, StreamingPrivilege, { channelName, account }),
  /* @__PURE__ */ layout('fpa', ServiceType.Fpa, FpaPrivilege, {}),
  /* @__PURE__ */ layout('chat', ServiceType.Chat, ChatPrivilege, { userId: chatUserId }),
  /* @__PURE__ */ layout('fcdn', ServiceType.Fcdn, FcdnPrivilege, { channelName, account }),
  /* @__PURE__ */ layout('apaas', ServiceType.Apaas, ApaasPrivilege, { roomUuid, userUuid, role }),
  /* @__PURE__ */ layout('rtm2', ServiceType.Rtm2, Rtm2Privilege, { userId: rtmUserId, permissions }),
  /* @__PURE__ */ layout('convoai', ServiceType.ConvoAi, {}, {}),
  /* @__PURE__ */ layout('stt', ServiceType.Stt, {}, {}),
];

const LAYOUT_OF_TYPE: ReadonlyMap<unknown, Layout> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ LAYOUTS.map((entry) => [entry.type, entry]),
);
const LAYOUT_OF_TYPE_ID: ReadonlyMap<number, Layout> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ LAYOUTS.map((entry) => [entry.typeId, entry]),
);

function layoutOf(type: ServiceName): Layout {
  return LAYOUT_OF_TYPE.get(type) as Layout;
}

/** The names of the known service types, in the order of their numbers. */
export const SERVICE_NAMES: readonly ServiceName[] = /* @__PURE__ */ LAYOUTS.map(({ type }) => type);

export function parseServiceName(value: unknown, argument: string): ServiceName {
  const type = LAYOUT_OF_TYPE.get(value)?.type;
  if (type !== undefined) return type;
  const hint = `use one of ${SERVICE_NAMES.join(', ')}`;
  throwArgument('ERR_SERVICE', argument, 'the name of a service type', value, hint);
}

/** Returns the name of the service type with a number, or undefined if it is unknown. */
export function serviceNameOf(typeId: number): ServiceName | undefined {
  return LAYOUT_OF_TYPE_ID.get(typeId)?.type;
}

export function fieldsOf(type: ServiceName): readonly NamedField[] {
  return layoutOf(type).fields;
}

export function hasField(type: ServiceName, field: string): boolean {
  return fieldsOf(type).some(({ name }) => name === field);
}

/** Returns the name of a privilege of a service, such as `JoinChannel`, or undefined if it is unknown. */
export function privilegeName(type: ServiceName, privilege: number): string | undefined {
  return Object.entries(layoutOf(type).privileges).find(([, id]) => id === privilege)?.[0];
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

export function typeIdOf(service: Service): number {
  return service.type === 'unknown' ? service.typeId : layoutOf(service.type).typeId;
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
  const { typeId, fields } = layoutOf(service.type);
  writer.uint16(typeId);
  packPrivileges(writer, service.privileges);
  for (const { name, field } of fields) field.pack(writer, Reflect.get(service, name));
}

/**
 * Unpacks a count and that many services. From the first unknown type on, the bytes are kept as they are.
 *
 * @param services - Receives the services one by one, so that the caller keeps those before an error.
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
  for (const { name, field } of fields) service[name] = field.unpack(reader);
  service['privileges'] = privileges;
  return service as unknown as KnownService; // `layout` holds the fields to those of the service.
}

export function parseKnownService(
  type: ServiceName,
  properties: Properties,
  path: string,
  limits: Limits,
  budget: ByteBudget,
): KnownService {
  const pathOf = (name: string): string => `${path}.${name}`;
  const { fields } = layoutOf(type);
  const known = ['type', ...fields.map(({ name }) => name), 'privileges'];
  rejectUnknown(properties, known, 'ERR_SERVICE', pathOf);
  const privileges = parsePrivileges(properties.get('privileges'), pathOf('privileges'), limits, budget);
  const service: Record<string, unknown> = { type };
  for (const { name, field } of fields) {
    service[name] = field.parse(properties.get(name), pathOf(name), limits, budget);
  }
  service['privileges'] = privileges;
  return service as unknown as KnownService; // as in unpackService
}

export function parseApaasRole(value: unknown, argument: string): number {
  const hint = 'use the role that the room defines, -1 for none';
  return parseInteger(value, argument, { code: 'ERR_ROLE', min: -0x8000, max: 0x7fff, hint });
}
