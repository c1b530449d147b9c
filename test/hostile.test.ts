/** Inputs that cost more than they look, and surroundings that misbehave. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  AccessTokenError,
  type Service,
  buildRtmToken,
  buildRtmTokenWithPermissions,
  buildToken,
  tokensEqual,
  verifyToken,
} from '../src/index.js';
import { refusalOf } from './refusal.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const PROJECT = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 60 };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the same object given many times is refused before all of it is read', () => {
  const names = new Array<string>(65_535).fill('');
  const byId = <Value>(value: Value, count: number): Record<number, Value> =>
    Object.fromEntries(Array.from({ length: count }, (_, id) => [id, value]));
  const rtm2: Service = { type: 'rtm2', userId: 'a', permissions: { 0: { 0: names } }, privileges: {} };
  const rtc: Service = {
    type: 'rtc',
    channelName: 'c'.repeat(60_000),
    uid: '',
    privileges: byId(60, 65_535),
  };
  const unknown: Service = { type: 'unknown', typeId: 99, count: 1, body: new Uint8Array(2 ** 28) };

  test.each<[what: string, argument: string, build: () => unknown]>([
    [
      'names under many ids',
      'permissions',
      () => buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', byId(byId(names, 300), 65_535), 60),
    ],
    ['permissions', 'services', () => buildToken({ ...PROJECT, services: new Array(65_535).fill(rtm2) })],
    [
      'privileges and texts',
      'services',
      () => buildToken({ ...PROJECT, limits: 'format', services: new Array(65_535).fill(rtc) }),
    ],
    ['bytes', 'services', () => buildToken({ ...PROJECT, services: [unknown] })],
  ])('%s', (_, argument, build) => {
    const start = performance.now();
    expect(refusalOf(build)).toMatchObject({ code: 'ERR_SERVICE', argument });
    // Each reads a few MiB at most; all of it would take minutes.
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a clock that does not tell the time', () => {
  test.each([NaN, Infinity, -Infinity, 2 ** 60])('%d verifies nothing and issues nothing', (time) => {
    const token = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60, { issueTs: 1_700_000_000 });
    vi.spyOn(Date, 'now').mockReturnValue(time);
    expect(() => verifyToken(token, CERTIFICATE)).toThrow(AccessTokenError);
    expect(refusalOf(() => buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60)).code).toBe('ERR_ISSUE_TS');
  });
});

test('of two tokens, the one that is none is named', () => {
  const token = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60);
  expect(refusalOf(() => tokensEqual(token, '5')).argument).toBe('b');
  expect(refusalOf(() => tokensEqual('5', token)).argument).toBe('a');
});

test('a proxy that refuses to be looked at is no error of ours', () => {
  const raise = (): never => {
    throw new Error('a trap');
  };
  expect(new Proxy({}, { has: raise }) instanceof AccessTokenError).toBe(false);
});
