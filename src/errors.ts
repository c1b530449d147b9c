/** The error class, its codes, and functions that create errors about arguments and malformed tokens. */
import { quote } from './redact.js';

/** Codes for invalid arguments. Exported to distinguish them from codes about tokens. */
export type ArgumentErrorCode =
  | 'ERR_APP_ID' // The App ID is not 32 hex digits.
  | 'ERR_APP_CERTIFICATE' // An App certificate is not 32 hex digits.
  | 'ERR_CHANNEL_NAME' // A channel name is not a string, is too long, has an invalid character, or is a wildcard.
  | 'ERR_UID' // A uid is not an unsigned 32-bit integer or, in `buildToken`, not a string that is a valid account.
  | 'ERR_ACCOUNT' // A user account is not a string, or exceeds the limits.
  | 'ERR_USER_ID' // An RTM, Chat or APaaS user id is not a string, or exceeds the limits.
  | 'ERR_ROLE' // A role is unknown in AccessToken2, or an APaaS role is not a signed 16-bit integer.
  | 'ERR_EXPIRE' // A lifetime, or the end of a 006 token or privilege, is not an integer within the limits.
  | 'ERR_EXPIRE_LOOKS_ABSOLUTE' // A lifetime exceeds 10⁹ seconds: probably a Unix timestamp instead of a duration.
  | 'ERR_PRIVILEGES' // A map of privileges is not a plain object, or one of its ids is invalid.
  | 'ERR_PERMISSIONS' // RTM2 permissions are not `{ [resourceType]: { [permissionType]: names[] } }`.
  | 'ERR_SERVICE' // A service or the list of services is invalid, or the content exceeds 1 MiB.
  | 'ERR_STRING' // Another string, such as `roomUuid`, is not well-formed, or exceeds the limits.
  | 'ERR_ISSUE_TS' // `issueTs` is not an unsigned 32-bit integer.
  | 'ERR_SALT' // `salt` is not an unsigned 32-bit integer.
  | 'ERR_OPTIONS'; // An option or expectation is unknown, undefined or of the wrong type, or contradicts another.

/** Codes for tokens that cannot be decoded. Exported to distinguish them from codes about readable tokens. */
export type TokenFormErrorCode =
  | 'ERR_TOKEN_TYPE' // The token is not a string.
  | 'ERR_TOKEN_VERSION' // The string does not start with `007` (or `006`, in functions for the older AccessToken).
  | 'ERR_LEGACY_TOKEN' // The string starts with `006`, so it is an older AccessToken; use `decodeToken006`.
  | 'ERR_TOKEN_BASE64' // The body is not canonical base64; `offset` counts characters of the token.
  | 'ERR_TOKEN_ZLIB' // The bytes are not a zlib stream, or its checksum is wrong.
  | 'ERR_TOKEN_TOO_LARGE' // The string exceeds 1.5 Mi characters, or inflates to more than `maxContentLength` bytes.
  | 'ERR_TOKEN_TRUNCATED' // The zlib stream or the content ends early.
  | 'ERR_TOKEN_TRAILING_BYTES' // Bytes follow the zlib stream, the last service, or the message of a 006 token.
  | 'ERR_TOKEN_UTF8' // A string in the token is not UTF-8.
  | 'ERR_TOKEN_PRIVILEGES'; // A map has a duplicate privilege id, RTM2 resource type or permission type.

/** Codes for readable tokens that fail verification. Exported to distinguish a rejected token from an invalid call. */
export type TokenClaimErrorCode =
  | 'ERR_SIGNATURE_MISMATCH' // The token was signed with another certificate, or altered afterwards.
  | 'ERR_APP_ID_MISMATCH' // The token's App ID is not the expected one, or is not 32 hex digits.
  | 'ERR_TOKEN_EXPIRED' // The token has expired.
  | 'ERR_ISSUED_IN_FUTURE' // The time of issue is further in the future than the tolerance allows.
  | 'ERR_CHANNEL_MISMATCH' // No service of the token is for the expected channel.
  | 'ERR_UID_MISMATCH' // No service of the token is for the expected uid or account.
  | 'ERR_USER_MISMATCH' // No service of the token is for the expected RTM or Chat user.
  | 'ERR_MISSING_SERVICE' // The token contains no service of the expected type.
  | 'ERR_MISSING_PRIVILEGE' // The service lacks an expected privilege.
  | 'ERR_PRIVILEGE_EXPIRED'; // An expected privilege has expired.

/** Every code of an {@link AccessTokenError}. `switch (error.code)` narrows the type. */
export type AccessTokenErrorCode = ArgumentErrorCode | TokenFormErrorCode | TokenClaimErrorCode;

const BRAND = Symbol.for('accesstoken2.AccessTokenError');

/**
 * The only error that this library throws.
 *
 * `instanceof` works even if a program loads several copies or module formats of the library.
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
  /** The name or path of the invalid argument, such as `uid` or `services[0].uid`; absent for other errors. */
  declare readonly argument?: string;
  /** Where decoding failed: a byte offset in the content or, for `ERR_TOKEN_BASE64`, a character offset. */
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
    // Subclasses keep the usual `instanceof`; only the class itself accepts instances of its copies.
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

/** Throws for an invalid argument: `argument: expected X, got Y; hint`. */
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
