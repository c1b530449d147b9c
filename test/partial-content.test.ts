/** The fields that can be read from a damaged content. */
import { expect, test } from 'vitest';
import { unpackPartialContent } from '../src/token.js';
import { referenceContent } from './reference.js';

const CLAIMS = {
  appId: '970CA35de60c44645bbae8a215061b33',
  appCertificate: '5CFd2fd1755d40ecb72977518be15d3b',
  issueTs: 1_700_000_000,
  expire: 3600,
  salt: 7,
  services: [
    { type: 'fpa', privileges: { 1: 0 } },
    { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 60 } },
  ],
} as const;
const CONTENT = Uint8Array.from(referenceContent(CLAIMS));

test('a whole content has all fields', () => {
  const { appId, issueTs, expire, salt } = CLAIMS;
  const { services, ...token } = unpackPartialContent(CONTENT);
  const signature = CONTENT.slice(2, 34);
  expect(token).toEqual({ version: '007', signature, appId, issueTs, expire, expiresAt: issueTs + expire, salt });
  expect(services.map(({ type }) => type).sort()).toEqual(['fpa', 'rtc']);
});

test.each([
  [0, []],
  [33, []],
  [34, ['signature']],
  [67, ['signature']],
  [68, ['signature', 'appId']],
  [72, ['signature', 'appId', 'issueTs']],
  [75, ['signature', 'appId', 'issueTs']],
  [76, ['signature', 'appId', 'issueTs', 'expire', 'expiresAt']],
  [80, ['signature', 'appId', 'issueTs', 'expire', 'expiresAt', 'salt']],
])('the first %d bytes have the fields %j', (length, fields) => {
  const { version, services, ...token } = unpackPartialContent(CONTENT.slice(0, length));
  expect([version, services, Object.keys(token)]).toEqual(['007', [], fields]);
});

test('a truncated content has the services before its end', () => {
  const counts = Array.from(CONTENT, (_, length) => unpackPartialContent(CONTENT.slice(0, length)).services.length);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(new Set(counts)).toEqual(new Set([0, 1]));
  expect(unpackPartialContent(CONTENT.slice(0, -1)).services).toEqual([unpackPartialContent(CONTENT).services[0]]);
});
