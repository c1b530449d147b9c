/**
 * Calls every function while a prototype has an extra property, as after prototype pollution by data, and prints the
 * results that differ from those without it. It is a process of its own, so that no other test is affected.
 */
import { readFileSync } from 'node:fs';
import * as compat from '../../dist/compat/agora-token.js';
import * as node from '../../dist/index.js';
import { createTokenApp } from '../../dist/server/app.js';
import * as web from '../../dist/web.js';

const read = (name) => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')).vectors;
const [rtc] = read('go-builders');
const services = read('go-services')
  .filter(({ services }) => services.every(({ type }) => type !== 'unknown'))
  .slice(0, 2);
const [legacy] = read('go-access-token-006');
const broken = read('go-broken').filter(({ verdict }) => verdict === 'invalid');
const { appId, appCertificate } = rtc.args;

const rtcService = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 0: 5, 1: 60, 2: 60 } };
const unknown = { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) };
const options = { issueTs: 1700000000, salt: 7 };
const project = { appId, appCertificate, expire: 60, ...options };
const request006 = {
  appId,
  appCertificate,
  channelName: 'lobby',
  uid: 42,
  ts: 0,
  salt: 1,
  privileges: { 0: 1, 1: 0 },
};
const token = node.buildToken({
  ...project,
  services: [rtcService, { type: 'fpa', privileges: {} }, unknown],
});
const token006 = node.buildToken006(request006);
const expected = { appId, channelName: 'lobby', uid: 42, privileges: [1, 2], now: 1700000001 };
const wrong = { ...expected, uid: 43 };
const permissions = { 0: { 0: ['a', 'b'], 1: [] }, 1: { 1: ['c'] } };

/** Calls of an entry, whose results and errors are compared. */
const CALLS = {
  buildTokenWithUid: (entry) => entry.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 60, undefined, options),
  'with options from JSON': (entry) =>
    entry.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 60, undefined, JSON.parse('{"__proto__":{}}')),
  'a name with a control character': (entry) => entry.buildRtmToken(appId, appCertificate, 'a\u0000', 60, options),
  'a wildcard': (entry) => entry.buildTokenWithUid(appId, appCertificate, '*', 42, 1, 60, undefined, options),
  buildRtmTokenWithPermissions: (entry) =>
    entry.buildRtmTokenWithPermissions(appId, appCertificate, 'alice', permissions, 60, options),
  buildToken: (entry) => entry.buildToken({ ...project, services: [unknown, rtcService].reverse() }),
  'a service without its fields': (entry) => entry.buildToken({ ...project, services: [{ type: 'rtc' }] }),
  'a list with a hole': (entry) => entry.buildToken({ ...project, services: new Array(1) }),
  'a service from JSON': (entry) =>
    entry.buildToken({
      ...project,
      services: [JSON.parse('{"type":"fpa","privileges":{"1":60},"__proto__":{"a":1}}')],
    }),
  decodeToken: (entry) =>
    [token, rtc.token, ...services.map(({ token }) => token)].map((text) => entry.decodeToken(text)),
  verifyToken: (entry) => entry.verifyToken(token, appCertificate, expected),
  'verifyToken with two': (entry) => entry.verifyToken(token, ['0'.repeat(32), appCertificate], expected),
  'verifyToken, rejected': (entry) => entry.verifyToken(token, appCertificate, wrong),
  'verifyToken, altered': (entry) => entry.verifyToken(broken[0].token, appCertificate),
  inspectToken: (entry) => entry.inspectToken(token, { ...expected, appCertificate }),
  'inspectToken, with mismatches': (entry) => entry.inspectToken(token, { ...wrong, appCertificate }),
  'inspectToken, cut': (entry) => entry.inspectToken(token.slice(0, -9), expected),
  'inspectToken, mangled': (entry) => entry.inspectToken(encodeURIComponent(` ${token}\n`), expected),
  'inspectToken, older': (entry) =>
    entry.inspectToken(token006, { channelName: 'lobby', uid: 42, appCertificate, now: 1 }),
  tokensEqual: (entry) => entry.tokensEqual(token, token),
  buildToken006: (entry) => entry.buildToken006(request006),
  decodeToken006: (entry) => [entry.decodeToken006(token006), entry.decodeToken006(legacy.token)],
  verifyToken006: (entry) => entry.verifyToken006(token006, appCertificate, { channelName: 'lobby', uid: 42, now: 1 }),
  ...Object.fromEntries(
    broken.slice(0, 3).map((vector, index) => [`broken ${index}`, (entry) => entry.decodeToken(vector.token)]),
  ),
};

/** The claims of a token without its time and salt. */
const claimsOf = (text) => {
  const { appId, expire, services } = node.decodeToken(text);
  return { appId, expire, services };
};
const { RtcTokenBuilder, RtmTokenBuilder, ApaasTokenBuilder } = compat;

const app = createTokenApp({ appId, appCertificate, authorize: (_, asked) => asked });
const answerTo = async (path, body) => {
  const request = new globalThis.Request(`http://localhost${path}`, {
    __proto__: null,
    method: 'POST',
    headers: { __proto__: null },
    body: JSON.stringify(body),
  });
  const response = await app.fetch(request);
  const text = await response.text();
  return [response.status, response.status === 200 ? claimsOf(JSON.parse(text).token) : text];
};

/** Calls of the drop-in, and asynchronous calls, during which the prototypes stay changed. */
const FURTHER_CALLS = {
  'drop-in, RTC': () => claimsOf(RtcTokenBuilder.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 60, 60)),
  'drop-in, RTM': () => claimsOf(RtmTokenBuilder.buildToken(appId, appCertificate, 'alice', 60)),
  'drop-in, APaaS': () => claimsOf(ApaasTokenBuilder.buildRoomUserToken(appId, appCertificate, 'room', 'alice', 1, 60)),
  ...Object.fromEntries(
    [
      'buildTokenWithUid',
      'buildToken',
      'verifyToken',
      'verifyToken, rejected',
      'inspectToken',
      'inspectToken, older',
      'buildToken006',
      'verifyToken006',
    ].map((name) => [`web: ${name}`, () => CALLS[name](web)]),
  ),
  'server, guide': () => answerTo('/fetch_rtc_token', { uid: 42, ChannelName: 'lobby', role: 1 }),
  'server, an invalid field': () => answerTo('/fetch_rtc_token', { uid: -1, ChannelName: 'lobby', role: 1 }),
  'server, agora-token-service': () =>
    answerTo('/getToken', { tokenType: 'rtc', channel: 'lobby', uid: '42', role: 'publisher' }),
  'server, its own': () =>
    answerTo('/tokens', {
      services: [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 60 } }],
    }),
};

const { defineProperty } = Object;
const { deleteProperty } = Reflect;
/** The names that the library reads or writes, or that stand for ids. */
const WORDS = [
  ...['0', '1', '2', '42', 'type', 'privileges', 'uid', 'channelName'],
  ...['account', 'userId', 'permissions', 'services', 'allowWildcards', 'limits', 'issueTs', 'salt'],
  ...['appId', 'appCertificate', 'expire', 'maxContentLength', 'allowBrowser', 'now', 'clockTolerance', 'maxLifetime'],
  ...['toJSON', 'version', 'signature', 'content', 'body', 'typeId', 'count', 'code'],
  ...['argument', 'offset', 'problem', 'hint', 'cause', 'severity', 'ok', 'name'],
  ...['message', 'whole', 'partial', 'differs', 'findings', 'timeline', 'status', 'bytes'],
  ...['unused', 'text', 'fields', 'pack', 'unpack', 'parse', 'project', 'signed'],
  ...['faults', 'certificate', 'requirements', 'service', 'matched', 'channel', 'user', 'value'],
  ...['done', 'check', 'describe', 'end'],
];
const VALUES = ['x', 1, true, { a: 1 }];
/** Names that WebCrypto, streams, `fetch` and clients read. */
const OF_PLATFORMS = [
  ...['hash', 'length', 'algorithm', 'extractable', 'usages', 'size', 'highWaterMark'],
  ...['ChannelName', 'role', 'channel', 'tokenType', 'headers', 'method', 'statusText', 'duplex'],
];

const failures = [];
let cases = 0;

/** Calls a function and returns its result or error, or a promise of that. */
function attempt(call) {
  try {
    const returned = call(node);
    if (!(returned instanceof Promise)) return { returned };
    return returned.then(
      (value) => ({ returned: value }),
      (threw) => ({ threw }),
    );
  } catch (threw) {
    return { threw };
  }
}

function textOf({ returned, threw }) {
  const data =
    threw === undefined ? returned : [threw.constructor.name, threw.code, threw.argument, threw.offset, threw.message];
  return JSON.stringify([threw === undefined, data], (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}

/** Calls a function while a prototype has properties, and returns the outcome if it differs. */
async function check(call, before, prototype, words, value) {
  for (const word of words)
    defineProperty(prototype, word, { value, writable: true, enumerable: true, configurable: true });
  const attempted = attempt(call);
  const outcome = attempted instanceof Promise ? await attempted : attempted;
  for (const word of words) deleteProperty(prototype, word);
  const text = textOf(outcome);
  return text === before ? undefined : text.slice(0, 120);
}

/** Returns the outcomes that differ. Only if one differs with all words at once, each word is checked alone. */
async function differencesOf(call, before, prototype, words, value) {
  const text = await check(call, before, prototype, words, value);
  cases += words.length;
  if (text === undefined) return [];
  const differences = [];
  for (const word of words) {
    const text = await check(call, before, prototype, [word], value);
    if (text !== undefined) differences.push({ word, text });
  }
  return differences.length > 0 ? differences : [{ word: `{${words.join()}}`, text }];
}

const PROTOTYPES = Object.entries({ Object: Object.prototype, Array: Array.prototype });
/** How many words a prototype gets at once. */
const GROUP = 8;

for (const [calls, words, values] of [
  [CALLS, WORDS, VALUES],
  // Asynchronous calls take longer, so they have fewer values.
  [FURTHER_CALLS, WORDS, ['x']],
  [FURTHER_CALLS, OF_PLATFORMS, ['x', 1]],
]) {
  for (const [name, call] of Object.entries(calls)) {
    const before = textOf(await attempt(call));
    for (const [owner, prototype] of PROTOTYPES) {
      const missing = words.filter((word) => !Object.hasOwn(prototype, word));
      for (let from = 0; from < missing.length; from += GROUP) {
        const group = missing.slice(from, from + GROUP);
        for (const value of values) {
          for (const { word, text } of await differencesOf(call, before, prototype, group, value))
            failures.push(`${owner}.prototype.${word} = ${JSON.stringify(value)}: ${name}: ${text}`);
        }
      }
    }
  }
}
console.log(JSON.stringify({ cases, failures }));
