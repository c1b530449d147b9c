import { describe, expect, test } from 'vitest';
import { Role, buildRtmToken, buildTokenWithUid, decodeToken } from '../../src/index.js';
import { PROJECT, ask, post, server, tokenIn } from './ask.js';
import { expectSameContent } from './contents.js';

const { appId, appCertificate } = PROJECT;
const RTC = { uid: 1, ChannelName: 'test', role: 1 };

describe('POST /fetch_rtc_token', () => {
  test.each([
    [1, Role.Publisher],
    [4294967295, Role.Subscriber],
  ])('uid %i, role %i: mints the token of buildTokenWithUid for an hour', async (uid, role) => {
    const answer = await post(server(), '/fetch_rtc_token', { uid, ChannelName: 'test', role });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ token: expect.any(String) as unknown, code: '200' });
    expectSameContent(tokenIn(answer), (options) =>
      buildTokenWithUid(appId, appCertificate, 'test', uid, role, 3600, 3600, options),
    );
  });

  test.each([undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'accepts the Content-Type %j, and ignores other fields',
    async (type) => {
      const headers = type === undefined ? {} : { 'Content-Type': type };
      const body = JSON.stringify({ ...RTC, expireTime: 5, uid_type: 'int' });
      const { status } = await post(server(), '/fetch_rtc_token', body, headers);
      expect(status).toBe(200);
    },
  );

  test.each([
    [{ ...RTC, uid: undefined }, 'uid'],
    [{ ...RTC, uid: null }, 'uid'],
    [{ ...RTC, uid: '1' }, 'uid'],
    [{ ...RTC, uid: -1 }, 'uid'],
    [{ ...RTC, uid: 1.5 }, 'uid'],
    [{ ...RTC, uid: 4294967296 }, 'uid'],
    [{ ...RTC, uid: [1] }, 'uid'],
    [{ ...RTC, uid: true }, 'uid'],
    [{ uid: 1, role: 1 }, 'ChannelName'],
    [{ uid: 1, role: 1, channelName: 'test' }, 'ChannelName'],
    [{ ...RTC, ChannelName: 1 }, 'ChannelName'],
    [{ ...RTC, ChannelName: 'ü' }, 'ChannelName'],
    [{ ...RTC, ChannelName: 'x'.repeat(65) }, 'ChannelName'],
    [{ ...RTC, role: undefined }, 'role'],
    [{ ...RTC, role: 0 }, 'role'],
    [{ ...RTC, role: 3 }, 'role'],
    [{ ...RTC, role: '1' }, 'role'],
    [{ ...RTC, role: 'publisher' }, 'role'],
  ])('%j: 400, naming the field', async (body, field) => {
    const answer = await post(server(), '/fetch_rtc_token', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ token: expect.stringMatching(`^${field}: `) as unknown, code: '400' });
  });

  test.each(['', '{', 'null', '[]', '1', '"text"', '{"uid":1,}', '\u0000', '{"uid":01}'])(
    'the body %j: 400',
    async (body) => {
      const { status, body: answered } = await post(server(), '/fetch_rtc_token', body);
      expect(status).toBe(400);
      expect(answered).toEqual({
        token: expect.stringMatching(/^the body is not /u) as unknown,
        code: '400',
      });
    },
  );

  test('no body: 400', async () => {
    expect((await ask(server(), '/fetch_rtc_token', { method: 'POST' })).status).toBe(400);
  });

  test('a body that is not UTF-8: 400', async () => {
    const body = Buffer.from('{"uid":1,"ChannelName":"\xff","role":1}', 'latin1');
    expect((await ask(server(), '/fetch_rtc_token', { method: 'POST', body })).status).toBe(400);
  });

  test('ignores fields inherited by __proto__, and reads the last of duplicate fields', async () => {
    const { uid, ...others } = RTC;
    const inherited = `{"__proto__":{"uid":${uid}},${JSON.stringify(others).slice(1)}`;
    expect((await post(server(), '/fetch_rtc_token', inherited)).body['token']).toMatch(/^uid: /u);
    const twice = `{"uid":0,${JSON.stringify(RTC).slice(1)}`;
    const answer = await post(server(), '/fetch_rtc_token', twice);
    expect(decodeToken(tokenIn(answer)).services).toMatchObject([{ uid: '1' }]);
    expect(Object.prototype).not.toHaveProperty('uid');
  });

  test.each([
    [{ ...RTC, uid: 0 }, 'uid'],
    [{ ...RTC, ChannelName: '' }, 'ChannelName'],
    [{ ...RTC, ChannelName: '*' }, 'ChannelName'],
    [{ ...RTC, ChannelName: 'a*b' }, 'ChannelName'],
  ])('%j: 403 unless the options allow it', async (body, field) => {
    const refused = await post(server(), '/fetch_rtc_token', body);
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({ token: expect.stringMatching(`^${field}: `) as unknown, code: '403' });

    const lenient = server({ allowAnyUser: true, allowWildcards: true });
    const allowed = await post(lenient, '/fetch_rtc_token', body);
    expectSameContent(tokenIn(allowed), (options) =>
      buildTokenWithUid(appId, appCertificate, body.ChannelName, body.uid, 1, 3600, 3600, {
        ...options,
        allowWildcards: true,
      }),
    );
  });

  test('rejects a lifetime above the cap', async () => {
    const answer = await post(server({ maxLifetime: 3599 }), '/fetch_rtc_token', RTC);
    expect(answer.status).toBe(403);
    expect((await post(server({ maxLifetime: 3600 }), '/fetch_rtc_token', RTC)).status).toBe(200);
  });
});

describe('POST /fetch_rtm_token', () => {
  test('mints the token of buildRtmToken for an hour', async () => {
    const answer = await post(server(), '/fetch_rtm_token', { uid: 'alice' });
    expect(answer.body['code']).toBe('200');
    expectSameContent(tokenIn(answer), (options) => buildRtmToken(appId, appCertificate, 'alice', 3600, options));
  });

  test.each([{}, { uid: 1 }, { uid: null }, { uid: '' }, { uid: ' a' }, { uid: '*' }, { uid: 'x'.repeat(65) }])(
    '%j: 400, naming the field',
    async (body) => {
      const answer = await post(server(), '/fetch_rtm_token', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ token: expect.stringMatching(/^uid: /u) as unknown, code: '400' });
    },
  );
});

describe.each(['/fetch_rtc_token', '/fetch_rtm_token'])('methods of %s', (path) => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'QUERY'])('%s: 404 with plain text', async (method) => {
    const { status, text, headers } = await ask(server(), path, { method });
    expect([status, text]).toEqual([404, 'Unsupported method. Please check.']);
    expect(headers.get('Content-Type')).toBe('text/plain; charset=UTF-8');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });

  test('HEAD: 404', async () => {
    const { status, text } = await ask(server(), path, { method: 'HEAD' });
    expect([status, text]).toEqual([404, '']);
  });

  test('OPTIONS: 200', async () => {
    const { status, text, headers } = await ask(server(), path, { method: 'OPTIONS' });
    expect([status, text]).toEqual([200, '']);
    expect(headers.get('Access-Control-Allow-Methods')).toBe('POST, OPTIONS');
    expect(headers.get('Access-Control-Allow-Headers')).toMatch(/\bContent-Type\b/u);
  });
});
