/**
 * What vectors ask of a tool, and how a token is held against them.
 */
import {
  AccessTokenError,
  type BuildOptions,
  type BuildToken006Options,
  type BuildTokenOptions,
  buildApaasAppToken,
  buildApaasRoomUserToken,
  buildApaasUserToken,
  buildChatAppToken,
  buildChatUserToken,
  buildConvoAiToken,
  buildFpaToken,
  buildRtmToken,
  buildRtmTokenWithPermissions,
  buildSttToken,
  buildToken,
  buildToken006,
  buildTokenWithRtm,
  buildTokenWithRtm2,
  buildTokenWithUid,
  buildTokenWithUidAndPrivilege,
  buildTokenWithUserAccount,
  buildTokenWithUserAccountAndPrivilege,
  decodeToken,
  decodeToken006,
  verifyToken,
  verifyToken006,
} from '../index.js';
import { escaped, hexOf } from './terminal-text.js';
import { type Json, type Vector, isObject, objectIn } from './vector-files.js';

/** A vector from which a token can be minted, and with which it can be compared. */
export interface Case {
  readonly vector: Vector;
  /** What to mint from, as the vector has it. */
  readonly inputs: Json;
  readonly version: '007' | '006';
  /** What a token has to say, in the words of `decodeToken` or `decodeToken006`. */
  readonly claims: Json;
  /** Whose signature it has to have. */
  readonly appCertificate: string;
  /** For a 006 token, which does not carry them. */
  readonly user: { readonly channelName: string; readonly uid: number | string };
  /** Mints with this library. */
  readonly mint: (limits: BuildOptions['limits']) => string;
  /** The arguments of which this library has to refuse one, for breaking Agora's limits. */
  readonly beyondLimits: readonly string[];
  /** Whether another content than the vector's is right: the vector shows a defect of its builder. */
  readonly isDefective: boolean;
}

/** Makes a case of a vector; undefined if nothing can be minted from it. */
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
      if (vector.json['signatureVerifies'] !== true || typeof inputs['appCertificate'] !== 'string')
        return undefined;
      return vector.json['version'] === '006'
        ? case006(vector, inputs, inputs)
        : servicesCase(vector, inputs);
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

function servicesCase(vector: Vector, given: Json): Case {
  const { comment, decoded } = vector.json;
  const { appId, appCertificate, issueTs, expire, salt, services } = given;
  const project = { appId, appCertificate, issueTs, expire, salt };
  return {
    vector,
    inputs: { comment, ...project, services },
    version: '007',
    claims: { appId, issueTs, expire, salt, services: decoded ?? services },
    appCertificate: String(appCertificate),
    user: NO_USER,
    // buildToken takes the arguments apart itself.
    mint: () =>
      buildToken({ ...project, services: servicesOf(services), limits: 'format' } as BuildTokenOptions),
    beyondLimits: [],
    isDefective: false,
  };
}

/** A case of the older token; with some builders the user stands elsewhere. */
function case006(vector: Vector, said: Json, args: Json): Case {
  const { comment, builder } = vector.json;
  const { ts, salt, privileges } = said;
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
    // buildToken006 takes the arguments apart itself.
    mint: () =>
      buildToken006({ appId, appCertificate, ...user, ts, salt, privileges } as BuildToken006Options),
    beyondLimits: [],
    isDefective: false,
  };
}

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name in json).map((name) => [name, json[name]]));
}

/** Services as the library has them: the body of an unknown one is bytes. */
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
const ROLE = ['role', 'tokenExpire', 'privilegeExpire'] as const;
const RTM2 = [
  ...['channelName', 'rtcAccount', 'rtcRole', 'rtcTokenExpire', ...FOUR, 'rtmUserId', 'rtmTokenExpire'],
] as const;
const ROOM_USER = ['roomUuid', 'userUuid', 'role', 'expire'] as const;

type Builder = (...all: never[]) => string;

/** Our function for each official builder, and its arguments between the certificate and the options. */
const BUILDERS: Readonly<Record<string, readonly [builder: Builder, ...argumentNames: string[]]>> = {
  buildTokenWithUid: [buildTokenWithUid, 'channelName', 'uid', ...ROLE],
  buildTokenWithUserAccount: [buildTokenWithUserAccount, 'channelName', 'account', ...ROLE],
  buildTokenWithUidAndPrivilege: [
    buildTokenWithUidAndPrivilege,
    'channelName',
    'uid',
    'tokenExpire',
    ...FOUR,
  ],
  buildTokenWithUserAccountAndPrivilege: [
    buildTokenWithUserAccountAndPrivilege,
    ...['channelName', 'account', 'tokenExpire', ...FOUR],
  ],
  buildTokenWithRtm: [buildTokenWithRtm, 'channelName', 'account', ...ROLE],
  buildTokenWithRtm2: [buildTokenWithRtm2, ...RTM2],
  'rtm.buildToken': [buildRtmToken, 'userId', 'expire'],
  'rtm.buildTokenWithPermissions': [buildRtmTokenWithPermissions, 'userId', 'permissions', 'expire'],
  'chat.buildUserToken': [buildChatUserToken, 'userUuid', 'expire'],
  'chat.buildAppToken': [buildChatAppToken, 'expire'],
  'fpa.buildToken': [buildFpaToken],
  'apaas.buildRoomUserToken': [buildApaasRoomUserToken, ...ROOM_USER],
  'apaas.buildUserToken': [buildApaasUserToken, 'userUuid', 'expire'],
  'apaas.buildAppToken': [buildApaasAppToken, 'expire'],
  'education.buildRoomUserToken': [buildApaasRoomUserToken, ...ROOM_USER],
  'education.buildUserToken': [buildApaasUserToken, 'userUuid', 'expire'],
  'education.buildAppToken': [buildApaasAppToken, 'expire'],
  'convoai.buildToken': [buildConvoAiToken, ...RTM2],
  'stt.buildToken': [buildSttToken, ...RTM2],
};

function callBuilder(name: string, args: Json, options: Json): string {
  const [builder, ...argumentNames] = (Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined) ?? [];
  if (builder === undefined)
    throw new AccessTokenError('ERR_OPTIONS', `builder: no function for ${escaped(name)}`);
  const values = ['appId', 'appCertificate', ...argumentNames].map((argument) => args[argument]);
  // A builder takes its arguments apart itself.
  return (builder as (...all: unknown[]) => string)(...values, options);
}

/** Says how a token differs from what a case asks for; undefined if it does not. */
export function differenceFrom(expected: Case, token: string): string | undefined {
  try {
    const { appCertificate, vector, version, user, claims, isDefective } = expected;
    const decoded = version === '007' ? decodeToken(token) : decodeToken006(token);
    const difference = isDefective ? undefined : firstDifference('', decoded, claims);
    if (difference !== undefined) return difference;
    if (decoded.version === '007') verifyToken(token, appCertificate, { now: decoded.issueTs - 1 });
    else assertSigned006(token, appCertificate, user);
    const { content } = vector.json;
    if (isDefective || typeof content !== 'string' || hexOf(decoded.content) === content) return undefined;
    return 'says the same, but its services or ids are not in the order of the format';
  } catch (error) {
    if (error instanceof AccessTokenError) return error.message;
    throw error;
  }
}

/** Throws if the signature is not right; whether the token could be used now is not asked. */
function assertSigned006(token: string, appCertificate: string, user: Case['user']): void {
  try {
    verifyToken006(token, appCertificate, { ...user, now: 0 });
  } catch (error) {
    const isSigned = error instanceof AccessTokenError && CODES_BEHIND_SIGNATURE.includes(error.code);
    if (!isSigned) throw error;
  }
}

const CODES_BEHIND_SIGNATURE: readonly string[] = [
  'ERR_TOKEN_EXPIRED',
  'ERR_MISSING_PRIVILEGE',
  'ERR_PRIVILEGE_EXPIRED',
];

/** Compares what is expected with what is there, and names the first that is not the same. */
function firstDifference(path: string, actual: unknown, expected: unknown): string | undefined {
  if (typeof expected !== 'object' || expected === null) {
    const value: unknown = actual instanceof Uint8Array ? hexOf(actual) : actual;
    return value === expected ? undefined : `${path} is ${written(value)}, expected ${written(expected)}`;
  }
  if (typeof actual !== 'object' || actual === null) return `${path} is missing`;
  const [there, wanted] = [new Map(Object.entries(actual)), new Map(Object.entries(expected))];
  // A token says more at its top than a case: its version, its signature, its content.
  const surplus = path === '' ? undefined : [...there.keys()].find((key) => !wanted.has(key));
  if (surplus !== undefined) return `${pathTo(path, surplus)} is there, expected none`;
  for (const [key, entry] of wanted) {
    const inner = pathTo(path, key);
    const difference = there.has(key)
      ? firstDifference(inner, there.get(key), entry)
      : `${inner} is missing, expected ${written(entry)}`;
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function pathTo(path: string, key: string): string {
  if (path === '') return key;
  return /^\d+$/u.test(key) ? `${path}[${key}]` : `${path}.${key}`;
}

function written(value: unknown): string {
  const text = value === undefined ? 'missing' : escaped(JSON.stringify(value));
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
