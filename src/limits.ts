/**
 * What Agora documents about names, ids and lifetimes, and what the format alone can hold.
 *
 * Sources: Agora's documentation of channel names, user accounts, wildcard tokens and lifetimes (RTC), user ids
 * (Signaling) and user ids (Chat), as of November 2026.
 */
import { type IntegerBounds, UINT16_MAX, UINT32_MAX, takeInteger, takeText } from './arguments.js';
import { utf8Length } from './codec/utf8.js';
import { type ArgumentErrorCode, refuse, shown } from './errors.js';
import type { TextLimit } from './services.js';

/** Takes a text within a limit, or refuses it with the code that is given. */
type TakeText = (value: unknown, argument: string, code: ArgumentErrorCode) => string;

/** Takes a lifetime, in seconds. */
type TakeLifetime = (value: unknown, argument: string) => number;

/** One set of limits. */
export interface Limits {
  readonly text: Readonly<Record<TextLimit, TakeText>>;
  /** The lifetime of a token. */
  readonly tokenExpire: TakeLifetime;
  /** The lifetime of a privilege. */
  readonly privilegeExpire: TakeLifetime;
}

/** 24 hours in seconds: a token or a privilege with a longer lifetime ends then all the same. */
export const MAX_LIFETIME: number = 24 * 60 * 60;

/** A lifetime above this, over 31 years, is a point in time after 2001 in the place of a duration. */
export const LOOKS_ABSOLUTE = 1e9;

/** The 89 characters of channel names, user accounts and RTM user ids, as they stand in a class of characters. */
const CHARACTERS = String.raw` a-zA-Z0-9!#$%&()+\-:;<=.>?@[\]^_{}|~,`;

/** What a name has to match, and how long it may be for whoever has to say why it does not. */
interface NameLimit {
  readonly pattern: RegExp;
  readonly maxLength: number;
}

function nameLimit(maxLength: number, characters: string): NameLimit {
  return { pattern: new RegExp(`^[${characters}]{1,${maxLength}}$`, 'u'), maxLength };
}

const CHANNEL_NAME = nameLimit(64, CHARACTERS);
const ACCOUNT = nameLimit(255, CHARACTERS);
const RTM_USER_ID = nameLimit(64, CHARACTERS);
/** With `*`, which stands for any characters. */
const CHANNEL_PATTERN = nameLimit(64, `${CHARACTERS}*`);
const ACCOUNT_PATTERN = nameLimit(255, `${CHARACTERS}*`);

const ALLOW_WILDCARDS = 'if a token for any of them is meant, say so with allowWildcards: true';

/** Agora's limits, for names of one channel or user. */
const AGORA: Limits = agoraLimits({
  channelName: (value, argument, code) => {
    if (isWildcard(value) || value === '')
      refuse(code, argument, 'the name of one channel', value, ALLOW_WILDCARDS);
    return takeName(value, argument, code, CHANNEL_NAME);
  },
  account: (value, argument, code) => {
    if (isWildcard(value)) refuse(code, argument, 'the account of one user', value, ALLOW_WILDCARDS);
    return takeName(value, argument, code, ACCOUNT);
  },
});

/** Agora's limits, for channels and accounts that may be wildcards. */
const AGORA_WITH_WILDCARDS: Limits = agoraLimits({
  channelName: (value, argument, code) =>
    value === '' ? value : takeName(value, argument, code, CHANNEL_PATTERN),
  account: (value, argument, code) => takeName(value, argument, code, ACCOUNT_PATTERN),
});

function isWildcard(value: unknown): boolean {
  return typeof value === 'string' && value.includes('*');
}

/** What the bytes can hold. */
const FORMAT: Limits = {
  text: {
    channelName: takeText,
    account: takeText,
    rtmUserId: takeText,
    chatUserId: takeText,
    anyText: takeText,
  },
  tokenExpire: (value, argument) => takeLifetime(value, argument, FORMAT_LIFETIME),
  privilegeExpire: (value, argument) => takeLifetime(value, argument, FORMAT_LIFETIME),
};

function lifetime(min: number, max: number): IntegerBounds {
  return { code: 'ERR_EXPIRE', min, max, wayOut: 'pass whole seconds from now' };
}

const TOKEN_LIFETIME = lifetime(1, MAX_LIFETIME);
const PRIVILEGE_LIFETIME = lifetime(0, MAX_LIFETIME);
const FORMAT_LIFETIME = lifetime(0, UINT32_MAX);

/** Finds the limits that the options of a builder ask for. */
export function limitsFor(limits: 'agora' | 'format', allowWildcards: boolean): Limits {
  if (limits === 'format') return FORMAT;
  return allowWildcards ? AGORA_WITH_WILDCARDS : AGORA;
}

function agoraLimits(wildcards: Pick<Limits['text'], 'channelName' | 'account'>): Limits {
  return {
    text: { ...wildcards, rtmUserId: takeRtmUserId, chatUserId: takeChatUserId, anyText: takeAnyText },
    tokenExpire: (value, argument) => takeAgoraLifetime(value, argument, TOKEN_LIFETIME),
    privilegeExpire: (value, argument) => takeAgoraLifetime(value, argument, PRIVILEGE_LIFETIME),
  };
}

function takeName(value: unknown, argument: string, code: ArgumentErrorCode, limit: NameLimit): string {
  if (typeof value === 'string' && limit.pattern.test(value)) return value;
  const name = takeText(value, argument, code);
  refuseLength(name, argument, code, utf8Length(name), limit.maxLength, 'bytes of UTF-8');
  const foreign = Array.from(name).find((character) => !limit.pattern.test(character));
  const wayOut = `${shown(foreign)} is not among the characters that Agora takes: map the name to one without it`;
  refuse(code, argument, `only space and${CHARACTERS.replaceAll('\\', '')}`, name, wayOut);
}

function takeRtmUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = takeName(value, argument, code, RTM_USER_ID);
  if (userId.startsWith(' '))
    refuse(code, argument, 'no leading space', userId, 'remove it, for example with trim()');
  return userId;
}

function takeChatUserId(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const userId = takeText(value, argument, code);
  refuseLength(userId, argument, code, Array.from(userId).length, 64, 'characters');
  return userId;
}

/** Refuses a text that is empty or has more than so many of a unit. */
function refuseLength(
  text: string,
  argument: string,
  code: ArgumentErrorCode,
  length: number,
  maxLength: number,
  unit: string,
): void {
  if (length >= 1 && length <= maxLength) return;
  const wayOut = `it has ${length}: use a ${length === 0 ? 'longer' : 'shorter'} one`;
  refuse(code, argument, `a text of 1 to ${maxLength} ${unit}`, text, wayOut);
}

function takeAnyText(value: unknown, argument: string, code: ArgumentErrorCode): string {
  const text = takeText(value, argument, code);
  refuseLength(text, argument, code, text.length, UINT16_MAX, 'characters');
  return text;
}

function takeAgoraLifetime(value: unknown, argument: string, bounds: IntegerBounds): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > LOOKS_ABSOLUTE) {
    const wayOut = 'it looks like a Unix timestamp: AccessToken2 takes seconds from now, for example 3600';
    refuse('ERR_EXPIRE_LOOKS_ABSOLUTE', argument, 'a duration', value, wayOut);
  }
  return takeLifetime(value, argument, bounds);
}

function takeLifetime(value: unknown, argument: string, bounds: IntegerBounds): number {
  if (typeof value === 'object' && value !== null) {
    const wayOut = 'pass whole seconds from now; options come after all other arguments';
    return takeInteger(value, argument, { ...bounds, wayOut });
  }
  return takeInteger(value, argument, bounds);
}
