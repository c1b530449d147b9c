/** Parsing of certificates and expectations. */
import { describe, expect, test } from 'vitest';
import { parseCertificates, parseExpected } from '../src/expected.js';
import { errorOf } from './error-of.js';

const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';

describe('certificates', () => {
  test('one certificate, or an array of one or two', () => {
    const other = '0'.repeat(32);
    expect(parseCertificates(CERTIFICATE)).toEqual([CERTIFICATE]);
    expect(parseCertificates([CERTIFICATE])).toEqual([CERTIFICATE]);
    expect(parseCertificates([CERTIFICATE, other])).toEqual([CERTIFICATE, other]);
  });

  test('an error names the certificate by its place', () => {
    const argumentOf = (value: unknown): string | undefined => errorOf(() => parseCertificates(value)).argument;
    expect(argumentOf('5CFd')).toBe('appCertificate');
    expect(argumentOf(['5CFd', CERTIFICATE])).toBe('appCertificate[0]');
    expect(argumentOf([CERTIFICATE, '5CFd'])).toBe('appCertificate[1]');
  });

  test('null is rejected like any other value that is not a string', () => {
    const messageOf = (value: unknown): string => errorOf(() => parseCertificates(value)).message;
    expect(messageOf(null)).toBe(messageOf(undefined).replace('undefined', 'null'));
  });
});

describe('clockTolerance', () => {
  test.each([0, 0.5, 30])('may be %d', (clockTolerance) => {
    expect(parseExpected({ clockTolerance })).toMatchObject({ clockTolerance });
  });

  test.each([-1, -0.5, NaN, Infinity, '1', null])('may not be %j', (clockTolerance) => {
    expect(errorOf(() => parseExpected({ clockTolerance })).code).toBe('ERR_OPTIONS');
  });
});

test('privileges default to joining for a channel or a user of RTC, and to none otherwise', () => {
  const privilegesOf = (expected: object): unknown => parseExpected(expected).service?.privileges;
  expect(privilegesOf({ channelName: 'lobby' })).toEqual([1]);
  expect(privilegesOf({ uid: 0 })).toEqual([1]);
  expect(privilegesOf({ service: 'rtc' })).toEqual([]);
  expect(privilegesOf({ userId: 'alice' })).toEqual([]);
  expect(privilegesOf({ service: 'streaming', channelName: 'lobby' })).toEqual([]);
  expect(privilegesOf({ channelName: 'lobby', privileges: [2] })).toEqual([2]);
});
