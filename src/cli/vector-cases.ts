/**
 * Creates test cases from vectors, and compares tokens with the expected claims.
 */
import { throwArgumentProblem } from '../errors.js';
import * as library from '../index.js';
import { escapeUnprintable, quote } from '../redact.js';
import { toHex } from '../text.js';
import { type Json, type Vector, isObject, objectIn } from './vector-files.js';

/** A test case: the inputs and the expected claims of a token. */
export interface Case {
  readonly vector: Vector;
  /** The inputs, unchanged from the vector. */
  readonly inputs: Json;
  readonly version: '007' | '006';
  /** The expected claims, as `decodeToken` or `decodeToken006` returns them. */
  readonly claims: Json;
  /** The certificate that must have signed the token. */
  readonly appCertificate: string;
  /** The channel and uid, which a 006 token does not contain. */
  readonly user: { readonly channelName: string; readonly uid: number | string };
  /** Mints the token with this library. */
  readonly mint: (limits: library.BuildOptions['limits']) => string;
  /** The arguments that exceed Agora's limits. This library must reject one of them. */
  readonly beyondLimits: readonly string[];
  /** Whether the vector documents a builder defect, so that its content is not expected. */
  readonly isDefective: boolean;
}

/** Returns the case of a vector, or undefined if it lacks the inputs of a token. */
export function caseOf(vector: Vector): Case | undefined {
  switch (vector.kind) {
    case 'builders':
      return builderCase(vector);
    case 'services':
      return servicesCase(vector, vector.json);
    case 'access-token-006':
      return case006(vector, vector.json, objectIn(vector.json, 'args'));
    case 'literals': {
      const inputs = objectIn(vector.json, 'inputs');
      if (vector.json['signatureVerifies'] !== true || typeof inputs['appCertificate'] !== 'string') return undefined;
      return vector.json['version'] === '006' ? case006(vector, inputs, inputs) : servicesCase(vector, inputs);
    }
    case 'broken':
      return undefined;
  }
}

const NO_USER = { channelName: '', uid: '' };

function builderCase(vector: Vector): Case {
  const { json } = vector;
  const args = objectIn(json, 'args');
  const { issueTs, salt, expire, services, builder } = json;
  const { decodeOnly, beyondLimits } = json;
  return {
    vector,
    inputs: { ...pick(json, ['kind', 'builder', 'comment', 'beyondLimits']), args, issueTs, salt },
    version: '007',
    claims: { appId: args['appId'], issueTs, expire, salt, services },
    appCertificate: String(args['appCertificate']),
    user: NO_USER,
    mint: (limits) => callBuilder(String(builder), args, { issueTs, salt, limits }),
    beyondLimits: Array.isArray(beyondLimits) ? beyondLimits.map(String) : [],
    isDefective: decodeOnly !== undefined,
  };
}

function servicesCase(vector: Vector, inputs: Json): Case {
  const { comment, decoded } = vector.json;
  const { appId, appCertificate, issueTs, expire, salt, services } = inputs;
  const project = { appId, appCertificate, issueTs, expire, salt };
  return {
    vector,
    inputs: { comment, ...project, services },
    version: '007',
    claims: { appId, issueTs, expire, salt, services: decoded ?? services },
    appCertificate: String(appCertificate),
    user: NO_USER,
    // buildToken validates its arguments.
    mint: () =>
      library.buildToken({ ...project, services: servicesOf(services), limits: 'format' } as library.BuildTokenOptions),
    beyondLimits: [],
    isDefective: false,
  };
}

/** Creates the case for a 006 token. The builder determines which argument holds the user. */
function case006(vector: Vector, claims: Json, args: Json): Case {
  const { comment, builder } = vector.json;
  const { ts, salt, privileges } = claims;
  const { appId, appCertificate, channelName, uid, account } = args;
  const user = {
    channelName: builder === 'rtm.buildToken' ? account : channelName,
    uid: builder === 'rtm.buildToken' ? '' : (uid ?? account),
  } as Case['user'];
  const { crcChannelName, crcUid } = vector.json;
  return {
    vector,
    inputs: { comment, ...pick(vector.json, ['builder']), args, ts, salt, privileges },
    version: '006',
    claims: { appId, ...(crcUid === undefined ? {} : { crcChannelName, crcUid }), salt, ts, privileges },
    appCertificate: String(appCertificate),
    user,
    // buildToken006 validates its arguments.
    mint: () =>
      library.buildToken006({ appId, appCertificate, ...user, ts, salt, privileges } as library.BuildToken006Options),
    beyondLimits: [],
    isDefective: false,
  };
}

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name in json).map((name) => [name, json[name]]));
}

/** Converts the bodies of unknown services from hex to bytes. */
function servicesOf(services: unknown): readonly unknown[] {
  if (!Array.isArray(services)) return [];
  return services.map((service: unknown) => {
    if (!isObject(service) || service['type'] !== 'unknown') return service;
    const pairs = String(service['body']).match(/../gu) ?? [];
    return { ...service, body: Uint8Array.from(pairs, (pair) => parseInt(pair, 16)) };
  });
}

const FOUR = [
  'joinChannelPrivilegeExpire',
  'pubAudioPrivilegeExpire',
  'pubVideoPrivilegeExpire',
  'pubDataStreamPrivilegeExpire',
] as const;
const UID = ['channelName', 'uid', 'tokenExpire'] as const;
const ACCOUNT = ['channelName', 'account', 'tokenExpire'] as const;
const ROLE = ['role', 'tokenExpire', 'privilegeExpire'] as const;
const RTC = ['channelName', 'rtcAccount', 'rtcRole', 'rtcTokenExpire', ...FOUR] as const;
const RTM2 = [...RTC, 'rtmUserId', 'rtmTokenExpire'] as const;
const ROOM_USER = ['roomUuid', 'userUuid', 'role', 'expire'] as const;

type Builder = (...all: never[]) => string;

/** The function for each official builder, and the names of its arguments between certificate and options. */
const BUILDERS: Readonly<Record<string, readonly [builder: Builder, ...argumentNames: string[]]>> = {
  buildTokenWithUid: [library.buildTokenWithUid, 'channelName', 'uid', ...ROLE],
  buildTokenWithUserAccount: [library.buildTokenWithUserAccount, 'channelName', 'account', ...ROLE],
  buildTokenWithUidAndPrivilege: [library.buildTokenWithUidAndPrivilege, ...UID, ...FOUR],
  buildTokenWithUserAccountAndPrivilege: [library.buildTokenWithUserAccountAndPrivilege, ...ACCOUNT, ...FOUR],
  buildTokenWithRtm: [library.buildTokenWithRtm, 'channelName', 'account', ...ROLE],
  buildTokenWithRtm2: [library.buildTokenWithRtm2, ...RTM2],
  'rtm.buildToken': [library.buildRtmToken, 'userId', 'expire'],
  'rtm.buildTokenWithPermissions': [library.buildRtmTokenWithPermissions, 'userId', 'permissions', 'expire'],
  'chat.buildUserToken': [library.buildChatUserToken, 'userUuid', 'expire'],
  'chat.buildAppToken': [library.buildChatAppToken, 'expire'],
  'fpa.buildToken': [library.buildFpaToken],
  'apaas.buildRoomUserToken': [library.buildApaasRoomUserToken, ...ROOM_USER],
  'apaas.buildUserToken': [library.buildApaasUserToken, 'userUuid', 'expire'],
  'apaas.buildAppToken': [library.buildApaasAppToken, 'expire'],
  'education.buildRoomUserToken': [library.buildApaasRoomUserToken, ...ROOM_USER],
  'education.buildUserToken': [library.buildApaasUserToken, 'userUuid', 'expire'],
  'education.buildAppToken': [library.buildApaasAppToken, 'expire'],
  'convoai.buildToken': [library.buildConvoAiToken, ...RTM2],
  'stt.buildToken': [library.buildSttToken, ...RTM2],
};

function callBuilder(name: string, args: Json, options: Json): string {
  const [builder, ...argumentNames] = (Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined) ?? [];
  if (builder === undefined) {
    const hint = 'use a builder of the bundled vectors';
    throwArgumentProblem('ERR_OPTIONS', 'builder', `no function for ${quote(name)}`, hint);
  }
  const values = ['appId', 'appCertificate', ...argumentNames].map((argument) => args[argument]);
  // A builder validates its arguments.
  return (builder as (...all: unknown[]) => string)(...values, options);
}

/** Describes how a token differs from a case; returns undefined if there is no difference. */
export function differenceFrom(expected: Case, token: string): string | undefined {
  try {
    const { appCertificate, vector, version, user, claims, isDefective } = expected;
    const decoded = version === '007' ? library.decodeToken(token) : library.decodeToken006(token);
    const difference = isDefective ? undefined : firstDifference('', decoded, claims);
    if (difference !== undefined) return difference;
    if (decoded.version === '007') library.verifyToken(token, appCertificate, { now: decoded.issueTs - 1 });
    else assertSigned006(token, appCertificate, user);
    const { content } = vector.json;
    if (isDefective || typeof content !== 'string' || toHex(decoded.content) === content) return undefined;
    return 'says the same, but its services or ids are not in the order of the format';
  } catch (error) {
    if (error instanceof library.AccessTokenError) return error.message;
    throw error;
  }
}

/** Verifies the signature of a 006 token, but not its validity period and privileges. */
function assertSigned006(token: string, appCertificate: string, user: Case['user']): void {
  try {
    library.verifyToken006(token, appCertificate, { ...user, now: 0 });
  } catch (error) {
    const isSigned = error instanceof library.AccessTokenError && CODES_AFTER_SIGNATURE.includes(error.code);
    if (!isSigned) throw error;
  }
}

const CODES_AFTER_SIGNATURE: readonly string[] = [
  'ERR_TOKEN_EXPIRED',
  'ERR_MISSING_PRIVILEGE',
  'ERR_PRIVILEGE_EXPIRED',
];

/** Describes the first difference between an actual and an expected value. */
function firstDifference(path: string, actual: unknown, expected: unknown): string | undefined {
  if (typeof expected !== 'object' || expected === null) {
    const value: unknown = actual instanceof Uint8Array ? toHex(actual) : actual;
    return value === expected ? undefined : `${path} is ${describe(value)}, expected ${describe(expected)}`;
  }
  if (typeof actual !== 'object' || actual === null) return `${path} is missing`;
  const [present, wanted] = [new Map(Object.entries(actual)), new Map(Object.entries(expected))];
  // A decoded token itself has further properties: its version, signature and content.
  const surplus = path === '' ? undefined : [...present.keys()].find((key) => !wanted.has(key));
  if (surplus !== undefined) return `${pathTo(path, surplus)} is there, expected none`;
  for (const [key, entry] of wanted) {
    const inner = pathTo(path, key);
    const difference = present.has(key)
      ? firstDifference(inner, present.get(key), entry)
      : `${inner} is missing, expected ${describe(entry)}`;
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function pathTo(path: string, key: string): string {
  if (path === '') return key;
  return /^\d+$/u.test(key) ? `${path}[${key}]` : `${path}.${key}`;
}

function describe(value: unknown): string {
  const text = value === undefined ? 'missing' : escapeUnprintable(JSON.stringify(value));
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
