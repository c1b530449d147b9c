/** The faults that verification finds in a readable token: their codes and messages. */
import { AccessTokenError, type TokenClaimErrorCode } from './errors.js';
import { quote } from './redact.js';
import { formatDuration, formatUtc } from './text.js';
import { isHex32 } from './validate.js';

/** A claim that fails verification. Messages refer to the token as "it". */
export interface Fault {
  readonly code: TokenClaimErrorCode;
  readonly problem: string;
  readonly hint: string;
  /** The two strings that should be equal but differ; undefined for other kinds of faults. */
  readonly differs: Difference | undefined;
}

export interface Difference {
  readonly actual: string;
  readonly expected: string;
}

function fault(code: TokenClaimErrorCode, problem: string, hint: string, differs?: Difference): Fault {
  return { code, problem, hint, differs };
}

export function claimError({ code, problem, hint }: Fault): AccessTokenError {
  return new AccessTokenError(code, problem, hint);
}

/** The fault if none of the certificates signed the token. */
export const SIGNATURE_FAULT: Fault = {
  code: 'ERR_SIGNATURE_MISMATCH',
  problem: 'signed with another certificate than the one given, or altered since',
  hint: 'check that App ID and certificate are of one project, and that the token came through unchanged',
  differs: undefined,
};

/** Checks that an App ID is valid and, unless `expected` is undefined, that it is the expected App ID. */
export function appIdFault(actual: string, expected: string | undefined): Fault | undefined {
  const code = 'ERR_APP_ID_MISMATCH';
  if (expected === actual) return undefined;
  // Do not show the values, because either could be a misplaced certificate.
  if (!isHex32(actual)) {
    const hint = 'no project can have it: mint it for the App ID of the project';
    return fault(code, 'its App ID is not 32 hex digits', hint);
  }
  if (expected === undefined) return undefined;
  const differsInCase = actual.toLowerCase() === expected.toLowerCase();
  const problem = differsInCase ? 'its App ID is in other letter case' : 'it is of another App ID';
  const hint = 'mint it for the App ID that the client uses';
  return fault(code, `${problem} than expected`, hint, { actual, expected });
}

/** Creates the fault for a token or privilege that has expired. */
export function expiredFault(
  code: 'ERR_TOKEN_EXPIRED' | 'ERR_PRIVILEGE_EXPIRED',
  what: string,
  end: number,
  now: number,
): Fault {
  return fault(code, `${what} ended ${formatDuration(now - end)} ago, at ${formatUtc(end)}`, 'mint a new one');
}

export function futureFault(issueTs: number, secondsAhead: number): Fault {
  const problem = `it was issued ${Math.ceil(secondsAhead)} s in the future, at ${formatUtc(issueTs)}`;
  return fault('ERR_ISSUED_IN_FUTURE', problem, 'check the clock of the server that issues');
}

export function missingServiceFault(actual: readonly string[], expected: readonly string[]): Fault {
  const carried = Array.from(new Set(actual)).join(', ') || 'nothing';
  const problem = `it carries ${carried}; expected ${expected.join(' or ')}`;
  return fault('ERR_MISSING_SERVICE', problem, 'mint it with the builder of that product');
}

export function missingPrivilegeFault(privilege: string): Fault {
  return fault('ERR_MISSING_PRIVILEGE', `it lacks ${privilege}`, 'mint it with that privilege');
}

export function nameFault(
  code: 'ERR_CHANNEL_MISMATCH' | 'ERR_UID_MISMATCH' | 'ERR_USER_MISMATCH',
  actual: string | undefined,
  expected: string,
): Fault {
  const what = code === 'ERR_CHANNEL_MISMATCH' ? 'channel' : 'user';
  const wanted = code === 'ERR_UID_MISMATCH' && expected === '' ? 'any user (uid 0)' : quote(expected);
  const problem = `it is for the ${what} ${quote(actual)}, expected ${wanted}`;
  const differs = actual === undefined ? undefined : { actual, expected };
  return fault(code, problem, `mint it for the ${what} that the client uses`, differs);
}
