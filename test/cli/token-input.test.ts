import { describe, expect, test } from 'vitest';
import { findToken } from '../../src/cli/token-input.js';
import { buildTokenWithUid } from '../../src/index.js';
import { SAMPLE } from '../packed.js';

const { AGORA_APP_ID: ID, AGORA_APP_CERTIFICATE: CERTIFICATE } = SAMPLE;

function tokenWith(salt: number): string {
  return buildTokenWithUid(ID, CERTIFICATE, 'lobby', 42, 1, 3600, 3600, { issueTs: 1_800_000_000, salt });
}

/** A token with every character that has a meaning in a URL, and another one. */
const salts = Array.from({ length: 2000 }, (_, salt) => tokenWith(salt));
const TOKEN = salts.find((token) => token.includes('+') && token.includes('/') && token.endsWith('==')) ?? '';
const OTHER = tokenWith(1);
const ENCODED = encodeURIComponent(TOKEN);
const OLD = `006${ID}IACV0fZUBw+72cVoL9eyGGh3Q6Poi8bgjwVLnyKSJyOXR7dIfRBXoFHlEAABAAAAR/QQAAEAAQCvKDdW`;

test('the example has + and / and =', () => {
  expect(TOKEN).toMatch(/^007[^]*=$/u);
});

describe('finds the token', () => {
  test.each<[string, string]>([
    ['alone', TOKEN],
    ['in a query', `https://example.com/call?uid=42&token=${ENCODED}&x=1`],
    ['in a query, as the first of its parameters', `https://example.com/?t=${ENCODED}`],
    ['behind #', `wss://example.com/#token=${ENCODED}`],
    ['in the query of a route behind #', `https://example.com/#/call?token=${ENCODED}`],
    ['behind # without a name', `https://example.com/#${ENCODED}`],
    ['in the path', `https://example.com/join/${ENCODED}`],
    ['in the path, not encoded', `https://example.com/join/${TOKEN}?uid=42`],
    ['with white space around the URL', `  https://example.com/?token=${ENCODED}\n`],
    ['in a JSON document', JSON.stringify({ token: TOKEN })],
    ['in a nested JSON document', JSON.stringify({ code: 0, data: [{ expires: 1, rtcToken: TOKEN }] }, null, 2)],
    ['twice in a JSON document', JSON.stringify([TOKEN, { again: TOKEN }])],
    ['in an Authorization line', `Authorization: agora token=${TOKEN}`],
    ['in an Authorization line with quotes', `authorization: Agora token="${TOKEN}"`],
    ['in a header of curl', `curl -H 'Authorization: agora token=${TOKEN}' https://api.agora.io/`],
    ['in the value of the header', `agora token=${TOKEN}\n`],
  ])('%s', (_, text) => {
    expect(findToken(text).token).toBe(TOKEN);
  });

  test('finds a 006 token', () => {
    expect(findToken(`https://example.com/?token=${encodeURIComponent(OLD)}`).token).toBe(OLD);
    expect(findToken(`{"key":"${OLD}"}`).token).toBe(OLD);
  });

  test('notes a token in a URL that is not encoded', () => {
    const { token, note } = findToken(`https://example.com/?token=${TOKEN}&uid=42`);
    expect(token).toBe(TOKEN);
    expect(note).toMatch(/encodeURIComponent/u);
    expect(findToken(`https://example.com/?token=${ENCODED}`).note).toBeUndefined();
  });
});

test.each([
  '',
  'nonsense',
  'https://example.com/?token=undefined',
  'https://example.com/%E0%A4%A?x=%zz',
  '{"error":"denied"}',
  '{"token":',
  '[]',
  `"${TOKEN}"`,
  ` ${TOKEN}`,
  `${TOKEN}\n\n`,
])('returns other text unchanged: %j', (text) => {
  expect(findToken(text)).toEqual({ token: text });
});

test('returns the string under a name such as token if there is no token', () => {
  expect(findToken('{"code":0,"data":{"rtcToken":"undefined","uid":"7"}}')).toEqual({ token: 'undefined' });
});

test('rejects several tokens, and names their places', () => {
  expect(() => findToken(JSON.stringify({ rtc: TOKEN, data: { rtm: OTHER } }))).toThrow(
    'the JSON document holds 2 tokens, at "rtc", "data.rtm"; pass one of them alone',
  );
  expect(() => findToken(`https://x.y/?a=${ENCODED}&b=${encodeURIComponent(OTHER)}`)).toThrow(
    'the URL holds 2 tokens, at "a", "b"; pass one of them alone',
  );
});
