/**
 * The limits of channel names, user accounts and user ids that Agora documents.
 *
 * Sources: Agora's documentation for channel names, user accounts and wildcard tokens (RTC), and for user ids
 * (Signaling and Chat), as of November 2026.
 */
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, throwArgument } from './errors.js';
import { quote } from './redact.js';
import { UINT16_MAX, parseString } from './validate.js';

/** The 89 characters allowed in channel names, user accounts and RTM user ids, as a regular expression class. */
const CHARACTERS = String.raw` a-zA-Z0-9!#$%&()+\-:;<=.>?@[\]^_{}|~,`;

interface NameLimit {
  readonly pattern: RegExp;
  readonly maxLength: number;
}

function nameLimit(maxLength: number, characters: string): NameLimit {
  return { pattern: new RegExp(`^[${characters}]{1,${maxLength}}$`, 'u'), maxLength };
}

/** Allows `*`, which stands for any number of characters. Wildcards that are not allowed are rejected beforehand. */
const CHANNEL_NAME: NameLimit = /* @__PURE__ */ nameLimit(64, `${CHARACTERS}*`);
const ACCOUNT: NameLimit = /* @__PURE__ */ nameLimit(255, `${CHARACTERS}*`);
const RTM_USER_ID: NameLimit = /* @__PURE__ */ nameLimit(64, CHARACTERS);

export function parseChannelName(
  value: unknown,
  argument: string,
  code: ArgumentErrorCode,
  wildcards: boolean,
): string {
  const isWildcard = value === '' || hasWildcard(value);
  if (isWildcard && !wildcards) throwWildcard(value, argument, code, 'the name of one channel');
  return value === '' ? value : parseName(value, argument, code, CHANNEL_NAME);
}

export function parseAccount(value: unknown, argument: string, code: ArgumentErrorCode, wildcards: boolean): string {
  if (hasWildcard(value) && !wildcards) throwWildcard(value, argument, code, 'the account of one user');
  return parseName(value, argument, code, ACCOUNT);
}

function hasWildcard(value: unknown): boolean {
  return typeof value === 'string' && value.includes('*');
}

function throwWildcard(value: unknown, argument: string, code: ArgumentErrorCode, expected: string): never {
  const hint = 'if a token for any of them is meant, say so with allowWildcards: true';
  throwArgument(code, argument, expected, value, hint);
}

function parseName(value: unknown, argument: string, code: ArgumentErrorCode, limit: NameLimit): string {
  if (typeof value === 'string' && limit.pattern.test(value)) return value;
  const name = parseString(value, argument, code);
  assertLength(name, argument, code, utf8Length(name), limit.maxLength, 'bytes of UTF-8');
  const foreign = Array.from(name).find((character) => !limit.pattern.test(character));
  const hint = `${quote(foreign)} is not among the characters that Agora takes: map the name to one without it`;
  throwArgument(code, argument, `only space and${CHARACTERS.replaceAll('\\', '')}`, name, hint);
}

export function parseRtmUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = parseName(value, argument, code, RTM_USER_ID);
  if (!userId.startsWith(' ')) return userId;
  throwArgument(code, argument, 'no leading space', userId, 'remove it, for example with trim()');
}

export function parseChatUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = parseString(value, argument, code);
  assertLength(userId, argument, code, Array.from(userId).length, 64, 'characters');
  return userId;
}

export function parseNonEmptyString(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const text = parseString(value, argument, code);
  assertLength(text, argument, code, text.length, UINT16_MAX, 'characters');
  return text;
}

/** Rejects an empty string, and a string longer than `maxLength` in the given unit. */
function assertLength(
  value: string,
  argument: string,
  code: ArgumentErrorCode,
  length: number,
  maxLength: number,
  unit: string,
): void {
  if (length >= 1 && length <= maxLength) return;
  const hint = `it has ${length}: use a ${length === 0 ? 'longer' : 'shorter'} one`;
  throwArgument(code, argument, `a text of 1 to ${maxLength} ${unit}`, value, hint);
}
