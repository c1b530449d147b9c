/** All faults that verification and the inspector find in one token. */
import { describe, expect, test } from 'vitest';
import { parseExpected } from '../src/expected.js';
import { SIGNATURE_FAULT, appIdFault, expiredFault, nameFault } from '../src/faults.js';
import type { Service } from '../src/services.js';
import type { DecodedToken } from '../src/token.js';
import { claimFaults } from '../src/verify.js';

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const NOW = 1_700_000_000;

function codesOf(services: readonly Service[], expected: object, claims: object = {}): readonly string[] {
  const token = { appId: APP_ID, issueTs: NOW - 100, expire: 3600, services, ...claims };
  return claimFaults(token as DecodedToken, parseExpected({ now: NOW, ...expected })).map(({ code }) => code);
}

function rtc(channelName: string, uid: string, privileges: Readonly<Record<number, number>>): Service {
  return { type: 'rtc', channelName, uid, privileges };
}

describe('claimFaults', () => {
  test('lists nothing for a token that meets all expectations', () => {
    expect(codesOf([rtc('lobby', '42', { 1: 0 })], { appId: APP_ID, channelName: 'lobby', uid: 42 })).toEqual([]);
    expect(codesOf([], {})).toEqual([]);
  });

  test('lists App ID, end, issue time, names, missing privileges and ended privileges, in this order', () => {
    const services = [rtc('lobby', '42', { 1: 60, 3: 70 })];
    const expected = { appId: '0'.repeat(32), channelName: 'room', uid: 7, privileges: [1, 2, 3] };
    expect(codesOf(services, expected, { expire: 90 })).toEqual([
      'ERR_APP_ID_MISMATCH',
      'ERR_TOKEN_EXPIRED',
      'ERR_CHANNEL_MISMATCH',
      'ERR_UID_MISMATCH',
      'ERR_MISSING_PRIVILEGE',
      'ERR_PRIVILEGE_EXPIRED',
      'ERR_PRIVILEGE_EXPIRED',
    ]);
    expect(codesOf(services, {}, { issueTs: NOW + 31 })).toEqual(['ERR_ISSUED_IN_FUTURE']);
  });

  test('lists a missing privilege before one that ended, and each only once', () => {
    const expected = { service: 'rtc', privileges: [1, 2] };
    expect(codesOf([rtc('lobby', '42', { 1: 60 })], expected)).toEqual([
      'ERR_MISSING_PRIVILEGE',
      'ERR_PRIVILEGE_EXPIRED',
    ]);
    expect(codesOf([rtc('lobby', '42', { 1: 60 })], { service: 'rtc', privileges: [1] })).toEqual([
      'ERR_PRIVILEGE_EXPIRED',
    ]);
    expect(codesOf([rtc('lobby', '42', {})], { service: 'rtc', privileges: [1] })).toEqual(['ERR_MISSING_PRIVILEGE']);
  });

  test('describes the service that passes the most checks, the first of several', () => {
    const expected = { channelName: 'lobby', uid: 42, privileges: [1] };
    const close = rtc('lobby', '42', { 1: 60 });
    for (const services of [
      [rtc('room', '42', { 1: 0 }), close],
      [close, rtc('lobby', '42', {})],
      [rtc('lobby', '7', { 1: 0 }), close, rtc('room', '', {})],
    ]) {
      expect(codesOf(services, expected)).toEqual(['ERR_PRIVILEGE_EXPIRED']);
    }
    const faults = [rtc('a', '42', { 1: 0 }), rtc('b', '42', { 1: 0 })];
    const token = { appId: APP_ID, issueTs: NOW, expire: 60, services: faults } as unknown as DecodedToken;
    const [fault] = claimFaults(token, parseExpected({ now: NOW, ...expected }));
    expect(fault?.differs).toEqual({ actual: 'a', expected: 'lobby' });
  });

  test('skips services of unknown types', () => {
    const unknown: Service = { type: 'unknown', typeId: 99, count: 1, body: new Uint8Array() };
    expect(codesOf([unknown], { channelName: 'lobby' })).toEqual(['ERR_MISSING_SERVICE']);
    expect(codesOf([unknown, rtc('lobby', '', { 1: 0 })], { channelName: 'lobby' })).toEqual([]);
  });
});

describe('the two strings that differ', () => {
  test('are those of App IDs', () => {
    const other = '0'.repeat(32);
    expect(appIdFault(APP_ID, other)?.differs).toEqual({ actual: APP_ID, expected: other });
    expect(appIdFault('x', other)?.differs).toBeUndefined();
  });

  test.each(['ERR_CHANNEL_MISMATCH', 'ERR_UID_MISMATCH', 'ERR_USER_MISMATCH'] as const)('are those of %s', (code) => {
    expect(nameFault(code, 'a', 'b').differs).toEqual({ actual: 'a', expected: 'b' });
    expect(nameFault(code, undefined, 'b').differs).toBeUndefined();
  });

  test('are missing for other faults', () => {
    expect(SIGNATURE_FAULT.differs).toBeUndefined();
    expect(expiredFault('ERR_TOKEN_EXPIRED', 'it', NOW, NOW).differs).toBeUndefined();
  });
});
