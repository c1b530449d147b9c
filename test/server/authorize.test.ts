import { describe, expect, test } from 'vitest';
import { type Service, decodeToken } from '../../src/index.js';
import type { Authorize, TokenGrant } from '../../src/server/app.js';
import { PROJECT, ask, post, server, tokenIn } from './ask.js';

const RTC = { uid: 42, ChannelName: 'lobby', role: 1 };
const RTM: Service = { type: 'rtm', userId: 'alice', privileges: { 1: 60 } };

/** Creates a server with an `authorize` of any type, and collects the errors that it reports. */
function serverWith(authorize: (request: Request, asked: TokenGrant) => unknown): {
  readonly app: ReturnType<typeof server>;
  readonly errors: unknown[];
} {
  const errors: unknown[] = [];
  const app = server({ authorize: authorize as Authorize, onError: (error) => errors.push(error) });
  return { app, errors };
}

test('authorize receives the raw request and the parsed grant', async () => {
  const calls: (readonly [Request, TokenGrant])[] = [];
  const app = server({ authorize: (...call) => (calls.push(call), call[1]) });
  await post(app, '/fetch_rtc_token?room=7', RTC, { Authorization: 'Bearer mine' });
  const [[request, asked] = []] = calls;
  expect(request).toBeInstanceOf(Request);
  expect(request?.headers.get('Authorization')).toBe('Bearer mine');
  expect(request?.url).toMatch(/\/fetch_rtc_token\?room=7$/u);
  const privileges = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
  expect(asked).toEqual({
    services: [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges }],
    expire: 3600,
  });
  expect(calls).toHaveLength(1);
});

test.each<() => unknown>([() => null, () => Promise.resolve(null)])(
  'denies without a report: %s',
  async (authorize) => {
    const { app, errors } = serverWith(authorize);
    const answer = await post(app, '/fetch_rtc_token', RTC);
    expect([answer.status, answer.body]).toEqual([403, { token: 'not granted', code: '403' }]);
    expect(errors).toEqual([]);
  },
);

const DENIALS: Readonly<Record<string, (request: Request, asked: TokenGrant) => unknown>> = {
  true: () => true,
  false: () => false,
  undefined: () => undefined,
  'a promise of true': () => Promise.resolve(true),
  'a string': () => 'yes',
  'an empty object': () => ({}),
  'an array': (_, asked) => [asked],
  'only services': (_, { services }) => ({ services }),
  'only a lifetime': (_, { expire }) => ({ expire }),
  'an additional field': (_, asked) => ({ ...asked, granted: true }),
  'a salt': (_, asked) => ({ ...asked, salt: 1 }),
  'no services': (_, asked) => ({ ...asked, services: [] }),
  'invalid services': (_, asked) => ({ ...asked, services: [{ type: 'rtm' }] }),
  'services as a string': (_, asked) => ({ ...asked, services: 'rtm' }),
  'a lifetime as a string': (_, asked) => ({ ...asked, expire: '60' }),
  'a lifetime of 0': (_, asked) => ({ ...asked, expire: 0 }),
  'a lifetime of 10 days': (_, asked) => ({ ...asked, expire: 864_000 }),
  'any user': (_, asked) => ({ ...asked, services: [{ ...asked.services[0], uid: '' }] }),
  'any channel': (_, asked) => ({ ...asked, services: [{ ...asked.services[0], channelName: '*' }] }),
  'an app server': (_, asked) => ({
    ...asked,
    services: [{ type: 'chat', userId: '', privileges: { 2: 60 } }],
  }),
  'an unknown service': (_, asked) => ({
    ...asked,
    services: [{ type: 'unknown', typeId: 99, count: 1, body: new Uint8Array(2) }],
  }),
  'a getter that throws': () => ({
    get services(): never {
      throw new Error('broken');
    },
    expire: 60,
  }),
  'an error': () => {
    throw new Error('broken');
  },
  'undefined, thrown': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- any thrown value denies
    throw undefined;
  },
  'a rejection': () => Promise.reject(new Error('broken')),
};

describe.each(Object.entries(DENIALS))('denies and reports %s', (_, authorize) => {
  test.each([
    ['/fetch_rtc_token', RTC],
    ['/getToken', { tokenType: 'rtc', channel: 'lobby', uid: '42' }],
    ['/tokens', { services: [RTM] }],
  ])('at %s', async (path, body) => {
    const { app, errors } = serverWith(authorize);
    const { status, text } = await post(app, path, body);
    expect(status).toBe(403);
    expect(text).toContain('not granted');
    expect(text).not.toMatch(/007|broken/u);
    expect(errors).toHaveLength(1);
  });
});

test('mints what was granted, not what was asked for', async () => {
  const services: Service[] = [RTM];
  const { app } = serverWith(() => Promise.resolve({ services, expire: 60 }));
  for (const [path, body] of [
    ['/fetch_rtc_token', RTC],
    ['/tokens', { services: [{ ...RTM, userId: 'mallory' }], expire: 86_400 }],
  ] as const) {
    const { expire, services: minted } = decodeToken(tokenIn(await post(app, path, body)));
    expect({ expire, services: minted }).toEqual({ expire: 60, services: [RTM] });
  }
});

test('changing a grant after it was returned has no effect', async () => {
  const grant = { services: [{ ...RTM, privileges: { 1: 60 } }], expire: 60 };
  const { app } = serverWith(() => {
    setTimeout(() => {
      grant.expire = 86_400;
      grant.services = [{ ...RTM, userId: 'mallory', privileges: { 1: 60 } }];
    });
    return Promise.resolve(grant);
  });
  const first = await post(app, '/fetch_rtc_token', RTC);
  expect(decodeToken(tokenIn(first))).toMatchObject({ expire: 60, services: [RTM] });
});

test('an invalid request is answered 400 even if it would be denied, and is not reported', async () => {
  for (const authorize of [(_: Request, asked: TokenGrant) => asked, () => null, () => true]) {
    const { app, errors } = serverWith(authorize);
    const { status, body } = await post(app, '/fetch_rtc_token', { ...RTC, ChannelName: 'ü' });
    expect([status, body['code']]).toEqual([400, '400']);
    expect(errors).toEqual([]);
  }
});

test('authorize is not called for a token that the options do not allow', async () => {
  let calls = 0;
  const { app } = serverWith((_, asked) => (calls++, asked));
  expect((await post(app, '/fetch_rtc_token', { ...RTC, uid: 0 })).status).toBe(403);
  expect((await ask(app, '/chat/app/')).status).toBe(403);
  expect(calls).toBe(0);
});

test.each<(error: unknown) => unknown>([
  () => {
    throw new Error('no log');
  },
  () => Promise.reject(new Error('no log')),
])('an onError that fails has no effect', async (onError) => {
  const app = server({ authorize: () => true as never, onError });
  expect((await post(app, '/fetch_rtc_token', RTC)).status).toBe(403);
});

test('no answer contains a secret', async () => {
  const secret = PROJECT.appCertificate;
  const app = server({
    authorize: () => {
      throw new Error(secret);
    },
  });
  for (const path of ['/fetch_rtc_token', '/fetch_rtm_token', '/getToken', '/tokens']) {
    for (const body of [RTC, { ...RTC, ChannelName: secret }, { uid: secret, [secret]: 1 }, secret]) {
      const { status, text } = await post(app, path, body, { Authorization: `Bearer ${secret}` });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain(secret);
    }
  }
});

test('2,000 concurrent requests get their own tokens', async () => {
  const app = server({
    authorize: async (_, asked) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return asked;
    },
  });
  const results = await Promise.all(
    Array.from({ length: 2000 }, async (_, index) => {
      const asked = { uid: index + 1, ChannelName: `room ${index % 97}`, role: (index % 2) + 1 };
      const token = tokenIn(await post(app, '/fetch_rtc_token', asked));
      const privileges = asked.role === 1 ? { 1: 3600, 2: 3600, 3: 3600, 4: 3600 } : { 1: 3600 };
      const expected = { type: 'rtc', channelName: asked.ChannelName, uid: String(asked.uid), privileges };
      return { services: decodeToken(token).services, expected: [expected] };
    }),
  );
  expect(results).toHaveLength(2000);
  for (const { services, expected } of results) expect(services).toEqual(expected);
});
