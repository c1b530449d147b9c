/** Random inputs for properties. */
import fc from 'fast-check';
import type {
  ApaasService,
  ChatService,
  ConvoAiService,
  FcdnService,
  FpaService,
  Permissions,
  Privileges,
  RtcService,
  Rtm2Service,
  RtmService,
  Service,
  StreamingService,
  SttService,
  UnknownService,
} from '../src/index.js';
import type { KnownService } from '../src/services.js';

/** How many inputs each property is checked with. */
export const RUNS: number = process.env['RUNS'] === undefined ? 100 : Number(process.env['RUNS']);

/** A project with both of its certificates, which differ. */
export interface Project {
  readonly appId: string;
  readonly appCertificate: string;
  readonly secondaryCertificate: string;
}

/** The claims of a token without its project. */
export interface ServiceClaims {
  readonly issueTs: number;
  readonly expire: number;
  readonly salt: number;
  readonly services: readonly Service[];
}

const hex32: fc.Arbitrary<string> = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.boolean())
  .map(([value, upperCase]) => {
    const digits = value.toString(16).padStart(32, '0');
    return upperCase ? digits.toUpperCase() : digits;
  });

export const project: fc.Arbitrary<Project> = fc
  .tuple(hex32, fc.uniqueArray(hex32, { minLength: 2, maxLength: 2 }))
  .map(([appId, [appCertificate = '', secondaryCertificate = '']]) => ({
    appId,
    appCertificate,
    secondaryCertificate,
  }));

const uint16: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff });

export const uint32: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 3600, 86_400, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);

/** Times of issue, at which tokens were and will be minted for the most part. */
export const issueTs: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }) },
  { weight: 1, arbitrary: uint32 },
);

/** Well-formed texts of any characters, few bytes long. */
const shortText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 10 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '*', '0', '\0', '\uFEFF', '\uFEFFa', 'a\uFEFF', '\uFFFD', '💡', '__proto__'),
  },
);

/** Strings around the lengths that one or two bytes can hold. */
const longText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(255, 256, 1023, 65_534, 65_535), fc.constantFrom('a', 'é', '中', '💡'))
  .map(([length, character]) => {
    const size = Buffer.byteLength(character);
    return character.repeat(Math.floor(length / size)) + '.'.repeat(length % size);
  });

/** Strings that the format can hold, up to 65,535 bytes. */
export const formatText: fc.Arbitrary<string> = fc.oneof(
  { weight: 299, arbitrary: shortText },
  { weight: 1, arbitrary: longText },
);

const NAME_CHARACTERS = fc.constantFrom(
  ...Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{}|~,'),
);

/** A name within Agora's limits, of 1 to `maxLength` characters, mostly short. */
function nameOf(maxLength: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: NAME_CHARACTERS, minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ unit: NAME_CHARACTERS, minLength: maxLength, maxLength }) },
  );
}

function orEmpty(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: fc.constant('') });
}

export const agoraChannelName: fc.Arbitrary<string> = nameOf(64);
export const agoraAccount: fc.Arbitrary<string> = nameOf(255);
export const agoraUserId: fc.Arbitrary<string> = nameOf(64).map((name) => name.replace(/^ /u, '_'));
export const agoraChatUserId: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 64, maxLength: 64 }) },
);
/** The lifetime of a token within Agora's limits. */
export const agoraExpire: fc.Arbitrary<number> = fc.integer({ min: 1, max: 86_400 });
/** The lifetime of a privilege within Agora's limits. */
export const agoraPrivilegeExpire: fc.Arbitrary<number> = fc.integer({ min: 0, max: 86_400 });

function idMapOf<Value>(
  ids: fc.Arbitrary<number>,
  values: fc.Arbitrary<Value>,
  maxLength: number,
): fc.Arbitrary<Record<number, Value>> {
  return fc
    .uniqueArray(fc.tuple(ids, values), { selector: ([id]) => id, maxLength })
    .map((entries) => Object.fromEntries(entries) as Record<number, Value>);
}

/** Any id, mostly a known one. */
const id: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 1, arbitrary: uint16 },
);

function privilegesOf(seconds: fc.Arbitrary<number>): fc.Arbitrary<Privileges> {
  return idMapOf(id, seconds, 5);
}

export const permissions: fc.Arbitrary<Permissions> = idMapOf(
  id,
  idMapOf(id, fc.array(shortText, { maxLength: 3 }), 2),
  3,
);

const role: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -0x8000, max: 0x7fff }),
  fc.constantFrom(-0x8000, -1, 0, 0x7fff),
);

/** The fields of services. */
interface Fields {
  readonly channelName: fc.Arbitrary<string>;
  readonly account: fc.Arbitrary<string>;
  readonly userId: fc.Arbitrary<string>;
  readonly chatUserId: fc.Arbitrary<string>;
  readonly roomUuid: fc.Arbitrary<string>;
  readonly userUuid: fc.Arbitrary<string>;
  readonly privileges: fc.Arbitrary<Privileges>;
}

/** A service of each of the ten types. */
function knownServicesOf(fields: Fields): readonly fc.Arbitrary<KnownService>[] {
  const { channelName, account, userId, privileges } = fields;
  return [
    fc.record<RtcService>({ type: fc.constant('rtc'), channelName, uid: account, privileges }),
    fc.record<RtmService>({ type: fc.constant('rtm'), userId, privileges }),
    fc.record<StreamingService>({ type: fc.constant('streaming'), channelName, account, privileges }),
    fc.record<FpaService>({ type: fc.constant('fpa'), privileges }),
    fc.record<ChatService>({ type: fc.constant('chat'), userId: fields.chatUserId, privileges }),
    fc.record<FcdnService>({ type: fc.constant('fcdn'), channelName, account, privileges }),
    fc.record<ApaasService>({
      type: fc.constant('apaas'),
      roomUuid: fields.roomUuid,
      userUuid: fields.userUuid,
      role,
      privileges,
    }),
    fc.record<Rtm2Service>({ type: fc.constant('rtm2'), userId, permissions, privileges }),
    fc.record<ConvoAiService>({ type: fc.constant('convoai'), privileges }),
    fc.record<SttService>({ type: fc.constant('stt'), privileges }),
  ];
}

const FORMAT_SERVICES = knownServicesOf({
  channelName: formatText,
  account: formatText,
  userId: formatText,
  chatUserId: formatText,
  roomUuid: formatText,
  userUuid: formatText,
  privileges: privilegesOf(uint32),
});

/** A service of a known type within the limits of the format. */
export const formatService: fc.Arbitrary<KnownService> = fc.oneof(...FORMAT_SERVICES);

/** Two services of one type. */
export const formatServicesOfOneType: fc.Arbitrary<[KnownService, KnownService]> = fc.oneof(
  ...FORMAT_SERVICES.map((service) => fc.tuple(service, service)),
);

/** A service of a known type within the limits that Agora documents. */
const agoraService: fc.Arbitrary<KnownService> = fc.oneof(
  ...knownServicesOf({
    channelName: agoraChannelName,
    account: orEmpty(agoraAccount),
    userId: agoraUserId,
    chatUserId: orEmpty(agoraChatUserId),
    roomUuid: formatText,
    userUuid: orEmpty(agoraUserId),
    privileges: privilegesOf(agoraPrivilegeExpire),
  }),
);

/** A service of an unknown type, with this many before it. */
function unknownServiceOf(typeId: fc.Arbitrary<number>, before: number): fc.Arbitrary<UnknownService> {
  return fc.record<UnknownService>({
    type: fc.constant('unknown'),
    typeId,
    count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 0xffff - before })),
    body: fc.uint8Array({ maxLength: 40 }),
  });
}

const unknownTypeId: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 11, max: 100 }),
  fc.integer({ min: 11, max: 0xffff }),
);

/** One or more services, with or without an unknown one at the end. */
function servicesOf(known: fc.Arbitrary<KnownService>): fc.Arbitrary<readonly Service[]> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(known, { minLength: 1, maxLength: 4 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.array(known, { maxLength: 3 }), unknownServiceOf(unknownTypeId, 3))
        .map(([before, last]) => [...before, last]),
    },
    // Alone, with a type that sorts before the known ones.
    { weight: 1, arbitrary: fc.tuple(unknownServiceOf(fc.constant(0), 0)) },
  );
}

/** Services within the limits that Agora documents. */
const agoraServices: fc.Arbitrary<readonly Service[]> = servicesOf(agoraService);

/** Services within the limits of the format. */
const formatServices: fc.Arbitrary<readonly Service[]> = servicesOf(formatService);

/** Claims within the limits that Agora documents. */
export const agoraClaims: fc.Arbitrary<ServiceClaims> = fc.record({
  issueTs,
  expire: agoraExpire,
  salt: uint32,
  services: agoraServices,
});

/** Claims within the limits of the format. */
export const formatClaims: fc.Arbitrary<ServiceClaims> = fc.record({
  issueTs,
  expire: uint32,
  salt: uint32,
  services: formatServices,
});

/** A change of bytes. */
export type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'duplicate'; readonly at: number; readonly length: number }
  | { readonly kind: 'overwrite'; readonly at: number; readonly value: number };

const at: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.nat(0xffff) },
  // The count of services, their types and their counts of privileges.
  { weight: 2, arbitrary: fc.integer({ min: 68, max: 110 }) },
);
const length: fc.Arbitrary<number> = fc.integer({ min: 1, max: 24 });

/** A few mutations, applied in order. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof<fc.Arbitrary<Mutation>[]>(
    fc.record({ kind: fc.constant('cut'), at }),
    fc.record({ kind: fc.constant('drop'), at, length }),
    fc.record({ kind: fc.constant('insert'), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
    fc.record({ kind: fc.constant('duplicate'), at, length }),
    fc.record({
      kind: fc.constant('overwrite'),
      at,
      value: fc.oneof(fc.integer({ min: 0, max: 12 }), uint16),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

/** Applies mutations; positions wrap around at the end. */
export function mutated(bytes: Uint8Array, list: readonly Mutation[]): Buffer {
  return list.reduce<Buffer>(mutatedOnce, Buffer.from(bytes));
}

function mutatedOnce(bytes: Buffer, mutation: Mutation): Buffer {
  const start = mutation.at % (bytes.length + 1);
  const head = bytes.subarray(0, start);
  const tail = bytes.subarray(start);
  switch (mutation.kind) {
    case 'cut':
      return head;
    case 'drop':
      return Buffer.concat([head, tail.subarray(mutation.length)]);
    case 'insert':
      return Buffer.concat([head, mutation.bytes, tail]);
    case 'duplicate':
      return Buffer.concat([head, tail.subarray(0, mutation.length), tail]);
    case 'overwrite': {
      const value = Buffer.alloc(2);
      value.writeUInt16LE(mutation.value);
      return Buffer.concat([head, value, tail.subarray(2)]);
    }
  }
}

/** Hostile values, each created when needed. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'revoked proxy of an object': () => revoked({}),
  'revoked proxy of an array': () => revoked([]),
  'revoked proxy of a function': () => revoked(() => undefined),
  'proxy whose every trap throws': () => throwingProxy({}),
  'proxy of an array whose every trap throws': () => throwingProxy([]),
  'proxy that lists properties it lacks': () => new Proxy({}, { ownKeys: () => ['uid', 'appId', '1'] }),
  'array whose length is a symbol': () => arrayOfLength(Symbol('length')),
  'array whose length is a bigint': () => arrayOfLength(1n),
  'array whose length is a text': () => arrayOfLength('2'),
  'array whose length is negative': () => arrayOfLength(-1),
  'array whose length is not a number': () => arrayOfLength(NaN),
  'array whose length is infinite': () => arrayOfLength(Infinity),
  'array whose length is a fraction': () => arrayOfLength(1.5),
  'array whose length throws when converted': () => arrayOfLength(throwingValue()),
  'array of 65,536 holes': () => new Array<unknown>(65_536),
  'array of 2³² − 1 holes': () => new Array<unknown>(2 ** 32 - 1),
  'array whose entry throws': () => Object.defineProperty([1], '0', { get: thrower }),
  'object whose getters throw': () => throwingGetters(),
  'object whose conversions throw': throwingValue,
  'object without a prototype': () => Object.assign(Object.create(null) as object, { uid: 1, type: 'rtc' }),
  'instance of a class': () => new URL('https://example.com/'),
  'object that contains itself': () => {
    const cycle: Record<string, unknown> = {};
    cycle['1'] = cycle;
    return cycle;
  },
  'array that contains itself': () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
  'object with a property named by a symbol': () => ({ [Symbol.iterator]: 1 }),
  'invalid date': () => new Date(NaN),
  'date whose methods throw': () => Object.assign(new Date(0), { getTime: thrower, valueOf: thrower }),
  'bytes whose buffer was transferred': () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  'proxy of bytes': () => new Proxy(new Uint8Array(8), {}),
  'shared bytes': () => new Uint8Array(new SharedArrayBuffer(8)),
  'text as an object': () => new String('007eJx'),
  'half of a surrogate pair': () => '\uD83D',
  'text of two million characters': () => `007${'A'.repeat(2_000_000)}`,
  'negative zero': () => -0,
  'huge bigint': () => 2n ** 4096n,
  function: () => thrower,
  symbol: () => Symbol('symbol'),
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function thrower(): never {
  throw new Error('hostile');
}

function throwingProxy(target: object): unknown {
  const handler: ProxyHandler<object> = {};
  for (const trap of Object.getOwnPropertyNames(Reflect)) Object.assign(handler, { [trap]: thrower });
  return new Proxy(target, handler);
}

function arrayOfLength(length: unknown): unknown {
  return new Proxy([], {
    get: (target, key): unknown => (key === 'length' ? length : Reflect.get(target, key)),
  });
}

function throwingGetters(): unknown {
  const object = {};
  for (const key of ['appId', 'services', 'type', 'uid', 'now', 'issueTs', 'maxContentLength', '1']) {
    Object.defineProperty(object, key, { enumerable: true, get: thrower });
  }
  return object;
}

function throwingValue(): unknown {
  return { toString: thrower, valueOf: thrower, toJSON: thrower, [Symbol.toPrimitive]: thrower };
}

/** Any value; hostile values are given by name, since fast-check cannot print them. */
export type Anything = { readonly value: unknown } | { readonly hostile: string };

const plainValue: fc.Arbitrary<Anything> = fc
  .anything({
    maxDepth: 2,
    maxKeys: 4,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: 'binary',
  })
  .map((value) => ({ value }));

/** Values close to valid arguments. */
const nearValue: fc.Arbitrary<Anything> = fc
  .constantFrom<unknown>(
    undefined,
    null,
    NaN,
    -1,
    0,
    1,
    1.5,
    2 ** 32,
    1e300,
    '',
    '1',
    '*',
    'rtc',
    'unknown',
    [],
    {},
    [[]],
    [{}],
    { 1: 1 },
    { 1: -1 },
    { 65_536: 1 },
    { '01': 1 },
    { 1: { 1: [1] } },
    [{ type: 'rtc' }],
    [{ type: 'unknown', typeId: 11, count: 1, body: [] }],
    { limits: 'format' },
    { issueTs: -1 },
    new Uint8Array(3),
  )
  .map((value) => ({ value }));

/** Any value. */
export const anything: fc.Arbitrary<Anything> = fc.oneof(
  { weight: 3, arbitrary: plainValue },
  { weight: 2, arbitrary: nearValue },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(HOSTILE)).map((hostile) => ({ hostile })) },
);

/** Returns the value itself. */
export function valueOf(something: Anything): unknown {
  return 'hostile' in something ? HOSTILE[something.hostile]?.() : something.value;
}
