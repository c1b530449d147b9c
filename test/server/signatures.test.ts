/** Counts the signatures that the server computes. */
import crypto from 'node:crypto';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { buildFpaToken } from '../../src/index.js';
import type { TokenAppOptions } from '../../src/server/app.js';
import { PROJECT, ask, post, server } from './ask.js';

/** The functions of node:crypto that a signature can be made of. */
const SPIES = (['hash', 'createHash', 'createHmac'] as const)
  .filter((name) => name in crypto)
  .map((name) => vi.spyOn(crypto, name));

function calls(): number {
  return SPIES.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}

function sign(): void {
  buildFpaToken(PROJECT.appId, PROJECT.appCertificate);
}

// The first signature in a process may take more calls, such as those of a self-test.
sign();
vi.clearAllMocks();
sign();
const CALLS_PER_SIGNATURE = calls();

beforeEach(() => {
  vi.clearAllMocks();
});

afterAll(() => {
  vi.restoreAllMocks();
});

const RTC = { uid: 42, ChannelName: 'lobby', role: 1 };
const RTM = { type: 'rtm', userId: 'alice', privileges: { 1: 60 } };
const ANY_USER = { type: 'rtc', channelName: 'lobby', uid: '', privileges: { 1: 60 } };
const GET_TOKEN = { tokenType: 'rtc', channel: 'lobby', uid: '42' };

test('a token takes a number of calls that can be counted', () => {
  expect(CALLS_PER_SIGNATURE).toBeGreaterThan(0);
});

test('creating a server computes no signature', () => {
  server();
  expect(calls()).toBe(0);
});

test.each<readonly [path: string, status: number, body: unknown, options: Partial<TokenAppOptions>]>([
  ['/tokens', 400, { services: [{ ...RTM, userId: '' }] }, {}],
  ['/tokens', 400, { services: [RTM], expire: 0 }, {}],
  ['/tokens', 403, { services: [ANY_USER] }, {}],
  ['/tokens', 403, { services: [RTM] }, { maxLifetime: 60 }],
  ['/tokens', 403, { services: [RTM] }, { authorize: () => null }],
  ['/tokens', 403, { services: [RTM] }, { authorize: () => Promise.reject(new Error('denied')) }],
  ['/tokens', 403, { services: [RTM] }, { authorize: () => ({ services: [], expire: 60 }) }],
  ['/fetch_rtc_token', 400, { ...RTC, uid: '42' }, {}],
  ['/fetch_rtc_token', 400, { ...RTC, ChannelName: 'ü' }, {}],
  ['/fetch_rtc_token', 403, { ...RTC, uid: 0 }, {}],
  ['/fetch_rtc_token', 403, RTC, { authorize: () => null }],
  ['/fetch_rtm_token', 400, { uid: ' alice' }, {}],
  ['/fetch_rtm_token', 403, { uid: 'alice' }, { authorize: () => null }],
  ['/getToken', 400, { ...GET_TOKEN, expire: 86_401 }, {}],
  ['/getToken', 403, GET_TOKEN, { authorize: () => null }],
])('a rejected request computes no signature: %s, %i, %j', async (path, status, body, options) => {
  expect((await post(server(options), path, body)).status).toBe(status);
  expect(calls()).toBe(0);
});

test.each<readonly [path: string, body: unknown]>([
  ['/tokens', { services: [RTM] }],
  ['/fetch_rtc_token', RTC],
  ['/fetch_rtm_token', { uid: 'alice' }],
  ['/getToken', GET_TOKEN],
])('a granted request computes one signature: %s', async (path, body) => {
  expect((await post(server(), path, body)).status).toBe(200);
  expect(calls()).toBe(CALLS_PER_SIGNATURE);
});

test('two tokens in one answer take two signatures', async () => {
  expect((await ask(server(), '/rte/lobby/publisher/uid/42')).status).toBe(200);
  expect(calls()).toBe(2 * CALLS_PER_SIGNATURE);
});

test('authorize is called only for valid requests', async () => {
  const authorize = vi.fn(() => null);
  expect((await post(server({ authorize }), '/fetch_rtc_token', { ...RTC, ChannelName: 'ü' })).status).toBe(400);
  expect(authorize).not.toHaveBeenCalled();
});
