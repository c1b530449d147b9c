import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createTokenApp } from '../../src/server/app.js';
import { SAMPLE } from '../packed.js';
import { refusalOf } from '../refusal.js';
import { PROJECT, post, server } from './ask.js';

const OPTIONS = { ...PROJECT, authorize: (): null => null };

function createWith(options: unknown): unknown {
  return createTokenApp(options as typeof OPTIONS);
}

test.each<readonly [unknown, string, string]>([
  [undefined, 'ERR_OPTIONS', 'options'],
  [null, 'ERR_OPTIONS', 'options'],
  [[], 'ERR_OPTIONS', 'options'],
  [{ ...OPTIONS, appId: '' }, 'ERR_APP_ID', 'appId'],
  [{ ...OPTIONS, appId: undefined }, 'ERR_APP_ID', 'appId'],
  [{ ...OPTIONS, appCertificate: `${PROJECT.appCertificate}\n` }, 'ERR_APP_CERTIFICATE', 'appCertificate'],
  [PROJECT, 'ERR_OPTIONS', 'authorize'],
  [{ ...OPTIONS, authorize: true }, 'ERR_OPTIONS', 'authorize'],
  [{ ...OPTIONS, authorise: OPTIONS.authorize }, 'ERR_OPTIONS', 'authorise'],
  [{ ...OPTIONS, toString: 1 }, 'ERR_OPTIONS', 'toString'],
  [{ ...OPTIONS, inspect: true }, 'ERR_OPTIONS', 'inspect'],
  [{ ...OPTIONS, onError: 'log' }, 'ERR_OPTIONS', 'onError'],
  [{ ...OPTIONS, allowAnyUser: 1 }, 'ERR_OPTIONS', 'allowAnyUser'],
  [{ ...OPTIONS, allowWildcards: 'yes' }, 'ERR_OPTIONS', 'allowWildcards'],
  [{ ...OPTIONS, allowChatAppTokens: null }, 'ERR_OPTIONS', 'allowChatAppTokens'],
  [{ ...OPTIONS, maxLifetime: 0 }, 'ERR_EXPIRE', 'maxLifetime'],
  [{ ...OPTIONS, maxLifetime: 86_401 }, 'ERR_EXPIRE', 'maxLifetime'],
  [{ ...OPTIONS, maxLifetime: '60' }, 'ERR_EXPIRE', 'maxLifetime'],
  [{ ...OPTIONS, maxLifetime: NaN }, 'ERR_EXPIRE', 'maxLifetime'],
  [{ ...OPTIONS, allowOrigins: 'https://a.example' }, 'ERR_OPTIONS', 'allowOrigins'],
  ...([
    ...['*', 'null', '', 'a.example', 'https://a.example/', 'https://a.example/x', 'HTTPS://a.example'],
    ...['https://A.example', 'https://a.example:443', 'https://*.example', 'https://u@a.example', 'file://'],
    ...['https://a.example, https://b.example', 1],
  ].map((origin) => {
    return [{ ...OPTIONS, allowOrigins: ['http://localhost:1', origin] }, 'ERR_OPTIONS', 'allowOrigins[1]'];
  }) as (readonly [unknown, string, string])[]),
])('rejects %j with %s', (options, code, argument) => {
  const error = refusalOf(() => createWith(options));
  expect(error).toMatchObject({ code, argument });
  expect(error.message).toMatch(new RegExp(`^${argument.replace(/[[\]]/gu, '\\$&')}: .+; .+`, 'u'));
  expect(error.message).not.toContain(SAMPLE.AGORA_APP_CERTIFICATE);
});

test('an undefined option counts as absent', () => {
  const left = { inspect: undefined, allowOrigins: undefined, maxLifetime: undefined, onError: undefined };
  expect(createTokenApp({ ...OPTIONS, ...left, allowAnyUser: undefined })).toBeInstanceOf(Hono);
});

test('changing the options afterwards has no effect', async () => {
  const options = { ...OPTIONS, allowOrigins: ['https://a.example'] };
  const app = createTokenApp(options);
  options.authorize = ((_: Request, asked: unknown) => asked) as typeof options.authorize;
  options.allowOrigins.push('https://b.example');
  const origin = { Origin: 'https://b.example' };
  const { status, headers } = await post(app, '/fetch_rtm_token', { uid: 'alice' }, origin);
  expect([status, headers.get('Access-Control-Allow-Origin')]).toEqual([403, null]);
});

describe('mounted into another app', () => {
  test('answers only below its path, even if the body was read before', async () => {
    const larger = new Hono();
    larger.use('/agora/*', async (c, next) => {
      await c.req.json();
      await next();
    });
    larger.route('/agora', server());
    larger.get('/elsewhere', (c) => c.text('here'));
    const body = { uid: 1, ChannelName: 'test', role: 1 };
    expect((await post(larger, '/agora/fetch_rtc_token', body)).status).toBe(200);
    expect(await (await larger.request('/elsewhere')).text()).toBe('here');
    expect((await larger.request('/healthz')).status).toBe(404);
  });
});
