import fc from 'fast-check';
import { describe, test } from 'vitest';
import { verifyToken } from '../../src/index.js';
import { RUNS } from '../arbitraries.js';
import { PROJECT, ask, server } from './ask.js';

const errors: unknown[] = [];
const app = server({ inspect: () => true, onError: (error) => errors.push(error) });

/** Values that are valid or nearly so. */
const value = fc.oneof(
  fc.constantFrom<unknown>(1, 0, -1, '42', '0', '', '*', 'lobby', 'publisher', 'rtc', 'rtm', 'chat', 3600, null),
  fc.jsonValue({ maxDepth: 3 }),
);
const service = fc.record(
  {
    type: fc.constantFrom('rtc', 'rtm', 'streaming', 'fpa', 'chat', 'fcdn', 'apaas', 'rtm2', 'stt', 'unknown'),
    ...Object.fromEntries(
      ['channelName', 'uid', 'userId', 'account', 'roomUuid', 'userUuid', 'role', 'permissions'].map((name) => [
        name,
        value,
      ]),
    ),
    privileges: fc.oneof(fc.constantFrom({}, { 1: 60 }, { 2: 0 }, { 3: 86_400 }), value),
  },
  { requiredKeys: ['type'] },
);
const body = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      uid: value,
      ChannelName: value,
      role: value,
      tokenType: value,
      channel: value,
      expire: value,
      token: value,
    },
    { requiredKeys: [] },
  ),
  fc.record(
    { services: fc.oneof(fc.array(service, { maxLength: 3 }), value), expire: value },
    {
      requiredKeys: ['services'],
    },
  ),
);

/** Tells whether the answer is a valid token or an error, and nothing was reported. */
async function isAnswered(path: string, init: RequestInit): Promise<boolean> {
  const answer = await ask(app, path, init);
  if (answer.status !== 200) return [400, 403, 404, 413].includes(answer.status) && errors.length === 0;
  const tokens = Object.entries(answer.body).filter(([name]) => /token$/iu.test(name));
  for (const [, token] of tokens) {
    if (typeof token === 'string') verifyToken(token, PROJECT.appCertificate, { appId: PROJECT.appId });
  }
  return errors.length === 0;
}

describe.each(['/fetch_rtc_token', '/fetch_rtm_token', '/getToken', '/tokens', '/inspect'])('POST %s', (path) => {
  test('answers any JSON', async () => {
    const property = fc.asyncProperty(body, (given) =>
      isAnswered(path, { method: 'POST', body: JSON.stringify(given) }),
    );
    await fc.assert(property, { numRuns: RUNS });
  });

  test('answers any bytes', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), (given) =>
      isAnswered(path, { method: 'POST', body: new Uint8Array(given) }),
    );
    await fc.assert(property, { numRuns: RUNS / 10 });
  });
});

test('GET answers any path', async () => {
  const part = fc.oneof(
    fc.constantFrom('publisher', 'uid', 'userAccount', 'account', 'app', '1', '0', '*', '%ff', '%'),
    fc.string({ unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const path = fc.tuple(fc.constantFrom('rtc', 'rtm', 'rte', 'chat'), fc.array(part, { maxLength: 6 }), part);
  const property = fc.asyncProperty(path, ([kind, parts, expiry]) =>
    isAnswered(`/${[kind, ...parts].join('/')}?expiry=${expiry}`, {}),
  );
  await fc.assert(property, { numRuns: RUNS });
});
