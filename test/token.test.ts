/** Signing with a platform that records its calls. */
import { describe, expect, test } from 'vitest';
import { buildToken } from '../src/builders/any.js';
import { buildFpaToken } from '../src/builders/fpa.js';
import { MAX_DEFLATED_LENGTH } from '../src/codec/fixed-block.js';
import type { UnsignedToken } from '../src/build-options.js';
import { signer } from '../src/platform/node.js';
import type { Signer } from '../src/platform/platform.js';
import { signToken } from '../src/token.js';
import { buildToken006 } from '../src/token006.js';
import { errorOf } from './error-of.js';
import { contentOfToken, referenceContent } from './reference.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const OPTIONS = { issueTs: 1_700_000_000, salt: 7 };
/** The bytes of a content before the body of its first service. */
const BEFORE = 84;

/** Runs the steps of a function that signs. */
function run<Result>(steps: Generator<Uint8Array, Result, Uint8Array>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next(step.value);
  return step.value;
}

function unsignedOfLength(length: number): UnsignedToken {
  const body = new Uint8Array(length - BEFORE).map((_, index) => index);
  const services = [{ type: 'unknown', typeId: 99, count: 1, body }] as const;
  return buildToken({ appId: APP_ID, appCertificate: CERTIFICATE, expire: 60, services, ...OPTIONS });
}

test.each([
  [MAX_DEFLATED_LENGTH - 1, 0],
  [MAX_DEFLATED_LENGTH, 0],
  [MAX_DEFLATED_LENGTH + 1, 1],
])('a content of %d bytes is compressed by the platform %d times', (length, calls) => {
  const deflated: Uint8Array[] = [];
  const deflate = (content: Uint8Array): Uint8Array => {
    deflated.push(content);
    return signer.deflate(content);
  };
  const unsigned = unsignedOfLength(length);
  const token = run(signToken({ ...signer, deflate }, unsigned));
  expect(deflated).toHaveLength(calls);
  const { services } = unsigned;
  const request = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 60, services, ...OPTIONS };
  expect(contentOfToken(token).equals(referenceContent(request))).toBe(true);
});

test('issue time and salt default to the clock and the platform', () => {
  const randomSalt = (): number => 123;
  const [before, token] = [Math.floor(Date.now() / 1000), buildFpaToken(APP_ID, CERTIFICATE)];
  const content = contentOfToken(run(signToken({ ...signer, randomSalt }, token)));
  expect(content.readUInt32LE(68)).toBeGreaterThanOrEqual(before);
  expect(content.readUInt32LE(76)).toBe(123);
});

describe('in a browser', () => {
  const browser: Signer<Uint8Array> = { ...signer, isBrowser: () => true };
  const problem = 'minting is disabled in browsers, where anyone who opens the page can read the certificate';
  const hint = 'mint on a server; for a page that none but you can open, pass allowBrowser: true';
  const options006 = { appId: APP_ID, appCertificate: CERTIFICATE, channelName: 'c', uid: 1, ts: 0, privileges: {} };

  test('minting is rejected, with and without allowBrowser: false', () => {
    for (const options of [{}, { allowBrowser: false }]) {
      const error = errorOf(() => run(signToken(browser, buildFpaToken(APP_ID, CERTIFICATE, options))));
      expect(error).toMatchObject({ code: 'ERR_OPTIONS', argument: 'allowBrowser', problem, hint });
      expect(errorOf(() => run(buildToken006(browser, { ...options006, ...options }))).problem).toBe(problem);
    }
  });

  test('minting is allowed with allowBrowser: true', () => {
    const options = { ...OPTIONS, allowBrowser: true };
    const expected = run(signToken(signer, buildFpaToken(APP_ID, CERTIFICATE, OPTIONS)));
    expect(run(signToken(browser, buildFpaToken(APP_ID, CERTIFICATE, options)))).toBe(expected);
    expect(run(buildToken006(browser, { ...options006, allowBrowser: true }))).toMatch(/^006/u);
  });
});
