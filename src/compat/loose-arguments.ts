/**
 * What npm `agora-token` takes, made into what the builders of this library take: numbers may be texts, users may be
 * numbers. What cannot be meant is refused by its name.
 */
import {
  type ArgumentErrorCode,
  AccessTokenError,
  type BuildOptions,
  type Permissions,
  Role,
  type buildTokenWithRtm2,
} from '../index.js';

/** Names and lifetimes as they are given, whatever Agora's limits. */
export const AS_GIVEN: BuildOptions = { limits: 'format' };

const UINT16_MAX = 0xffff;
const UINT32_MAX = 0xffff_ffff;

/** The largest duration: 10⁹ seconds are over 31 years, but as a point in time they were in 2001. */
const MAX_DURATION = 1e9;

/** A token's lifetime, and those of the four RTC privileges. */
export type RtcLifetimes = [
  tokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
];

/** Takes the five lifetimes. */
export function takeRtcLifetimes([
  token,
  join,
  pubAudio,
  pubVideo,
  pubDataStream,
]: RtcLifetimes): RtcLifetimes {
  return [
    takeLifetime(token, 'tokenExpire'),
    takeLifetime(join, 'joinChannelPrivilegeExpire'),
    takeLifetime(pubAudio, 'pubAudioPrivilegeExpire'),
    takeLifetime(pubVideo, 'pubVideoPrivilegeExpire'),
    takeLifetime(pubDataStream, 'pubDataStreamPrivilegeExpire'),
  ];
}

/** The arguments of a token that carries RTC and RTM, each with a user of its own. */
export type Rtm2Arguments = [
  appId: string,
  appCertificate: string,
  channelName: string,
  rtcAccount: string | number,
  rtcRole: number,
  rtcTokenExpire: number,
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
  rtmUserId: string | number,
  rtmTokenExpire: number,
];

/** Takes the twelve arguments, and adds the options. */
export function takeRtm2Arguments([
  appId,
  appCertificate,
  channelName,
  rtcAccount,
  rtcRole,
  rtcTokenExpire,
  joinChannelPrivilegeExpire,
  pubAudioPrivilegeExpire,
  pubVideoPrivilegeExpire,
  pubDataStreamPrivilegeExpire,
  rtmUserId,
  rtmTokenExpire,
]: Rtm2Arguments): Parameters<typeof buildTokenWithRtm2> {
  const role = takeRole(rtcRole, 'rtcRole');
  // A subscriber's token has none of these, whatever they are.
  const takePublishLifetime = role === Role.Publisher ? takeLifetime : () => 0;
  return [
    appId,
    appCertificate,
    channelName,
    takeAccount(rtcAccount, 'rtcAccount'),
    role,
    takeLifetime(rtcTokenExpire, 'rtcTokenExpire'),
    takeLifetime(joinChannelPrivilegeExpire, 'joinChannelPrivilegeExpire'),
    takePublishLifetime(pubAudioPrivilegeExpire, 'pubAudioPrivilegeExpire'),
    takePublishLifetime(pubVideoPrivilegeExpire, 'pubVideoPrivilegeExpire'),
    takePublishLifetime(pubDataStreamPrivilegeExpire, 'pubDataStreamPrivilegeExpire'),
    takeUser(rtmUserId, 'rtmUserId'),
    takeLifetime(rtmTokenExpire, 'rtmTokenExpire'),
    AS_GIVEN,
  ];
}

/** Takes a uid, or an account in its place. */
export function takeUid(value: unknown): string {
  return takeName(value, 'uid', 'ERR_UID', UINT32_MAX);
}

/** Takes a user account. */
export function takeAccount(value: unknown, argument: string): string {
  return takeName(value, argument, 'ERR_ACCOUNT', Number.MAX_SAFE_INTEGER);
}

/** Takes an RTM, Chat or APaaS user. */
export function takeUser(value: unknown, argument: string): string {
  return takeName(value, argument, 'ERR_USER_ID', Number.MAX_SAFE_INTEGER);
}

/** Takes a text as it is, and an integer as its decimal text; 0, and it alone, becomes the empty text. */
function takeName(value: unknown, argument: string, code: ArgumentErrorCode, max: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' && value > 0n && value <= max) return String(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value === 0 ? '' : String(value);
  }
  const wayOut = 'pass the name or number of the user, 0 if any user is meant';
  refuse(code, argument, `a text or an integer from 0 to ${max}`, value, wayOut);
}

/** Takes a role loosely, so that one out of a query or an environment, which is a text, will do. */
export function takeRole(value: unknown, argument: string): Role {
  const role = toNumber(value);
  if (role === Role.Publisher || role === Role.Subscriber) return role;
  const wayOut =
    'pass one of them; 0 and 101 belong to the older AccessToken, PUBLISHER has the same privileges';
  refuse('ERR_ROLE', argument, 'RtcRole.PUBLISHER (1) or RtcRole.SUBSCRIBER (2)', value, wayOut);
}

function toNumber(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return NaN; // a symbol, or an object that resists
  }
}

/** Takes a lifetime, and cuts its fraction. */
export function takeLifetime(value: unknown, argument: string): number {
  const seconds = numberIn(value);
  if (!(seconds >= 0 && seconds <= UINT32_MAX)) {
    const wayOut = 'pass seconds from now, for example 3600';
    refuse('ERR_EXPIRE', argument, `a number of seconds from 0 to ${UINT32_MAX}`, value, wayOut);
  }
  if (seconds > MAX_DURATION) warnOfTimestamp(argument);
  return Math.floor(Math.abs(seconds)); // of −0, too, 0
}

/** Takes the lifetime of all privileges; left out, 0. */
export function takePrivilegeExpire(value: unknown): number {
  return value === undefined ? 0 : takeLifetime(value, 'privilegeExpire');
}

/** Takes an integer, also if it is written as a text. */
type TakeInteger = (value: unknown, argument: string) => number;

/** Takes the role of an APaaS user, a signed 16-bit integer. */
export const takeApaasRole: TakeInteger = takeIntegerWithin(
  -0x8000,
  0x7fff,
  'ERR_ROLE',
  'pass the role that the room defines, -1 for none',
);

/** Takes the number of an RTM2 resource type. */
export const takeResourceType: TakeInteger = takeIntegerWithin(
  0,
  UINT16_MAX,
  'ERR_PERMISSIONS',
  'use a constant such as Rtm2Permissions.kMessageChannels',
);

/** Takes the number of an RTM2 permission type. */
export const takePermissionType: TakeInteger = takeIntegerWithin(
  0,
  UINT16_MAX,
  'ERR_PERMISSIONS',
  'use Rtm2Permissions.kRead or Rtm2Permissions.kWrite',
);

function takeIntegerWithin(min: number, max: number, code: ArgumentErrorCode, wayOut: string): TakeInteger {
  return (value, argument) => {
    const integer = numberIn(value);
    // Of −0, too, 0.
    if (Number.isInteger(integer) && integer >= min && integer <= max) return integer === 0 ? 0 : integer;
    refuse(code, argument, `an integer from ${min} to ${max}`, value, wayOut);
  };
}

/** Returns a number, also if it is written as a text; NaN if there is none. */
function numberIn(value: unknown): number {
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return typeof value === 'number' ? value : NaN;
}

/** Takes permissions of this class or of the official one; without any, the user may read and write nothing. */
export function takePermissions(value: unknown): Permissions {
  if (value === undefined || value === null) return {};
  try {
    if (hasDetails(value)) return value.details;
  } catch {
    // It resists being looked at.
  }
  const wayOut = 'make them with new Rtm2Permissions() and its add()';
  refuse('ERR_PERMISSIONS', 'permissions', 'Rtm2Permissions', value, wayOut);
}

function hasDetails(value: unknown): value is { readonly details: Permissions } {
  return typeof value === 'object' && value !== null && 'details' in value;
}

/** Copies a list of names. What they are is checked when a token is made of them. */
export function takeNames(value: unknown): string[] {
  try {
    if (value instanceof Set || (Array.isArray(value) && value.length <= UINT16_MAX)) {
      return Array.from<string>(value);
    }
  } catch {
    // It resists being looked at.
  }
  const wayOut = 'write it as [ … ], and spread more over several tokens';
  refuse('ERR_PERMISSIONS', 'resources', `an array of at most ${UINT16_MAX} names`, value, wayOut);
}

const WARNED = Symbol.for('accesstoken2.timestampAsLifetime');

/** Warns once in a process, however often this module was loaded. */
function warnOfTimestamp(argument: string): void {
  if (Reflect.has(globalThis, WARNED)) return;
  Reflect.set(globalThis, WARNED, true);
  const fault = `${argument} is above ${MAX_DURATION} and looks like a Unix timestamp`;
  const wayOut = 'pass seconds from now, for example 3600: Agora ends a token after 24 hours at the latest';
  if (typeof process !== 'undefined') {
    process.emitWarning(`${fault}; ${wayOut}`, { code: 'ACCESSTOKEN2_TIMESTAMP_AS_LIFETIME' });
  }
}

function refuse(
  code: ArgumentErrorCode,
  argument: string,
  expected: string,
  value: unknown,
  wayOut: string,
): never {
  throw new AccessTokenError(code, `${argument}: expected ${expected}, got ${kindOf(value)}; ${wayOut}`, {
    argument,
  });
}

/** Says what a value is. Of a text, which could be a certificate in the wrong place, nothing is shown. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text that is none';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
