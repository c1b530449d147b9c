/**
 * The limits that Agora documents for names, ids and lifetimes, and the limits of the format alone.
 *
 * Sources: Agora's documentation of channel names, user accounts, wildcard tokens and lifetimes (RTC), of user ids
 * (Signaling) and of user ids (Chat), as of November 2026.
 */
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, throwArgument } from './errors.js';
import { quote } from './redact.js';
import { type IntegerRange, UINT16_MAX, UINT32_MAX, parseInteger, parseString } from './validate.js';

export type StringLimit = 'channelName' | 'account' | 'rtmUserId' | 'chatUserId' | 'anyString';

type ParseString = (value: unknown, argument: string, code: ArgumentErrorCode) => string;
type ParseLifetime = (value: unknown, argument: string) => number;

/** One set of limits: a parser for each kind of name and lifetime. */
export interface Limits extends Readonly<Record<StringLimit, ParseString>> {
  readonly tokenExpire: ParseLifetime;
  readonly privilegeExpire: ParseLifetime;
}

/** 24 hours in seconds: Agora ends every token and privilege after that time at the latest. */
export const MAX_LIFETIME: number = 24 * 60 * 60;

/** A lifetime above this, over 31 years, is probably a Unix timestamp. */
export const LOOKS_ABSOLUTE = 1e9;

/** The 89 characters allowed in channel names, user accounts and RTM user ids, as a regular expression class. */
const CHARACTERS = String.raw` a-zA-Z0-9!#$%&()+\-:;<=.>?@[\]^_{}|~,`;

interface NameLimit {
  readonly pattern: RegExp;
  readonly maxLength: number;
}

function nameLimit(maxLength: number, characters: string): NameLimit {
  return { pattern: new RegExp(`^[${characters}]{1,${maxLength}}$`, 'u'), maxLength };
}

/** A `*` stands for any number of characters; it is rejected beforehand where wildcards are not allowed. */
const CHANNEL_NAME: NameLimit = /* @__PURE__ */ nameLimit(64, `${CHARACTERS}*`);
const ACCOUNT: NameLimit = /* @__PURE__ */ nameLimit(255, `${CHARACTERS}*`);
const RTM_USER_ID: NameLimit = /* @__PURE__ */ nameLimit(64, CHARACTERS);

const AGORA: Limits = /* @__PURE__ */ agoraLimits(false);
const AGORA_WITH_WILDCARDS: Limits = /* @__PURE__ */ agoraLimits(true);
const FORMAT: Limits = {
  channelName: parseString,
  account: parseString,
  rtmUserId: parseString,
  chatUserId: parseString,
  anyString: parseString,
  tokenExpire: (value, argument) => parseLifetime(value, argument, FORMAT_LIFETIME),
  privilegeExpire: (value, argument) => parseLifetime(value, argument, FORMAT_LIFETIME),
};

export function limitsFor(limits: 'agora' | 'format', allowWildcards: boolean): Limits {
  if (limits === 'format') return FORMAT;
  return allowWildcards ? AGORA_WITH_WILDCARDS : AGORA;
}

function agoraLimits(allowWildcards: boolean): Limits {
  return {
    channelName: (value, argument, code) => {
      const isWildcard = value === '' || hasWildcard(value);
      if (isWildcard && !allowWildcards) throwWildcard(value, argument, code, 'the name of one channel');
      return value === '' ? value : parseName(value, argument, code, CHANNEL_NAME);
    },
    account: (value, argument, code) => {
      if (hasWildcard(value) && !allowWildcards) throwWildcard(value, argument, code, 'the account of one user');
      return parseName(value, argument, code, ACCOUNT);
    },
    rtmUserId: parseRtmUserId,
    chatUserId: parseChatUserId,
    anyString: parseNonEmptyString,
    tokenExpire: (value, argument) => parseAgoraLifetime(value, argument, TOKEN_LIFETIME),
    privilegeExpire: (value, argument) => parseAgoraLifetime(value, argument, PRIVILEGE_LIFETIME),
  };
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

function parseRtmUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = parseName(value, argument, code, RTM_USER_ID);
  if (!userId.startsWith(' ')) return userId;
  throwArgument(code, argument, 'no leading space', userId, 'remove it, for example with trim()');
}

function parseChatUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = parseString(value, argument, code);
  assertLength(userId, argument, code, Array.from(userId).length, 64, 'characters');
  return userId;
}

function parseNonEmptyString(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const text = parseString(value, argument, code);
  assertLength(text, argument, code, text.length, UINT16_MAX, 'characters');
  return text;
}

/** Rejects an empty string and one with more than `maxLength` of a unit. */
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

const TOKEN_LIFETIME: IntegerRange = /* @__PURE__ */ lifetimeRange(1, MAX_LIFETIME);
const PRIVILEGE_LIFETIME: IntegerRange = /* @__PURE__ */ lifetimeRange(0, MAX_LIFETIME);
const FORMAT_LIFETIME: IntegerRange = /* @__PURE__ */ lifetimeRange(0, UINT32_MAX);

function lifetimeRange(min: number, max: number): IntegerRange {
  return { code: 'ERR_EXPIRE', min, max, hint: 'pass whole seconds from now' };
}

function parseAgoraLifetime(value: unknown, argument: string, range: IntegerRange): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > LOOKS_ABSOLUTE) {
    const hint = 'it looks like a Unix timestamp: AccessToken2 takes seconds from now, for example 3600';
    throwArgument('ERR_EXPIRE_LOOKS_ABSOLUTE', argument, 'a duration', value, hint);
  }
  return parseLifetime(value, argument, range);
}

function parseLifetime(value: unknown, argument: string, range: IntegerRange): number {
  if (typeof value === 'object' && value !== null) {
    // An options object in the place of an omitted lifetime.
    const hint = 'pass whole seconds from now; options come after all other arguments';
    throwArgument(range.code, argument, `an integer from ${range.min} to ${range.max}`, value, hint);
  }
  return parseInteger(value, argument, range);
}
