import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  AccessTokenError,
  type Finding,
  type Inspection,
  Role,
  type Service,
  buildApaasAppToken,
  buildApaasRoomUserToken,
  buildApaasUserToken,
  buildChatAppToken,
  buildChatUserToken,
  buildConvoAiToken,
  buildFpaToken,
  buildRtmToken,
  buildRtmTokenWithPermissions,
  buildSttToken,
  buildToken,
  buildTokenWithRtm,
  buildTokenWithRtm2,
  buildTokenWithUid,
  buildTokenWithUidAndPrivilege,
  buildTokenWithUserAccount,
  buildTokenWithUserAccountAndPrivilege,
  decodeToken,
  inspectToken,
  verifyToken,
} from '../src/index.js';
import { MAX_TOKEN_LENGTH } from '../src/token.js';
import {
  type Project,
  RUNS,
  type ServiceClaims,
  agoraAccount,
  agoraChannelName,
  agoraChatUserId,
  agoraClaims,
  agoraExpire,
  agoraPrivilegeExpire,
  agoraUserId,
  anything,
  formatClaims,
  issueTs,
  mutated,
  mutations,
  permissions,
  project,
  uint32,
  valueOf,
} from './arbitraries.js';
import {
  APP_ID,
  CERTIFICATE,
  CODES,
  FPA,
  FRAGILE,
  LOBBY,
  NOW,
  OTHER_APP_ID,
  OTHER_CERTIFICATE,
  chat,
  crc32,
  fcdn,
  expecting,
  lobbyTokenWhere,
  rtc,
  rtm,
  rtm2,
  rtmToken006,
  streaming,
  token006,
  tokenWith,
  unknown,
} from './inspect-cases.js';
import { tokenOfContent, tokenOfStream } from './reference.js';

const DAY = 86_400;

/** Inspects any value, with any expectations. */
function inspect(token: unknown, ...expected: readonly unknown[]): Inspection {
  return Reflect.apply(inspectToken as (...args: unknown[]) => Inspection, undefined, [token, ...expected]);
}

function codesOf({ findings }: Inspection): string[] {
  return findings.map(({ code }) => code);
}

function errorsOf({ findings }: Inspection): string[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

function findingOf({ findings }: Inspection, code: string): Finding | undefined {
  return findings.find((finding) => finding.code === code);
}

/** All messages and hints. */
function wordsOf({ findings }: Inspection): string {
  return findings.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
}

const SEVERITIES = ['error', 'warning', 'info'];

/** What is true of every inspection. */
function expectSound(inspection: Inspection, token: unknown, secrets: readonly string[]): void {
  const { ok, signature, findings } = inspection;
  expect(Object.keys(inspection).sort()).toStrictEqual(['findings', 'ok', 'signature', 'timeline', 'token']);
  expect(['valid', 'invalid', 'unchecked']).toContain(signature);
  expect(ok).toBe(signature === 'valid' && errorsOf(inspection).length === 0);
  for (const finding of findings) {
    expect(Object.keys(finding).sort()).toStrictEqual(['code', 'hint', 'message', 'severity']);
    expect([finding.code, finding.severity]).toStrictEqual([
      finding.code,
      CODES.get(finding.code)?.severity ?? 'of no code',
    ]);
    expect(finding.message.trim(), finding.code).not.toBe('');
    expect(finding.hint.trim(), finding.code).not.toBe('');
  }
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
  expect(ranks).toStrictEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(codesOf(inspection)).size).toBe(findings.length);
  expectNoSecrets(inspection, token, secrets);
}

function expectNoSecrets(inspection: Inspection, token: unknown, secrets: readonly string[]): void {
  const said = wordsOf(inspection).toLowerCase();
  for (const secret of secrets) expect(said).not.toContain(secret.toLowerCase());
  if (typeof token !== 'string' || token.length < 60) return;
  expect(said).not.toContain(token.slice(0, 40).toLowerCase());
  expect(said).not.toContain(token.slice(-40).toLowerCase());
}

/** Returns the error of verifying a token, or undefined if it passes. */
function errorOf(token: unknown, certificate: unknown, expected: object): AccessTokenError | undefined {
  try {
    Reflect.apply(verifyToken as (...args: unknown[]) => unknown, undefined, [token, certificate, expected]);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  return undefined;
}

/** Separates the certificate from the expectations of `verifyToken`. */
function apart(expected: object): readonly [certificate: unknown, others: object] {
  const { appCertificate, ...others } = expected as Readonly<Record<string, unknown>>;
  return [appCertificate, others];
}

function isOfVersion006(token: unknown): boolean {
  return typeof token === 'string' && token.includes('006');
}

describe.each([...CODES])('%s', (code, { severity, raised, spared }) => {
  test.each(Object.entries(raised))('is raised for %s', (_name, [token, expected, ...says]) => {
    const inspection = inspect(token, expected);
    const finding = findingOf(inspection, code);
    expect(codesOf(inspection)).toContain(code);
    expect(finding?.severity).toBe(severity);
    const said = `${finding?.message}\n${finding?.hint}`;
    for (const pattern of says) expect(said).toMatch(pattern);
    // How much of a truncated token is readable depends on its compression.
    if (code !== 'TRUNCATED') expect(said).toMatchSnapshot();
    if (severity === 'error') expect(inspection.ok).toBe(false);
    expectSound(inspection, token, [CERTIFICATE]);
    expectAgreement(token, expected, inspection);
  });

  test.each(Object.entries(spared))('is not raised for %s', (_name, [token, expected]) => {
    const inspection = inspect(token, expected);
    expect(codesOf(inspection)).not.toContain(code);
    expectSound(inspection, token, [CERTIFICATE]);
    expectAgreement(token, expected, inspection);
  });

  test('has at least three cases, and three counterexamples', () => {
    expect(Object.keys(raised).length).toBeGreaterThanOrEqual(3);
    expect(Object.keys(spared).length).toBeGreaterThanOrEqual(3);
  });
});

/** With a certificate, a 007 token is ok exactly if it verifies. */
function expectAgreement(token: unknown, expected: unknown, inspection: Inspection): void {
  if (typeof expected !== 'object' || expected === null || !('appCertificate' in expected)) {
    expect(inspection.ok).toBe(false);
    return;
  }
  if (isOfVersion006(token)) return;
  const [certificate, others] = apart(expected);
  expect(inspection.ok).toBe(errorOf(token, certificate, others) === undefined);
}

describe('a valid token', () => {
  test('is ok, without findings', () => {
    const expected = expecting({ appId: APP_ID, channelName: 'lobby', uid: 42, privileges: [1, 2, 3, 4] });
    expect(inspect(LOBBY, expected)).toStrictEqual({
      ok: true,
      signature: 'valid',
      findings: [],
      timeline: {
        issued: NOW,
        privileges: [1, 2, 3, 4].map((privilege) => ({ service: 'rtc', privilege, end: NOW + 3600 })),
        end: NOW + 3600,
        renewAt: NOW + 3570,
      },
      token: decodeToken(LOBBY),
    });
  });

  test('is not ok without a certificate, though it has no errors', () => {
    const inspection = inspect(LOBBY, { now: NOW });
    expect(inspection).toMatchObject({ ok: false, signature: 'unchecked', token: decodeToken(LOBBY) });
    expect(codesOf(inspection)).toStrictEqual(['SIGNATURE_UNCHECKED']);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('is compared with the clock by default', () => {
    vi.useFakeTimers();
    const at = (seconds: number): string[] => {
      vi.setSystemTime(1000 * seconds);
      return codesOf(inspect(LOBBY, { appCertificate: CERTIFICATE, appId: APP_ID }));
    };
    expect(at(NOW)).toStrictEqual([]);
    expect(at(NOW + 3599.999)).toStrictEqual([]);
    expect(at(NOW + 3600)).toStrictEqual(['TOKEN_EXPIRED']);
    expect(at(NOW - 30)).toStrictEqual([]);
    expect(at(NOW - 31)).toStrictEqual(['ISSUED_IN_FUTURE']);
  });

  test('is ok with both certificates', () => {
    for (const appCertificate of [
      [CERTIFICATE, OTHER_CERTIFICATE],
      [OTHER_CERTIFICATE, CERTIFICATE],
    ]) {
      expect(inspect(LOBBY, { now: NOW, appCertificate })).toMatchObject({ ok: true, findings: [] });
    }
  });
});

describe('another certificate beside the one that signed', () => {
  test.each<[string, readonly unknown[]]>([
    ['with a line break', [CERTIFICATE, `${OTHER_CERTIFICATE}\n`]],
    ['the same with a line break', [CERTIFICATE, `${CERTIFICATE}\n`]],
    ['that is no hex', [CERTIFICATE, 'secondary']],
    ['that is empty', [CERTIFICATE, '']],
    ['that is a number', [CERTIFICATE, 42]],
    ['that is no hex, before it', ['primary', CERTIFICATE]],
  ])('%s lets no token pass that does not verify', (_name, appCertificate) => {
    const inspection = inspect(LOBBY, { now: NOW, appCertificate });
    expect(errorOf(LOBBY, appCertificate, { now: NOW })?.code).toBe('ERR_APP_CERTIFICATE');
    expect(inspection.ok).toBe(false);
    expectSound(inspection, LOBBY, [CERTIFICATE]);
  });
});

describe('several mistakes at once', () => {
  const ELSEWHERE = { now: NOW, appCertificate: OTHER_CERTIFICATE };

  test.each<[name: string, token: unknown, expected: object, codes: readonly string[]]>([
    ['channel and user', LOBBY, expecting({ channelName: 'lounge', uid: 43 }), ['CHANNEL_MISMATCH', 'UID_MISMATCH']],
    [
      'signature, channel and user',
      LOBBY,
      { ...ELSEWHERE, channelName: 'lounge', uid: 43 },
      ['SIGNATURE_MISMATCH', 'CHANNEL_MISMATCH', 'UID_MISMATCH'],
    ],
    [
      'channel, user and privilege',
      tokenWith([rtc('lobby', '42', { 1: 3600 })]),
      expecting({ channelName: 'Lobby', uid: 43, privileges: [2] }),
      ['CHANNEL_MISMATCH', 'UID_MISMATCH', 'MISSING_PRIVILEGE'],
    ],
    [
      'a missing and an expired privilege',
      tokenWith([rtc('lobby', '42', { 1: 60 })]),
      expecting({ privileges: [1, 2], now: NOW + 60 }),
      ['MISSING_PRIVILEGE', 'PRIVILEGE_EXPIRED'],
    ],
    [
      'App ID and certificate of another project',
      LOBBY,
      { ...ELSEWHERE, appId: OTHER_APP_ID },
      ['SIGNATURE_MISMATCH', 'APP_ID_MISMATCH'],
    ],
    [
      'an expired token of another product',
      tokenWith([rtm('alice')]),
      expecting({ channelName: 'lobby', uid: 42, now: NOW + 3600 }),
      ['TOKEN_EXPIRED', 'MISSING_SERVICE'],
    ],
    [
      'a timestamp as lifetime, and uid 0 by accident',
      tokenWith([rtc('lobby', '', { 1: 1_790_000_000 })], { expire: 1_790_000_000 }),
      expecting({ channelName: 'lobby', uid: 42 }),
      ['EXPIRE_LOOKS_ABSOLUTE', 'ANY_UID'],
    ],
    [
      'lifetimes of every kind',
      tokenWith([rtc('lobby', '42', { 1: 1_790_000_000, 2: 5, 3: 0, 4: 3600 })], { expire: 100_000 }),
      expecting({ channelName: 'lobby', uid: 42 }),
      ['EXPIRE_LOOKS_ABSOLUTE', 'EXPIRE_OVER_24H', 'EXPIRE_TOO_SHORT'],
    ],
    [
      'any channel, any user and one of another product too long',
      tokenWith([rtc('', '*'), rtm('u'.repeat(65))]),
      expecting({ channelName: 'lobby' }),
      ['WILDCARD_CHANNEL', 'ANY_UID', 'BEYOND_LIMITS'],
    ],
    [
      'a lifetime of 0, which has expired',
      tokenWith([rtc('lobby', '42', { 1: 0 })], { expire: 0 }),
      expecting(),
      ['TOKEN_EXPIRED', 'EXPIRE_TOO_SHORT'],
    ],
    [
      'errors, warnings and notes',
      tokenWith([rtc('*', '42', { 1: 3600 }), unknown(99)], { expire: 1_790_000_000 }),
      { now: NOW, channelName: 'lobby', uid: 43 },
      ['UID_MISMATCH', 'EXPIRE_LOOKS_ABSOLUTE', 'WILDCARD_CHANNEL', 'UNKNOWN_SERVICE', 'SIGNATURE_UNCHECKED'],
    ],
    [
      'an invalid expectation, and no token',
      'undefined',
      expecting({ chanel: 'lobby' }),
      ['NOT_A_TOKEN', 'BAD_EXPECTED'],
    ],
    [
      'a mangled token for another user',
      `"${LOBBY}"`,
      expecting({ channelName: 'lobby', uid: 43 }),
      ['MANGLED_IN_TRANSIT', 'UID_MISMATCH'],
    ],
    [
      'a mangled, expired token of another certificate',
      encodeURIComponent(FRAGILE),
      { ...ELSEWHERE, now: NOW + 3600 },
      ['MANGLED_IN_TRANSIT', 'SIGNATURE_MISMATCH', 'TOKEN_EXPIRED'],
    ],
  ])('%s', (_name, token, expected, codes) => {
    const inspection = inspect(token, expected);
    expect(codesOf(inspection).sort()).toStrictEqual([...codes].sort());
    expectSound(inspection, token, [CERTIFICATE]);
  });

  test('of one kind are one finding with all of them', () => {
    const privileges = { 1: 200_001, 2: 200_002, 3: 200_003, 4: 3600 };
    const inspection = inspect(tokenWith([rtc('lobby', '42', privileges)], { expire: 200_000 }), expecting());
    expect(codesOf(inspection)).toStrictEqual(['EXPIRE_OVER_24H']);
    for (const seconds of ['200000', '200001', '200002', '200003']) {
      expect(wordsOf(inspection).replaceAll(',', '')).toContain(seconds);
    }
  });
});

describe('messages and hints', () => {
  const WHOLE = [CERTIFICATE, OTHER_CERTIFICATE];

  test.each<[string, unknown, object]>([
    ['of a certificate in the place of a token', CERTIFICATE, expecting()],
    ['of a certificate in quotes', `"${CERTIFICATE}"`, expecting()],
    ['of a certificate with a line break', LOBBY, { now: NOW, appCertificate: `${CERTIFICATE}\n` }],
    ['of a certificate in other case', LOBBY, { now: NOW, appCertificate: CERTIFICATE.toLowerCase() }],
    ['of two certificates in one string', LOBBY, { now: NOW, appCertificate: `${CERTIFICATE},${OTHER_CERTIFICATE}` }],
    ['of three certificates', LOBBY, { now: NOW, appCertificate: [...WHOLE, CERTIFICATE] }],
    ['of a certificate in the place of the App ID', LOBBY, expecting({ appId: CERTIFICATE })],
    [
      'of a certificate in the place of the App ID of a token',
      tokenWith([rtc('lobby', '42')], { appId: CERTIFICATE, appCertificate: APP_ID }),
      expecting({ appId: APP_ID }),
    ],
    ['of a channel that is a certificate', LOBBY, expecting({ channelName: CERTIFICATE })],
    ['of an account that contains one', LOBBY, expecting({ account: `user:${CERTIFICATE}` })],
    ['of a property named by one', LOBBY, expecting({ [CERTIFICATE]: 1 })],
    ['of a property named by a token', LOBBY, expecting({ [LOBBY]: 1 })],
    ['of a channel that is a token', LOBBY, expecting({ channelName: LOBBY })],
    ['of a user that is a token', tokenWith([rtm(LOBBY)]), expecting({ userId: 'alice' })],
    ['of a token for a channel named by one', tokenWith([rtc(CERTIFICATE, '42')]), expecting({ channelName: 'a' })],
    ['of a token for users named by one', tokenWith([rtc('a', CERTIFICATE)]), expecting({ uid: 42 })],
    ['of a token for an RTM user named by one', tokenWith([rtm(CERTIFICATE)]), expecting({ userId: 'alice' })],
    ['of a long channel that contains one', tokenWith([rtc(`/${CERTIFICATE}/`.repeat(9), '42')]), expecting()],
    ['of a token in a URL', `https://example.com/?token=${LOBBY}`, expecting()],
    ['of a token in JSON', JSON.stringify({ token: LOBBY }), expecting()],
    ['of a 006 token', token006(), expecting({ channelName: 'lobby', uid: 43 })],
    ['of a truncated 006 token', token006().slice(0, 100), expecting()],
  ])('%s contain no certificate and no token', (_name, token, expected) => {
    const inspection = inspect(token, expected);
    expect(inspection.findings).not.toStrictEqual([]);
    expectSound(inspection, token, WHOLE);
    expectNoSecrets(inspection, LOBBY, WHOLE);
  });

  test.each<[string, unknown, object]>([
    ['of a channel', tokenWith([rtc('a\n\u001b[31m\u202eb', '42')]), expecting({ channelName: 'lobby' })],
    ['of a user', tokenWith([rtc('lobby', 'a\r\n\u2028b')]), expecting({ uid: 42 })],
    ['of what is expected', LOBBY, expecting({ channelName: 'a\u0000\n\u202eb' })],
    ['of a property', LOBBY, expecting({ 'chanel\n\u001bName': 1 })],
    ['of a long channel', tokenWith([rtc('c\n'.repeat(30_000), '42')]), expecting({ channelName: 'lobby' })],
    ['of a long pattern', tokenWith([rtc('*c'.repeat(30_000), '42')]), expecting({ channelName: 'lobby' })],
    ['of a long expected name', tokenWith([rtc('lobby', '42')]), expecting({ channelName: 'c'.repeat(60_000) })],
    ['of a long user', tokenWith([rtm('u'.repeat(60_000))]), expecting({ userId: 'v'.repeat(60_000) })],
  ])('%s are escaped and cut', (_name, token, expected) => {
    const { findings } = inspect(token, expected);
    expect(findings).not.toStrictEqual([]);
    for (const { message, hint } of findings) {
      expect(`${message}${hint}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(`${message}${hint}`.length).toBeLessThan(1500);
    }
  });
});

describe('ok', () => {
  /** The codes of findings of which one has to agree with an error of verification. */
  function findingsFor({ code, argument }: AccessTokenError): readonly string[] {
    const unreadable = ['NOT_A_TOKEN', 'MANGLED_IN_TRANSIT', 'TRUNCATED', 'MALFORMED', 'LEGACY_TOKEN'];
    // The certificate is not used if the token is unreadable.
    if (code === 'ERR_APP_CERTIFICATE') return ['SIGNATURE_MISMATCH', 'BAD_EXPECTED', ...unreadable];
    if (/^ERR_(?:TOKEN_(?!EXPIRED)|LEGACY)/u.test(code)) return unreadable;
    return argument?.startsWith('expected') === true ? ['BAD_EXPECTED'] : [code.replace('ERR_', '')];
  }

  const textsOf = (services: readonly Service[], names: readonly string[]): string[] =>
    services.flatMap((service) =>
      Object.entries(service).flatMap(([name, value]) => (names.includes(name) ? [String(value)] : [])),
    );

  /** Expectations for a token, mostly such as it can meet. */
  function expectationsOf({ appId, ...certificates }: Project, claims: ServiceClaims): fc.Arbitrary<object> {
    const { services } = claims;
    const users = textsOf(services, ['uid', 'account']);
    const uids = users.map(Number).filter((uid) => Number.isInteger(uid) && uid >= 0 && uid < 2 ** 32);
    const service = fc.constantFrom(
      ...services.map(({ type }) => type),
      ...(['rtc', 'rtc', 'streaming', 'fcdn'] as const),
    );
    const channelName = fc.constantFrom(...textsOf(services, ['channelName']), 'lobby', '');
    const account = fc.constantFrom(...users, 'alice');
    const uid = fc.constantFrom(...uids, 0, 42);
    const userId = fc.constantFrom(...textsOf(services, ['userId']), 'alice');
    const ids = services.flatMap((one) => (one.type === 'unknown' ? [] : Object.keys(one.privileges).map(Number)));
    const privileges = fc.array(fc.constantFrom(...ids, 1), { maxLength: 2 });
    const { appCertificate, secondaryCertificate } = certificates;
    const certificate = fc.oneof(
      { weight: 8, arbitrary: fc.constant(appCertificate) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<unknown>(
          [secondaryCertificate, appCertificate],
          [appCertificate, secondaryCertificate],
          [appCertificate],
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom<unknown>(
          secondaryCertificate,
          `${appCertificate}\n`,
          appCertificate.toUpperCase(),
          appCertificate.toLowerCase(),
          [appCertificate, `${secondaryCertificate} `],
          [appCertificate, ''],
          [secondaryCertificate, appCertificate.toUpperCase()],
          appId,
          '',
          undefined,
          [],
        ),
      },
    );
    const common = {
      appCertificate: certificate,
      appId: fc.constantFrom(appId, appId, appId, appId.toUpperCase(), secondaryCertificate),
      now: fc
        .constantFrom(0, 0, 0, 1, 10, 3600, DAY - 1, DAY, claims.expire - 1, claims.expire, -30, -31, -60)
        .map((after) => claims.issueTs + after),
      clockTolerance: fc.constantFrom(0, 0, 10, 60),
      maxLifetime: fc.constantFrom(DAY, DAY, 3600, 2 * DAY, 0xffff_ffff),
    };
    const requiredKeys = ['appCertificate', 'now'] as const;
    return fc.oneof(
      fc.record(common, { requiredKeys: [...requiredKeys] }),
      fc.record({ ...common, channelName, uid }, { requiredKeys: [...requiredKeys] }),
      fc.record({ ...common, channelName, account, service, privileges }, { requiredKeys: [...requiredKeys] }),
      fc.record({ ...common, userId, service, privileges }, { requiredKeys: [...requiredKeys] }),
    );
  }

  const scene = fc.tuple(project, fc.oneof(agoraClaims, formatClaims)).chain(([someProject, claims]) =>
    fc.tuple(
      fc.constant({ ...claims, appId: someProject.appId, appCertificate: someProject.appCertificate }),
      expectationsOf(someProject, claims),
      // Damage of the token in transit.
      fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: mutations }),
    ),
  );

  test('is true exactly when the token verifies; otherwise a finding agrees with the error', () => {
    fc.assert(
      fc.property(scene, ([request, expected, changes]) => {
        const minted = buildToken({ ...request, limits: 'format' });
        const token =
          changes === undefined ? minted : tokenOfContent(mutated(Buffer.from(decodeToken(minted).content), changes));
        const [certificate, others] = apart(expected);
        const error = errorOf(token, certificate, others);
        const inspection = inspect(token, expected);
        expect(inspection.ok).toBe(error === undefined);
        expectSound(inspection, token, [request.appCertificate]);
        if (error === undefined) return;
        const found = errorsOf(inspection);
        expect(
          findingsFor(error).some((code) => found.includes(code)),
          `${error.code} ${error.message} -> ${found.join()}`,
        ).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test.each<[name: string, token: string, expected: object]>([
    [
      'a channel by one, a user by another',
      tokenWith([rtc('lobby', '43'), rtc('lounge', '42')]),
      expecting({ channelName: 'lobby', uid: 42 }),
    ],
    [
      'a user by one, a privilege by another',
      tokenWith([rtc('lobby', '42', {}), rtc('lobby', '43')]),
      expecting({ channelName: 'lobby', uid: 42 }),
    ],
    [
      'each of two privileges by one',
      tokenWith([rtc('lobby', '42', { 1: 3600 }), rtc('lobby', '42', { 2: 3600 })]),
      expecting({ channelName: 'lobby', privileges: [1, 2] }),
    ],
    [
      'each of two users by a service of another type',
      tokenWith([rtm('alice', {}), chat('bob')]),
      expecting({ service: 'rtm', userId: 'alice', privileges: [1] }),
    ],
  ])('requires one single service: %s is an error', (_name, token, expected) => {
    const inspection = inspect(token, expected);
    const [certificate, others] = apart(expected);
    expect(errorsOf(inspection)).toContain(errorOf(token, certificate, others)?.code.replace('ERR_', '') ?? 'passes');
    expect(inspection).toMatchObject({ ok: false, signature: 'valid' });
  });
});

describe('a token of a builder', () => {
  interface Made {
    readonly token: string;
    /** Expectations that the token meets. */
    readonly expectations: readonly object[];
    /** The lifetimes; those below ten seconds have a warning, except 0 of a privilege. */
    readonly expire: number;
    readonly privilegeExpires: readonly number[];
  }

  const values = fc.record({
    project,
    options: fc.record({ issueTs, salt: uint32 }),
    channelName: agoraChannelName,
    uid: uint32,
    account: agoraAccount,
    user: agoraUserId,
    chatUser: agoraChatUserId,
    room: agoraChannelName,
    apaasRole: fc.integer({ min: -1, max: 0x7fff }),
    role: fc.constantFrom(Role.Publisher, Role.Subscriber),
    expire: agoraExpire,
    privilegeExpire: agoraPrivilegeExpire,
    four: fc.tuple(agoraPrivilegeExpire, agoraPrivilegeExpire, agoraPrivilegeExpire, agoraPrivilegeExpire),
    login: agoraPrivilegeExpire,
    permissions,
  });
  type Values = typeof values extends fc.Arbitrary<infer Value> ? Value : never;

  const publishing = (role: number): readonly number[] => (role === Role.Publisher ? [1, 2, 3, 4] : [1]);
  const join = ({ channelName, account }: Values, others: object = {}): object => ({
    channelName,
    account,
    ...others,
  });
  const loginOf = (userId: string): object => ({ service: 'rtm', userId, privileges: [1] });

  const BUILDERS: Readonly<Record<string, (values: Values) => Made>> = {
    buildTokenWithUid: ({ project: { appId, appCertificate }, options, ...given }) => {
      const { channelName, uid, role, expire, privilegeExpire } = given;
      return {
        token: buildTokenWithUid(appId, appCertificate, channelName, uid, role, expire, privilegeExpire, options),
        expectations: [{ channelName, uid, privileges: publishing(role) }],
        expire,
        privilegeExpires: [privilegeExpire],
      };
    },
    'buildTokenWithUid, its privileges as long as the token': ({ project: who, options, ...given }) => {
      const { channelName, uid, role, expire } = given;
      const { appId, appCertificate } = who;
      const left = [channelName, uid, role, expire, undefined, options] as const;
      return {
        token: buildTokenWithUid(appId, appCertificate, ...left),
        expectations: [{ channelName, uid }],
        expire,
        privilegeExpires: [expire],
      };
    },
    buildTokenWithUserAccount: (all) => {
      const { channelName, account, role, expire, privilegeExpire, options } = all;
      const { appId, appCertificate } = all.project;
      const arguments_ = [channelName, account, role, expire, privilegeExpire, options] as const;
      return {
        token: buildTokenWithUserAccount(appId, appCertificate, ...arguments_),
        expectations: [join(all, { privileges: publishing(role) }), join(all, { service: 'rtc' })],
        expire,
        privilegeExpires: [privilegeExpire],
      };
    },
    buildTokenWithUidAndPrivilege: ({ project: { appId, appCertificate }, options, ...given }) => {
      const { channelName, uid, expire, four } = given;
      return {
        token: buildTokenWithUidAndPrivilege(appId, appCertificate, channelName, uid, expire, ...four, options),
        expectations: [{ channelName, uid, privileges: [1, 2, 3, 4] }],
        expire,
        privilegeExpires: four,
      };
    },
    buildTokenWithUserAccountAndPrivilege: (all) => {
      const { channelName, account, expire, four, options } = all;
      const { appId, appCertificate } = all.project;
      const arguments_ = [channelName, account, expire, ...four, options] as const;
      return {
        token: buildTokenWithUserAccountAndPrivilege(appId, appCertificate, ...arguments_),
        expectations: [join(all, { privileges: [1, 2, 3, 4] })],
        expire,
        privilegeExpires: four,
      };
    },
    buildTokenWithRtm: (all) => {
      const { channelName, user, role, expire, privilegeExpire, options } = all;
      const { appId, appCertificate } = all.project;
      const arguments_ = [channelName, user, role, expire, privilegeExpire, options] as const;
      return {
        token: buildTokenWithRtm(appId, appCertificate, ...arguments_),
        expectations: [join({ ...all, account: user }), loginOf(user), { userId: user }],
        expire,
        privilegeExpires: [privilegeExpire],
      };
    },
    buildTokenWithRtm2: (all) => madeByTwelve(buildTokenWithRtm2, all, []),
    buildConvoAiToken: (all) => madeByTwelve(buildConvoAiToken, all, [{ service: 'convoai' }]),
    buildSttToken: (all) => madeByTwelve(buildSttToken, all, [{ service: 'stt' }]),
    buildRtmToken: ({ project: { appId, appCertificate }, user, expire, options }) => ({
      token: buildRtmToken(appId, appCertificate, user, expire, options),
      expectations: [{ userId: user }, loginOf(user)],
      expire,
      privilegeExpires: [],
    }),
    buildRtmTokenWithPermissions: ({ project: { appId, appCertificate }, user, expire, options, ...given }) => ({
      token: buildRtmTokenWithPermissions(appId, appCertificate, user, given.permissions, expire, options),
      expectations: [{ userId: user }, { service: 'rtm2' }],
      expire,
      privilegeExpires: [],
    }),
    buildChatUserToken: ({ project: { appId, appCertificate }, chatUser, expire, options }) => ({
      token: buildChatUserToken(appId, appCertificate, chatUser, expire, options),
      expectations: [{ userId: chatUser }, { service: 'chat', userId: chatUser, privileges: [1] }],
      expire,
      privilegeExpires: [],
    }),
    buildChatAppToken: ({ project: { appId, appCertificate }, expire, options }) => ({
      token: buildChatAppToken(appId, appCertificate, expire, options),
      expectations: [{ service: 'chat', userId: '', privileges: [2] }],
      expire,
      privilegeExpires: [],
    }),
    buildFpaToken: ({ project: { appId, appCertificate }, options }) => ({
      token: buildFpaToken(appId, appCertificate, options),
      expectations: [{ service: 'fpa', privileges: [1] }],
      expire: DAY,
      privilegeExpires: [],
    }),
    buildApaasRoomUserToken: ({ project: { appId, appCertificate }, room, user, apaasRole, expire, options }) => ({
      token: buildApaasRoomUserToken(appId, appCertificate, room, user, apaasRole, expire, options),
      expectations: [
        { service: 'apaas', privileges: [1] },
        loginOf(user),
        { service: 'chat', userId: createHash('md5').update(user).digest('hex'), privileges: [1] },
      ],
      expire,
      privilegeExpires: [],
    }),
    buildApaasUserToken: ({ project: { appId, appCertificate }, user, expire, options }) => ({
      token: buildApaasUserToken(appId, appCertificate, user, expire, options),
      expectations: [{ service: 'apaas', privileges: [2] }],
      expire,
      privilegeExpires: [],
    }),
    buildApaasAppToken: ({ project: { appId, appCertificate }, expire, options }) => ({
      token: buildApaasAppToken(appId, appCertificate, expire, options),
      expectations: [{ service: 'apaas', privileges: [3] }],
      expire,
      privilegeExpires: [],
    }),
  };

  function madeByTwelve(build: typeof buildTokenWithRtm2, all: Values, services: readonly object[]): Made {
    const { project: who, channelName, account, role, expire, four, user, login, options } = all;
    const arguments_ = [channelName, account, role, expire, ...four, user, login, options] as const;
    return {
      token: build(who.appId, who.appCertificate, ...arguments_),
      expectations: [join(all), loginOf(user), ...services],
      expire,
      privilegeExpires: [...four, login],
    };
  }

  const runs = Math.ceil((2 * RUNS) / Object.keys(BUILDERS).length);

  test.each(Object.entries(BUILDERS))('has no findings: %s', (_name, make) => {
    fc.assert(
      fc.property(values, (given) => {
        const { token, expectations, expire, privilegeExpires } = make(given);
        const { appId, appCertificate } = given.project;
        const short = expire < 10 || privilegeExpires.some((seconds) => seconds > 0 && seconds < 10);
        for (const expectation of [{}, ...expectations]) {
          const expected = { appId, appCertificate, now: given.options.issueTs, ...expectation };
          const inspection = inspect(token, expected);
          const warnings = codesOf(inspection).filter((code) => code !== 'ANY_UID' || given.uid !== 0);
          // A subscriber's token may have no privilege with a short lifetime.
          expect(warnings.filter((code) => !short || code !== 'EXPIRE_TOO_SHORT')).toStrictEqual([]);
          expect(inspection).toMatchObject({ ok: true, signature: 'valid' });
          expect(inspection.token).toStrictEqual(decodeToken(token));
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('the timeline', () => {
  const privilegesEnd = (service: string, ends: Readonly<Record<number, number>>): object[] =>
    Object.entries(ends).map(([privilege, end]) => ({
      service,
      privilege: Number(privilege),
      end: NOW + end,
    }));

  test.each<[name: string, services: readonly Service[], expire: number, timeline: object]>([
    [
      'ends with the token',
      [rtc('lobby', '42', { 1: 3600 })] as Service[],
      3600,
      { issued: NOW, privileges: privilegesEnd('rtc', { 1: 3600 }), end: NOW + 3600, renewAt: NOW + 3570 },
    ],
    [
      'ends after 24 hours at the latest',
      [rtc('lobby', '42', { 1: 1_790_000_000, 2: DAY + 1, 3: DAY, 4: DAY - 1 })] as Service[],
      1_790_000_000,
      {
        issued: NOW,
        privileges: privilegesEnd('rtc', { 1: DAY, 2: DAY, 3: DAY, 4: DAY - 1 }),
        end: NOW + DAY,
        renewAt: NOW + DAY - 31,
      },
    ],
    [
      'ends a privilege of 0 with the token',
      [rtc('lobby', '42', { 1: 0, 2: 1800 })] as Service[],
      3600,
      {
        issued: NOW,
        privileges: privilegesEnd('rtc', { 1: 3600, 2: 1800 }),
        end: NOW + 3600,
        renewAt: NOW + 1770,
      },
    ],
    [
      'ends a privilege of 0 with the token, after 24 hours',
      [FPA] as Service[],
      7 * DAY,
      { issued: NOW, privileges: privilegesEnd('fpa', { 1: DAY }), end: NOW + DAY, renewAt: NOW + DAY - 30 },
    ],
    [
      'renews for a privilege that ends early',
      [rtc('lobby', '42', { 1: 3600, 2: 60 })] as Service[],
      3600,
      {
        issued: NOW,
        privileges: privilegesEnd('rtc', { 1: 3600, 2: 60 }),
        end: NOW + 3600,
        renewAt: NOW + 30,
      },
    ],
    [
      'renews for a token that ends before its privileges',
      [rtc('lobby', '42', { 1: 3600 })] as Service[],
      60,
      { issued: NOW, privileges: privilegesEnd('rtc', { 1: 3600 }), end: NOW + 60, renewAt: NOW + 30 },
    ],
    [
      'renews not before the issue',
      [rtc('lobby', '42', { 1: 20 })] as Service[],
      29,
      { issued: NOW, privileges: privilegesEnd('rtc', { 1: 20 }), end: NOW + 29, renewAt: NOW },
    ],
    [
      'renews at the issue, if it lasts 30 seconds',
      [rtc('lobby', '42', {})] as Service[],
      30,
      { issued: NOW, privileges: [], end: NOW + 30, renewAt: NOW },
    ],
    ['may be empty', [] as Service[], 0, { issued: NOW, privileges: [], end: NOW, renewAt: NOW }],
    [
      'has the order of the token',
      [rtc('a', '1', { 4: 40, 1: 10, 4711: 50 }), rtc('b', '2', { 2: 20 }), rtm('c', { 1: 30 })] as Service[],
      3600,
      {
        issued: NOW,
        privileges: [
          ...privilegesEnd('rtc', { 1: 10, 4: 40, 4711: 50 }),
          ...privilegesEnd('rtc', { 2: 20 }),
          ...privilegesEnd('rtm', { 1: 30 }),
        ],
        end: NOW + 3600,
        renewAt: NOW,
      },
    ],
    [
      'knows every service',
      [streaming('a', 'b'), chat('c'), fcdn('a', 'b'), rtm2('c'), unknown(99)] as Service[],
      7200,
      {
        issued: NOW,
        privileges: ['streaming', 'chat', 'fcdn', 'rtm2'].flatMap((service) => privilegesEnd(service, { 1: 3600 })),
        end: NOW + 7200,
        renewAt: NOW + 3570,
      },
    ],
  ])('%s', (_name, services, expire, timeline) => {
    expect(inspect(tokenWith(services, { expire }), expecting()).timeline).toStrictEqual(timeline);
  });

  test('ends after maxLifetime', () => {
    const { timeline } = inspect(LOBBY, expecting({ maxLifetime: 60 }));
    expect(timeline).toMatchObject({ end: NOW + 60, renewAt: NOW + 30 });
  });

  test('reaches beyond 2106', () => {
    const token = tokenWith([rtm('alice')], { issueTs: 0xffff_ffff });
    expect(inspect(token, expecting()).timeline).toMatchObject({
      issued: 0xffff_ffff,
      end: 0xffff_ffff + 3600,
      renewAt: 0xffff_ffff + 3570,
    });
  });

  test.each<[string, object]>([
    ['an expired token', expecting({ now: NOW + DAY })],
    ['a token of another certificate', { now: NOW, appCertificate: OTHER_CERTIFICATE }],
    ['an unchecked token', { now: NOW }],
    ['a token for another user', expecting({ channelName: 'lounge', uid: 43 })],
  ])('is the same for %s', (_name, expected) => {
    expect(inspect(LOBBY, expected).timeline).toStrictEqual(inspect(LOBBY, expecting()).timeline);
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['an App ID', APP_ID],
    ['a number', 42],
  ])('is null, as the token is, for %s', (_name, token) => {
    expect(inspect(token, expecting())).toMatchObject({ ok: false, timeline: null, token: null });
  });
});

test.each<[string, unknown]>([
  ['the version alone', '007'],
  ['an invalid stream', tokenOfStream(Buffer.from('no stream at all'))],
])('nothing is readable in %s', (_name, token) => {
  const inspection = inspect(token, expecting());
  expect(inspection).toMatchObject({ ok: false, timeline: null });
  expect(inspection.token ?? {}).not.toHaveProperty('appId');
});

describe('a truncated token', () => {
  const SERVICES = [rtc('lobby', '42'), rtm('alice'), chat('alice'), rtm2('alice')];
  const WHOLE = [LOBBY, FRAGILE, tokenWith(SERVICES), tokenWith([]), tokenWith([rtc('ü'.repeat(30), '💡')])];

  function servicesOf(part: object | null): readonly unknown[] {
    const services: unknown = Reflect.get(part ?? {}, 'services');
    return Array.isArray(services) ? services : [];
  }

  /** Every decoded field is that of the whole token; the services are its first ones. */
  function expectPrefix(part: object | null, token: string): void {
    const whole: Readonly<Record<string, unknown>> = { ...decodeToken(token) };
    for (const [name, value] of Object.entries(part ?? {})) {
      if (name === 'services') {
        const services = value as readonly unknown[];
        expect(services).toStrictEqual(decodeToken(token).services.slice(0, services.length));
      } else if (value instanceof Uint8Array) {
        const bytes = whole[name] as Uint8Array;
        expect(Buffer.from(value)).toStrictEqual(Buffer.from(bytes.subarray(0, value.length)));
      } else if (value !== undefined && value !== null) {
        expect([name, value]).toStrictEqual([name, whole[name]]);
      }
    }
  }

  test.each(WHOLE.map((token, index) => ({ token, step: index === 0 ? 1 : 5 })))(
    'is truncated, and its beginning is decoded, wherever it is cut: %#',
    ({ token, step }) => {
      const letters = token.replace(/=+$/u, '').length;
      for (let length = 8; length < letters; length += step) {
        const part = token.slice(0, length);
        const inspection = inspect(part, expecting());
        expect([length, errorsOf(inspection)]).toStrictEqual([length, ['TRUNCATED']]);
        expect(inspection).toMatchObject({ ok: false, signature: 'unchecked' });
        expectPrefix(inspection.token, token);
        expectSound(inspection, part, [CERTIFICATE]);
      }
    },
  );

  test.each(WHOLE)('has App ID, issue time and lifetime if only its end is missing: %#', (token) => {
    const { token: part } = inspect(token.replace(/=+$/u, '').slice(0, -5), expecting());
    expect(part).toMatchObject({ appId: APP_ID, issueTs: NOW, expire: 3600 });
  });

  test('has its complete services', () => {
    const token = tokenWith(SERVICES);
    const { token: part } = inspect(token.replace(/=+$/u, '').slice(0, -5), expecting());
    expect(part).toMatchObject({ appId: APP_ID });
    // The last three or so characters encode the last one.
    expect(servicesOf(part).length).toBeGreaterThanOrEqual(2);
  });

  const contentOf = (services: readonly Service[], claims: { readonly appId?: string } = {}): Uint8Array =>
    decodeToken(tokenWith(services, claims)).content;

  test.each<[read: string, content: Uint8Array]>([
    ['nothing', contentOf([]).subarray(0, 67)],
    ['App ID', contentOf([]).subarray(0, 68)],
    ['App ID, issued at 2023-11-14T22:13:20Z', contentOf([]).subarray(0, 72)],
    ['App ID, issued at 2023-11-14T22:13:20Z, expire 3600 s', contentOf([]).subarray(0, 76)],
    [
      'an App ID that is none, issued at 2023-11-14T22:13:20Z, expire 3600 s',
      contentOf([], { appId: '970' }).subarray(0, -1),
    ],
    [
      'App ID, issued at 2023-11-14T22:13:20Z, expire 3600 s, rtc channelName "lobby" uid "", fpa, apaas roomUuid "room" userUuid "alice"',
      contentOf([
        { type: 'rtc', channelName: 'lobby', uid: '', privileges: { 1: 60 } },
        { type: 'fpa', privileges: { 1: 0 } },
        { type: 'apaas', roomUuid: 'room', userUuid: 'alice', role: 1, privileges: { 1: 60 } },
        { type: 'stt', privileges: {} },
      ]).subarray(0, -1),
    ],
    [
      `App ID, issued at 2023-11-14T22:13:20Z, expire 3600 s${', stt'.repeat(8)}`,
      contentOf(Array.from({ length: 10 }, () => ({ type: 'stt', privileges: {} }) as const)).subarray(0, -1),
    ],
  ])('has a summary of its readable part: %s', (read, content) => {
    const token = tokenOfContent(content);
    expect(inspect(token, expecting()).findings).toStrictEqual([
      {
        code: 'TRUNCATED',
        severity: 'error',
        message: `it ends early, after ${token.length} characters; read so far: ${read}`,
        hint: 'something cut it on its way: a column or field that is too short, a limit on headers, a copy of a part?',
      },
    ]);
  });

  test.each<[name: string, text: string, token: object | null]>([
    ['the App ID of an older one', token006().slice(0, 60), { version: '006', appId: APP_ID }],
    ['nothing of an older one without it', token006().slice(0, 20), { version: '006' }],
    ['nothing of one that is too long', '007'.padEnd(MAX_TOKEN_LENGTH + 1, 'A'), null],
  ])('is decoded as far as possible: %s', (_name, text, token) => {
    expect(inspect(text, expecting()).token).toStrictEqual(token);
  });

  test.each([1, 2, 3, 4])('is recognized without repairs if it is long: %i', (missing) => {
    const body = new Uint8Array(100_000);
    const { content } = decodeToken(tokenWith([{ type: 'unknown', typeId: 99, count: 1, body }]));
    const token = tokenOfStream(deflateSync(content, { level: 0 })).replace(/=+$/u, '');
    const inspection = inspect(token.slice(0, -missing), expecting());
    expect(codesOf(inspection)).toStrictEqual(['TRUNCATED']);
    expect(inspection.token).toMatchObject({ appId: APP_ID, issueTs: NOW, expire: 3600 });
  });

  test('is not decoded beyond maxContentLength', () => {
    expect(inspect(LOBBY, expecting({ maxContentLength: 20 })).token).toBe(null);
  });

  test('may be a 006 token', () => {
    const token = token006();
    const letters = token.replace(/=+$/u, '').length;
    for (let length = 40; length < letters; length += 3) {
      const inspection = inspect(token.slice(0, length), expecting({ channelName: 'lobby', uid: 42 }));
      expect([length, errorsOf(inspection)]).toStrictEqual([length, ['TRUNCATED']]);
      expect(inspection.token ?? { appId: APP_ID }).toMatchObject({ appId: APP_ID });
    }
  });
});

describe('a mangled token', () => {
  const chunks = (size: number, separator: string) => (text: string) =>
    text.replace(new RegExp(`.{${size}}`, 'gu'), `$&${separator}`);
  const base64url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
  const unpadded = (text: string): string => text.replace(/=+$/u, '');
  const spaced = (text: string): string => text.replaceAll('+', ' ');

  const MANGLINGS: Readonly<Record<string, (text: string) => string>> = {
    '+ turned into spaces': spaced,
    'percent-encoded': encodeURIComponent,
    'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
    'percent-encoded in lower case': (text) => encodeURIComponent(text).replace(/%../gu, (code) => code.toLowerCase()),
    'only its + percent-encoded': (text) => text.replaceAll('+', '%2B'),
    'in double quotes': (text) => `"${text}"`,
    'in single quotes': (text) => `'${text}'`,
    'in lines of 64': chunks(64, '\n'),
    'in lines of 76 with CR LF': chunks(76, '\r\n'),
    'in base64url with padding': base64url,
    unpadded,
    'in base64url': (text) => unpadded(base64url(text)),
    'before a line break': (text) => `${text}\n`,
    'before CR LF': (text) => `${text}\r\n`,
    'between spaces': (text) => `  ${text} `,
    'after a tab': (text) => `\t${text}`,
    'in quotes, before a line break': (text) => `"${text}"\n`,
    'unpadded, in quotes': (text) => `"${unpadded(text)}"`,
    'in base64url, in lines of 64': (text) => chunks(64, '\n')(unpadded(base64url(text))),
    '+ turned into spaces, in quotes': (text) => `"${spaced(text)}"`,
    '+ turned into spaces, in lines of 64': (text) => chunks(64, '\n')(spaced(text)),
    '+ turned into spaces, unpadded': (text) => unpadded(spaced(text)),
    'percent-encoded, in quotes': (text) => `"${encodeURIComponent(text)}"`,
    'percent-encoded with its quotes': (text) => encodeURIComponent(`"${text}"`),
    'percent-encoded with a line break': (text) => encodeURIComponent(`${text}\n`),
    'percent-encoded, unpadded': (text) => encodeURIComponent(unpadded(text)),
  };

  function expectRepaired(name: string, token: string, mangled: string, expected: object): void {
    if (mangled === token) return;
    const [whole, repaired] = [inspect(token, expected), inspect(mangled, expected)];
    expect(codesOf(repaired), name).toContain('MANGLED_IN_TRANSIT');
    expect(repaired.findings.filter(({ code }) => code !== 'MANGLED_IN_TRANSIT')).toStrictEqual(whole.findings);
    expect(repaired.token).toStrictEqual(whole.token);
    expect(repaired.timeline).toStrictEqual(whole.timeline);
    expect(repaired.signature).toBe(whole.signature);
    expect(repaired.ok).toBe(false);
    expectSound(repaired, mangled, [CERTIFICATE]);
  }

  test.each(Object.entries(MANGLINGS))('is repaired if it is %s', (name, mangle) => {
    for (const expected of [
      expecting({ appId: APP_ID, channelName: 'lobby', uid: 42 }),
      { now: NOW + 3600, channelName: 'Lobby', uid: 43, appCertificate: OTHER_CERTIFICATE },
    ]) {
      expectRepaired(name, FRAGILE, mangle(FRAGILE), expected);
    }
  });

  test.each(Object.entries(MANGLINGS))('of version 006 is repaired if it is %s', (name, mangle) => {
    for (let salt = 1; salt <= 5; salt++) {
      const token = token006({ salt });
      expectRepaired(name, token, mangle(token), expecting({ channelName: 'lobby', uid: 42 }));
    }
  });

  test('is repaired for any token and any mangling', () => {
    const way = fc.constantFrom(...Object.keys(MANGLINGS));
    fc.assert(
      fc.property(project, agoraClaims, way, ({ appId, appCertificate }, claims, name) => {
        const token = buildToken({ appId, appCertificate, ...claims, limits: 'format' });
        // A + at the very end is a space at the very end.
        fc.pre(!token.endsWith('+'));
        const mangled = MANGLINGS[name]?.(token) ?? token;
        expectRepaired(name, token, mangled, { appId, appCertificate, now: claims.issueTs });
      }),
      { numRuns: RUNS },
    );
  });

  test('is repaired if its last character + became a space', () => {
    const token = lobbyTokenWhere((candidate) => candidate.endsWith('+'), 4860);
    expectRepaired('+ turned into spaces', token, spaced(token), expecting());
  });

  test('is not repaired if it is also truncated', () => {
    for (const mangle of Object.values(MANGLINGS)) {
      const part = unpadded(FRAGILE).slice(0, -8);
      const inspection = inspect(mangle(part), expecting());
      expect(codesOf(inspection)).not.toContain('MANGLED_IN_TRANSIT');
      expect(errorsOf(inspection)).not.toStrictEqual([]);
    }
  });
});

describe('a token of version 006', () => {
  const FOR_LOBBY = expecting({ channelName: 'lobby', uid: 42 });

  test.each<[name: string, token: string, expected: object]>([
    ['for a channel and a uid', token006(), FOR_LOBBY],
    ['for a channel and a uid given as account', token006(), expecting({ channelName: 'lobby', account: '42' })],
    ['with the App ID', token006(), expecting({ appId: APP_ID, channelName: 'lobby', uid: 42 })],
    ['for an account', token006({ uid: 'alice' }), expecting({ channelName: 'lobby', account: 'alice' })],
    [
      'for names that are not ASCII',
      token006({ channelName: '频道', uid: '用户' }),
      expecting({ channelName: '频道', account: '用户' }),
    ],
    ['for RTM login', rtmToken006('alice'), expecting({ userId: 'alice' })],
    ['for RTM login by name', rtmToken006('alice'), expecting({ service: 'rtm', userId: 'alice' })],
    ['without limits', token006({ ts: 0, privileges: { 1: 0 } }), FOR_LOBBY],
    [
      'with the secondary certificate',
      token006(),
      {
        now: NOW,
        appCertificate: [OTHER_CERTIFICATE, CERTIFICATE],
        channelName: 'lobby',
        uid: 42,
      },
    ],
    [
      'a second before its end',
      token006({ ts: NOW + 60, privileges: { 1: 0 } }),
      expecting({
        channelName: 'lobby',
        uid: 42,
        now: NOW + 59,
      }),
    ],
  ])('is ok, with a warning: %s', (_name, token, expected) => {
    const inspection = inspect(token, expected);
    expect(codesOf(inspection)).toStrictEqual(['LEGACY_TOKEN']);
    expect(inspection).toMatchObject({ ok: true, signature: 'valid' });
    expectSound(inspection, token, [CERTIFICATE]);
  });

  test.each<[name: string, token: string, expected: object, codes: readonly string[]]>([
    ['of another channel', token006(), expecting({ channelName: 'Lobby', uid: 42 }), ['CHANNEL_MISMATCH']],
    ['of another user', token006(), expecting({ channelName: 'lobby', uid: 43 }), ['UID_MISMATCH']],
    ['of another account', token006(), expecting({ channelName: 'lobby', account: 'alice' }), ['UID_MISMATCH']],
    [
      'of another channel and user',
      token006(),
      expecting({ channelName: 'lounge', uid: 43 }),
      ['CHANNEL_MISMATCH', 'UID_MISMATCH'],
    ],
    [
      'of another project and another channel',
      token006(),
      expecting({ appId: OTHER_APP_ID, channelName: 'lounge', uid: 42 }),
      ['APP_ID_MISMATCH', 'CHANNEL_MISMATCH'],
    ],
    ['of another RTM user', rtmToken006('bob'), expecting({ userId: 'alice' }), ['USER_MISMATCH']],
    ['of another certificate', token006({ appCertificate: OTHER_CERTIFICATE }), FOR_LOBBY, ['SIGNATURE_MISMATCH']],
    [
      'of another certificate, for RTM',
      rtmToken006('alice', { appCertificate: OTHER_CERTIFICATE }),
      expecting({ userId: 'alice' }),
      ['SIGNATURE_MISMATCH'],
    ],
    [
      'of another App ID',
      token006(),
      expecting({ appId: OTHER_APP_ID, channelName: 'lobby', uid: 42 }),
      ['APP_ID_MISMATCH'],
    ],
    ['that has ended', token006({ ts: NOW, privileges: { 1: 0 } }), FOR_LOBBY, ['TOKEN_EXPIRED']],
    ['whose join has ended', token006({ privileges: { 1: NOW } }), FOR_LOBBY, ['PRIVILEGE_EXPIRED']],
    [
      'whose RTM login has ended',
      rtmToken006('alice', { privileges: { 1000: NOW } }),
      expecting({ service: 'rtm', userId: 'alice' }),
      ['PRIVILEGE_EXPIRED'],
    ],
    ['without join', token006({ privileges: { 2: 0 } }), FOR_LOBBY, ['MISSING_PRIVILEGE']],
    [
      'of a subscriber that publishes',
      token006({ privileges: { 1: 0 } }),
      expecting({ channelName: 'lobby', uid: 42, privileges: [1, 2] }),
      ['MISSING_PRIVILEGE'],
    ],
    ['unchecked, of another channel', token006(), { now: NOW, channelName: 'Lobby', uid: 42 }, ['CHANNEL_MISMATCH']],
    ['unchecked, of another user', token006(), { now: NOW, channelName: 'lobby', uid: 43 }, ['UID_MISMATCH']],
  ])('is not ok: %s', (_name, token, expected, codes) => {
    const inspection = inspect(token, expected);
    expect(errorsOf(inspection)).toStrictEqual(codes);
    expect(codesOf(inspection)).toContain('LEGACY_TOKEN');
    expect(inspection.ok).toBe(false);
    expectSound(inspection, token, [CERTIFICATE]);
  });

  test.each<[name: string, appCertificate: string, says: RegExp]>([
    ['with a line break', `${OTHER_CERTIFICATE}\n`, /white ?space|trim|newline|line break/iu],
    ['in other letter case', OTHER_CERTIFICATE.toUpperCase(), /case/iu],
  ])('explains a certificate %s', (_name, appCertificate, says) => {
    const token = token006({ appCertificate: OTHER_CERTIFICATE });
    const inspection = inspect(token, { now: NOW, appCertificate, channelName: 'lobby', uid: 42 });
    expect(errorsOf(inspection)).toStrictEqual(['SIGNATURE_MISMATCH']);
    expect(wordsOf(inspection)).toMatch(says);
    expectSound(inspection, token, [OTHER_CERTIFICATE]);
  });

  test('is decoded', () => {
    const { token } = inspect(token006(), FOR_LOBBY);
    const privileges = { 1: NOW + 3600, 2: NOW + 3600, 3: NOW + 3600, 4: NOW + 3600 };
    const crcs = { crcChannelName: crc32('lobby'), crcUid: crc32('42') };
    expect(token).toMatchObject({
      version: '006',
      appId: APP_ID,
      salt: 1,
      ts: NOW + DAY,
      privileges,
      ...crcs,
    });
  });

  test('has a timeline without an issue time', () => {
    const { timeline } = inspect(token006({ privileges: { 1: NOW + 3600, 2: NOW + 1800 } }), FOR_LOBBY);
    expect(timeline).toMatchObject({
      issued: null,
      privileges: [
        { privilege: 1, end: NOW + 3600 },
        { privilege: 2, end: NOW + 1800 },
      ],
      end: NOW + DAY,
      renewAt: NOW + 1770,
    });
  });

  test.each<[name: string, token: string, privileges: readonly object[]]>([
    [
      'end when they say',
      token006({ privileges: { 1: NOW + 3600, 2: NOW + 1800 } }),
      [
        { service: 'rtc', privilege: 1, end: NOW + 3600 },
        { service: 'rtc', privilege: 2, end: NOW + 1800 },
      ],
    ],
    [
      'end with it, if they do not say',
      token006({ privileges: { 1: 0, 2: NOW + 1800 } }),
      [
        { service: 'rtc', privilege: 1, end: NOW + DAY },
        { service: 'rtc', privilege: 2, end: NOW + 1800 },
      ],
    ],
    [
      'have no end, if neither says',
      token006({ ts: 0, privileges: { 1: 0 } }),
      [{ service: 'rtc', privilege: 1, end: null }],
    ],
    [
      'may be for RTM',
      rtmToken006('alice', { privileges: { 1000: NOW + 60 } }),
      [{ service: 'rtm', privilege: 1000, end: NOW + 60 }],
    ],
  ])('has privileges that %s', (_name, token, privileges) => {
    expect(inspect(token, expecting()).timeline?.privileges).toStrictEqual(privileges);
  });

  test('may be without an end', () => {
    const { timeline } = inspect(token006({ ts: 0, privileges: { 1: 0 } }), FOR_LOBBY);
    expect(timeline).toMatchObject({ issued: null, end: null, renewAt: null });
  });

  test('is not limited to 24 hours', () => {
    const { timeline } = inspect(token006({ ts: NOW + 7 * DAY, privileges: { 1: 0 } }), FOR_LOBBY);
    expect(timeline).toMatchObject({ end: NOW + 7 * DAY, renewAt: NOW + 7 * DAY - 30 });
  });
});

describe('the words of findings', () => {
  type Case = readonly [token: unknown, expected: object];

  function testWords(title: string, cases: Readonly<Record<string, Case>>): void {
    test.each(Object.entries(cases))(`${title} %s`, (_name, [token, expected]) => {
      expect(
        inspect(token, expected).findings.map(({ code, message, hint }) => [code, message, hint]),
      ).toMatchSnapshot();
    });
  }

  const channels = (actual: string, expected: string): Case => [
    tokenWith([rtc(actual, '42')]),
    expecting({ channelName: expected }),
  ];
  const accounts = (actual: string, account: string): Case => [
    tokenWith([rtc('lobby', actual)]),
    expecting({ account }),
  ];

  testWords('of a channel:', {
    'quotes in the token': channels('"lobby"', 'lobby'),
    'apostrophes where it is used': channels('lobby', "'lobby'"),
    'backticks that were escaped': channels('\\`lobby\\`', 'lobby'),
    'a quotation mark at one end': channels('"lobby', 'lobby'),
    'different quotation marks': channels(`"lobby'`, 'lobby'),
    'quotes around two lines': channels('"a\nb"', 'a\nb'),
    'words in quotes': channels('a "lobby"', 'a lobby'),
    '+ for a space': channels('my+room', 'my room'),
    '+ for a space, percent-encoded': channels('my+room%21', 'my room!'),
    'a percent sign that encodes nothing': channels('50%zz', '50%'),
    'a percent sign before a +': channels('%4+1', 'A'),
    'an encoding that is broken': channels('%E0%A4%A', 'lobby'),
    'white space at both ends': channels('\tlobby ', ' lobby\n'),
    'white space inside it': channels('lob by', 'lobby'),
    'several spaces inside it': channels('my  room', 'my room'),
    'case, white space and encoding at once': channels('My%20%20Room', 'my room'),
    'a sharp s': channels('straße', 'STRASSE'),
    'encodings that are broken': channels('%FF', '%FE'),
    'quotes around a part of it': channels('"big" room', 'big room'),
    'compatible characters': channels('ﬁnal', 'FINAL'),
    'compatible characters, encoded': channels('%EF%AC%81nal', 'final'),
    'nothing of that': channels('lobby', 'lobbies'),
    'a value that was missing where it is used': channels('lobby', 'undefined'),
    'a value that was missing, and became a string': channels('NaN', 'lobby'),
    'a truth': channels('true', 'lobby'),
    'a lie': channels('false', 'lobby'),
    'a string that ends as a missing value': channels('not null', 'lobby'),
    'a string that begins as a missing value': channels('nullable', 'lobby'),
    'an object in a string': channels('an [object Object]', 'lobby'),
    'a placeholder of a route': channels(':channelName', 'lobby'),
    'a placeholder of a template': channels('${channel}', 'lobby'),
    'a placeholder of another template': channels('{{channel}}', 'lobby'),
    'a placeholder in braces': channels('{channel}', 'lobby'),
    'a placeholder in angle brackets': channels('<channel>', 'lobby'),
    'no placeholder, but a colon': channels('room:channel', 'lobby'),
    'no placeholder, but a colon before words': channels(':my channel', 'lobby'),
    'no placeholder, but braces': channels('a{channel}', 'lobby'),
    'no placeholder, but a bracket': channels('<channel', 'lobby'),
    'a number with a fraction of nothing': channels('42.00', '42'),
    'a number with a plus': channels('+42', '42'),
    'numbers that are not the same': channels('42', '43'),
    'a number with a fraction': channels('42.5', '42'),
    'a number with a point': channels('42.', '42'),
    'numbers of twenty digits': channels('018446744073709551615', '18446744073709551615'),
    'numbers of 21 digits': channels('0000000000000000000042', '42'),
    'a number in a string': channels('a42', '42'),
    'a number before a string': channels('42a', '042'),
    'the same 32 bits': channels('-42', '4294967254'),
    'the same 32 bits of more': channels('4294967338', '42'),
  });

  testWords('of a user:', {
    'a string, where a number is expected': [tokenWith([rtc('lobby', 'alice')]), expecting({ uid: 42 })],
    'a string, where any user is expected': [tokenWith([rtc('lobby', 'alice')]), expecting({ uid: 0 })],
    'a number, where a string is expected': accounts('42', 'alice'),
    'digits and a string': accounts('42a', 'alice'),
    'a UUID, where a number is expected': [
      tokenWith([rtc('lobby', '123E4567-e89b-42d3-a456-426614174000')]),
      expecting({ uid: 42 }),
    ],
    'a UUID, where a string is expected': accounts('123e4567-e89b-42d3-a456-426614174000', 'alice'),
    'a UUID and more': [tokenWith([rtc('lobby', 'x123e4567-e89b-42d3-a456-426614174000')]), expecting({ uid: 42 })],
    'a UUID that goes on': [tokenWith([rtc('lobby', '123e4567-e89b-42d3-a456-4266141740000')]), expecting({ uid: 42 })],
    'a number and digits after a string': [tokenWith([rtc('lobby', '42')]), expecting({ account: 'user 42' })],
    'a number and a string that begins with it': [tokenWith([rtc('lobby', '43')]), expecting({ account: '42 user' })],
    'two strings': accounts('alice', 'bob'),
    '0 against any user': [tokenWith([rtc('lobby', '0')]), expecting({ uid: 0 })],
    '0 against another': [tokenWith([rtc('lobby', '0')]), expecting({ uid: 42 })],
    'another of RTM, in quotes': [tokenWith([rtm('"alice"')]), expecting({ userId: 'alice' })],
  });

  const signedWith = (appCertificate: string, given: unknown = CERTIFICATE): Case => [
    tokenWith([rtc('lobby', '42')], { appCertificate }),
    { now: NOW, appCertificate: given },
  ];

  testWords('of a signature:', {
    'with a line break': signedWith(`${CERTIFICATE}\n`),
    'with a line break of two characters': signedWith(`${CERTIFICATE}\r\n`),
    'with a carriage return': signedWith(`${CERTIFICATE}\r`),
    'with a space': signedWith(`${CERTIFICATE} `),
    'with a space before': signedWith(` ${CERTIFICATE}`),
    'with quotes': signedWith(`"${CERTIFICATE}"`),
    'with two line breaks': signedWith(`${CERTIFICATE}\n\n`),
    'in lower case': signedWith(CERTIFICATE.toLowerCase()),
    'in upper case': signedWith(CERTIFICATE.toUpperCase()),
    'given with quotes and spaces': signedWith(CERTIFICATE, ` "${CERTIFICATE} " `),
    'given within 64 characters': signedWith(CERTIFICATE, CERTIFICATE.padEnd(64)),
    'given within 65 characters': signedWith(CERTIFICATE, CERTIFICATE.padEnd(65)),
    'given empty, with none': signedWith('', ''),
    'given as white space, with none': signedWith('', ' '),
    'with a string that is no certificate, as it was given': signedWith('secondary', 'secondary'),
    'with the App ID, given beside another': signedWith('0'.repeat(32), [APP_ID, OTHER_CERTIFICATE]),
    'of an App ID with a line break, which was given': [
      tokenWith([rtc('lobby', '42')], { appId: `${APP_ID}\n`, appCertificate: OTHER_CERTIFICATE }),
      { now: NOW, appCertificate: APP_ID },
    ],
    'with the App ID': signedWith(APP_ID),
    'with the App ID, which was given': signedWith(OTHER_CERTIFICATE, APP_ID),
    'with the App ID, given in other case': signedWith(OTHER_CERTIFICATE, ` ${APP_ID.toLowerCase()}`),
    'given beside one that is none': signedWith(CERTIFICATE, [CERTIFICATE, 'secondary']),
    'with neither of two that are none': signedWith(CERTIFICATE, ['primary', 'secondary']),
    'with neither of two': signedWith('0'.repeat(32), [CERTIFICATE, OTHER_CERTIFICATE]),
    'with an App ID that is expected': [
      tokenWith([rtc('lobby', '42')], { appId: OTHER_APP_ID, appCertificate: APP_ID }),
      expecting({ appId: APP_ID }),
    ],
    'of an App ID and certificate that are swapped': [
      tokenWith([rtc('lobby', '42')], { appId: CERTIFICATE, appCertificate: APP_ID }),
      expecting({ appId: APP_ID }),
    ],
    'of an App ID and certificate that are swapped where it is used': [
      LOBBY,
      { now: NOW, appCertificate: APP_ID, appId: CERTIFICATE },
    ],
    'of an App ID and certificate that are swapped where it is used, with another': [
      LOBBY,
      { now: NOW, appCertificate: [OTHER_CERTIFICATE, APP_ID], appId: CERTIFICATE },
    ],
    'of an App ID and one of two certificates that are swapped': [
      tokenWith([rtc('lobby', '42')], { appId: CERTIFICATE, appCertificate: APP_ID }),
      { now: NOW, appCertificate: [OTHER_CERTIFICATE, CERTIFICATE], appId: APP_ID },
    ],
    'of 16 bytes': [tokenOfContent(withShortSignature(LOBBY)), expecting()],
    'that is not checked': [LOBBY, { now: NOW }],
  });

  /** The content of a token, with half of its signature. */
  function withShortSignature(token: string): Buffer {
    const { content } = decodeToken(token);
    return Buffer.concat([Buffer.of(16, 0), content.subarray(18)]);
  }

  const SERVICE_NAMES = ['rtc', 'rtm', 'streaming', 'fpa', 'chat', 'fcdn', 'apaas', 'rtm2', 'convoai', 'stt'];
  const useOf = (service: string): Case => [
    tokenWith([service === 'rtc' ? FPA : rtc('lobby', '42')]),
    expecting({ service }),
  ];
  testWords(
    'of a service that is missing:',
    Object.fromEntries(SERVICE_NAMES.map((service) => [service, useOf(service)])),
  );

  const LONG = 'AbCdEfGhIjKlMnOpQrStUvWx';
  const of = (token: unknown): Case => [token, expecting()];
  testWords('of no token:', {
    'a missing value': of('null'),
    'the string of an object': of('[object Promise]'),
    'a string with a missing value': of('not null'),
    '32 hex digits in capitals': of('ABCDEF0123456789ABCDEF0123456789'),
    '33 hex digits': of('abcdef0123456789abcdef01234567890'),
    '31 hex digits': of('abcdef0123456789abcdef012345678'),
    'a JWT': of('eyJhbGciOi.eyJzdWIi.c2ln-_bmF'),
    'a JWT that is not signed': of('ewABC.eyJzdWIi.'),
    'a JWT in a string': of('see eyJhbGciOi.eyJzdWIi.c2ln'),
    'a JWT and more': of('eyJhbGciOi.eyJzdWIi.c2ln and more'),
    'two parts of a JWT': of('eyJhbGciOi.eyJzdWIi'),
    'words with points': of('my.own.token'),
    'a URL': of('wss://example.com/'),
    'a URL of an app': of('my-app+a.b2://room'),
    'a URL in a string': of('see https://example.com/'),
    'a JSON object': of('{"token":"x"}'),
    'a JSON array': of('["x"]'),
    'a JSON document in a string': of('json: {"token":"x"}'),
    'a header': of('Authorization: Bearer x'),
    'the name of a header and more': of('authorizations'),
    'a scheme and a token': of(`Bearer ${LOBBY}`),
    'another scheme': of('basic YTpi'),
    'a scheme of Agora': of('agora token=x'),
    'a scheme after a string': of('the bearer x'),
    'what follows 007': of(`eJ${LONG}`),
    'what follows 007, but short': of(`eJ${LONG.slice(0, 19)}`),
    'what follows 007, after a string': of(`x eJ${LONG}`),
    'version 005': of(`005${LONG}`),
    'version 005, but short': of(`005${LONG.slice(0, 19)}`),
    'version 000': of(`000${LONG}`),
    'version 005 after a string': of(`x 005${LONG}`),
    'a token in a string': of(`token: ${LOBBY}`),
    'a 006 token in a string': of(`token: ${token006()}`),
    'a short token in a string': of(`token: 007${LONG.slice(0, 19)}`),
    'a word': of('lobby'),
    'a word in quotes and spaces': of(' " lobby " '),
    'no string': of(undefined),
  });

  const LOBBY_123 = decodeToken(tokenWith([rtc('lobby123', '42', { 1: 3600 })])).content;
  const mangledAs = (text: string): Case => [text, expecting()];
  testWords('of a token that was mangled:', {
    'in many ways': mangledAs(` "${encodeURIComponent(FRAGILE.slice(0, 40))}\n${FRAGILE.slice(40)}" `),
    'with slashes escaped': mangledAs(FRAGILE.replaceAll('/', '\\/')),
    'with line breaks as escapes': mangledAs(`${FRAGILE.slice(0, 40)}\\r\\n${FRAGILE.slice(40)}\\n`),
    'with lines that are indented': mangledAs(FRAGILE.replace(/.{40}/gu, '$&\n  ')),
    'with spaces in it': mangledAs(LOBBY.replace(/.{40}/gu, '$& ')),
    'with a space of no width': mangledAs(`\u200b${LOBBY.slice(0, 40)}\u200b${LOBBY.slice(40)}`),
    'percent-encoded three times': mangledAs(encodeURIComponent(encodeURIComponent(encodeURIComponent(FRAGILE)))),
    'with a space and a line break for each +': mangledAs(` ${FRAGILE.replaceAll('+', ' \n')}`),
    'behind so many spaces that it is long': mangledAs(LOBBY.padStart(2 ** 17)),
    'behind so many spaces that it is too long': mangledAs(LOBBY.padStart(2 ** 17 + 1)),
    'and cut, being a 006 token': mangledAs(`"${token006().slice(0, 60)}"`),
    'in quotes within quotes': mangledAs(`"'${LOBBY}'"`),
    'in quotes that are escaped': mangledAs(`\\"${LOBBY}\\"`),
    'in base64url with padding': mangledAs(FRAGILE.replaceAll('+', '-').replaceAll('/', '_')),
    'with padding that is too long': mangledAs(`${FRAGILE}==`),
    'without padding': mangledAs(FRAGILE.replace(/=+$/u, '')),
    'and is a 006 token without padding': mangledAs(token006().replace(/=+$/u, '')),
    'and is a 006 token with padding that is too long': mangledAs(`${token006()}===`),
  });

  testWords('of a damaged token:', {
    'a character outside the alphabet': of(`${LOBBY.slice(0, 80)}!${LOBBY.slice(81)}`),
    'a character outside the alphabet, in a 006 token': of(`${token006().slice(0, 80)}!${token006().slice(81)}`),
    'a character outside the alphabet, at the end of a 006 token': of(
      `${token006().slice(0, -10)}!${token006().slice(-9)}`,
    ),
    // A stream of 117 bytes with any compressor.
    'a letter too many': of(`${tokenOfStream(deflateSync(LOBBY_123, { level: 0 }))}A`),
    'a 006 token cut within its App ID': of('006970CA3'),
    'a 006 token cut behind its App ID': of(`006${APP_ID}`),
    'a 006 token cut in its signature': of(token006().slice(0, 60)),
    'a 006 token cut, with an invalid App ID': of(token006({ appId: 'x'.repeat(32) }).slice(0, 60)),
    'a 006 token cut and padded': of(`${token006().slice(0, 60)}=`),
    'an invalid stream': of(tokenOfStream(Buffer.from('no stream'))),
    'the version alone': of('007'),
    'version 006 alone': of('006'),
    'a string that is too long': of('007'.padEnd(MAX_TOKEN_LENGTH + 1, 'A')),
    'a content that is too long': [LOBBY, expecting({ maxContentLength: 20 })],
  });

  const old = (request: Parameters<typeof token006>[0], expected: object = {}): Case => [
    token006(request),
    expecting({ channelName: 'lobby', uid: 42, ...expected }),
  ];
  testWords('of an older token:', {
    'for a publisher': old({ privileges: { 1: 0, 2: 0 } }),
    'for a subscriber': old({ privileges: { 1: 0 } }),
    'without privileges': old({ privileges: {} }),
    'without an end': old({ ts: 0 }),
    'of an invalid App ID': old({ appId: '-'.repeat(32) }),
    'of an App ID that begins otherwise': old({ appId: '-'.padEnd(32, 'a') }),
    'of an App ID that ends otherwise': old({ appId: '-'.padStart(32, 'a') }),
    'for RTM, where RTC is expected': [rtmToken006('alice'), expecting({ channelName: 'lobby', uid: 42 })],
    'for RTM and for RTC, where Chat is expected': [
      token006({ privileges: { 1: 0, 1000: 0 } }),
      expecting({ service: 'chat', userId: 'alice' }),
    ],
    'without privileges, where RTM is expected': [token006({ privileges: {} }), expecting({ userId: 'lobby' })],
    'that lacks privileges': old({ privileges: { 1: 0, 3: 0 } }, { privileges: [1, 2, 3, 4] }),
    'that has not what RTM needs': [
      rtmToken006('alice'),
      expecting({ service: 'rtm', userId: 'alice', privileges: [1] }),
    ],
    'for another RTM user': [rtmToken006('bob'), expecting({ userId: 'alice' })],
    'for an RTM user in other case': [rtmToken006('ALICE'), expecting({ userId: 'alice' })],
    'for a user, where RTM is expected': [token006({ channelName: 'alice' }), expecting({ userId: 'alice' })],
    'of which nothing is expected': [token006(), expecting()],
    'of which only the user is expected': [token006(), expecting({ uid: 43 })],
    'of which the right user is expected': [token006(), expecting({ uid: 42 })],
    'within the tolerance': old({ ts: NOW + 60 }, { now: NOW + 69, clockTolerance: 10 }),
    'beyond the tolerance': old({ ts: NOW + 60 }, { now: NOW + 70, clockTolerance: 10 }),
    'where an account is expected that begins as a number': [
      token006(),
      expecting({ channelName: 'lobby', account: '42a' }),
    ],
    'where an account is expected that ends as a number': [
      token006(),
      expecting({ channelName: 'lobby', account: 'a42' }),
    ],
    'of which the channel alone is expected': [token006(), expecting({ channelName: 'lounge' })],
    'for another channel': old({ channelName: 'lounge' }),
    'for another user': old({ uid: '43' }),
    'for any user': old({ uid: '' }),
    'for a user, where any is expected': old({}, { uid: 0 }),
    'in a channel with a line break': old({ channelName: 'lobby\n' }),
    'in a channel without its spaces': old({}, { channelName: ' lobby ' }),
    'in a channel in small letters': old({}, { channelName: 'LOBBY' }),
    'in a channel in capitals': old({ channelName: 'LOBBY' }),
    'in a channel that was decoded': old({ channelName: 'my room' }, { channelName: 'my%20room' }),
    'in a channel that was encoded': old({ channelName: 'my%20room' }, { channelName: 'my room' }),
    'in a channel with +': old({ channelName: 'my+room' }, { channelName: 'my room' }),
    'in a channel that is composed': old({ channelName: 'caf\u00e9' }, { channelName: 'cafe\u0301' }),
    'in a channel that is decomposed': old({ channelName: 'cafe\u0301' }, { channelName: 'caf\u00e9' }),
    'in a channel without a name': old({ channelName: '' }),
    'in a channel that was missing': old({ channelName: 'undefined' }),
    'in a channel that was null': old({ channelName: 'null' }),
    'in a channel that was an object': old({ channelName: '[object Object]' }),
    'in a channel that was a promise': old({ channelName: '[object Promise]' }),
    'in a channel that was a placeholder': old({ channelName: ':channel' }),
    'for the user 0': old({ uid: '0' }),
    'for a user that was no number': old({ uid: 'NaN' }),
    'for a user that was a lie': old({ uid: 'false' }),
    'for a user with a sign': old({ uid: '-42' }, { uid: 4_294_967_254 }),
    'for a user without the sign': [
      token006({ uid: '4294967254' }),
      expecting({ channelName: 'lobby', account: '-42' }),
    ],
    'for a user of eleven digits': [
      token006({ uid: '1410065407' }),
      expecting({ channelName: 'lobby', account: '99999999999' }),
    ],
    'for a user of ten digits': [
      token006({ uid: '1410065407' }),
      expecting({ channelName: 'lobby', account: '9999999999' }),
    ],
  });
  const many = Array.from({ length: 9 }, (_, id) => [id + 1, 100_000 + (id % 2)] as const);
  const unknowns = (count: number): Service => ({
    type: 'unknown',
    typeId: 99,
    count,
    body: Uint8Array.of(1, 2, 3),
  });

  testWords('of what is expected:', {
    'nothing that can be': [LOBBY, null as never],
    'a name that is misspelt': [LOBBY, expecting({ chanel: 'lobby' })],
    'a certificate that is none, and another user': [LOBBY, { now: NOW, appCertificate: 42, uid: 43 }],
  });

  testWords('of what is odd:', {
    'eight long lifetimes': of(tokenWith([rtc('lobby', '42', Object.fromEntries(many.slice(1)))])),
    'nine long lifetimes': of(tokenWith([rtc('lobby', '42', Object.fromEntries(many))])),
    'a day and a second': of(tokenWith([rtc('lobby', '42', { 1: DAY, 2: DAY + 1 })])),
    'a billion seconds and one more': of(tokenWith([rtc('lobby', '42', { 1: 1_000_000_000, 2: 1_000_000_001 })])),
    'lifetimes of nine and ten seconds': of(tokenWith([rtc('lobby', '42', { 1: 9, 2: 10, 3: 0 })])),
    'a lifetime of three seconds': of(tokenWith([rtc('lobby', '42', { 1: 3 })])),
    'a pattern of users': of(tokenWith([rtc('lobby', 'a*')])),
    'any user of streaming': of(tokenWith([streaming('lobby', '*')])),
    'any user, who is meant': [tokenWith([rtc('lobby', '')]), expecting({ uid: 0 })],
    'any channel of FCDN': of(tokenWith([fcdn('', 'alice')])),
    'a service that is unknown': of(tokenWith([unknowns(1)])),
    'services that are unknown': of(tokenWith([unknowns(2)])),
    'nine names beyond the limits': of(tokenWith(Array.from({ length: 9 }, (_, index) => rtm(`${index}/`)))),
    'eight names beyond the limits': of(tokenWith(Array.from({ length: 8 }, (_, index) => rtm(`${index}/`)))),
    'the 64th service': of(tokenWith([...Array.from({ length: 63 }, () => rtm('alice')), rtm('a/'), rtm('b/')])),
  });
});

describe('inspectToken never throws,', () => {
  test('for any value', () => {
    fc.assert(
      fc.property(anything, (something) => {
        const value = valueOf(something);
        expectSound(inspect(value, expecting({ channelName: 'lobby' })), value, [CERTIFICATE]);
        expectSound(inspect(value), value, [CERTIFICATE]);
      }),
      { numRuns: RUNS },
    );
  });

  test('for any expectations', () => {
    fc.assert(
      fc.property(anything, (something) => {
        const inspection = inspect(LOBBY, valueOf(something));
        expectSound(inspection, LOBBY, [CERTIFICATE]);
        const value = valueOf(something);
        if (typeof value !== 'object' && value !== undefined) {
          expect(codesOf(inspection)).toContain('BAD_EXPECTED');
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('for any value of one expectation', () => {
    const name = fc.constantFrom(
      'appId',
      'appCertificate',
      'channelName',
      'uid',
      'account',
      'userId',
      'service',
      'privileges',
      'now',
      'clockTolerance',
      'maxLifetime',
      'maxContentLength',
    );
    fc.assert(
      fc.property(name, anything, (property, something) => {
        const expected = { now: NOW, appCertificate: CERTIFICATE, [property]: valueOf(something) };
        for (const token of [LOBBY, token006(), `"${LOBBY}"`]) {
          const inspection = inspect(token, expected);
          expectSound(inspection, token, [CERTIFICATE]);
          if (token !== LOBBY) continue;
          const [certificate, others] = apart(expected);
          expect(inspection.ok).toBe(errorOf(token, certificate, others) === undefined);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('for any bytes in a token', () => {
    fc.assert(
      fc.property(formatClaims, mutations, fc.boolean(), (claims, changes, ofStream) => {
        const token = buildToken({ appId: APP_ID, appCertificate: CERTIFICATE, ...claims, limits: 'format' });
        const damaged = ofStream
          ? tokenOfStream(mutated(Buffer.from(token.slice(3), 'base64'), changes))
          : tokenOfContent(mutated(decodeToken(token).content, changes));
        expectSound(inspect(damaged, expecting({ now: claims.issueTs })), damaged, [CERTIFICATE]);
      }),
      { numRuns: RUNS },
    );
  });

  const raise = (): never => {
    throw new Error('a trap');
  };
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, raise]));
  const revoked = (): unknown => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };

  test.each<[string, unknown]>([
    ['a proxy that throws', new Proxy({}, traps)],
    ['a proxy that was revoked', revoked()],
    ['a getter that throws', Object.defineProperty({ now: NOW }, 'uid', { enumerable: true, get: raise })],
    [
      'a getter of the certificate that throws',
      Object.defineProperty({ now: NOW }, 'appCertificate', { enumerable: true, get: raise }),
    ],
    ['a certificate that is a proxy that throws', { now: NOW, appCertificate: new Proxy({}, traps) }],
    ['certificates that are a proxy that throws', { now: NOW, appCertificate: new Proxy([], traps) }],
    [
      'a certificate in an array that throws',
      {
        now: NOW,
        appCertificate: Object.defineProperty([CERTIFICATE], '0', { get: raise }),
      },
    ],
    ['a certificate whose conversion throws', expecting({ appCertificate: { toString: raise } })],
    ['a time that throws', expecting({ now: { valueOf: raise, [Symbol.toPrimitive]: raise } })],
    ['a symbol', Symbol('expected')],
    ['a symbol for a certificate', expecting({ appCertificate: Symbol('certificate') })],
    ['a property named by a symbol', expecting({ [Symbol('uid')]: 42 })],
    ['a function', raise],
    ['an object that inherits what is expected', Object.create(expecting({ uid: 43 }))],
  ])('and %s is a bad expectation', (_name, expected) => {
    const inspection = inspect(LOBBY, expected);
    expect(errorsOf(inspection)).toContain('BAD_EXPECTED');
    expect(inspection.ok).toBe(false);
    expectSound(inspection, LOBBY, [CERTIFICATE]);
  });

  test.each<[string, unknown]>([
    ['a proxy that throws', new Proxy({}, traps)],
    ['a proxy that was revoked', revoked()],
    ['an object whose conversions throw', { toString: raise, toJSON: raise, valueOf: raise }],
    ['a String object', new String(LOBBY)],
    ['a symbol', Symbol('token')],
    ['a bigint', 7n],
    ['a function', raise],
    ['bytes', Buffer.from(LOBBY)],
  ])('and %s is not a token', (_name, token) => {
    const inspection = inspect(token, expecting());
    expect(codesOf(inspection)).toStrictEqual(['NOT_A_TOKEN']);
    expect(inspection).toMatchObject({ ok: false, timeline: null, token: null });
  });

  test.each(['%', '%E0%A4%A', '%00', '\uD83D', '\uDC00a', 'a\uD83D%20', '\0', '*', '', 'NaN', '-', '00', '__proto__'])(
    'for the name %j',
    (name) => {
      const tokens = [
        LOBBY,
        token006(),
        rtmToken006('alice'),
        tokenWith([rtc('my%20room', '%'), rtm('%E0'), chat('%41')]),
      ];
      for (const token of tokens) {
        for (const expectation of [
          { channelName: name },
          { channelName: name, uid: 42 },
          { channelName: 'lobby', account: name },
          { channelName: name, account: name },
          { userId: name },
        ]) {
          expectSound(inspect(token, expecting(expectation)), token, [CERTIFICATE]);
        }
      }
    },
  );

  test.each<[string, string]>([
    ['a stream that inflates beyond the limit', tokenOfContent(Buffer.alloc(2 ** 22))],
    ['a string of two million characters', `007${'A'.repeat(2_000_000)}`],
    ['two million percent signs', '%25'.repeat(700_000)],
    ['half of a surrogate pair', '007\uD83D'],
    ['percent-encoding of no character', '007%E0%A4%A'],
  ])('and %s is an error', (_name, token) => {
    const inspection = inspect(token, expecting());
    expect(errorsOf(inspection)).not.toStrictEqual([]);
    expectSound(inspection, token, [CERTIFICATE]);
  });

  test('and no inherited value makes a token pass', () => {
    const ended = tokenWith([rtc('lobby', '42')], { issueTs: NOW - 7200 });
    const cases: [name: string, value: unknown, token: string, expected: object][] = [
      ['appCertificate', CERTIFICATE, LOBBY, { now: NOW }],
      ['appCertificate', OTHER_CERTIFICATE, LOBBY, expecting()],
      ['uid', 42, LOBBY, expecting({ account: 'alice' })],
      ['uid', 43, LOBBY, expecting()],
      ['clockTolerance', 1e6, ended, expecting()],
      ['now', NOW, LOBBY, { appCertificate: CERTIFICATE }],
      ['2', 3600, tokenWith([rtc('lobby', '42', { 1: 3600 })]), expecting({ privileges: [2] })],
      ['severity', 'info', LOBBY, expecting({ uid: 43 })],
      ['ok', true, LOBBY, expecting({ uid: 43 })],
    ];
    for (const [name, value, token, expected] of cases) {
      const { ok } = inspect(token, expected);
      Reflect.set(Object.prototype, name, value);
      let inherited: boolean;
      try {
        inherited = inspect(token, expected).ok;
      } finally {
        Reflect.deleteProperty(Object.prototype, name);
      }
      expect([name, inherited]).toStrictEqual([name, ok]);
    }
  });
});

describe('time', () => {
  /** Parts of slow inputs. */
  const part = fc.constantFrom(
    ...['%', '%25', '%2B', '%2', '"', "'", '\\"', ' ', '\n', '\r\n', '=', '+', '-', '_', '/', 'A', '0', 'a'],
    ...['007', '006', '007eJ', '.', 'eyJ', 'https://', '{"token":"', '\u00a0', 'é', '\uD83D', APP_ID, LOBBY],
  );
  const repeated = fc
    .tuple(fc.constantFrom('', '007', '006', '007eJx', '"007', `006${APP_ID}`), part, fc.nat(3000), part)
    .map(([head, unit, length, tail]) => head + unit.repeat(Math.ceil(length / unit.length)) + tail);
  const edited = fc
    .tuple(
      fc.constantFrom(LOBBY, FRAGILE, token006(), tokenWith([rtc('c'.repeat(2000), 'u'.repeat(900)), rtm2('a')])),
      fc.array(fc.tuple(fc.nat(), fc.nat(8), part), { minLength: 1, maxLength: 5 }),
    )
    .map(([token, edits]) =>
      edits.reduce((text, [at, dropped, inserted]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + inserted + text.slice(start + dropped);
      }, token),
    );
  const inflating = fc
    .tuple(fc.nat(2_000_000), fc.constantFrom(0, 1, 0x41, 0xff))
    .map(([length, value]) => tokenOfContent(Buffer.alloc(length, value)));
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3000 }),
    fc.string({ unit: 'grapheme', maxLength: 3000 }),
    fc.string({
      unit: fc.constantFrom(...Array.from('+/=-_% \n"\'0123456789abcdefABCDEF')),
      maxLength: 3000,
    }),
    fc.base64String({ maxLength: 3000 }).map((letters) => `007${letters}`),
    fc.array(part, { maxLength: 200 }).map((parts) => parts.join('')),
    { weight: 2, arbitrary: repeated },
    { weight: 2, arbitrary: edited },
    inflating,
  );
  /** Inputs on which a regular expression could backtrack. */
  const SLOW = [' ', '\n', '=', '"', "'", '\\', '%', '%25', '%2', '+', '-', '\u00a0'].flatMap((unit) =>
    ['007', '"007', 'a'].map((head): [string] => [`${head}${unit.repeat(4000)}'`]),
  );
  const EXPECTED = expecting({ appId: APP_ID, channelName: 'lobby', uid: 42 });

  /** The CPU time of an inspection in milliseconds: the best of up to three. */
  function duration(token: string): number {
    let best = Infinity;
    for (let attempt = 0; attempt < 3 && best >= 50; attempt++) {
      const start = process.cpuUsage();
      inspect(token, EXPECTED);
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
    }
    return best;
  }

  test('is at most 50 ms for any string', () => {
    for (let warm = 0; warm < 50; warm++) inspect(LOBBY, EXPECTED);
    fc.assert(
      fc.property(text, (token) => {
        expect(duration(token)).toBeLessThan(50);
      }),
      { numRuns: RUNS, examples: SLOW, endOnFailure: true },
    );
  });
});

describe('the result', () => {
  const INPUTS: readonly (readonly [name: string, token: unknown, expected: object])[] = [
    ['a good token', LOBBY, expecting({ channelName: 'lobby', uid: 42 })],
    [
      'a bad one',
      tokenWith([rtc('*', '', { 1: 1_790_000_000 }), unknown(99)]),
      expecting({ channelName: 'a', uid: 1 }),
    ],
    ['a mangled one', `"${LOBBY}"`, expecting()],
    ['one that was cut', LOBBY.slice(0, -12), expecting()],
    ['an older one', token006(), expecting({ channelName: 'lobby', uid: 42 })],
    ['none', '', expecting()],
    ['any, with a bad expectation', LOBBY, expecting({ chanel: 1 })],
    ['any, unchecked', LOBBY, { now: NOW }],
  ];

  /** A value and all objects in it. */
  function objectsIn(value: unknown): object[] {
    if (typeof value !== 'object' || value === null) return [];
    return [value, ...(value instanceof Uint8Array ? [] : Object.values(value).flatMap(objectsIn))];
  }

  test.each(INPUTS)('for %s is not frozen, not lazy, and shares nothing with later results', (_name, ...input) => {
    const before = structuredClone(inspect(...input));
    const changed = inspect(...input);
    const [mine, theirs] = [objectsIn(changed), new Set(objectsIn(inspect(...input)))];
    for (const object of mine) {
      expect(theirs.has(object)).toBe(false);
      if (object instanceof Uint8Array) {
        expect(object.buffer.byteLength).toBe(object.length);
        object.fill(0);
        continue;
      }
      expect(Object.isExtensible(object)).toBe(true);
      for (const [name, { writable, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
        if (name === 'length') continue;
        expect([name, writable, configurable]).toStrictEqual([name, true, true]);
        Reflect.set(object, name, null);
      }
    }
    expect(inspect(...input)).toStrictEqual(before);
  });

  test.each(INPUTS)('for %s leaves the arguments unchanged', (_name, token, expected) => {
    const given = { ...expected, privileges: Object.freeze([1]) };
    const copy = structuredClone(given);
    const asArray = Object.freeze([CERTIFICATE, OTHER_CERTIFICATE]);
    for (const value of [expected, Object.freeze(given), { ...expected, appCertificate: asArray }]) {
      expect(() => inspect(token, value)).not.toThrow();
    }
    expect(given).toStrictEqual(copy);
    expect(asArray).toStrictEqual([CERTIFICATE, OTHER_CERTIFICATE]);
  });

  test.each(INPUTS)('for %s is the same twice', (_name, ...input) => {
    expect(inspect(...input)).toStrictEqual(inspect(...input));
  });
});
