/** The limits that Agora documents for names and lifetimes, and the limits of the format alone. */
import { type ArgumentErrorCode, throwArgument } from './errors.js';
import { parseAccount, parseChannelName, parseChatUserId, parseNonEmptyString, parseRtmUserId } from './names.js';
import { type IntegerRange, UINT32_MAX, parseInteger, parseString } from './validate.js';

export type StringLimit = 'channelName' | 'account' | 'rtmUserId' | 'chatUserId' | 'anyString';

type ParseString = (value: unknown, argument: string, code: ArgumentErrorCode) => string;
type ParseLifetime = (value: unknown, argument: string) => number;

/** One set of limits: a parser for each kind of name and lifetime. */
export interface Limits extends Readonly<Record<StringLimit, ParseString>> {
  readonly tokenExpire: ParseLifetime;
  readonly privilegeExpire: ParseLifetime;
}

/** 24 hours in seconds. Agora ends every token and privilege after this time at the latest. */
export const MAX_LIFETIME: number = 24 * 60 * 60;

/** A lifetime above this (over 31 years) is probably a Unix timestamp. */
export const LOOKS_ABSOLUTE = 1e9;

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
    channelName: (value, argument, code) => parseChannelName(value, argument, code, allowWildcards),
    account: (value, argument, code) => parseAccount(value, argument, code, allowWildcards),
    rtmUserId: parseRtmUserId,
    chatUserId: parseChatUserId,
    anyString: parseNonEmptyString,
    tokenExpire: (value, argument) => parseAgoraLifetime(value, argument, TOKEN_LIFETIME),
    privilegeExpire: (value, argument) => parseAgoraLifetime(value, argument, PRIVILEGE_LIFETIME),
  };
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
    // The options object was passed in place of an omitted lifetime.
    const hint = 'pass whole seconds from now; options come after all other arguments';
    throwArgument(range.code, argument, `an integer from ${range.min} to ${range.max}`, value, hint);
  }
  return parseInteger(value, argument, range);
}
