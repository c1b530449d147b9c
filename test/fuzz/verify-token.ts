import {
  type AccessTokenErrorCode,
  type DecodedToken,
  type Expected,
  decodeToken,
  verifyToken,
} from '../../src/index.js';
import { referenceSignature } from '../reference.js';
import type { Random } from './random.js';
import { type Target, hold, outcomeOf, target } from './target.js';
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
  /** Whether a refusal is looked into as well, which takes its time. */
  readonly isThorough: boolean;
}

/** Lets nothing pass that was not signed with a certificate given, is of no time, or of another channel or user. */
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

/** Draws expectations, which need not go together. */
export function expectedOf(random: Random): Expected {
  const now = random.once(10)
    ? random.uint32()
    : NOW + random.pick([0, 0, 0, 1, 60, 3600, 86_399, 86_400, -31]);
  const isAsked = (): boolean => random.once(3);
  return {
    now,
    ...(isAsked() ? { appId: random.once(8) ? OTHER_CERTIFICATE : APP_ID } : {}),
    ...(isAsked() ? { channelName: nameOf(random) } : {}),
    ...(random.once(6) ? { uid: random.pick([0, 42, 7, 4294967295]) } : {}),
    ...(random.once(8) ? { account: nameOf(random) } : {}),
    ...(random.once(12) ? { userId: nameOf(random) } : {}),
    ...(random.once(12)
      ? { service: random.pick(['rtc', 'rtm', 'chat', 'streaming', 'apaas', 'rtm2', 'stt']) }
      : {}),
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
    hold(decoding.refusal === refusal || refusal === 'ERR_TOKEN_TOO_LARGE', 'decodeToken refuses it alike');
  } else if (refusal !== 'ERR_TOKEN_TOO_LARGE') {
    const signed = isSigned(decoding.result, certificates);
    hold(signed !== (refusal === 'ERR_SIGNATURE_MISMATCH'), `${refusal} is said of the signature`);
  }
}

function isOfArguments(code: string): boolean {
  return ['ERR_OPTIONS', 'ERR_UID', 'ERR_SERVICE', 'ERR_PRIVILEGES'].includes(code);
}

/** Tells whether one of the certificates signed the bytes. */
function isSigned(
  { issueTs, salt, signature, content }: DecodedToken,
  certificates: readonly string[],
): boolean {
  const info = content.subarray(2 + signature.length);
  return certificates.some((certificate) => {
    return referenceSignature(certificate, issueTs, salt, info).equals(signature);
  });
}

/** Holds what passed against the plainest reading of what was expected. */
function checkVerified(token: DecodedToken, certificates: readonly string[], expected: Expected): void {
  hold(isSigned(token, certificates), 'what verifies was signed');
  const { appId, channelName, account, userId, clockTolerance = 0, maxLifetime = 86_400 } = expected;
  const now = Number(expected.now);
  hold(/^[0-9a-f]{32}$/iu.test(token.appId), 'its App ID is one');
  hold(appId === undefined || token.appId === appId, 'its App ID is the expected one');
  hold(now < token.issueTs + Math.min(token.expire, maxLifetime) + clockTolerance, 'it has not ended');
  hold(token.issueTs <= now + Math.max(30, clockTolerance), 'it was not issued in the future');
  const user = expected.uid === undefined ? account : expected.uid === 0 ? '' : String(expected.uid);
  if (channelName === undefined && user === undefined && userId === undefined) return;
  const meets = token.services.some((service) => {
    if (service.type === 'unknown') return false;
    const said = new Map<string, unknown>(Object.entries(service));
    return (
      (channelName === undefined || fits(said.get('channelName'), channelName)) &&
      (user === undefined || fits(said.get('uid') ?? said.get('account'), user)) &&
      (userId === undefined || said.get('userId') === userId)
    );
  });
  hold(meets, 'one of its services is for this channel and user');
}

/** Tells whether a pattern stands for a name, by trying every place of every star. */
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
