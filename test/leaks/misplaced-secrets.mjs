/**
 * Passes a certificate and tokens as every argument of every function, and prints the errors, warnings, log lines,
 * findings and answers that contain one of them, or a key derived from it. It is a process of its own, because it
 * intercepts standard output.
 */
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import * as compat from '../../dist/compat/agora-token.js';
import * as node from '../../dist/index.js';
import { createTokenApp } from '../../dist/server/app.js';
import * as web from '../../dist/web.js';

const appId = '970CA35de60c44645bbae8a215061b33';
const appCertificate = '5CFd2fd1755d40ecb72977518be15d3b';
const [issueTs, salt] = [1_700_000_000, 123_456_789];
const now = issueTs + 1;
const options = { issueTs, salt };

const le32 = (value) => Buffer.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
const hmac = (key, message) => createHmac('sha256', key).update(message).digest();
const k1 = hmac(le32(issueTs), appCertificate);
const k2 = hmac(le32(salt), k1);
const token = node.buildTokenWithUid(appId, appCertificate, 'lobby', 42, 1, 3600, undefined, options);
const legacy = { appId, appCertificate, channelName: 'lobby', uid: 42, ts: 0, salt, privileges: { 1: 0 } };
const token006 = node.buildToken006(legacy);

/** Parts of a token that are long enough to be recognized. */
const partsOf = (text) => [text.slice(3, 35), text.slice(40, 72), text.slice(-32)];
const SECRETS = Object.entries({
  certificate: [appCertificate],
  k1: ['hex', 'base64', 'latin1'].map((encoding) => k1.toString(encoding)),
  k2: ['hex', 'base64', 'latin1'].map((encoding) => k2.toString(encoding)),
  token: partsOf(token),
  'older token': partsOf(token006.slice(35)),
}).flatMap(([name, texts]) => texts.map((text) => ({ name, text: text.toLowerCase() })));

const leaks = [];
let outputs = 0;

/** Searches any output for secrets. */
function search(where, output) {
  outputs++;
  const shown = typeof output === 'string' ? output : inspect(output, { showHidden: true, depth: 9 });
  const said = shown.toLowerCase();
  for (const { name, text } of SECRETS) if (said.includes(text)) leaks.push(`${name} in ${where}`);
}

/** The misplaced values: secrets, also as they come from files, variables and links. */
const MISPLACED = [
  ...[appCertificate, appCertificate.toUpperCase(), `${appCertificate}\n`, `"${appCertificate}"`],
  ...[`Bearer ${appCertificate}`, `${appCertificate}${appCertificate}`, appCertificate.slice(1)],
  ...[token, token006, ` ${token}`, `https://example.com/?token=${encodeURIComponent(token)}`],
  ...[token.slice(0, -5), token.toLowerCase(), `${token.slice(0, 50)}!${token.slice(50)}`],
  ...[{ appCertificate }, { [appCertificate]: 1 }, { [token]: token }, [appCertificate], [token, token]],
  ...[new Error(token), () => appCertificate, Symbol(token), BigInt(`0x${appCertificate}`)],
];

const rtm2Arguments = [1, 60, 60, 60, 60, 60, 'alice', 60];
const service = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 60 } };
const expected = { appId, channelName: 'lobby', uid: 42, now };

/** Each function with valid arguments. */
const CALLS = {
  buildTokenWithUid: [appId, appCertificate, 'lobby', 42, 1, 60, 60, options],
  buildTokenWithUserAccount: [appId, appCertificate, 'lobby', 'alice', 1, 60, 60, options],
  buildTokenWithUidAndPrivilege: [appId, appCertificate, 'lobby', 42, 60, 60, 60, 60, 60, options],
  buildTokenWithUserAccountAndPrivilege: [appId, appCertificate, 'lobby', 'alice', 60, 60, 60, 60, 60, options],
  buildTokenWithRtm: [appId, appCertificate, 'lobby', 'alice', 1, 60, 60, options],
  buildTokenWithRtm2: [appId, appCertificate, 'lobby', 'alice', ...rtm2Arguments, options],
  buildConvoAiToken: [appId, appCertificate, 'lobby', 'alice', ...rtm2Arguments, options],
  buildSttToken: [appId, appCertificate, 'lobby', 'alice', ...rtm2Arguments, options],
  buildRtmToken: [appId, appCertificate, 'alice', 60, options],
  buildRtmTokenWithPermissions: [appId, appCertificate, 'alice', { 0: { 0: ['a'] } }, 60, options],
  buildChatUserToken: [appId, appCertificate, 'alice', 60, options],
  buildChatAppToken: [appId, appCertificate, 60, options],
  buildFpaToken: [appId, appCertificate, options],
  buildApaasRoomUserToken: [appId, appCertificate, 'room', 'alice', 1, 60, options],
  buildApaasUserToken: [appId, appCertificate, 'alice', 60, options],
  buildApaasAppToken: [appId, appCertificate, 60, options],
  buildToken: [{ appId, appCertificate, expire: 60, services: [service], ...options }],
  decodeToken: [token, {}],
  verifyToken: [token, appCertificate, expected],
  inspectToken: [token, { ...expected, appCertificate }],
  tokensEqual: [token, token],
  buildToken006: [legacy],
  decodeToken006: [token006],
  verifyToken006: [token006, appCertificate, { channelName: 'lobby', uid: 42, now }],
};

/** All ways to replace an argument, or a nested property of one, by a value. */
function misplacedIn(value, misplaced) {
  if (typeof value !== 'object' || value === null) return [misplaced];
  const inside = Object.entries(value).flatMap(([key, entry]) =>
    misplacedIn(entry, misplaced).map((changed) =>
      Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed },
    ),
  );
  return Array.isArray(value) ? inside : [...inside, misplaced, { ...value, unknown: misplaced }];
}

/** Returns the output of a call, without tokens and their claims. */
async function outputOf(name, call) {
  try {
    const result = await call();
    if (name.startsWith('inspectToken')) return { ...result, token: undefined };
    return undefined;
  } catch (error) {
    return error;
  }
}

const written = [];
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk) => {
    written.push(String(chunk));
    return true;
  };
}
process.on('warning', (warning) => search('a warning', warning));

for (const [entry, functions] of Object.entries({ node, web })) {
  for (const [name, right] of Object.entries(CALLS)) {
    for (const misplaced of MISPLACED) {
      for (const wrong of misplacedIn(right, misplaced)) {
        const output = await outputOf(name, () => functions[name](...wrong));
        if (output !== undefined) search(`${entry}: ${name}`, output);
      }
    }
  }
}

for (const [builder, methods] of Object.entries(compat)) {
  if (!builder.endsWith('Builder')) continue;
  for (const [method, build] of Object.entries(methods)) {
    for (const misplaced of MISPLACED) {
      for (let place = 0; place < 6; place++) {
        const wrong = [appId, appCertificate, 'lobby', 'alice', 1, 60].with(place, misplaced);
        const output = await outputOf(method, () => build.apply(methods, wrong));
        if (output !== undefined) search(`${builder}.${method}`, output);
      }
    }
  }
}

const app = createTokenApp({ appId, appCertificate, authorize: (_, asked) => asked });
const ROUTES = {
  '/fetch_rtc_token': { uid: 42, ChannelName: 'lobby', role: 1 },
  '/getToken': { tokenType: 'rtc', channel: 'lobby', uid: '42', role: 'publisher' },
  '/tokens': { services: [service] },
  '/inspect': { token, expected },
};
for (const [path, right] of Object.entries(ROUTES)) {
  for (const misplaced of MISPLACED) {
    for (const [wrong] of misplacedIn([right], misplaced)) {
      let body;
      try {
        body = JSON.stringify(wrong);
      } catch {
        continue; // not serializable
      }
      const response = await app.request(path, { method: 'POST', body });
      const answer = await response.json();
      // The guide answers with errors instead of the token.
      search(`${path} ${response.status}`, JSON.stringify(response.ok ? { ...answer, token: '' } : answer));
    }
  }
}

search('what was written', written.join(''));
delete process.stdout.write;
console.log(JSON.stringify({ outputs, leaks: [...new Set(leaks)] }));
