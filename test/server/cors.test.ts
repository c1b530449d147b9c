import { describe, expect, test } from 'vitest';
import { type Answer, ask, post, server } from './ask.js';

const ORIGIN = 'https://app.example';
const OTHERS = ['https://app.example.evil', 'http://app.example', 'null', 'https://APP.example', '*'];
const app = server({ allowOrigins: [ORIGIN, 'http://localhost:5173', 'capacitor://localhost'] });
const good = { uid: 1, ChannelName: 'test', role: 1 };

/** An answer of each kind, by its name. */
const ANSWERS: Readonly<Record<string, (origin: Readonly<Record<string, string>>) => Promise<Answer>>> = {
  'a token': (headers) => post(app, '/fetch_rtc_token', good, headers),
  'an invalid request': (headers) => post(app, '/fetch_rtc_token', {}, headers),
  'a problem document': (headers) => post(app, '/tokens', {}, headers),
  'plain text': (headers) => ask(app, '/fetch_rtc_token', { headers }),
  'an unknown path': (headers) => ask(app, '/nowhere', { headers }),
  'an unsupported method': (headers) => ask(app, '/tokens', { headers }),
  'a preflight of the guide': (headers) => ask(app, '/fetch_rtc_token', { method: 'OPTIONS', headers }),
  'a preflight of our own routes': (headers) => ask(app, '/tokens', { method: 'OPTIONS', headers }),
  'a preflight of the token service': (headers) => ask(app, '/getToken', { method: 'OPTIONS', headers }),
  health: (headers) => ask(app, '/healthz', { headers }),
};

describe.each(Object.entries(ANSWERS))('%s', (_, answer) => {
  test('is readable by pages of an allowed origin', async () => {
    const { headers } = await answer({ Origin: ORIGIN });
    expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
  });

  test.each(OTHERS)('is not readable by pages of %s', async (origin) => {
    const { headers } = await answer({ Origin: origin });
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  test('is not cached, varies by origin, and is not sniffed', async () => {
    for (const given of [{}, { Origin: ORIGIN }]) {
      const { headers } = await answer(given);
      expect(headers.get('Vary')).toBe('Origin');
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    }
  });
});

test('answers each allowed origin with its own name', async () => {
  for (const origin of ['http://localhost:5173', 'capacitor://localhost']) {
    const { headers } = await post(app, '/fetch_rtc_token', good, { Origin: origin });
    expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
  }
});

test('a preflight allows Authorization and JSON', async () => {
  const { status, headers } = await ask(app, '/tokens', { method: 'OPTIONS', headers: { Origin: ORIGIN } });
  expect(status).toBe(204);
  expect(headers.get('Access-Control-Allow-Methods')).toBe('POST, OPTIONS');
  expect(headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization, Content-Type/u);
});

test('sends no CORS headers without allowed origins', async () => {
  const { headers } = await post(server(), '/fetch_rtc_token', good, { Origin: ORIGIN });
  expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  expect(headers.get('Cache-Control')).toBe('no-store');
});
