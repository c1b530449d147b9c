import { afterEach, describe, expect, test, vi } from 'vitest';
import { currentTime } from '../src/clock.js';
import { AccessTokenError, buildRtmToken, verifyToken } from '../src/index.js';
import { errorOf } from './error-of.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';

afterEach(() => {
  vi.restoreAllMocks();
});

test('the time is in whole seconds', () => {
  vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_999);
  expect(currentTime()).toBe(1_700_000_000);
});

describe('a broken clock', () => {
  test.each([NaN, Infinity, -Infinity, 2 ** 60])('that returns %d verifies no token and mints none', (time) => {
    const token = buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60, { issueTs: 1_700_000_000 });
    vi.spyOn(Date, 'now').mockReturnValue(time);
    expect(() => verifyToken(token, CERTIFICATE)).toThrow(AccessTokenError);
    expect(errorOf(() => buildRtmToken(APP_ID, CERTIFICATE, 'alice', 60)).code).toBe('ERR_ISSUE_TS');
  });
});
