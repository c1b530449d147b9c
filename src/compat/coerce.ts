/**
 * Converts the arguments of npm `agora-token` into arguments for this library's builders. Numbers may be strings, and
 * users may be numbers. Meaningless values are rejected with an error that names the argument.
 */
import { type ArgumentErrorCode, throwArgument } from '../errors.js';
import {
  type BuildOptions,
  type Permissions,
  Role,
  type buildChatUserToken,
  type buildTokenWithRtm2,
  type buildTokenWithUserAccount,
  type buildTokenWithUserAccountAndPrivilege,
} from '../index.js';
import { LOOKS_ABSOLUTE } from '../limits.js';
import { parseApaasRole } from '../builders/arguments.js';
import { UINT16_MAX, UINT32_MAX, parseInteger } from '../validate.js';

/** Options that accept every name and lifetime that the format can hold. */
export const FORMAT_LIMITS: BuildOptions = { limits: 'format' };

/** The arguments of the builders that mint for a single user without a channel. */
export type UserArguments = [appId: string, appCertificate: string, userUuid: string | number, expire: number];

/** Converts {@link UserArguments}, and appends the options. */
export function coerceUserArguments(args: UserArguments): Parameters<typeof buildChatUserToken> {
  const [appId, appCertificate, user, expire] = args;
  const userUuid = coerceUser(user, 'userUuid');
  return [appId, appCertificate, userUuid, coerceLifetime(expire, 'expire'), FORMAT_LIMITS];
}

/** A project and a channel. */
export type Channel = [appId: string, appCertificate: string, channelName: string];

/** A role, the lifetime of the token, and the lifetime that all its privileges share. */
export type RoleAndLifetimes = [role: number, tokenExpire: number, privilegeExpire: number];

/** Converts the arguments of RTC builders with a role, and appends the options. `privilegeExpire` defaults to 0. */
export function coerceRoleArguments(
  args: [...channel: Channel, user: string | number, ...roleAndLifetimes: RoleAndLifetimes],
  coerceRtcUser: (user: unknown) => string,
): Parameters<typeof buildTokenWithUserAccount> {
  const [appId, appCertificate, channelName, user, role, expire, privilegeExpire] = args;
  return [
    appId,
    appCertificate,
    channelName,
    coerceRtcUser(user),
    coerceRole(role, 'role'),
    coerceLifetime(expire, 'tokenExpire'),
    coercePrivilegeExpire(privilegeExpire),
    FORMAT_LIMITS,
  ];
}

/** The lifetimes of the four RTC privileges. */
type PrivilegeLifetimes = [
  joinChannelPrivilegeExpire: number,
  pubAudioPrivilegeExpire: number,
  pubVideoPrivilegeExpire: number,
  pubDataStreamPrivilegeExpire: number,
];

/** The lifetimes of a token and of its RTC privileges. */
export type Lifetimes = [tokenExpire: number, ...privilegeLifetimes: PrivilegeLifetimes];

/** Converts the arguments of RTC builders with a lifetime for each privilege, and appends the options. */
export function coercePrivilegeArguments(
  args: [...channel: Channel, user: string | number, ...lifetimes: Lifetimes],
  coerceRtcUser: (user: unknown) => string,
): Parameters<typeof buildTokenWithUserAccountAndPrivilege> {
  const [appId, appCertificate, channelName, user, expire, join, audio, video, data] = args;
  return [
    appId,
    appCertificate,
    channelName,
    coerceRtcUser(user),
    coerceLifetime(expire, 'tokenExpire'),
    ...coercePrivilegeLifetimes([join, audio, video, data], Role.Publisher),
    FORMAT_LIMITS,
  ];
}

/** The arguments for RTC and RTM with separate users. */
export type Rtm2Arguments = [
  ...channel: Channel,
  rtcAccount: string | number,
  rtcRole: number,
  rtcTokenExpire: number,
  ...privilegeLifetimes: PrivilegeLifetimes,
  rtmUserId: string | number,
  rtmTokenExpire: number,
];

/** Converts the arguments for RTC and RTM, and appends the options. */
export function coerceRtm2Arguments(args: Rtm2Arguments): Parameters<typeof buildTokenWithRtm2> {
  const [appId, appCertificate, channelName, account, rtcRole, expire, ...others] = args;
  const [join, audio, video, data, userId, rtmExpire] = others;
  const role = coerceRole(rtcRole, 'rtcRole');
  return [
    appId,
    appCertificate,
    channelName,
    coerceAccount(account, 'rtcAccount'),
    role,
    coerceLifetime(expire, 'rtcTokenExpire'),
    ...coercePrivilegeLifetimes([join, audio, video, data], role),
    coerceUser(userId, 'rtmUserId'),
    coerceLifetime(rtmExpire, 'rtmTokenExpire'),
    FORMAT_LIMITS,
  ];
}

/** Converts the privilege lifetimes for a role. Ignores the publishing lifetimes of a subscriber. */
function coercePrivilegeLifetimes([join, audio, video, data]: PrivilegeLifetimes, role: Role): PrivilegeLifetimes {
  const coercePublish = role === Role.Publisher ? coerceLifetime : () => 0;
  return [
    coerceLifetime(join, 'joinChannelPrivilegeExpire'),
    coercePublish(audio, 'pubAudioPrivilegeExpire'),
    coercePublish(video, 'pubVideoPrivilegeExpire'),
    coercePublish(data, 'pubDataStreamPrivilegeExpire'),
  ];
}

/** Converts a uid or, if a string is passed instead, an account. */
export function coerceUid(value: unknown): string {
  return coerceName(value, 'uid', 'ERR_UID', UINT32_MAX);
}

/** Converts a user account. */
export function coerceAccount(value: unknown, argument = 'account'): string {
  return coerceName(value, argument, 'ERR_ACCOUNT', Number.MAX_SAFE_INTEGER);
}

/** Converts an RTM, Chat or APaaS user. */
export function coerceUser(value: unknown, argument: string): string {
  return coerceName(value, argument, 'ERR_USER_ID', Number.MAX_SAFE_INTEGER);
}

/** Returns a string unchanged, and an integer in decimal. The number 0 becomes ''. */
function coerceName(value: unknown, argument: string, code: ArgumentErrorCode, max: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' && value > 0n && value <= max) return String(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value === 0 ? '' : String(value);
  }
  const hint = 'pass the name or number of the user, 0 if any user is meant';
  throwArgument(code, argument, `a text or an integer from 0 to ${max}`, value, hint);
}

/** Converts any value that loosely equals a role, such as a string from a query or an environment variable. */
function coerceRole(value: unknown, argument: string): Role {
  const role = toNumber(value);
  if (role === Role.Publisher || role === Role.Subscriber) return role;
  const hint = 'pass one of them; 0 and 101 belong to the older AccessToken, PUBLISHER has the same privileges';
  throwArgument('ERR_ROLE', argument, 'RtcRole.PUBLISHER (1) or RtcRole.SUBSCRIBER (2)', value, hint);
}

function toNumber(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return NaN; // a symbol, or an object whose conversion throws
  }
}

/** Converts a lifetime, and drops the fraction. */
export function coerceLifetime(value: unknown, argument: string): number {
  const seconds = parseNumeric(value);
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= UINT32_MAX)) {
    const hint = 'pass seconds from now, for example 3600';
    throwArgument('ERR_EXPIRE', argument, `a number of seconds from 0 to ${UINT32_MAX}`, value, hint);
  }
  if (seconds > LOOKS_ABSOLUTE) warnOfTimestamp(argument);
  return Math.floor(seconds);
}

function coercePrivilegeExpire(value: unknown): number {
  return value === undefined ? 0 : coerceLifetime(value, 'privilegeExpire');
}

/** Converts an APaaS role. */
export function coerceApaasRole(value: unknown): number {
  return parseApaasRole(parseNumeric(value), 'role');
}

/** Converts an RTM2 resource type. */
export function coerceResourceType(value: unknown): number {
  return coerceTypeId(value, 'resourceType', 'use a constant such as Rtm2Permissions.kMessageChannels');
}

/** Converts an RTM2 permission type. */
export function coercePermissionType(value: unknown): number {
  return coerceTypeId(value, 'permissionType', 'use Rtm2Permissions.kRead or Rtm2Permissions.kWrite');
}

function coerceTypeId(value: unknown, argument: string, hint: string): number {
  return parseInteger(parseNumeric(value), argument, { code: 'ERR_PERMISSIONS', min: 0, max: UINT16_MAX, hint });
}

/** Converts a numeric string to a number, and −0 to 0. Returns any other value unchanged. */
function parseNumeric(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number + 0;
}

/** Returns the permissions from an instance of `Rtm2Permissions` or of the official class. Default: no permissions. */
export function coercePermissions(value: unknown): Permissions {
  if (value === undefined || value === null) return {};
  try {
    if (hasDetails(value)) return value.details;
  } catch {
    // A proxy or a getter that throws.
  }
  const hint = 'make them with new Rtm2Permissions() and its add()';
  throwArgument('ERR_PERMISSIONS', 'permissions', 'Rtm2Permissions', value, hint);
}

function hasDetails(value: unknown): value is { readonly details: Permissions } {
  return typeof value === 'object' && value !== null && 'details' in value;
}

/** Copies an array or a set of names. The builder validates the names. */
export function coerceNames(value: unknown): string[] {
  try {
    if (value instanceof Set || (Array.isArray(value) && value.length <= UINT16_MAX)) {
      return Array.from<string>(value);
    }
  } catch {
    // A proxy or an iterator that throws.
  }
  const hint = 'write it as [ … ], and spread more over several tokens';
  throwArgument('ERR_PERMISSIONS', 'resources', `an array of at most ${UINT16_MAX} names`, value, hint);
}

const WARNED = Symbol.for('accesstoken2.timestampAsLifetime');

/** Warns once per process, even if several copies of this module are loaded. */
function warnOfTimestamp(argument: string): void {
  if (Reflect.has(globalThis, WARNED)) return;
  Reflect.set(globalThis, WARNED, true);
  if (typeof process === 'undefined') return;
  const problem = `${argument} is above ${LOOKS_ABSOLUTE} and looks like a Unix timestamp`;
  const hint = 'pass seconds from now, for example 3600: Agora ends a token after 24 hours at the latest';
  process.emitWarning(`${problem}; ${hint}`, { code: 'ACCESSTOKEN2_TIMESTAMP_AS_LIFETIME' });
}
