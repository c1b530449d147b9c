import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Service } from '../src/index.js';
import * as accesstoken2 from '../src/index.js';
import { AccessTokenError, buildToken, decodeToken, tokensEqual, verifyToken } from '../src/index.js';
import {
  RUNS,
  agoraClaims,
  anything,
  formatClaims,
  formatService,
  formatServicesOfOneType,
  issueTs,
  mutated,
  mutations,
  permissions,
  project,
  uint32,
  valueOf,
} from './arbitraries.js';
import { expectWellFormed } from './error-of.js';
import {
  contentOfToken,
  inTypeOrder,
  referenceContent,
  referenceDecode,
  referenceService,
  referenceSigningInfo,
  referenceVerifies,
  str,
  tokenOfContent,
  tokenOfStream,
  uint16,
  uint32 as uint32Bytes,
} from './reference.js';

fc.configureGlobal({ numRuns: RUNS });

const APP_ID = '970ca35de60c44645bbae8a215061b33';
const CERTIFICATE = '5cfd2fd1755d40ecb72977518be15d3b';

/** Returns the AccessTokenError that an action throws, or undefined; every other error is thrown on. */
function errorOf(action: () => unknown): AccessTokenError | undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    expectWellFormed(error);
    return error;
  }
  return undefined;
}

function check<Values extends [unknown, ...unknown[]]>(
  ...property: [...{ [Index in keyof Values]: fc.Arbitrary<Values[Index]> }, (...values: Values) => void]
): void {
  fc.assert(fc.property<Values>(...property));
}

/** Formats bytes in hex, which compares fast. */
function bytes(of: Uint8Array): string {
  return Buffer.from(of.buffer, of.byteOffset, of.byteLength).toString('hex');
}

/** A time at which a token with these claims is valid for any lifetime. */
function validAt(claims: { readonly issueTs: number }): number {
  return claims.issueTs - 1;
}

describe('a token', () => {
  test('decodes to what was built, services in the order of their types', () => {
    check(project, formatClaims, ({ appId, appCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const { content, signature, ...decoded } = decodeToken(token);
      expect(decoded).toEqual({
        version: '007',
        appId,
        issueTs: claims.issueTs,
        expire: claims.expire,
        expiresAt: claims.issueTs + claims.expire,
        salt: claims.salt,
        services: inTypeOrder(claims.services),
      });
      expect(bytes(signature)).toBe(bytes(content).slice(4, 68));
    });
  });

  test('verifies with its certificate', () => {
    check(project, formatClaims, ({ appId, appCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      expect(errorOf(() => verifyToken(token, appCertificate, { appId, now: validAt(claims) }))).toBe(undefined);
    });
  });

  test("is the same under Agora's limits and those of the format", () => {
    check(project, agoraClaims, ({ appId, appCertificate }, claims) => {
      const limited = buildToken({ appId, appCertificate, ...claims });
      const unlimited = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      expect(tokensEqual(limited, unlimited)).toBe(true);
    });
  });

  test('builds again to the same content', () => {
    check(project, formatClaims, ({ appId, appCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const { expire, salt, services, content } = decodeToken(token);
      const again = buildToken({
        appId,
        appCertificate,
        issueTs: claims.issueTs,
        expire,
        salt,
        services,
        limits: 'format',
      });
      expect(bytes(decodeToken(again).content)).toBe(bytes(content));
    });
  });

  test('does not depend on the order of services of different types', () => {
    const services = fc
      .uniqueArray(formatService, { selector: ({ type }) => type, minLength: 2, maxLength: 5 })
      .chain((list) => fc.tuple(fc.constant(list), shuffled(list)));
    check(project, services, ({ appId, appCertificate }, [one, other]) => {
      expect(signingInfoOf(appId, appCertificate, one)).toBe(signingInfoOf(appId, appCertificate, other));
    });
  });

  test('depends on the order of services of one type', () => {
    const pair = formatServicesOfOneType.filter(([a, b]) => !referenceService(a).equals(referenceService(b)));
    check(project, pair, ({ appId, appCertificate }, [a, b]) => {
      const token = (services: readonly Service[]): string =>
        buildToken({ appId, appCertificate, issueTs: 1, salt: 1, expire: 1, services, limits: 'format' });
      expect(tokensEqual(token([a, b]), token([b, a]))).toBe(false);
      expect(decodeToken(token([b, a])).services).toEqual([b, a]);
    });
  });

  test('does not depend on the order of privilege and permission ids', () => {
    check(project, formatService, ({ appId, appCertificate }, service) => {
      const reversed = { ...service, privileges: inReverse(service.privileges) };
      if (reversed.type === 'rtm2') {
        const byResource = Object.entries(reversed.permissions).map(([id, map]) => [id, inReverse(map)] as const);
        Object.assign(reversed, { permissions: inReverse(Object.fromEntries(byResource)) });
      }
      expect(signingInfoOf(appId, appCertificate, [reversed])).toBe(signingInfoOf(appId, appCertificate, [service]));
    });
  });

  test('depends on the order of names in a list of permissions', () => {
    const names = fc
      .uniqueArray(fc.string({ unit: 'binary', maxLength: 6 }), { minLength: 2, maxLength: 4 })
      .chain((list) => fc.tuple(fc.constant(list), shuffled(list)))
      .filter(([one, other]) => one.some((name, index) => name !== other[index]));
    check(project, names, ({ appId, appCertificate }, [one, other]) => {
      const service = (list: readonly string[]): Service => ({
        type: 'rtm2',
        userId: 'alice',
        permissions: { 0: { 1: list } },
        privileges: {},
      });
      expect(signingInfoOf(appId, appCertificate, [service(one)])).not.toBe(
        signingInfoOf(appId, appCertificate, [service(other)]),
      );
    });
  });

  test('depends on the salt', () => {
    check(project, formatClaims, uint32, ({ appId, appCertificate }, claims, salt) => {
      fc.pre(salt !== claims.salt);
      const one = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const other = buildToken({ appId, appCertificate, ...claims, salt, limits: 'format' });
      expect(one).not.toBe(other);
      expect(tokensEqual(one, other)).toBe(false);
      expect(tokensEqual(one, one)).toBe(true);
    });
  });
});

/** The signed bytes of a token with these services, in hex. */
function signingInfoOf(appId: string, appCertificate: string, services: readonly Service[]): string {
  const token = buildToken({
    appId,
    appCertificate,
    issueTs: 1,
    salt: 1,
    expire: 1,
    services,
    limits: 'format',
  });
  return bytes(decodeToken(token).content.subarray(34));
}

function shuffled<Value>(list: readonly Value[]): fc.Arbitrary<Value[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length });
}

/** The same map with its ids listed in descending order, unlike in any plain object. */
function inReverse<Value>(map: Readonly<Record<number, Value>>): Readonly<Record<number, Value>> {
  return new Proxy(map, { ownKeys: (target) => Reflect.ownKeys(target).reverse() });
}

describe('a decoded token', () => {
  test('may have its services in any order', () => {
    const services = fc.array(formatService, { maxLength: 4 });
    check(project, formatClaims, services, ({ appId, appCertificate }, claims, unsorted) => {
      const { issueTs, expire, salt } = claims;
      const header = [str(appId), uint32Bytes(issueTs), uint32Bytes(expire), uint32Bytes(salt)];
      const signingInfo = Buffer.concat([...header, uint16(unsorted.length), ...unsorted.map(referenceService)]);
      const token = tokenOfContent(Buffer.concat([str(Buffer.alloc(32)), signingInfo]));
      expect(decodeToken(token).services).toEqual(unsorted);
      if (unsorted.length === 0) return;
      const project = { appId, appCertificate, expire, limits: 'format' } as const;
      const again = buildToken({ ...project, services: decodeToken(token).services });
      expect(decodeToken(again).services).toEqual(inTypeOrder(unsorted));
    });
  });

  test('builds to the same content if it was in canonical order', () => {
    let canonical = 0;
    check(project, formatClaims, mutations, ({ appId, appCertificate }, claims, list) => {
      const token = tokenOfContent(mutated(referenceContent({ appId, appCertificate, ...claims }), list));
      if (errorOf(() => decodeToken(token)) !== undefined) return;
      const decoded = decodeToken(token);
      const signed = bytes(decoded.content.subarray(2 + decoded.signature.length));
      // Keys that were read are kept in ascending order, so only a canonical content comes back.
      if (bytes(referenceSigningInfo(referenceDecode(token))) !== signed) return;
      if (!/^[0-9a-f]{32}$/iu.test(decoded.appId) || decoded.services.length === 0) return;
      canonical++;
      const { issueTs, expire, salt, services } = decoded;
      const again = buildToken({
        appId: decoded.appId,
        appCertificate,
        issueTs,
        expire,
        salt,
        services,
        limits: 'format',
      });
      expect(bytes(decodeToken(again).content.subarray(34))).toBe(signed);
    });
    expect(canonical).toBeGreaterThan(RUNS / 100);
  });
});

describe('a signature', () => {
  test('does not match the content with a flipped bit', () => {
    check(project, formatClaims, fc.nat(), ({ appId, appCertificate }, claims, place) => {
      const content = contentOfToken(buildToken({ appId, appCertificate, ...claims, limits: 'format' }));
      const bit = place % (8 * content.length);
      content.writeUInt8(content.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = errorOf(() => verifyToken(tokenOfContent(content), appCertificate, { now: validAt(claims) }));
      expect(error?.code).toMatch(NOT_SIGNED);
    });
  });

  test('does not match a mutated content', () => {
    check(project, formatClaims, mutations, ({ appId, appCertificate }, claims, list) => {
      const content = contentOfToken(buildToken({ appId, appCertificate, ...claims, limits: 'format' }));
      const changed = mutated(content, list);
      fc.pre(!changed.equals(content));
      const error = errorOf(() => verifyToken(tokenOfContent(changed), appCertificate, { now: validAt(claims) }));
      expect(error?.code).toMatch(NOT_SIGNED);
    });
  });

  test('does not match a changed token with another content', () => {
    check(project, formatClaims, fc.nat(), textChange, ({ appId, appCertificate }, claims, place, change) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const at = place % token.length;
      const changed = token.slice(0, at) + change.inserted + token.slice(at + change.dropped);
      fc.pre(changed !== token);
      const error = errorOf(() => verifyToken(changed, appCertificate, { now: validAt(claims) }));
      if (error === undefined) expect(tokensEqual(changed, token)).toBe(true);
      else expect(error.code).toMatch(NOT_SIGNED);
    });
  });

  test('does not match another certificate', () => {
    check(project, formatClaims, ({ appId, appCertificate, secondaryCertificate }, claims) => {
      const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
      const verify = (certificate: string | [string, string]): string | undefined =>
        errorOf(() => verifyToken(token, certificate, { now: validAt(claims) }))?.code;
      expect(verify(secondaryCertificate)).toBe('ERR_SIGNATURE_MISMATCH');
      expect(verify([secondaryCertificate, secondaryCertificate])).toBe('ERR_SIGNATURE_MISMATCH');
      expect(verify([appCertificate, secondaryCertificate])).toBe(undefined);
      expect(verify([secondaryCertificate, appCertificate])).toBe(undefined);
    });
  });
});

/** The codes about format and signature. */
const NOT_SIGNED =
  /^ERR_(?:TOKEN_(?:VERSION|BASE64|ZLIB|TOO_LARGE|TRUNCATED|TRAILING_BYTES|UTF8|PRIVILEGES)|LEGACY_TOKEN|SIGNATURE_MISMATCH)$/u;

const textChange: fc.Arbitrary<{ readonly dropped: number; readonly inserted: string }> = fc.record({
  dropped: fc.nat(2),
  inserted: fc.oneof(
    fc.string({
      unit: fc.constantFrom('A', 'Q', 'g', 'w', 'z', '0', '9', '+', '/', '='),
      maxLength: 2,
    }),
    fc.string({ maxLength: 2 }),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
});

describe('decoding throws nothing but an AccessTokenError, for', () => {
  test('any string', () => {
    check(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), fc.boolean(), (text, prefixed) => {
      expectSameCode(prefixed ? `007${text}` : text);
    });
  });

  test('any bytes in base64', () => {
    check(fc.uint8Array({ maxLength: 200 }), (stream) => {
      expectSameCode(tokenOfStream(stream));
    });
  });

  test('any bytes after a zlib header', () => {
    check(fc.uint8Array({ maxLength: 200 }), (stream) => {
      expectSameCode(tokenOfStream(Buffer.concat([Buffer.from([0x78, 0x9c]), stream])));
    });
  });

  test('any bytes in a zlib stream', () => {
    check(fc.uint8Array({ maxLength: 200 }), (content) => {
      expectSameCode(tokenOfContent(content));
    });
  });

  test('a mutated zlib stream', () => {
    check(project, formatClaims, mutations, ({ appId, appCertificate }, claims, list) => {
      const stream = deflateSync(referenceContent({ appId, appCertificate, ...claims }));
      expectSameCode(tokenOfStream(mutated(stream, list)));
    });
  });

  test('a mutated content', () => {
    check(project, formatClaims, mutations, ({ appId, appCertificate }, claims, list) => {
      expectSameCode(tokenOfContent(mutated(referenceContent({ appId, appCertificate, ...claims }), list)));
    });
  });

  test('any value', () => {
    check(anything, anything, (something, other) => {
      expectSameCode(valueOf(something));
      errorOf(() => call(decodeToken, [valueOf(something), valueOf(other)]));
      errorOf(() => call(tokensEqual, [valueOf(something), valueOf(other)]));
      errorOf(() => call(verifyToken, [valueOf(something), CERTIFICATE, valueOf(other)]));
    });
  });
});

/** Decodes, compares and verifies a value: all of them reject it with the same code, or none does. */
function expectSameCode(token: unknown): void {
  const error = errorOf(() => call(decodeToken, [token]));
  expect(errorOf(() => call(tokensEqual, [token, token]))?.code).toBe(error?.code);
  const verdict = errorOf(() => call(verifyToken, [token, CERTIFICATE]))?.code;
  // These tokens are signed with another certificate, or not at all.
  expect(verdict).toBe(error?.code ?? 'ERR_SIGNATURE_MISMATCH');
}

/** Calls a function with any arguments. */
function call(target: (...args: never[]) => unknown, args: readonly unknown[]): unknown {
  return Reflect.apply(target, undefined, args);
}

describe('verifying throws nothing but an AccessTokenError,', () => {
  const TOKEN = buildToken({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    issueTs: 1_700_000_000,
    expire: 3600,
    services: [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 3600 } }],
  });
  const EXPECTED = {
    appId: APP_ID,
    channelName: 'lobby',
    uid: 42,
    account: '42',
    userId: 'alice',
    service: 'rtc',
    privileges: [1],
    now: 1_700_000_000,
    clockTolerance: 0,
    maxLifetime: 86_400,
    maxContentLength: 1000,
  };

  test('with any certificate', () => {
    check(anything, anything, (one, other) => {
      for (const certificate of [valueOf(one), [CERTIFICATE, valueOf(one)], [valueOf(one), valueOf(other)]]) {
        const error = errorOf(() => call(verifyToken, [TOKEN, certificate]));
        expect(error?.code).toBe('ERR_APP_CERTIFICATE');
      }
    });
  });

  test('with any expectations', () => {
    check(anything, (expected) => {
      const error = errorOf(() => call(verifyToken, [TOKEN, CERTIFICATE, valueOf(expected)]));
      expectNoSecrets(error);
    });
  });

  test('with any value for some expectations', () => {
    const names = fc.subarray(Object.keys(EXPECTED), { minLength: 1 });
    check(names, fc.array(anything, { minLength: 1, maxLength: 2 }), (subset, values) => {
      const expected: Record<string, unknown> = Object.fromEntries(
        subset.map((name) => [name, EXPECTED[name as keyof typeof EXPECTED]]),
      );
      for (const [index, value] of values.entries()) {
        const name = subset[index];
        if (name !== undefined) expected[name] = valueOf(value);
      }
      const error = errorOf(() => call(verifyToken, [TOKEN, CERTIFICATE, expected]));
      expectNoSecrets(error);
    });
  });
});

/** Message and argument of an error contain no App ID, certificate or token. */
function expectNoSecrets(error: AccessTokenError | undefined): void {
  expect(`${error?.message ?? ''} ${error?.argument ?? ''}`).not.toMatch(SECRETS);
}

const SECRETS = new RegExp(`${APP_ID}|${CERTIFICATE}|007eJ`, 'iu');

describe('building throws nothing but an AccessTokenError:', () => {
  const RTC = [APP_ID, CERTIFICATE, 'lobby'];
  const RTM2 = [...RTC, 'alice', 1, 3600, 3600, 3600, 3600, 3600, 'alice', 3600];
  const CALLS: readonly (readonly [build: (...args: never[]) => unknown, ...args: unknown[]])[] = [
    [accesstoken2.buildTokenWithUid, ...RTC, 42, 1, 3600, 3600],
    [accesstoken2.buildTokenWithUserAccount, ...RTC, 'alice', 1, 3600, 3600],
    [accesstoken2.buildTokenWithUidAndPrivilege, ...RTC, 42, 3600, 3600, 3600, 3600, 3600],
    [accesstoken2.buildTokenWithUserAccountAndPrivilege, ...RTC, 'alice', 3600, 3600, 3600, 3600, 3600],
    [accesstoken2.buildTokenWithRtm, ...RTC, 'alice', 1, 3600, 3600],
    [accesstoken2.buildTokenWithRtm2, ...RTM2],
    [accesstoken2.buildConvoAiToken, ...RTM2],
    [accesstoken2.buildSttToken, ...RTM2],
    [accesstoken2.buildRtmToken, APP_ID, CERTIFICATE, 'alice', 3600],
    [accesstoken2.buildRtmTokenWithPermissions, APP_ID, CERTIFICATE, 'alice', { 0: { 1: ['a'] } }, 3600],
    [accesstoken2.buildChatUserToken, APP_ID, CERTIFICATE, 'alice', 3600],
    [accesstoken2.buildChatAppToken, APP_ID, CERTIFICATE, 3600],
    [accesstoken2.buildFpaToken, APP_ID, CERTIFICATE],
    [accesstoken2.buildApaasRoomUserToken, APP_ID, CERTIFICATE, 'room', 'alice', 1, 3600],
    [accesstoken2.buildApaasUserToken, APP_ID, CERTIFICATE, 'alice', 3600],
    [accesstoken2.buildApaasAppToken, APP_ID, CERTIFICATE, 3600],
  ];

  test.each(CALLS.map(([build, ...args]) => ({ name: build.name, build, args })))('$name', ({ build, args }) => {
    const changes = fc.array(fc.tuple(fc.nat(args.length), anything), { minLength: 1, maxLength: 2 });
    check(changes, (list) => {
      const given: unknown[] = [...args, {}];
      for (const [index, value] of list) given[index] = valueOf(value);
      expectBuiltOrRejected(() => call(build, given));
    });
  });

  const SERVICES: readonly Service[] = [
    { type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: 60 } },
    { type: 'rtm', userId: 'alice', privileges: { 1: 60 } },
    { type: 'streaming', channelName: 'lobby', account: 'alice', privileges: { 1: 60 } },
    { type: 'fpa', privileges: { 1: 60 } },
    { type: 'chat', userId: 'alice', privileges: { 1: 60 } },
    { type: 'fcdn', channelName: 'lobby', account: 'alice', privileges: { 1: 60 } },
    { type: 'apaas', roomUuid: 'room', userUuid: 'alice', role: 1, privileges: { 1: 60 } },
    { type: 'rtm2', userId: 'alice', permissions: { 0: { 1: ['a'] } }, privileges: { 1: 60 } },
    { type: 'convoai', privileges: {} },
    { type: 'stt', privileges: {} },
    { type: 'unknown', typeId: 11, count: 1, body: Uint8Array.of(0, 0) },
  ];

  test('buildToken with any value for a field of a service', () => {
    const entry = fc.constantFrom(...SERVICES).chain((service) =>
      fc.record({
        service: fc.constant(service),
        names: fc.subarray(Object.keys(service), { minLength: 1, maxLength: 2 }),
      }),
    );
    check(entry, anything, fc.constantFrom('agora', 'format'), ({ service, names }, value, limits) => {
      const changed = { ...service, ...Object.fromEntries(names.map((name) => [name, valueOf(value)])) };
      expectBuiltOrRejected(() => call(buildToken, [{ ...REQUEST, limits, services: [changed] }]));
    });
  });

  test('buildToken with any value for an entry of a map', () => {
    const place = fc.constantFrom<(value: unknown) => unknown>(
      (value) => ({ type: 'fpa', privileges: { 1: value } }),
      (value) => ({ ...RTM2_SERVICE, permissions: { 1: value } }),
      (value) => ({ ...RTM2_SERVICE, permissions: { 1: { 1: value } } }),
      (value) => ({ ...RTM2_SERVICE, permissions: { 1: { 1: [value, 'name'] } } }),
      (value) => ({ ...RTM2_SERVICE, privileges: value, permissions: value }),
    );
    check(place, anything, (serviceWith, value) => {
      expectBuiltOrRejected(() => call(buildToken, [{ ...REQUEST, services: [serviceWith(valueOf(value))] }]));
    });
  });

  test('buildToken with any value for some options, or for all of them', () => {
    const names = ['appId', 'appCertificate', 'expire', 'services', 'issueTs', 'salt', 'allowWildcards', 'limits'];
    const name = fc.constantFrom(...names, 'unknown');
    check(fc.array(fc.tuple(name, anything), { minLength: 1, maxLength: 2 }), (changes) => {
      const changed = Object.fromEntries(changes.map(([key, value]) => [key, valueOf(value)]));
      expectBuiltOrRejected(() => call(buildToken, [{ ...REQUEST, services: SERVICES, ...changed }]));
      const [first] = changes;
      expectBuiltOrRejected(() => call(buildToken, [first === undefined ? undefined : valueOf(first[1])]));
    });
  });

  test('buildToken with maps and lists that are too long', () => {
    const map = Object.fromEntries(Array.from({ length: 65_537 }, (_, id) => [id, 60]));
    const list = new Array<string>(65_536).fill('');
    for (const service of [
      { type: 'fpa', privileges: map },
      { ...RTM2_SERVICE, permissions: map },
      { ...RTM2_SERVICE, permissions: { 1: map } },
      { ...RTM2_SERVICE, permissions: { 1: { 1: list } } },
    ]) {
      expect(() => call(buildToken, [{ ...REQUEST, services: [service] }])).toThrow(AccessTokenError);
    }
    expect(() => call(buildToken, [{ ...REQUEST, services: list }])).toThrow(AccessTokenError);
    expect(() => call(buildToken, [map])).toThrow(AccessTokenError);
  });

  const REQUEST = { appId: APP_ID, appCertificate: CERTIFICATE, expire: 3600 };
  const RTM2_SERVICE = { type: 'rtm2', userId: 'alice', permissions: {}, privileges: {} };

  /** The build fails with an error without secrets, or gives a valid token. */
  function expectBuiltOrRejected(build: () => unknown): void {
    let token: unknown;
    const error = errorOf(() => {
      token = build();
    });
    if (error === undefined) expect(referenceVerifies(String(token), CERTIFICATE)).toBe(true);
    else expectNoSecrets(error);
  }
});

describe('time', () => {
  interface Times {
    readonly issueTs: number;
    readonly expire: number;
    readonly privilege: number;
    readonly maxLifetime: number | undefined;
    readonly clockTolerance: number | undefined;
  }

  /** Lifetimes around the cap of 24 hours, and any. */
  const lifetime = fc.oneof(fc.nat(100), fc.constant(0), fc.integer({ min: 86_398, max: 86_402 }), uint32);
  const times: fc.Arbitrary<Times> = fc.record({
    issueTs,
    expire: lifetime,
    privilege: lifetime,
    maxLifetime: fc.option(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 0xffff_ffff })), {
      nil: undefined,
    }),
    clockTolerance: fc.option(fc.oneof(fc.nat(60), fc.nat(100_000)), { nil: undefined }),
  });

  /** When each of them ends, and the earliest time at which the token is accepted. */
  function boundsOf(of: Times): Record<'end' | 'privilegeEnd' | 'earliest', number> {
    const { maxLifetime: cap = 86_400, clockTolerance = 0 } = of;
    return {
      end: of.issueTs + Math.min(of.expire, cap) + clockTolerance,
      privilegeEnd: of.issueTs + Math.min(of.privilege === 0 ? of.expire : of.privilege, cap) + clockTolerance,
      earliest: of.issueTs - Math.max(30, clockTolerance),
    };
  }

  function verdict(of: Times, now: number | Date, privileges: readonly number[]): string | undefined {
    const token = buildToken({
      appId: APP_ID,
      appCertificate: CERTIFICATE,
      issueTs: of.issueTs,
      expire: of.expire,
      salt: 1,
      services: [{ type: 'rtc', channelName: 'lobby', uid: '42', privileges: { 1: of.privilege } }],
      limits: 'format',
    });
    const { maxLifetime, clockTolerance } = of;
    const expected = {
      privileges,
      now,
      ...(maxLifetime === undefined ? {} : { maxLifetime }),
      ...(clockTolerance === undefined ? {} : { clockTolerance }),
    };
    return errorOf(() => verifyToken(token, CERTIFICATE, expected))?.code;
  }

  const DELTA = fc.constantFrom(-1, 0, 1);

  test('a token ends after its lifetime or maxLifetime', () => {
    check(times, DELTA, (of, delta) => {
      const { end, earliest } = boundsOf(of);
      const now = end + delta;
      const expected = now >= end ? 'ERR_TOKEN_EXPIRED' : now < earliest ? 'ERR_ISSUED_IN_FUTURE' : undefined;
      expect(verdict(of, now, [])).toBe(expected);
    });
  });

  test('a token is accepted up to 30 seconds, or the tolerance, before its issue', () => {
    check(times, DELTA, (of, delta) => {
      const { earliest } = boundsOf(of);
      expect(verdict(of, earliest + delta, [])).toBe(delta < 0 ? 'ERR_ISSUED_IN_FUTURE' : undefined);
    });
  });

  test('a privilege ends after its lifetime or maxLifetime; one with 0 ends with the token', () => {
    check(times, DELTA, (of, delta) => {
      const { end, privilegeEnd, earliest } = boundsOf(of);
      const now = privilegeEnd + delta;
      const expected =
        now >= end
          ? 'ERR_TOKEN_EXPIRED'
          : now < earliest
            ? 'ERR_ISSUED_IN_FUTURE'
            : now >= privilegeEnd
              ? 'ERR_PRIVILEGE_EXPIRED'
              : undefined;
      expect(verdict(of, now, [1])).toBe(expected);
      expect(verdict(of, new Date(1000 * now), [1])).toBe(expected);
    });
  });

  test('a privilege ends with its token at the latest', () => {
    check(times, (of) => {
      expect(verdict(of, boundsOf(of).end, [1])).toBe('ERR_TOKEN_EXPIRED');
    });
  });
});

test('permissions of any ids and names decode to what was built', () => {
  check(permissions, (given) => {
    const token = accesstoken2.buildRtmTokenWithPermissions(APP_ID, CERTIFICATE, 'alice', given, 60);
    expect(decodeToken(token).services).toEqual([
      { type: 'rtm2', userId: 'alice', permissions: given, privileges: { 1: 60 } },
    ]);
  });
});
