/**
 * The judgement on a token: what the page read in it, together with what the server says of its signature.
 */
import type { Finding, FindingCode, Inspection } from '../../web.js';
import type { SignatureCheck } from './server-answers.js';

/** All that is shown about a token. */
export interface Judgement extends Omit<Inspection, 'ok'> {
  readonly verdict: Verdict;
}

/** What to make of a token, in a few words. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'unsure';
  readonly title: string;
  readonly summary: string;
}

/** Joins what was read with what was checked. */
export function judge(read: Inspection, check: SignatureCheck): Judgement {
  const { signature } = check;
  const findings =
    'why' in check ? withReason(read.findings, check.why) : joined(check.findings, read.findings);
  const { timeline, token } = read;
  return { signature, findings, timeline, token, verdict: verdictOf(signature, findings) };
}

/** Says of an unchecked signature why it is not; the certificate is never to be given here. */
function withReason(findings: readonly Finding[], why: string): readonly Finding[] {
  const hint = 'check it where the certificate is, with accesstoken2 inspect';
  return findings.map((finding) =>
    finding.code === 'SIGNATURE_UNCHECKED'
      ? { ...finding, message: `${finding.message}: ${why}`, hint }
      : finding,
  );
}

/** Lists what each knows best: the server signature and App ID, the page all else, and what was expected. */
function joined(checked: readonly Finding[], read: readonly Finding[]): readonly Finding[] {
  const all = [
    ...checked.filter(({ code }) => KNOWN_TO_SERVER.has(code)),
    ...read.filter(({ code }) => !KNOWN_TO_SERVER.has(code)),
  ];
  return SEVERITIES.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}

const KNOWN_TO_SERVER: ReadonlySet<FindingCode> = new Set([
  'SIGNATURE_MISMATCH',
  'SIGNATURE_UNCHECKED',
  'APP_ID_MISMATCH',
]);

const SEVERITIES = ['error', 'warning', 'info'] as const;

function verdictOf(signature: Inspection['signature'], findings: readonly Finding[]): Verdict {
  const summary = countsOf(findings);
  if (findings.some(({ severity }) => severity === 'error')) {
    const isToken = findings[0]?.code !== 'NOT_A_TOKEN';
    const title = isToken ? 'This token will be refused' : 'This is no token';
    return { tone: 'bad', title, summary };
  }
  if (signature === 'valid') return { tone: 'good', title: 'This token is good', summary };
  return { tone: 'unsure', title: 'No fault found, but the signature was not checked', summary };
}

function countsOf(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const word = WORDS[severity].toLowerCase();
    return count === 0 ? [] : [`${count} ${count === 1 ? word : `${word}s`}`];
  });
  return counts.length === 0 ? 'Its signature is valid, and nothing else is wrong.' : `${counts.join(', ')}.`;
}

/** What each severity is called. */
export const WORDS: Readonly<Record<Finding['severity'], string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};
