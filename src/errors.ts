/**
 * The one error class, its codes, and how a value may be shown in a message without giving a secret away.
 */

import { listOf, setOwn } from './own.js';

/** What an argument was: wrong, missing or out of bounds. Exported to tell these codes from those of tokens. */
export type ArgumentErrorCode =
  /** The App ID is not 32 hex digits. */
  | 'ERR_APP_ID'
  /** An App certificate is not 32 hex digits. */
  | 'ERR_APP_CERTIFICATE'
  /** A channel name is no text, too long, has a character that Agora refuses, or is an unwanted wildcard. */
  | 'ERR_CHANNEL_NAME'
  /**
   * A uid is no unsigned 32-bit integer; inside `buildToken`, no text within the account's limits; of a 006 token,
   * neither an integer nor a text.
   */
  | 'ERR_UID'
  /** A user account is no text or beyond its limits. */
  | 'ERR_ACCOUNT'
  /** An RTM, Chat or APaaS user id is no text or beyond its limits. */
  | 'ERR_USER_ID'
  /** A role is none of those that AccessToken2 has, or an APaaS role no signed 16-bit integer. */
  | 'ERR_ROLE'
  /** A lifetime, or the end of a 006 token or privilege, is no integer or not within its limits. */
  | 'ERR_EXPIRE'
  /** A lifetime is above 10⁹ seconds: most likely a point in time where a duration is wanted. */
  | 'ERR_EXPIRE_LOOKS_ABSOLUTE'
  /** A map of privileges, or one of its ids, is not what it has to be. */
  | 'ERR_PRIVILEGES'
  /** RTM2 permissions are not `{ [resourceType]: { [permissionType]: names[] } }`. */
  | 'ERR_PERMISSIONS'
  /** A service, or the list of services, is not what it has to be, or the contents exceed 1 MiB. */
  | 'ERR_SERVICE'
  /** A text without a code of its own (`roomUuid`) is no well-formed text, or beyond its limits. */
  | 'ERR_STRING'
  /** `issueTs` is no unsigned 32-bit integer. */
  | 'ERR_ISSUE_TS'
  /** `salt` is no unsigned 32-bit integer. */
  | 'ERR_SALT'
  /** An option or expectation is unknown or of the wrong type, an expectation undefined or at odds with another. */
  | 'ERR_OPTIONS';

/**
 * What is wrong with the form of a token, so that nothing can be said of what it means. Exported to tell these codes
 * from those of a readable token.
 */
export type TokenFormErrorCode =
  /** The token is no string. */
  | 'ERR_TOKEN_TYPE'
  /** The text does not begin with `007`, or with `006` where an older AccessToken is asked for. */
  | 'ERR_TOKEN_VERSION'
  /** The text begins with `006`: an older AccessToken, to be read with `decodeToken006`. */
  | 'ERR_LEGACY_TOKEN'
  /**
   * What follows the version, or the App ID of a 006 token, is not canonical base64; `offset` counts characters of
   * the token.
   */
  | 'ERR_TOKEN_BASE64'
  /** The bytes are no zlib stream, or its checksum is wrong. */
  | 'ERR_TOKEN_ZLIB'
  /** The text is longer than 1.5 MiB, or inflates to more than `maxContentLength`. */
  | 'ERR_TOKEN_TOO_LARGE'
  /** The zlib stream or the content ends early. */
  | 'ERR_TOKEN_TRUNCATED'
  /** Bytes are left after the zlib stream, the last service, or the message of a 006 token. */
  | 'ERR_TOKEN_TRAILING_BYTES'
  /** A text in the token is not UTF-8. */
  | 'ERR_TOKEN_UTF8'
  /** A privilege id, or an RTM2 resource or permission type, stands twice in its map. */
  | 'ERR_TOKEN_PRIVILEGES';

/** What a readable token says that it should not say. Exported to tell a refusal from a mistake in the call. */
export type TokenClaimErrorCode =
  /** The token was signed with another certificate, or altered afterwards. */
  | 'ERR_SIGNATURE_MISMATCH'
  /** The token is of another App ID, or of none that could exist. */
  | 'ERR_APP_ID_MISMATCH'
  /** The token has ended. */
  | 'ERR_TOKEN_EXPIRED'
  /** The token was issued later than now, by more than the tolerance. */
  | 'ERR_ISSUED_IN_FUTURE'
  /** No service of the token is for the expected channel. */
  | 'ERR_CHANNEL_MISMATCH'
  /** No service of the token is for the expected uid or account. */
  | 'ERR_UID_MISMATCH'
  /** No service of the token is for the expected RTM or Chat user. */
  | 'ERR_USER_MISMATCH'
  /** The token carries no service of the expected type. */
  | 'ERR_MISSING_SERVICE'
  /** The service lacks an expected privilege. */
  | 'ERR_MISSING_PRIVILEGE'
  /** An expected privilege has ended. */
  | 'ERR_PRIVILEGE_EXPIRED';

/** Every code that an {@link AccessTokenError} can have; `switch (error.code)` narrows. */
export type AccessTokenErrorCode = ArgumentErrorCode | TokenFormErrorCode | TokenClaimErrorCode;

const BRAND = Symbol.for('accesstoken2.AccessTokenError');

/**
 * The only thing that this library throws.
 *
 * `instanceof` holds across every copy and module format of the library that a program has loaded.
 *
 * @example
 * ```ts
 * import { AccessTokenError, decodeToken } from 'accesstoken2';
 *
 * try {
 *   decodeToken('007');
 * } catch (error) {
 *   if (error instanceof AccessTokenError) console.log(error.code); // ERR_TOKEN_TRUNCATED
 * }
 * ```
 */
export class AccessTokenError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'AccessTokenError', configurable: true });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** What is wrong, as a stable word to switch on. */
  readonly code: AccessTokenErrorCode;
  /** The argument at fault, or its path, such as `uid` or `services[0].privileges[2]`; where there is one. */
  declare readonly argument?: string;
  /** Where reading stopped: a byte of the content, or a character of the token for `ERR_TOKEN_BASE64`. */
  declare readonly offset?: number;

  constructor(
    code: AccessTokenErrorCode,
    message: string,
    where: { readonly argument?: string; readonly offset?: number } = {},
  ) {
    super(message);
    this.code = code;
    for (const name of ['argument', 'offset'] as const) {
      if (Object.hasOwn(where, name)) setOwn<AccessTokenError, typeof name>(this, name, where[name]);
    }
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass means itself, as usual; the class means every copy of it.
    if (this !== AccessTokenError) return Function.prototype[Symbol.hasInstance].call(this, value);
    try {
      return BRAND in (Object(value) as object);
    } catch {
      return false; // a proxy that refuses to be looked at
    }
  }
}

/** Refuses an argument: names it, what was expected, what came, and the way out. */
export function refuse(
  code: ArgumentErrorCode,
  argument: string,
  expected: string,
  value: unknown,
  wayOut: string,
): never {
  refuseAs(code, argument, `expected ${expected}, got ${shown(value)}`, wayOut);
}

/** Refuses an argument whose value must not be shown, or with which something else is wrong than its value. */
export function refuseAs(code: ArgumentErrorCode, argument: string, fault: string, wayOut: string): never {
  throw new AccessTokenError(code, `${argument}: ${fault}; ${wayOut}`, {
    argument,
  });
}

/** Refuses what a token holds at a place. */
export function refuseAt(code: TokenFormErrorCode, fault: string, offset: number): never {
  throw new AccessTokenError(code, `token: ${fault}`, { offset });
}

/** How many characters of a value a message shows. */
const SHOWN_LENGTH = 64;

/** How much of a text is looked at to show its beginning: enough even if most of it has to be hidden. */
const LOOKED_AT_LENGTH = 4096;

/** A token, from its version to the end of the text, or whatever looks like an App ID or a certificate. */
const SECRET = /(?<token>00[67][\w+/%= -]{40}[^]*)|[0-9a-f]{32,}/giu;

/**
 * Shows a value in a message: JSON-escaped, cut at 64 characters, with all that could be a secret hidden.
 * Objects are named by their kind alone: reading them could run code or show what they hold.
 */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return shownText(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `the bigint ${value > -(2n ** 64n) && value < 2n ** 64n ? String(value) : 'beyond 64 bits'}`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : isArray(value) ? 'an array' : 'an object';
    case 'boolean':
    case 'undefined':
      return String(value);
  }
}

/** Shows the name of a property, as {@link shown} does but without quotes. */
export function shownName(name: string): string {
  return name === '' ? '""' : shownText(name).slice(1, -1);
}

function shownText(text: string): string {
  let escaped = '';
  for (const character of withoutSecrets(text)) {
    // Control, format and separator characters could forge or reorder a line of a log. Their classes take long to load.
    const next = JSON.stringify(character)
      .slice(1, -1)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeUnits);
    if (escaped.length + next.length > SHOWN_LENGTH) return `"${escaped}…"`;
    escaped += next;
  }
  return `"${escaped}"`;
}

function withoutSecrets(text: string): string {
  const hidden = text
    .slice(0, LOOKED_AT_LENGTH)
    .replace(SECRET, (_, token: string | undefined) => (token === undefined ? '<hidden>' : '<token>'));
  // The beginning of a secret that was cut in two is not known for one.
  return text.length > LOOKED_AT_LENGTH ? hidden.replace(/[\w+/%= -]{1,64}$/u, '…') : hidden;
}

function escapeUnits(character: string): string {
  return listOf(character.length, (unit) => {
    return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** `Array.isArray`, which throws for a revoked proxy. */
function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
