import {
  type AccessTokenErrorCode,
  type DecodedToken,
  type Expected,
  decodeToken,
  verifyToken,
} from '../../src/index.js';
import { referenceSignature } from '../reference.js';
import type { Random } from './random.js';
import { type Target, assert, outcomeOf, target } from './target.js';
import {
  APP_ID,
  CERTIFICATE,
  NOW,
  OTHER_CERTIFICATE,
  type Token,
  damagedToken,
  nameOf,
  secondsOf,
  tokenOf,
} from './tokens.js';

interface Input {
  readonly token: string;
  readonly certificate: string | readonly [string, string];
  readonly expected: Expected;
  /** Whether to check the reason of a rejection, which is slow. */
  readonly isThorough: boolean;
}

/** Verifies only tokens signed with a given certificate, valid now, and for the expected channel and user. */
export const verifyTokenTarget: Target = target<Token, Input>({
  name: 'verifyToken',
  draw: tokenOf,
  vary: (base, random) => ({
    token: random.once(2) ? base.text : damagedToken(base, random),
    certificate: random.pick<Input['certificate']>([
      CERTIFICATE,
      CERTIFICATE,
      OTHER_CERTIFICATE,
      [OTHER_CERTIFICATE, CERTIFICATE],
    ]),
    expected: expectedOf(random),
    isThorough: random.once(4),
  }),
  check,
});

/** Draws expectations, possibly contradictory. */
export function expectedOf(random: Random): Expected {
  const now = random.once(10) ? random.uint32() : NOW + random.pick([0, 0, 0, 1, 60, 3600, 86_399, 86_400, -31]);
  const isAsked = (): boolean => random.once(3);
  return {
    now,
    ...(isAsked() ? { appId: random.once(8) ? OTHER_CERTIFICATE : APP_ID } : {}),
    ...(isAsked() ? { channelName: nameOf(random) } : {}),
    ...(random.once(6) ? { uid: random.pick([0, 42, 7, 4294967295]) } : {}),
    ...(random.once(8) ? { account: nameOf(random) } : {}),
    ...(random.once(12) ? { userId: nameOf(random) } : {}),
    ...(random.once(12) ? { service: random.pick(['rtc', 'rtm', 'chat', 'streaming', 'apaas', 'rtm2', 'stt']) } : {}),
    ...(random.once(12) ? { privileges: random.list(3, () => random.below(6)) } : {}),
    ...(random.once(12) ? { clockTolerance: random.pick([0, 1, 30, 86_400]) } : {}),
    ...(random.once(12) ? { maxLifetime: Math.max(1, secondsOf(random)) } : {}),
    ...(random.once(20) ? { maxContentLength: 1 + random.below(300) } : {}),
  };
}

function check({ token, certificate, expected, isThorough }: Input): void {
  const outcome = outcomeOf(() => verifyToken(token, certificate, expected));
  const certificates = [certificate].flat();
  if ('result' in outcome) checkVerified(outcome.result, certificates, expected);
  else if (isThorough && !isOfArguments(outcome.refusal)) checkRefused(token, certificates, outcome.refusal);
}

function checkRefused(token: string, certificates: readonly string[], refusal: AccessTokenErrorCode): void {
  const decoding = outcomeOf(() => decodeToken(token));
  if ('refusal' in decoding) {
    assert(
      decoding.refusal === refusal || refusal === 'ERR_TOKEN_TOO_LARGE',
      'decodeToken rejects it with the same code',
    );
  } else if (refusal !== 'ERR_TOKEN_TOO_LARGE') {
    const signed = isSigned(decoding.result, certificates);
    assert(signed !== (refusal === 'ERR_SIGNATURE_MISMATCH'), `${refusal} agrees with the signature`);
  }
}

function isOfArguments(code: string): boolean {
  return ['ERR_OPTIONS', 'ERR_UID', 'ERR_SERVICE', 'ERR_PRIVILEGES'].includes(code);
}

/** Whether one of the certificates signed the token. */
function isSigned({ issueTs, salt, signature, content }: DecodedToken, certificates: readonly string[]): boolean {
  const info = content.subarray(2 + signature.length);
  return certificates.some((certificate) => {
    return referenceSignature(certificate, issueTs, salt, info).equals(signature);
  });
}

/** Checks a verified token against a simple reading of the expectations. */
function checkVerified(token: DecodedToken, certificates: readonly string[], expected: Expected): void {
  assert(isSigned(token, certificates), 'a verified token is signed');
  const { appId, channelName, account, userId, clockTolerance = 0, maxLifetime = 86_400 } = expected;
  const now = Number(expected.now);
  assert(/^[0-9a-f]{32}$/iu.test(token.appId), 'the App ID is well-formed');
  assert(appId === undefined || token.appId === appId, 'the App ID is the expected one');
  assert(
    now < token.issueTs + Math.min(token.expire, maxLifetime) + clockTolerance,
    'a verified token has not expired',
  );
  assert(token.issueTs <= now + Math.max(30, clockTolerance), 'a verified token was not issued in the future');
  const user = expected.uid === undefined ? account : expected.uid === 0 ? '' : String(expected.uid);
  if (channelName === undefined && user === undefined && userId === undefined) return;
  const meets = token.services.some((service) => {
    if (service.type === 'unknown') return false;
    const fields = new Map<string, unknown>(Object.entries(service));
    return (
      (channelName === undefined || fits(fields.get('channelName'), channelName)) &&
      (user === undefined || fits(fields.get('uid') ?? fields.get('account'), user)) &&
      (userId === undefined || fields.get('userId') === userId)
    );
  });
  assert(meets, 'a service is for the expected channel and user');
}

/** Matches a wildcard pattern by trying every length of every `*`. */
function fits(pattern: unknown, name: string): boolean {
  if (typeof pattern !== 'string') return false;
  let ends = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (character === '*') for (let at = end; at <= name.length; at++) next.add(at);
      if (name.startsWith(character, end)) next.add(end + character.length);
    }
    ends = next;
  }
  return pattern === '' || ends.has(name.length);
}
