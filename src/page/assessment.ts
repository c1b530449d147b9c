/**
 * Combines two inspections: the page's, which knows the expectations, and the server's, which knows the certificate.
 */
import type { Finding, FindingCode, Inspection } from '../web.js';
import type { SignatureCheck } from './server-api.js';

/** Everything that the page shows about a token. */
export interface Assessment extends Omit<Inspection, 'ok'> {
  readonly verdict: Verdict;
}

/** A summary of the result in a few words. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'unsure';
  readonly title: string;
  readonly summary: string;
}

/** Combines both inspections. */
export function assess({ findings: local, timeline, token }: Inspection, check: SignatureCheck): Assessment {
  const { signature } = check;
  const findings = 'reason' in check ? withReason(local, check.reason) : merge(check.findings, local);
  return { signature, findings, timeline, token, verdict: verdictOf(signature, findings) };
}

/** Explains why the signature was not checked. The library's hint to pass the certificate does not apply here. */
function withReason(findings: readonly Finding[], reason: string): readonly Finding[] {
  const hint = 'check it where the certificate is, with accesstoken2 inspect';
  return findings.map((finding) =>
    finding.code === 'SIGNATURE_UNCHECKED' ? { ...finding, message: `${finding.message}: ${reason}`, hint } : finding,
  );
}

/** Takes the signature and App ID findings from the server, and all others from the page. */
function merge(fromServer: readonly Finding[], local: readonly Finding[]): readonly Finding[] {
  const all = [
    ...fromServer.filter(({ code }) => KNOWN_TO_SERVER.has(code)),
    ...local.filter(({ code }) => !KNOWN_TO_SERVER.has(code)),
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
  const summary = countFindings(findings);
  if (findings.some(({ severity }) => severity === 'error')) {
    const isToken = findings[0]?.code !== 'NOT_A_TOKEN';
    return { tone: 'bad', title: isToken ? 'This token will be refused' : 'This is no token', summary };
  }
  if (signature === 'valid') return { tone: 'good', title: 'This token is good', summary };
  return { tone: 'unsure', title: 'No fault found, but the signature was not checked', summary };
}

function countFindings(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const name = SEVERITY_NAMES[severity].toLowerCase();
    return count === 0 ? [] : [`${count} ${count === 1 ? name : `${name}s`}`];
  });
  return counts.length === 0 ? 'Its signature is valid, and nothing else is wrong.' : `${counts.join(', ')}.`;
}

/** The names of severities on the page. */
export const SEVERITY_NAMES: Readonly<Record<Finding['severity'], string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};
