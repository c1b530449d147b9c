/** The faults that verification finds in a readable token: their codes and words. */
import { AccessTokenError, type TokenClaimErrorCode } from './errors.js';
import { quote } from './redact.js';
import { formatDuration, formatUtc } from './text.js';
import { isHex32 } from './validate.js';

/** Something that a token says and should not, described in words about "it". */
export interface Fault {
  readonly code: TokenClaimErrorCode;
  readonly problem: string;
  readonly hint: string;
  /** The two strings that differ, where they should be the same; undefined for faults of other kinds. */
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

/** The fault of a token that none of the certificates has signed. */
export const SIGNATURE_FAULT: Fault = {
  code: 'ERR_SIGNATURE_MISMATCH',
  problem: 'signed with another certificate than the one given, or altered since',
  hint: 'check that App ID and certificate are of one project, and that the token came through unchanged',
  differs: undefined,
};

/** Checks an App ID against the expected one, which is valid if it is defined. */
export function appIdFault(actual: string, expected: string | undefined): Fault | undefined {
  const code = 'ERR_APP_ID_MISMATCH';
  if (expected === actual) return undefined;
  // The values are not shown: either could be a certificate in the wrong place.
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

/** A token, or a privilege of it, that has expired. */
export function expiredFault(
  code: 'ERR_TOKEN_EXPIRED' | 'ERR_PRIVILEGE_EXPIRED',
  what: string,
  end: number,
  now: number,
): Fault {
  return fault(code, `${what} ended ${formatDuration(now - end)} ago, at ${formatUtc(end)}`, 'mint a new one');
}

export function futureFault(issueTs: number, secondsAhead: number): Fault {
  return fault(
    'ERR_ISSUED_IN_FUTURE',
    `it was issued ${Math.ceil(secondsAhead)} s in the future, at ${formatUtc(issueTs)}`,
    'check the clock of the server that issues',
  );
}

export function missingServiceFault(actual: readonly string[], expected: readonly string[]): Fault {
  return fault(
    'ERR_MISSING_SERVICE',
    `it carries ${Array.from(new Set(actual)).join(', ') || 'nothing'}; expected ${expected.join(' or ')}`,
    'mint it with the builder of that product',
  );
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
  return fault(
    code,
    `it is for the ${what} ${quote(actual)}, expected ${wanted}`,
    `mint it for the ${what} that the client uses`,
    actual === undefined ? undefined : { actual, expected },
  );
}
