import { type InspectExpected, type Inspection, inspectToken, verifyToken, verifyToken006 } from '../../src/index.js';
import { mutatedText, oddText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, assert, outcomeOf, target } from './target.js';
import {
  CERTIFICATE,
  NOW,
  OTHER_CERTIFICATE,
  type Token,
  type Token006,
  damagedToken,
  damagedToken006,
  token006Of,
  tokenOf,
} from './tokens.js';
import { expectedOf } from './verify-token.js';

interface Input {
  readonly value: unknown;
  readonly expected: InspectExpected;
}

/** Never throws, explains every failure, shows no secrets, and agrees with verifyToken. */
export const inspectTokenTarget: Target = target<Base, Input>({ name: 'inspectToken', draw, vary, check });

interface Base {
  readonly token: Token;
  readonly token006: Token006;
}

function draw(random: Random): Base {
  return { token: tokenOf(random), token006: token006Of(random) };
}

function vary({ token, token006 }: Base, random: Random): Input {
  const isVersion006 = random.once(4);
  const names = isVersion006 ? { now: NOW, channelName: token006.channelName, account: token006.uid } : undefined;
  const expected = names !== undefined && random.once(2) ? names : expectedOf(random);
  const appCertificate = random.pick<NonNullable<InspectExpected['appCertificate']>>([
    CERTIFICATE,
    CERTIFICATE,
    OTHER_CERTIFICATE,
    [OTHER_CERTIFICATE, CERTIFICATE],
    `${CERTIFICATE}\n`,
    CERTIFICATE.toLowerCase(),
    [CERTIFICATE, 'none'],
  ]);
  return {
    value: valueOf(isVersion006 ? token006.text : token.text, isVersion006, { token, token006 }, random),
    expected: random.once(10) ? expected : { ...expected, appCertificate },
  };
}

/** Draws an intact token, one damaged in its text or its bytes, or no token at all. */
function valueOf(text: string, isVersion006: boolean, { token, token006 }: Base, random: Random): unknown {
  if (random.once(20)) return random.pick(NON_STRINGS);
  if (random.once(20)) return oddText(random);
  if (random.once(3)) return mutatedText(text, random);
  if (random.once(3)) return text;
  return isVersion006 ? damagedToken006(token006, random) : damagedToken(token, random);
}

const NON_STRINGS = [undefined, null, 0, NaN, true, {}, [], { token: '007' }, ['007'], new Uint8Array(3)] as const;

function check({ value, expected }: Input): void {
  const inspection = inspectToken(value, expected);
  checkSound(inspection, [expected.appCertificate ?? []].flat());
  const { appCertificate, ...others } = expected;
  if (typeof value !== 'string' || appCertificate === undefined) {
    assert(!inspection.ok, 'ok requires a token and a certificate');
  } else if (inspection.token?.version !== '006') {
    const outcome = outcomeOf(() => verifyToken(value, appCertificate, others));
    assert(inspection.ok === 'result' in outcome, 'ok is true exactly if the token verifies');
  } else if (inspection.ok) {
    const { channelName = others.userId ?? '', account = '', uid = account, clockTolerance = 0 } = others;
    const now = Number(others.now) - clockTolerance;
    const outcome = outcomeOf(() => verifyToken006(value, appCertificate, { channelName, uid, now }));
    assert('result' in outcome, 'a version 006 token with ok verifies');
  }
}

function checkSound({ ok, signature, findings, timeline, token }: Inspection, secrets: readonly string[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  assert(ok === (signature === 'valid' && errors.length === 0), 'ok means a valid signature and no errors');
  assert(new Set(findings.map(({ code }) => code)).size === findings.length, 'codes are unique');
  assert(findings.length > 0 || ok, 'a failure has findings');
  const ranks = findings.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity));
  assert(
    ranks.every((rank, index) => rank >= (ranks[index - 1] ?? 0)),
    'findings are sorted by severity',
  );
  assert(token !== null || timeline === null, 'without a decoded token there is no timeline');
  for (const { message, hint } of findings) {
    assert(message.trim() !== '' && hint.trim() !== '', 'a finding has a message and a hint');
    assert(message.length < 2000 && hint.length < 2000, 'a finding is short');
    const shown = `${message}\n${hint}`.toLowerCase();
    assert(
      secrets.every((secret) => secret.length < 32 || !shown.includes(secret.trim().toLowerCase())),
      'findings contain no certificate',
    );
  }
}
