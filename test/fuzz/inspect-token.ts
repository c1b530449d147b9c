import {
  type InspectExpected,
  type Inspection,
  inspectToken,
  verifyToken,
  verifyToken006,
} from '../../src/index.js';
import { mutatedText, oddText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, hold, outcomeOf, target } from './target.js';
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

/** Never throws, says something of everything, keeps secrets, and finds good exactly what verifies. */
export const inspectTokenTarget: Target = target<Base, Input>({ name: 'inspectToken', draw, vary, check });

interface Base {
  readonly token: Token;
  readonly older: Token006;
}

function draw(random: Random): Base {
  return { token: tokenOf(random), older: token006Of(random) };
}

function vary({ token, older }: Base, random: Random): Input {
  const isOlder = random.once(4);
  const names = isOlder ? { now: NOW, channelName: older.channelName, account: older.uid } : undefined;
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
    value: valueOf(isOlder ? older.text : token.text, isOlder, { token, older }, random),
    expected: random.once(10) ? expected : { ...expected, appCertificate },
  };
}

/** A token as it is, one damaged below its text, one damaged on its way, or none at all. */
function valueOf(text: string, isOlder: boolean, { token, older }: Base, random: Random): unknown {
  if (random.once(20)) return random.pick(NO_TEXTS);
  if (random.once(20)) return oddText(random);
  if (random.once(3)) return mutatedText(text, random);
  if (random.once(3)) return text;
  return isOlder ? damagedToken006(older, random) : damagedToken(token, random);
}

const NO_TEXTS = [
  undefined,
  null,
  0,
  NaN,
  true,
  {},
  [],
  { token: '007' },
  ['007'],
  new Uint8Array(3),
] as const;

function check({ value, expected }: Input): void {
  const inspection = inspectToken(value, expected);
  checkSound(inspection, [expected.appCertificate ?? []].flat());
  const { appCertificate, ...others } = expected;
  if (typeof value !== 'string' || appCertificate === undefined) {
    hold(!inspection.ok, 'without a token and a certificate nothing is good');
  } else if (inspection.token?.version !== '006') {
    const outcome = outcomeOf(() => verifyToken(value, appCertificate, others));
    hold(inspection.ok === 'result' in outcome, 'what is good is what verifies');
  } else if (inspection.ok) {
    const { channelName = others.userId ?? '', account = '', uid = account, clockTolerance = 0 } = others;
    const now = Number(others.now) - clockTolerance;
    const outcome = outcomeOf(() => verifyToken006(value, appCertificate, { channelName, uid, now }));
    hold('result' in outcome, 'a good older token verifies');
  }
}

function checkSound(
  { ok, signature, findings, timeline, token }: Inspection,
  secrets: readonly string[],
): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  hold(ok === (signature === 'valid' && errors.length === 0), 'ok is a valid signature and no error');
  hold(new Set(findings.map(({ code }) => code)).size === findings.length, 'a code comes once');
  hold(findings.length > 0 || ok, 'something is said of what is not good');
  const ranks = findings.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity));
  hold(
    ranks.every((rank, index) => rank >= (ranks[index - 1] ?? 0)),
    'the most important comes first',
  );
  hold(token !== null || timeline === null, 'what cannot be read has no timeline');
  for (const { message, hint } of findings) {
    hold(message.trim() !== '' && hint.trim() !== '', 'a finding has its words');
    hold(message.length < 2000 && hint.length < 2000, 'a finding is short');
    const said = `${message}\n${hint}`.toLowerCase();
    hold(
      secrets.every((secret) => secret.length < 32 || !said.includes(secret.trim().toLowerCase())),
      'no certificate is shown',
    );
  }
}
