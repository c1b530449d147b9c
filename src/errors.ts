/** The one error class, its codes, and the functions that create errors about arguments and about a token's form. */
import { quote } from './redact.js';

/** Codes for invalid arguments. Exported to tell these codes from those about tokens. */
export type ArgumentErrorCode =
  | 'ERR_APP_ID' // The App ID is not 32 hex digits.
  | 'ERR_APP_CERTIFICATE' // An App certificate is not 32 hex digits.
  | 'ERR_CHANNEL_NAME' // A channel name is not a string, too long, an unwanted wildcard, or has an invalid character.
  | 'ERR_UID' // A uid is not an unsigned 32-bit integer; in `buildToken`, not a string within an account's limits.
  | 'ERR_ACCOUNT' // A user account is not a string, or exceeds its limits.
  | 'ERR_USER_ID' // An RTM, Chat or APaaS user id is not a string, or exceeds its limits.
  | 'ERR_ROLE' // A role is unknown in AccessToken2, or an APaaS role is not a signed 16-bit integer.
  | 'ERR_EXPIRE' // A lifetime, or the end of a 006 token or privilege, is not an integer within its limits.
  | 'ERR_EXPIRE_LOOKS_ABSOLUTE' // A lifetime exceeds 10⁹ seconds: probably a Unix timestamp instead of a duration.
  | 'ERR_PRIVILEGES' // A map of privileges is not a plain object, or one of its ids is invalid.
  | 'ERR_PERMISSIONS' // RTM2 permissions are not `{ [resourceType]: { [permissionType]: names[] } }`.
  | 'ERR_SERVICE' // A service or the list of services is invalid, or the content exceeds 1 MiB.
  | 'ERR_STRING' // A string without a code of its own (`roomUuid`) is not a well-formed string, or exceeds its limits.
  | 'ERR_ISSUE_TS' // `issueTs` is not an unsigned 32-bit integer.
  | 'ERR_SALT' // `salt` is not an unsigned 32-bit integer.
  | 'ERR_OPTIONS'; // An option or expectation is unknown, undefined, of the wrong type, or contradicts another.

/** Codes for tokens that cannot be decoded. Exported to tell these codes from those about a readable token. */
export type TokenFormErrorCode =
  | 'ERR_TOKEN_TYPE' // The token is not a string.
  | 'ERR_TOKEN_VERSION' // The string does not start with `007`, or with `006` where an older AccessToken is expected.
  | 'ERR_LEGACY_TOKEN' // The string starts with `006`: an older AccessToken; use `decodeToken006`.
  | 'ERR_TOKEN_BASE64' // The body is not canonical base64; `offset` counts characters of the token.
  | 'ERR_TOKEN_ZLIB' // The bytes are not a zlib stream, or its checksum is wrong.
  | 'ERR_TOKEN_TOO_LARGE' // The string exceeds 1.5 Mi characters, or inflates to more than `maxContentLength` bytes.
  | 'ERR_TOKEN_TRUNCATED' // The zlib stream or the content ends early.
  | 'ERR_TOKEN_TRAILING_BYTES' // Bytes follow the zlib stream, the last service, or the message of a 006 token.
  | 'ERR_TOKEN_UTF8' // A string in the token is not UTF-8.
  | 'ERR_TOKEN_PRIVILEGES'; // A map has a duplicate privilege id, RTM2 resource type or permission type.

/** Codes for readable tokens that fail verification. Exported to tell a rejected token from an invalid call. */
export type TokenClaimErrorCode =
  | 'ERR_SIGNATURE_MISMATCH' // The token was signed with another certificate, or altered afterwards.
  | 'ERR_APP_ID_MISMATCH' // The token has another App ID, or one that is not 32 hex digits.
  | 'ERR_TOKEN_EXPIRED' // The token has expired.
  | 'ERR_ISSUED_IN_FUTURE' // The token was issued in the future, by more than the tolerance.
  | 'ERR_CHANNEL_MISMATCH' // No service of the token is for the expected channel.
  | 'ERR_UID_MISMATCH' // No service of the token is for the expected uid or account.
  | 'ERR_USER_MISMATCH' // No service of the token is for the expected RTM or Chat user.
  | 'ERR_MISSING_SERVICE' // The token has no service of the expected type.
  | 'ERR_MISSING_PRIVILEGE' // The service lacks an expected privilege.
  | 'ERR_PRIVILEGE_EXPIRED'; // An expected privilege has expired.

/** Every code that an {@link AccessTokenError} can have; `switch (error.code)` narrows. */
export type AccessTokenErrorCode = ArgumentErrorCode | TokenFormErrorCode | TokenClaimErrorCode;

const BRAND = Symbol.for('accesstoken2.AccessTokenError');

/**
 * The only error that this library throws.
 *
 * `instanceof` works across all copies and module formats of the library in a program.
 * @example
 * ```ts
 * import { AccessTokenError, decodeToken } from 'accesstoken2';
 * try {
 *   decodeToken('007');
 * } catch (error) {
 *   if (error instanceof AccessTokenError) console.log(error.code); // ERR_TOKEN_TRUNCATED
 * }
 * ```
 */
export class AccessTokenError extends Error {
  static {
    Object.defineProperty(this, 'name', { value: 'AccessTokenError', configurable: true });
    Object.defineProperty(this.prototype, 'name', { value: 'AccessTokenError', configurable: true });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** A stable code to switch on. */
  readonly code: AccessTokenErrorCode;
  /** What is wrong, for example `expected 32 hex digits, got 3 characters`. */
  readonly problem: string;
  /** How to fix it. */
  readonly hint: string;
  /** The invalid argument or its path, such as `uid` or `services[0].privileges[2]`; absent if there is none. */
  declare readonly argument?: string;
  /** Where decoding failed: a byte of the content, or for `ERR_TOKEN_BASE64` a character of the token. */
  declare readonly offset?: number;

  /** The message is `argument: problem; hint`, with `token` if there is no argument. */
  constructor(code: AccessTokenErrorCode, problem: string, hint: string, argument?: string, offset?: number) {
    super(`${argument ?? 'token'}: ${problem}; ${hint}`);
    this.code = code;
    this.problem = problem;
    this.hint = hint;
    if (argument !== undefined) this.argument = argument;
    if (offset !== undefined) this.offset = offset;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the usual meaning; for the class itself, every copy of it counts.
    if (this.prototype !== AccessTokenError.prototype) {
      return Function.prototype[Symbol.hasInstance].call(this, value);
    }
    try {
      return BRAND in (Object(value) as object);
    } catch {
      return false; // a revoked proxy
    }
  }
}

/** Throws for an argument: `argument: expected X, got Y; hint`. */
export function throwArgument(
  code: ArgumentErrorCode,
  argument: string,
  expected: string,
  value: unknown,
  hint: string,
): never {
  throwArgumentProblem(code, argument, `expected ${expected}, got ${quote(value)}`, hint);
}

export function throwArgumentProblem(code: ArgumentErrorCode, argument: string, problem: string, hint: string): never {
  throw new AccessTokenError(code, problem, hint, argument);
}

/** Creates the error for a token that cannot be decoded. */
export function formatError(
  code: TokenFormErrorCode,
  problem: string,
  hint: string,
  offset?: number,
): AccessTokenError {
  return new AccessTokenError(code, problem, hint, undefined, offset);
}
