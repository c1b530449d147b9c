/**
 * Keeps every array of bytes that the library makes while it is loaded, calls what handles secrets, and prints which
 * secrets are left in those arrays. A process of its own, since a class of the language is replaced.
 */
import { createHmac } from 'node:crypto';

const { Uint8Array: Bytes } = globalThis;
const kept = [];
let isLoading = true;
globalThis.Uint8Array = class Uint8Array extends Bytes {
  constructor(...args) {
    super(...args);
    if (isLoading) kept.push(this);
  }
};
const {
  buildToken,
  buildToken006,
  buildTokenWithUid,
  decodeToken,
  inspectToken,
  verifyToken,
  verifyToken006,
} = await import('../../dist/index.js');
isLoading = false;
globalThis.Uint8Array = Bytes;

const appId = '970CA35de60c44645bbae8a215061b33';
const appCertificate = '5CFd2fd1755d40ecb72977518be15d3b';
const [issueTs, salt] = [1_700_000_000, 123_456_789];
const now = issueTs;

const le32 = (value) => Buffer.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
const hmac = (key, message) => createHmac('sha256', key).update(message).digest();
const k1 = hmac(le32(issueTs), Buffer.from(appCertificate));
const k2 = hmac(le32(salt), k1);

const token = buildTokenWithUid(appId, appCertificate, 'a-channel-of-its-own', 42, 1, 3600, undefined, {
  issueTs,
  salt,
});
const { signature } = decodeToken(token);
const secrets = {
  certificate: Buffer.from(appCertificate),
  k1,
  k2,
  signature: Buffer.from(signature),
  channel: Buffer.from('a-channel-of-its-own'),
  token: Buffer.from(token.slice(3, 40)),
  stream: Buffer.from(token.slice(3), 'base64').subarray(0, 24),
};

const refused = (action) => {
  try {
    action();
    return false;
  } catch {
    return true;
  }
};
const request006 = {
  appId,
  appCertificate,
  channelName: 'a-channel-of-its-own',
  uid: 42,
  ts: 0,
  salt,
  privileges: { 1: 0 },
};
const token006 = buildToken006(request006);
const CALLS = {
  mint: () =>
    buildTokenWithUid(appId, appCertificate, 'a-channel-of-its-own', 42, 1, 3600, undefined, {
      issueTs,
      salt,
    }),
  'mint what is refused': () =>
    refused(() =>
      buildToken({
        appId,
        appCertificate,
        expire: 60,
        issueTs,
        salt,
        services: [{ type: 'rtc', channelName: 'a-channel-of-its-own', uid: '42', privileges: { 1: -1 } }],
      }),
    ),
  'mint much': () =>
    buildToken({
      appId,
      appCertificate,
      expire: 60,
      issueTs,
      salt,
      limits: 'format',
      services: [{ type: 'rtc', channelName: 'a-channel-of-its-own'.repeat(200), uid: '42', privileges: {} }],
    }),
  decode: () => decodeToken(token),
  'decode what is cut': () => refused(() => decodeToken(token.slice(0, -8))),
  'decode what is damaged': () => refused(() => decodeToken(`${token.slice(0, -8)}AAAAAAA=`)),
  'decode what is no base64': () => refused(() => decodeToken(`${token.slice(0, -8)}!${token.slice(-7)}`)),
  'decode what is beyond ASCII': () => refused(() => decodeToken(`${token.slice(0, -8)}€${token.slice(-7)}`)),
  'decode too much': () => refused(() => decodeToken(token, { maxContentLength: 50 })),
  verify: () => verifyToken(token, appCertificate, { now }),
  'verify with another': () => refused(() => verifyToken(token, '0'.repeat(32), { now })),
  'verify for another': () => refused(() => verifyToken(token, appCertificate, { now, uid: 43 })),
  inspect: () => inspectToken(token, { appCertificate, now }),
  'inspect what is cut': () => inspectToken(token.slice(0, -8), { appCertificate, now }),
  'verify an older one': () =>
    verifyToken006(token006, appCertificate, { channelName: 'a-channel-of-its-own', uid: 42, now }),
  'mint an older one': () => buildToken006(request006),
};

/** A key is also one where it was combined with the padding of HMAC. */
const PADS = [0, 0x36, 0x5c];
const leaks = [];
for (const [name, call] of Object.entries(CALLS)) {
  if (call() === false) leaks.push(`${name}: was not refused`);
  for (const [index, bytes] of kept.entries()) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const [secret, value] of Object.entries(secrets)) {
      if (PADS.some((pad) => buffer.includes(Buffer.from(value.map((byte) => byte ^ pad))))) {
        leaks.push(`${name}: ${secret} in array ${index} of ${bytes.length} bytes`);
      }
    }
  }
}
console.log(JSON.stringify({ arrays: kept.map(({ length }) => length), leaks }));
