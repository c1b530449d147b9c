import { describe, expect, test } from 'vitest';
import {
  Role,
  buildChatAppToken,
  buildChatUserToken,
  buildRtmToken,
  buildToken,
  buildTokenWithUid,
  buildTokenWithUserAccount,
} from '../../src/index.js';
import { type Answer, PROJECT, ask, post, server, tokenIn } from './ask.js';
import { expectSameContent } from './contents.js';

const { appId, appCertificate } = PROJECT;

/** The token for RTM with a stream channel. */
function streamToken(channelName: string, userId: string, expire: number, options: object): string {
  return buildToken({
    ...PROJECT,
    ...options,
    expire,
    services: [
      { type: 'rtc', channelName, uid: userId, privileges: { 1: expire, 4: expire } },
      { type: 'rtm', userId, privileges: { 1: expire } },
    ],
  });
}

function expectError({ status, body }: Answer, expected: number, words: RegExp): void {
  expect(status).toBe(expected);
  const message = expect.stringMatching(words) as unknown;
  expect(body).toEqual({ status: expected, error: message, message });
}

describe('POST /getToken', () => {
  const RTC = { tokenType: 'rtc', channel: 'c 1', role: 'publisher', uid: '42', expire: 600 };

  test('mints a publisher token for a uid', async () => {
    const answer = await post(server(), '/getToken', RTC);
    expect(Object.keys(answer.body)).toEqual(['token']);
    expectSameContent(tokenIn(answer), (options) =>
      buildTokenWithUid(appId, appCertificate, 'c 1', 42, Role.Publisher, 600, 600, options),
    );
  });

  test.each(['subscriber', '', undefined, null])('mints a subscriber token for an account: role %j', async (role) => {
    const answer = await post(server(), '/getToken', { ...RTC, role, uid: 'alice1' });
    expectSameContent(tokenIn(answer), (options) =>
      buildTokenWithUserAccount(appId, appCertificate, 'c 1', 'alice1', Role.Subscriber, 600, 600, options),
    );
  });

  test.each([undefined, null, 0])('expire %j means an hour', async (expire) => {
    const answer = await post(server(), '/getToken', { ...RTC, expire });
    expectSameContent(tokenIn(answer), (options) =>
      buildTokenWithUid(appId, appCertificate, 'c 1', 42, Role.Publisher, 3600, 3600, options),
    );
  });

  test('mints an RTM token with and without a channel', async () => {
    const rtm = { tokenType: 'rtm', uid: 'alice', expire: 600, other: true };
    expectSameContent(tokenIn(await post(server(), '/getToken', rtm)), (options) =>
      buildRtmToken(appId, appCertificate, 'alice', 600, options),
    );
    expectSameContent(tokenIn(await post(server(), '/getToken', { ...rtm, channel: 'c' })), (options) =>
      streamToken('c', 'alice', 600, options),
    );
  });

  test('mints a Chat token for a user', async () => {
    const answer = await post(server(), '/getToken', { tokenType: 'chat', uid: 'alice' });
    expectSameContent(tokenIn(answer), (options) => buildChatUserToken(appId, appCertificate, 'alice', 3600, options));
  });

  test.each([{}, { uid: '' }, { uid: null }])(
    'mints a Chat token for an app server only if allowed: %j',
    async (user) => {
      const chat = { tokenType: 'chat', ...user };
      expectError(await post(server(), '/getToken', chat), 403, /app server/u);
      const answer = await post(server({ allowChatAppTokens: true }), '/getToken', chat);
      expectSameContent(tokenIn(answer), (options) => buildChatAppToken(appId, appCertificate, 3600, options));
    },
  );

  test.each([
    [{ ...RTC, uid: '4294967296' }, /^uid: /u],
    [{ ...RTC, uid: '18446744073709551616' }, /^uid: /u],
    [{ ...RTC, uid: '01' }, /^uid: /u],
    [{ ...RTC, uid: '1.5' }, /^uid: /u],
    [{ ...RTC, uid: '-1' }, /^uid: /u],
    [{ ...RTC, uid: '+1' }, /^uid: /u],
    [{ ...RTC, uid: '.5' }, /^uid: /u],
    [{ ...RTC, uid: 42 }, /^uid: /u],
    [{ ...RTC, uid: '' }, /^uid: /u],
    [{ ...RTC, uid: undefined }, /^uid: /u],
    [{ ...RTC, uid: 'ü' }, /^uid: /u],
    [{ ...RTC, channel: '' }, /^channel: /u],
    [{ ...RTC, channel: undefined }, /^channel: /u],
    [{ ...RTC, channel: 'x'.repeat(65) }, /^channel: /u],
    [{ ...RTC, role: 'Publisher' }, /^role: /u],
    [{ ...RTC, role: 'PUBLISHER' }, /^role: /u],
    [{ ...RTC, role: 1 }, /^role: /u],
    [{ ...RTC, tokenType: 'RTC' }, /^tokenType: /u],
    [{ ...RTC, tokenType: undefined }, /^tokenType: /u],
    [{ ...RTC, tokenType: 'toString' }, /^tokenType: /u],
    [{ ...RTC, expire: -1 }, /^expire: /u],
    [{ ...RTC, expire: 1.5 }, /^expire: /u],
    [{ ...RTC, expire: '600' }, /^expire: /u],
    [{ ...RTC, expire: 86_401 }, /^expire: /u],
    [{ ...RTC, expire: 4_294_967_896 }, /^expire: .*timestamp/u],
    [{ ...RTC, expire: true }, /^expire: /u],
    [{ tokenType: 'rtm' }, /^uid: /u],
    [{ tokenType: 'rtm', uid: '0' }, /^uid: /u],
    [{ tokenType: 'rtm', uid: '*' }, /^uid: /u],
    [{ tokenType: 'chat', uid: 'x'.repeat(65) }, /^uid: /u],
    ['no JSON', /^the body /u],
  ])('%j: 400', async (body, words) => {
    expectError(await post(server(), '/getToken', body), 400, words);
  });

  test.each([
    { ...RTC, uid: '0' },
    { ...RTC, uid: '*' },
    { ...RTC, uid: 'a*' },
    { ...RTC, channel: '*' },
    { tokenType: 'rtm', uid: 'alice', channel: '*' },
  ])('%j: 403', async (body) => {
    expectError(await post(server(), '/getToken', body), 403, /^(?:uid|channel): /u);
  });

  test('a lifetime above the cap: 403', async () => {
    const app = server({ maxLifetime: 599 });
    expectError(await post(app, '/getToken', RTC), 403, /^expire: .*599/u);
  });

  test('mints a token for the uid 0 if allowed', async () => {
    const answer = await post(server({ allowAnyUser: true }), '/getToken', { ...RTC, uid: '0' });
    expectSameContent(tokenIn(answer), (options) =>
      buildTokenWithUid(appId, appCertificate, 'c 1', 0, Role.Publisher, 600, 600, options),
    );
  });
});

describe.each(['', '/'])('GET, with %j at the end', (slash) => {
  test('/rtc/…/uid/…', async () => {
    const answer = await ask(server(), `/rtc/c%201/publisher/uid/42${slash}?expiry=600`);
    expect(Object.keys(answer.body)).toEqual(['rtcToken']);
    expectSameContent(tokenIn(answer, 'rtcToken'), (options) =>
      buildTokenWithUid(appId, appCertificate, 'c 1', 42, Role.Publisher, 600, 600, options),
    );
  });

  test.each(['alice', '42x', '01'])('/rtc/…/userAccount/%s', async (account) => {
    const answer = await ask(server(), `/rtc/c/subscriber/userAccount/${account}${slash}`);
    expectSameContent(tokenIn(answer, 'rtcToken'), (options) =>
      buildTokenWithUserAccount(appId, appCertificate, 'c', account, Role.Subscriber, 3600, 3600, options),
    );
  });

  test('/rtm/…', async () => {
    const answer = await ask(server(), `/rtm/alice${slash}`);
    expect(Object.keys(answer.body)).toEqual(['rtmToken']);
    expectSameContent(tokenIn(answer, 'rtmToken'), (options) =>
      buildRtmToken(appId, appCertificate, 'alice', 3600, options),
    );
  });

  test.each([
    ['42', '', '42'],
    ['42', '/alice', 'alice'],
  ])('/rte/…/uid/%s%s', async (uid, rtm, user) => {
    const asked: unknown[] = [];
    const app = server({ authorize: (_, given) => (asked.push(given), given) });
    const answer = await ask(app, `/rte/c/publisher/uid/${uid}${rtm}${slash}?expiry=60`);
    expect(Object.keys(answer.body)).toEqual(['rtcToken', 'rtmToken']);
    expectSameContent(tokenIn(answer, 'rtcToken'), (options) =>
      buildTokenWithUid(appId, appCertificate, 'c', 42, Role.Publisher, 60, 60, options),
    );
    expectSameContent(tokenIn(answer, 'rtmToken'), (options) => streamToken('c', user, 60, options));
    expect(asked).toHaveLength(2);
  });

  test('/chat/account/… and /chat/app', async () => {
    const user = await ask(server(), `/chat/account/alice${slash}?expiry=86400`);
    expectSameContent(tokenIn(user, 'chatToken'), (options) =>
      buildChatUserToken(appId, appCertificate, 'alice', 86_400, options),
    );
    expectError(await ask(server(), `/chat/app${slash}`), 403, /app server/u);
    const app = await ask(server({ allowChatAppTokens: true }), `/chat/app${slash}`);
    expectSameContent(tokenIn(app, 'chatToken'), (options) => buildChatAppToken(appId, appCertificate, 3600, options));
  });

  test.each([
    ['/rtc/c/publisher/uid/test', 400],
    ['/rtc/c/publisher/uid/4294967296', 400],
    ['/rtc/c/publisher/uid/01', 400],
    ['/rtc/c/publisher/uid/-1', 400],
    ['/rtc/c/publisher/uid/1.5', 400],
    ['/rtc/c/publisher/uid/1%00', 400],
    ['/rtc/c/publisher/uid/%31%0a', 400],
    ['/rtc/c/Publisher/uid/1', 400],
    ['/rtc/c/publisher/UID/1', 400],
    ['/rtc/c/publisher/useraccount/1', 400],
    ['/rtc/c%2Fd/publisher/uid/1', 400],
    ['/rtc/%ff/publisher/uid/1', 400],
    ['/rtc/c/publisher/uid/0', 403],
    ['/rtc/c/publisher/userAccount/0', 403],
    ['/rtc/*/publisher/uid/1', 403],
    ['/rtc/%2a/publisher/uid/1', 403],
    ['/rtm/0', 400],
    ['/rtm/%20a', 400],
    ['/rte/c/publisher/uid/0', 400],
    ['/rte/c/publisher/uid/0/alice', 403],
    ['/rte/c/publisher/uid/1/0', 400],
  ])('%s: %i', async (path, status) => {
    expectError(await ask(server(), path + slash), status, /^(?:uid|role|channel|tokenType): /u);
  });

  test.each(['', '0', '-1', '1.5', '1e3', '+5', '0600', '86401', '18446744073709551617', 'failing', '%2060'])(
    'expiry=%s: 400',
    async (expiry) => {
      const path = `/rtm/alice${slash}?expiry=${expiry}`;
      expectError(await ask(server(), path), 400, /^expir[ey]y?: /u);
    },
  );

  test.each(['/rtc/c/publisher/uid', '/rtc', '/rtm', '/rte/c/publisher/uid', '/chat/account', '/chat/invalid'])(
    '%s: 404',
    async (path) => {
      expect((await ask(server(), path + slash)).status).toBe(404);
    },
  );

  test.each(['POST', 'HEAD'])('%s: 405', async (method) => {
    const { status, headers } = await ask(server(), `/rtm/alice${slash}`, { method });
    expect([status, headers.get('Allow')]).toEqual([405, 'GET, OPTIONS']);
  });
});
