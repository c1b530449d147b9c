import { describe, expect, test } from 'vitest';
import { type Service, buildToken, inspectToken, verifyToken } from '../../src/index.js';
import { type Answer, PROJECT, ask, post, server, tokenIn } from './ask.js';
import { expectSameContent } from './contents.js';

const RTM: Service = { type: 'rtm', userId: 'alice', privileges: { 1: 600 } };
const RTC: Service = { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 300, 2: 0 } };
const CHAT: Service = { type: 'chat', userId: 'alice', privileges: { 1: 600 } };
const APAAS: Service = { type: 'apaas', roomUuid: 'r', userUuid: 'u', role: 1, privileges: { 1: 60 } };
const RTM2: Service = { type: 'rtm2', userId: 'a', permissions: { 1: { 0: ['b'] } }, privileges: { 1: 60 } };

/** Expects a problem document with exactly these fields. */
function expectProblem(answer: Answer, status: number, code: string, argument?: string): void {
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: expect.stringMatching(/^[A-Z]/u) as unknown,
    status,
    detail: expect.stringMatching(/./u) as unknown,
    code,
    ...(argument !== undefined && { argument }),
  });
  expect(answer.status).toBe(status);
}

describe('POST /tokens', () => {
  test.each<readonly [number, number, readonly Service[]]>([
    [3600, 270, [RTC, RTM]],
    [200, 170, [RTC]],
    [10, 0, [RTM2]],
    [3600, 30, [APAAS]],
    [86_400, 86_370, [{ type: 'fpa', privileges: { 1: 0 } }]],
    [
      3600,
      3570,
      [
        { type: 'convoai', privileges: {} },
        { type: 'stt', privileges: {} },
      ],
    ],
  ])('a token of %i s is to be renewed after %i s', async (expire, renewal, services) => {
    const answer = await post(server(), '/tokens', { services, expire });
    const token = tokenIn(answer);
    const { issueTs } = verifyToken(token, PROJECT.appCertificate);
    expect(answer.body).toEqual({ token, expiresAt: issueTs + expire, renewAt: issueTs + renewal });
    expectSameContent(token, (options) => buildToken({ ...PROJECT, ...options, services, expire }));
    expect(inspectToken(token).timeline?.renewAt).toBe(issueTs + renewal);
  });

  test('a token lasts an hour by default', async () => {
    const answer = await post(server(), '/tokens', { services: [RTM] });
    expect(verifyToken(tokenIn(answer), PROJECT.appCertificate).expire).toBe(3600);
  });

  test.each<readonly [unknown, string, string | undefined]>([
    [{}, 'ERR_SERVICE', 'services'],
    [{ services: [] }, 'ERR_SERVICE', 'services'],
    [{ services: {} }, 'ERR_SERVICE', 'services'],
    [{ services: [null] }, 'ERR_SERVICE', 'services[0]'],
    [{ services: [{ type: 'tv' }] }, 'ERR_SERVICE', 'services[0].type'],
    [{ services: [{ ...RTM, channelName: 'x' }] }, 'ERR_SERVICE', 'services[0].channelName'],
    [{ services: [{ ...RTM, privileges: { 1: -1 } }] }, 'ERR_EXPIRE', 'services[0].privileges[1]'],
    [{ services: [{ ...RTM, privileges: { x: 1 } }] }, 'ERR_PRIVILEGES', 'services[0].privileges'],
    [{ services: [{ ...RTM, userId: '' }] }, 'ERR_USER_ID', 'services[0].userId'],
    [{ services: [{ ...RTC, uid: 42 }] }, 'ERR_UID', 'services[0].uid'],
    [{ services: [{ type: 'unknown', typeId: 99, count: 1, body: [] }] }, 'ERR_SERVICE', 'services[0].body'],
    [{ services: [RTM], expire: 0 }, 'ERR_EXPIRE', 'expire'],
    [{ services: [RTM], expire: null }, 'ERR_EXPIRE', 'expire'],
    [{ services: [RTM], expire: 1.5 }, 'ERR_EXPIRE', 'expire'],
    [{ services: [RTM], expire: 86_401 }, 'ERR_EXPIRE', 'expire'],
    [{ services: [RTM], expire: 1_800_000_000 }, 'ERR_EXPIRE_LOOKS_ABSOLUTE', 'expire'],
    [{ services: [RTM], expires: 60 }, 'ERR_OPTIONS', 'expires'],
    [{ services: [RTM], salt: 1 }, 'ERR_OPTIONS', 'salt'],
    ['{"services":[],"__proto__":1}', 'ERR_OPTIONS', '__proto__'],
    ['[]', 'ERR_BODY', undefined],
    ['{', 'ERR_BODY', undefined],
  ])('%j: %s', async (body, code, argument) => {
    expectProblem(await post(server(), '/tokens', body), 400, code, argument);
  });

  test.each<readonly [string, Service, string, object]>([
    ['any channel', { ...RTC, channelName: '' }, 'channelName', { allowWildcards: true }],
    ['a pattern of channels', { ...RTC, channelName: 'a*' }, 'channelName', { allowWildcards: true }],
    ['any user', { ...RTC, uid: '' }, 'uid', { allowAnyUser: true }],
    ['the uid 0', { ...RTC, uid: '0' }, 'uid', { allowAnyUser: true }],
    ['any user by a wildcard', { ...RTC, uid: '*' }, 'uid', { allowAnyUser: true, allowWildcards: true }],
    ['a pattern of users', { ...RTC, uid: 'a*' }, 'uid', { allowWildcards: true }],
    [
      'any streamer',
      { type: 'streaming', channelName: 'c', account: '', privileges: {} },
      'account',
      { allowAnyUser: true },
    ],
    [
      'any channel of a CDN',
      { type: 'fcdn', channelName: '*', account: 'a', privileges: {} },
      'channelName',
      { allowWildcards: true },
    ],
    ['an app server of Chat', { ...CHAT, userId: '' }, 'userId', { allowChatAppTokens: true }],
    ["an app server's privilege", { ...CHAT, privileges: { 2: 60 } }, 'userId', { allowChatAppTokens: true }],
    ['an app server of APaaS', { ...APAAS, userUuid: '' }, 'userUuid', { allowChatAppTokens: true }],
    ["an app server's APaaS privilege", { ...APAAS, privileges: { 3: 60 } }, 'userUuid', { allowChatAppTokens: true }],
    [
      'any channel of RTM2',
      { ...RTM2, permissions: { 1: { 0: ['b', '*'] } } },
      'permissions',
      { allowWildcards: true },
    ],
  ])('%s: 403 unless the options allow it', async (_, service, field, allowing) => {
    const refused = await post(server(), '/tokens', { services: [RTM, service] });
    expectProblem(refused, 403, 'ERR_REFUSED', `services[1].${field}`);
    const allowed = await post(server(allowing), '/tokens', { services: [service] });
    expect(verifyToken(tokenIn(allowed), PROJECT.appCertificate).services).toEqual([service]);
  });

  test('a wildcard for any user needs two options', async () => {
    const anyUser = { services: [{ ...RTC, uid: '*' }] };
    expect((await post(server({ allowAnyUser: true }), '/tokens', anyUser)).status).toBe(403);
    expect((await post(server({ allowWildcards: true }), '/tokens', anyUser)).status).toBe(403);
  });

  test('rejects lifetimes above the cap', async () => {
    const app = server({ maxLifetime: 600 });
    expectProblem(await post(app, '/tokens', { services: [RTM] }), 403, 'ERR_REFUSED', 'expire');
    const tooLong = { ...RTM, privileges: { 1: 601 } };
    const answer = await post(app, '/tokens', { services: [tooLong], expire: 600 });
    expectProblem(answer, 403, 'ERR_REFUSED', 'services[0].privileges[1]');
    expect((await post(app, '/tokens', { services: [RTM], expire: 600 })).status).toBe(200);
  });
});

describe('POST /inspect', () => {
  const token = buildToken({ ...PROJECT, expire: 3600, services: [RTM] });

  test('does not exist without the option', async () => {
    expectProblem(await post(server(), '/inspect', { token }), 404, 'ERR_NOT_FOUND');
  });

  test.each([true, Promise.resolve(true)])('answers the result of inspectToken', async (allowed) => {
    const { status, body } = await post(server({ inspect: () => allowed }), '/inspect', { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, signature: 'valid', findings: [], token: { services: [RTM] } });
    expect((body['token'] as { content: string }).content).toMatch(/^[0-9a-f]+$/u);
    const { findings, timeline } = inspectToken(token, PROJECT);
    expect(body).toMatchObject({ findings, timeline });
  });

  test('finds that a token is of another project', async () => {
    const other = buildToken({ ...PROJECT, appId: 'f'.repeat(32), expire: 3600, services: [RTM] });
    const { status, body } = await post(server({ inspect: () => true }), '/inspect', { token: other });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, findings: [{ code: 'APP_ID_MISMATCH' }] });
  });

  test.each<() => unknown>([
    () => false,
    () => undefined,
    () => 1,
    () => 'true',
    () => {
      throw new Error('broken');
    },
    () => Promise.reject(new Error('broken')),
    () => Promise.resolve('true'),
  ])('denies unless the option returns true: %s', async (inspect) => {
    const errors: unknown[] = [];
    const app = server({ inspect: inspect as () => boolean, onError: (error) => errors.push(error) });
    expectProblem(await post(app, '/inspect', { token }), 403, 'ERR_REFUSED');
    expect(errors).toEqual(String(inspect).includes('broken') ? [new Error('broken')] : []);
  });

  test.each([
    [{}, 'ERR_TOKEN_TYPE', 'token'],
    [{ token: 1 }, 'ERR_TOKEN_TYPE', 'token'],
    [{ token, appCertificate: 'f'.repeat(32) }, 'ERR_OPTIONS', 'appCertificate'],
  ])('%j: 400', async (body, code, argument) => {
    expectProblem(await post(server({ inspect: () => true }), '/inspect', body), 400, code, argument);
  });

  test('answers 200 for a string that is not a token', async () => {
    const { status, body } = await post(server({ inspect: () => true }), '/inspect', { token: 'garbage' });
    expect([status, body['ok'], body['token']]).toEqual([200, false, null]);
  });
});

describe('GET /healthz', () => {
  test('answers ok', async () => {
    const { status, body } = await ask(server({ authorize: () => null }), '/healthz');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
    expect((await ask(server(), '/healthz', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('other paths and methods', () => {
  test.each(['/', '/token', '/tokens/', '/fetch_rtc_token/x', '/Healthz', '//', '/..%2ftokens'])(
    '%s: 404',
    async (path) => {
      expectProblem(await ask(server(), path), 404, 'ERR_NOT_FOUND');
      expect((await ask(server(), path, { method: 'HEAD' })).status).toBe(404);
    },
  );

  test.each([
    ['/tokens', 'GET', 'POST, OPTIONS'],
    ['/tokens', 'HEAD', 'POST, OPTIONS'],
    ['/tokens', 'PUT', 'POST, OPTIONS'],
    ['/getToken', 'GET', 'POST, OPTIONS'],
    ['/healthz', 'POST', 'GET, HEAD, OPTIONS'],
    ['/rtm/alice', 'DELETE', 'GET, OPTIONS'],
  ])('%s does not support %s', async (path, method, allow) => {
    const answer = await ask(server(), path, { method });
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, allow]);
    if (method !== 'HEAD') expectProblem(answer, 405, 'ERR_METHOD');
  });
});
