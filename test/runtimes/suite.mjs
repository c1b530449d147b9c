/**
 * The vectors and a smoke test, for any runtime and both entries: uses only ECMAScript and `atob`, and awaits every
 * result, whether it is a promise or not.
 */

/** The published sample project of Agora's official tests. */
const PROJECT = {
  appId: '970CA35de60c44645bbae8a215061b33',
  appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
};
const { appId: APP_ID, appCertificate: CERTIFICATE } = PROJECT;
const OTHER_CERTIFICATE = 'fedcba9876543210fedcba9876543210';

/**
 * Runs all checks.
 *
 * @param api - The exports of the entry.
 * @param files - The vector files: `{ file, kind, vectors }`.
 * @param options - `promises`: whether functions that sign, verify or inspect return promises. `browser`: whether
 * minting requires `allowBrowser: true`.
 * @returns The number of checks that passed, and the name and error of each that failed.
 */
export async function runSuite(api, files, { promises, browser = false }) {
  const signing = browser ? { allowBrowser: true } : {};
  const checks = [...vectorChecks(api, files, signing), ...smokeChecks(api, promises, signing)];
  if (browser) checks.push(...browserChecks(api));
  let passed = 0;
  const failed = [];
  for (const [name, check] of checks) {
    try {
      await check();
      passed += 1;
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed, failed };
}

/** Returns a check for each vector, and one that no kind of vector is missing. */
function vectorChecks(api, files, signing) {
  const checkOf = {
    builders: checkBuilder,
    services: checkServices,
    broken: checkBroken,
    literals: checkLiteral,
    'access-token-006': checkLegacy,
  };
  const kinds = new Set(files.filter(({ vectors }) => vectors.length > 0).map(({ kind }) => kind));
  return [
    ['every kind of vector', () => same([...kinds].sort(), Object.keys(checkOf).sort(), 'kinds')],
    ...files.flatMap(({ file, kind, vectors }) =>
      vectors.map((vector) => [`${file} ${vector.id} (${vector.comment})`, () => checkOf[kind](api, vector, signing)]),
    ),
  ];
}

async function checkBuilder(api, vector, signing) {
  const { args, issueTs, salt, expire, beyondLimits, token, content } = vector;
  const decoded = await api.decodeToken(token);
  includes(decoded, { appId: args.appId, issueTs, salt, expire });
  same(hexOf(decoded.content), content, 'content of the decoded token');
  same(decoded.services, fromJson(vector.services), 'services');
  same(hexOf(decoded.signature), signatureIn(content), 'signature');
  const now = issueTs;
  same(await api.verifyToken(token, args.appCertificate, { appId: args.appId, now }), decoded, 'verified');
  const project = { appId: args.appId, appCertificate: args.appCertificate, issueTs, expire, salt };
  const again = await api.buildToken({
    ...project,
    services: decoded.services,
    limits: 'format',
    ...signing,
  });
  same(hexOf(api.decodeToken(again).content), content, 'content built from the decoded services');
  // The official builder has a defect here.
  if (vector.decodeOnly !== undefined) return;
  const fixed = { issueTs, salt, ...signing };
  if (beyondLimits !== undefined) {
    const { argument } = await refusal(api, () => callBuilder(api, vector, fixed));
    isTrue(beyondLimits.includes(argument), `refused ${argument}, expected one of ${beyondLimits.join()}`);
  }
  const limits = beyondLimits === undefined ? 'agora' : 'format';
  const built = await callBuilder(api, vector, { ...fixed, limits });
  same(hexOf((await api.decodeToken(built)).content), content, 'content of the minted token');
  same(await api.tokensEqual(built, token), true, 'tokensEqual');
}

async function checkServices(api, vector, signing) {
  const { appId, appCertificate, issueTs, expire, salt, token, content } = vector;
  const project = { appId, appCertificate, issueTs, expire, salt, limits: 'format', ...signing };
  const built = await api.buildToken({ ...project, services: fromJson(vector.services) });
  same(hexOf((await api.decodeToken(built)).content), content, 'content of the minted token');
  const decoded = await api.decodeToken(token);
  same(hexOf(decoded.content), content, 'content of the decoded token');
  same(hexOf(decoded.signature), signatureIn(content), 'signature');
  same(decoded.services, fromJson(vector.decoded ?? vector.services), 'services');
  const again = await api.buildToken({ ...project, services: decoded.services });
  same(hexOf((await api.decodeToken(again)).content), content, 'content built from the decoded services');
  // One second before its issue time, even a token with a lifetime of 0 has not expired.
  same(await api.verifyToken(token, appCertificate, { appId, now: issueTs - 1 }), decoded, 'verified');
}

async function checkBroken(api, { token, appCertificate, now, verdict }) {
  const verify = () => api.verifyToken(token, appCertificate, { now });
  const { ok } = await api.inspectToken(token, { appCertificate, now });
  same(ok, verdict === 'valid', 'ok of the inspection');
  if (verdict === 'valid') {
    same(await verify(), await api.decodeToken(token), 'verified');
  } else {
    const { code } = await refusal(api, verify);
    isTrue(/^ERR_(?:TOKEN|SIGNATURE)_/u.test(code), `refused with ${code}`);
  }
}

async function checkLiteral(api, vector, signing) {
  const { token, inputs, content, signatureVerifies } = vector;
  if (vector.version === '006') {
    same(signatureVerifies, true, 'signatureVerifies');
    await checkToken006(api, token, inputs, signing);
    return;
  }
  const { appId, appCertificate, issueTs, expire, salt, services } = inputs;
  const decoded = await api.decodeToken(token);
  same(hexOf(decoded.content), content, 'content');
  includes(decoded, { appId, issueTs, expire, expiresAt: issueTs + expire, salt });
  same(decoded.services, fromJson(services), 'services');
  if (signatureVerifies !== true || appCertificate === null) return;
  same(await api.verifyToken(token, appCertificate, { appId, now: issueTs }), decoded, 'verified');
}

async function checkLegacy(api, vector, signing) {
  const { args, crcChannelName, crcUid, salt, ts, privileges, signature, token } = vector;
  const { appId, appCertificate } = args;
  const inputs = { appId, appCertificate, ...user006(vector), ts, salt, privileges };
  await checkToken006(api, token, inputs, signing);
  const decoded = await api.decodeToken006(token);
  includes(decoded, { crcChannelName, crcUid });
  same(hexOf(decoded.signature), signature, 'signature');
}

/** The names in a version 006 token; some builders put a user into the channel or the uid. */
function user006({ builder, args }) {
  const { channelName = '', uid = '', account = '' } = args;
  switch (builder) {
    case 'AccessToken.Build':
    case 'buildTokenWithUid':
      return { channelName, uid };
    case 'buildTokenWithUserAccount':
      return { channelName, uid: account };
    case 'rtm.buildToken':
      return { channelName: account, uid: '' };
    default:
      throw new Error(`no function for ${builder}`);
  }
}

/** Version 006 tokens are not compressed, so the whole text must be equal. */
async function checkToken006(api, token, inputs, signing) {
  const { appId, appCertificate, channelName, uid, ts, salt, privileges } = inputs;
  same((await refusal(api, () => api.decodeToken(token))).code, 'ERR_LEGACY_TOKEN', 'code');
  const decoded = await api.decodeToken006(token);
  includes(decoded, { version: '006', appId, salt, ts, privileges });
  same(hexOf(decoded.content), hexOf(base64(token.slice(35))), 'content');
  const options = { appId, appCertificate, channelName, uid, ts, salt, privileges };
  same(await api.buildToken006({ ...options, ...signing }), token, 'built');
  const verify = () => api.verifyToken006(token, appCertificate, { channelName, uid, now: 0 });
  if (1 in privileges || 1000 in privileges) same(await verify(), decoded, 'verified');
  // The signature is checked first.
  else same((await refusal(api, verify)).code, 'ERR_MISSING_PRIVILEGE', 'code');
}

/** Typical use, with the clock and the random numbers of the runtime. */
function smokeChecks(api, promises, signing) {
  const user = { appId: APP_ID, channelName: 'lobby', uid: 42 };
  const mint = (options) => mintLobby(api, { ...signing, ...options });
  const rejectsWith = async (code, action) => same((await refusal(api, action)).code, code, 'code');
  return [
    [
      'mint, decode, verify, inspect',
      async () => {
        const before = Math.floor(Date.now() / 1000);
        const token = await mint();
        const after = Math.floor(Date.now() / 1000);
        const decoded = await api.decodeToken(token);
        const { issueTs } = decoded;
        isTrue(before <= issueTs && issueTs <= after, `issued ${issueTs}, expected ${before} to ${after}`);
        includes(decoded, { version: '007', appId: APP_ID, expire: 3600, expiresAt: issueTs + 3600 });
        const privileges = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
        same(decoded.services, [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges }], 'services');
        same(await api.verifyToken(token, CERTIFICATE, user), decoded, 'verified');
        same(await api.verifyToken(token, [OTHER_CERTIFICATE, CERTIFICATE], user), decoded, 'with two');
        const inspection = await api.inspectToken(token, { appCertificate: CERTIFICATE, ...user });
        includes(inspection, { ok: true, signature: 'valid' });
        same(inspection.token?.appId, APP_ID, 'App ID inspected');
      },
    ],
    [
      'non-canonical base64 is rejected',
      async () => {
        const token = await mint();
        const replaced = [...'-_ \n!éŁ'].map((character) => `${token.slice(0, -9)}${character}${token.slice(-8)}`);
        const short = ['A', 'AAAAA', 'AAAAA!!!', 'QQ=A', '====', 'QR==', 'QUJ='].map((body) => `007${body}`);
        for (const text of [token.slice(0, -1), token.slice(0, -2), token.slice(0, -3), ...replaced, ...short]) {
          await rejectsWith('ERR_TOKEN_BASE64', () => api.decodeToken(text));
        }
      },
    ],
    [
      'another certificate is rejected',
      async () => {
        const token = await mint();
        await rejectsWith('ERR_SIGNATURE_MISMATCH', () => api.verifyToken(token, OTHER_CERTIFICATE, user));
        const inspection = await api.inspectToken(token, { appCertificate: OTHER_CERTIFICATE });
        includes(inspection, { ok: false, signature: 'invalid' });
      },
    ],
    [
      'another channel is rejected and reported',
      async () => {
        const token = await mint();
        const other = { ...user, channelName: 'Lobby' };
        await rejectsWith('ERR_CHANNEL_MISMATCH', () => api.verifyToken(token, CERTIFICATE, other));
        const { ok, findings } = await api.inspectToken(token, { appCertificate: CERTIFICATE, ...other });
        same([ok, findings[0]?.code], [false, 'CHANNEL_MISMATCH'], 'inspection');
      },
    ],
    [
      'an expired token is rejected',
      async () => {
        const token = await mint({ issueTs: Math.floor(Date.now() / 1000) - 3600 });
        await rejectsWith('ERR_TOKEN_EXPIRED', () => api.verifyToken(token, CERTIFICATE, user));
      },
    ],
    [
      'each salt is different',
      async () => {
        const salts = new Set();
        for (let count = 0; count < 50; count += 1) salts.add(api.decodeToken(await mint()).salt);
        same(salts.size, 50, 'different salts');
        for (const salt of salts) isTrue(salt >= 1 && salt < 2 ** 32, `salt ${salt}`);
      },
    ],
    [
      'a wrong argument is rejected by name',
      async () => {
        const error = await refusal(api, () =>
          api.buildTokenWithUid(APP_ID, CERTIFICATE, 'lobby', '42', 'publisher', 3600, undefined, signing),
        );
        includes(error, { name: 'AccessTokenError', code: 'ERR_UID', argument: 'uid' });
      },
    ],
    [
      'a large content',
      async () => {
        const text = Array.from({ length: 200_000 }, (_, index) => ((index * 7919) % 9973) % 10).join('');
        const names = Array.from({ length: 4000 }, (_, index) => text.slice(index * 50, index * 50 + 50));
        const services = [{ type: 'rtm2', userId: 'alice', permissions: { 1: { 1: names } }, privileges: {} }];
        const options = { ...PROJECT, expire: 600, services, limits: 'format', ...signing };
        const token = await api.buildToken(options);
        const decoded = await api.verifyToken(token, CERTIFICATE, { service: 'rtm2', userId: 'alice' });
        same(decoded.services, services, 'services');
      },
    ],
    [
      'signing, verifying and inspecting return promises only in the web entry',
      async () => {
        const fixed = { issueTs: 1700000000, salt: 1 };
        const now = 1700000000;
        const privileges = { 1: now + 60 };
        const options006 = { ...PROJECT, channelName: 'lobby', uid: 42, ts: now + 60, salt: 1, privileges };
        const minted = mint(fixed);
        const minted006 = api.buildToken006({ ...options006, ...signing });
        const [token, token006] = [await minted, await minted006];
        const results = {
          minted,
          minted006,
          verified: api.verifyToken(token, CERTIFICATE, { now }),
          verified006: api.verifyToken006(token006, CERTIFICATE, { channelName: 'lobby', uid: 42, now }),
          inspected: api.inspectToken(token, { now }),
        };
        for (const [name, result] of Object.entries(results)) {
          same(result instanceof Promise, promises, `${name} is a promise`);
          await result;
        }
        same(api.decodeToken(token).issueTs, now, 'issueTs decoded at once');
        same(api.decodeToken006(token006).ts, now + 60, 'ts decoded at once');
        same(api.tokensEqual(token, token), true, 'compared at once');
      },
    ],
  ];
}

/** In a browser, minting requires `allowBrowser`; decoding, verifying and inspecting do not. */
function browserChecks(api) {
  const now = Math.floor(Date.now() / 1000);
  const rtc = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600 } };
  const user = { channelName: 'lobby', uid: 42 };
  const options006 = { ...PROJECT, ...user, ts: now + 60, privileges: { 1: now + 60 } };
  const refused = {
    buildToken: () => api.buildToken({ ...PROJECT, expire: 3600, services: [rtc] }),
    buildToken006: () => api.buildToken006(options006),
    'buildTokenWithUid with false': () => mintLobby(api, { allowBrowser: false }),
    ...Object.fromEntries(
      Object.values(BUILDERS).map(([name, ...names]) => [
        name,
        () => api[name](...['appId', 'appCertificate', ...names].map((argument) => SAMPLE[argument])),
      ]),
    ),
  };
  return [
    ...Object.entries(refused).map(([name, sign]) => [
      `${name} is rejected in a browser`,
      async () => {
        const error = await refusal(api, sign);
        includes(error, { code: 'ERR_OPTIONS', argument: 'allowBrowser' });
        isTrue(error.message.includes('browser'), `the message is ${error.message}`);
      },
    ]),
    [
      'decoding, verifying and inspecting need no permission in a browser',
      async () => {
        const token = await mintLobby(api, { allowBrowser: true });
        same(api.decodeToken(token).appId, APP_ID, 'App ID');
        same((await api.inspectToken(token)).signature, 'unchecked', 'signature');
        same((await api.inspectToken(token, { appCertificate: CERTIFICATE })).ok, true, 'ok');
        await api.verifyToken(token, CERTIFICATE, user);
        const token006 = await api.buildToken006({ ...options006, allowBrowser: true });
        same(api.decodeToken006(token006).appId, APP_ID, 'App ID of the version 006 token');
        await api.verifyToken006(token006, CERTIFICATE, user);
      },
    ],
  ];
}

function mintLobby(api, options) {
  return api.buildTokenWithUid(APP_ID, CERTIFICATE, 'lobby', 42, 'publisher', 3600, undefined, options);
}

const FOUR = ['joinChannel', 'pubAudio', 'pubVideo', 'pubDataStream'].map((name) => `${name}PrivilegeExpire`);
const ROLE = ['role', 'tokenExpire', 'privilegeExpire'];
const ROOM_USER = ['roomUuid', 'userUuid', 'role', 'expire'];
const RTM2 = [
  ...['channelName', 'rtcAccount', 'rtcRole', 'rtcTokenExpire'],
  ...[...FOUR, 'rtmUserId', 'rtmTokenExpire'],
];

/** The function for each official builder, and its arguments between the certificate and the options. */
const BUILDERS = {
  buildTokenWithUid: ['buildTokenWithUid', 'channelName', 'uid', ...ROLE],
  buildTokenWithUserAccount: ['buildTokenWithUserAccount', 'channelName', 'account', ...ROLE],
  buildTokenWithUidAndPrivilege: ['buildTokenWithUidAndPrivilege', ...['channelName', 'uid', 'tokenExpire', ...FOUR]],
  buildTokenWithUserAccountAndPrivilege: [
    'buildTokenWithUserAccountAndPrivilege',
    ...['channelName', 'account', 'tokenExpire', ...FOUR],
  ],
  buildTokenWithRtm: ['buildTokenWithRtm', 'channelName', 'account', ...ROLE],
  buildTokenWithRtm2: ['buildTokenWithRtm2', ...RTM2],
  'rtm.buildToken': ['buildRtmToken', 'userId', 'expire'],
  'rtm.buildTokenWithPermissions': ['buildRtmTokenWithPermissions', 'userId', 'permissions', 'expire'],
  'chat.buildUserToken': ['buildChatUserToken', 'userUuid', 'expire'],
  'chat.buildAppToken': ['buildChatAppToken', 'expire'],
  'fpa.buildToken': ['buildFpaToken'],
  'apaas.buildRoomUserToken': ['buildApaasRoomUserToken', ...ROOM_USER],
  'apaas.buildUserToken': ['buildApaasUserToken', 'userUuid', 'expire'],
  'apaas.buildAppToken': ['buildApaasAppToken', 'expire'],
  'education.buildRoomUserToken': ['buildApaasRoomUserToken', ...ROOM_USER],
  'education.buildUserToken': ['buildApaasUserToken', 'userUuid', 'expire'],
  'education.buildAppToken': ['buildApaasAppToken', 'expire'],
  'convoai.buildToken': ['buildConvoAiToken', ...RTM2],
  'stt.buildToken': ['buildSttToken', ...RTM2],
};

/** A valid value for each argument of the builders. */
const SAMPLE = {
  ...PROJECT,
  ...{ channelName: 'lobby', uid: 42, account: 'alice', rtcAccount: 'alice' },
  ...{ userId: 'alice', rtmUserId: 'alice', userUuid: 'alice', roomUuid: 'room' },
  ...{ role: 1, rtcRole: 1, permissions: {} },
  ...{ expire: 3600, tokenExpire: 3600, privilegeExpire: 3600, rtcTokenExpire: 3600, rtmTokenExpire: 3600 },
  ...Object.fromEntries(FOUR.map((name) => [name, 3600])),
};

/** Mints the token of a vector of an official builder. */
function callBuilder(api, { builder, args }, options) {
  const [name, ...names] = BUILDERS[builder] ?? [];
  if (name === undefined) throw new Error(`no function for ${builder}`);
  const all = ['appId', 'appCertificate', ...names];
  same(Object.keys(args).sort(), [...all].sort(), 'names of the arguments');
  return api[name](...all.map((argument) => args[argument]), options);
}

/** Parses services from JSON, where the body of an unknown service is hex. */
function fromJson(services) {
  return services.map((service) =>
    service.type === 'unknown'
      ? { ...service, body: Uint8Array.from(service.body.match(/../gu) ?? [], (byte) => parseInt(byte, 16)) }
      : service,
  );
}

/** Returns the signature in a content: its first two bytes are the length, little-endian. */
function signatureIn(content) {
  const length = parseInt(content.slice(2, 4) + content.slice(0, 2), 16);
  return content.slice(4, 4 + 2 * length);
}

function base64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Returns the AccessTokenError with which an action throws or rejects. */
async function refusal(api, action) {
  try {
    await action();
  } catch (error) {
    if (error instanceof api.AccessTokenError && error instanceof Error) return error;
    throw new Error(`not refused with an AccessTokenError but with ${String(error)}`, { cause: error });
  }
  throw new Error('not refused');
}

function isTrue(condition, message) {
  if (!condition) throw new Error(message);
}

function includes(actual, expected) {
  for (const [name, value] of Object.entries(expected)) same(actual[name], value, name);
}

function same(actual, expected, name) {
  if (!isSame(actual, expected)) {
    throw new Error(`${name} is ${written(actual)}, expected ${written(expected)}`);
  }
}

/** Compares plain data and byte arrays by their own properties and prototypes. */
function isSame(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

function written(value) {
  const text = value instanceof Uint8Array ? hexOf(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
