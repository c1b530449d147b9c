import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BuildToken006Options, Service } from '../src/index.js';
import { buildFpaToken, buildToken006, decodeToken, decodeToken006, tokensEqual } from '../src/index.js';
import { errorOf } from './error-of.js';
import { referenceContent, str, tokenOfContent, tokenOfStream, uint16, uint32 } from './reference.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const NOW = 1_700_000_000;

function contentWith(services: readonly Service[]): Buffer {
  const project = { appId: APP_ID, appCertificate: CERTIFICATE };
  return referenceContent({ ...project, issueTs: NOW, expire: 3600, salt: 1, services });
}

const UNKNOWN: Service = { type: 'unknown', typeId: 99, count: 1, body: Uint8Array.of(1, 2, 3) };
const CONTENT = contentWith([{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600 } }, UNKNOWN]);
const TOKEN = tokenOfContent(CONTENT);

const REQUEST_006: BuildToken006Options = {
  appId: APP_ID,
  appCertificate: CERTIFICATE,
  channelName: 'lobby',
  uid: 42,
  ts: NOW,
  salt: 1,
  privileges: { 1: NOW },
};
const TOKEN_006 = buildToken006(REQUEST_006);

function expectEqual(a: string, b: string, isEqual: boolean): void {
  expect(tokensEqual(a, b)).toBe(isEqual);
  expect(tokensEqual(b, a)).toBe(isEqual);
}

describe('tokens of version 007', () => {
  test('are equal with the same content and any compression', () => {
    for (const level of [0, 1, 6, 9]) expectEqual(TOKEN, tokenOfStream(deflateSync(CONTENT, { level })), true);
    expect(tokenOfStream(deflateSync(CONTENT, { level: 0 }))).not.toBe(TOKEN);
  });

  test('differ if any byte of the content differs', () => {
    let compared = 0;
    for (const index of CONTENT.keys()) {
      const changed = Buffer.from(CONTENT);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const other = tokenOfContent(changed);
      try {
        decodeToken(other);
      } catch {
        continue;
      }
      expectEqual(TOKEN, other, false);
      compared++;
    }
    expect(compared).toBeGreaterThan(80);
  });

  test('differ if one content is a prefix of the other', () => {
    const longer = { ...UNKNOWN, body: Uint8Array.of(1, 2, 3, 4) };
    expectEqual(tokenOfContent(contentWith([UNKNOWN])), tokenOfContent(contentWith([longer])), false);
  });

  test('need no valid signature and no services', () => {
    const unsigned = tokenOfContent(contentWith([]).fill(0, 2, 34));
    expectEqual(unsigned, unsigned, true);
    expectEqual(unsigned, tokenOfContent(contentWith([])), false);
  });
});

describe('tokens of version 006', () => {
  test('are equal with the same App ID and content', () => {
    expectEqual(TOKEN_006, buildToken006(REQUEST_006), true);
    expectEqual(TOKEN_006, buildToken006({ ...REQUEST_006, salt: 2 }), false);
    expectEqual(TOKEN_006, TOKEN_006.replace(APP_ID, APP_ID.toLowerCase()), false);
  });

  test('differ from tokens of version 007', () => {
    expectEqual(TOKEN_006, TOKEN, false);
  });

  test('differ from a token of version 007 with the same App ID and content', () => {
    const ends = Array.from({ length: 1369 }, (_, id) => Buffer.concat([uint16(id), uint32(0)]));
    const message = Buffer.concat([Buffer.from('saltends'), uint16(ends.length), ...ends]);
    // At byte 34: in 006 two checksums and the message, in 007 an App ID and the other fields.
    const names = Buffer.concat([uint16(32), Buffer.from('checks')]);
    const content = Buffer.concat([str(Buffer.alloc(32)), names, str(message)]);
    const appId = content.toString('utf8', 36, 68);
    // One service of an unknown type.
    content.set([1, 0, 99, 0], 80);
    const token007 = `007${deflateSync(content).toString('base64')}`;
    const token006 = `006${appId}${content.toString('base64')}`;
    const [a, b] = [decodeToken(token007), decodeToken006(token006)];
    expect([b.appId, b.content]).toEqual([a.appId, a.content]);
    expectEqual(token007, token006, false);
  });
});

test.each<[what: string, other: unknown, code: string]>([
  ['undefined', undefined, 'ERR_TOKEN_TYPE'],
  ['a number', 6, 'ERR_TOKEN_TYPE'],
  ['a String object', new String(TOKEN), 'ERR_TOKEN_TYPE'],
  ['an empty string', '', 'ERR_TOKEN_VERSION'],
  ['a version alone', '007', 'ERR_TOKEN_TRUNCATED'],
  ['the older version alone', '006', 'ERR_TOKEN_TRUNCATED'],
  ['invalid base64', `${TOKEN}!`, 'ERR_TOKEN_BASE64'],
  ['an invalid zlib stream', tokenOfStream(Buffer.from('lobby')), 'ERR_TOKEN_ZLIB'],
  ['a truncated content', tokenOfContent(CONTENT.subarray(0, 40)), 'ERR_TOKEN_TRUNCATED'],
])('%s is rejected in either place', (_, other, code) => {
  const compare = tokensEqual as (a: unknown, b: unknown) => boolean;
  for (const token of [buildFpaToken(APP_ID, CERTIFICATE), TOKEN_006]) {
    expect(errorOf(() => compare(token, other)).code).toBe(code);
    expect(errorOf(() => compare(other, token)).code).toBe(code);
  }
});

test.each(['5', '006', '5'.repeat(2 ** 21)])('the invalid token %# is named', (other) => {
  expect(errorOf(() => tokensEqual(TOKEN, other)).argument).toBe('b');
  expect(errorOf(() => tokensEqual(other, TOKEN)).argument).toBe('a');
});
