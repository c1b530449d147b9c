/** Validates the expectations that callers pass to `verifyToken` and `inspectToken`. */
import { currentTime } from './clock.js';
import { type ArgumentErrorCode, throwArgument, throwArgumentProblem } from './errors.js';
import { MAX_LIFETIME } from './limits.js';
import { RtcPrivilege } from './privileges.js';
import { SERVICE_NAMES, type ServiceName, formatUid, hasField, parseServiceName } from './services.js';
import { parseMaxContentLength } from './token.js';
import * as validate from './validate.js';

/**
 * What a token must be for. All expectations about a service must be met by one service.
 *
 * Unknown properties and `undefined` values are rejected, so that a misspelt expectation is not ignored.
 */
export interface Expected {
  /** 32 hex digits, in the letter case of the token. */
  readonly appId?: string;
  /** The channel to join. A wildcard in the token matches. */
  readonly channelName?: string;
  /** The uid that joins, 0…4294967295; 0 requires a token for any user. A wildcard in the token matches. */
  readonly uid?: number;
  /** The user account that joins. A wildcard in the token matches. */
  readonly account?: string;
  /** The RTM, RTM2 or Chat user. There are no wildcards for these users. */
  readonly userId?: string;
  /** The type of the service. Default: `'rtc'` if a channel, uid, account or privileges are expected. */
  readonly service?: ServiceName;
  /**
   * The ids of the privileges that the service must grant, none of them expired; 0…65535 each. Default: join (1) if a
   * channel, uid or account is expected of `rtc`.
   */
  readonly privileges?: readonly number[];
  /** The time of the check: Unix time in seconds, or a `Date`. Default: the current time. */
  readonly now?: number | Date;
  /**
   * The number of seconds that a token is still accepted after its end; 0 or more. A value above 30 also applies before
   * `issueTs`. Default: 0.
   */
  readonly clockTolerance?: number;
  /** The maximum lifetime of the token and its privileges in seconds, 1…4294967295. Default: 86400. */
  readonly maxLifetime?: number;
  /** The maximum length of the content in bytes, 1…1048576. Default: 1048576. */
  readonly maxContentLength?: number;
}

export interface Requirements {
  readonly appId: string | undefined;
  readonly service: ServiceRequirements | undefined;
  readonly now: number;
  readonly clockTolerance: number;
  readonly maxLifetime: number;
  readonly maxContentLength: number;
}

/** The expectations that one service must meet. */
export interface ServiceRequirements {
  readonly types: readonly ServiceName[];
  readonly channelName: string | undefined;
  /** The account, or the uid in decimal; '' for any user. */
  readonly account: string | undefined;
  readonly userId: string | undefined;
  readonly privileges: readonly number[];
}

/** The fields that contain the user of a channel. A service has at most one of them. */
export const USER_FIELDS: readonly string[] = ['uid', 'account'];
const FIELD_NAMES: readonly string[] = ['channelName', ...USER_FIELDS, 'userId'];
const LIMIT_NAMES: readonly string[] = ['now', 'clockTolerance', 'maxLifetime', 'maxContentLength'];
/** The property names of {@link Expected}. */
export const EXPECTED: readonly string[] = ['appId', ...FIELD_NAMES, 'service', 'privileges', ...LIMIT_NAMES];

/** A time above this (in seconds, the year 5138) is probably in milliseconds. */
const MAX_NOW = 1e11;

/** Parses the certificate of a project, or an array of the primary and secondary certificate. */
export function parseCertificates(value: unknown): readonly string[] {
  return parseOneOrTwo(value, 'appCertificate', validate.parseAppCertificate);
}

export function parseOneOrTwo(
  value: unknown,
  argument: string,
  parse: (certificate: unknown, argument: string) => string,
): readonly string[] {
  if (typeof value !== 'object' || value === null) return [parse(value, argument)];
  const code = 'ERR_APP_CERTIFICATE';
  const both = 'the primary and the secondary one';
  const certificates = validate.parseArray(value, argument, code, `a certificate, or an array of ${both}`);
  if (certificates.length < 1 || certificates.length > 2) {
    const problem = `expected one or two certificates, got ${certificates.length}`;
    throwArgumentProblem(code, argument, problem, `pass ${both}`);
  }
  return certificates.map((certificate, index) => parse(certificate, `${argument}[${index}]`));
}

export function parseExpected(value: unknown): Requirements {
  return parseRequirements(value === undefined ? NOTHING : parseExpectedObject(value));
}

const NOTHING: validate.Properties = /* @__PURE__ */ new Map();

export function parseExpectedObject(value: unknown): validate.Properties {
  if (value === undefined) return new Map();
  return validate.parseObject(value, 'expected', 'ERR_OPTIONS', 'an object of expectations');
}

/**
 * Validates each expectation.
 * @param known - The property names of {@link Expected}, plus those that the caller handles itself.
 */
export function parseRequirements(properties: validate.Properties, known: readonly string[] = EXPECTED): Requirements {
  validate.rejectUnknown(properties, known, 'ERR_OPTIONS', pathOf);
  for (const name of properties.keys()) {
    if (properties.get(name) !== undefined) continue;
    const hint = 'leave the property out if nothing is expected of it';
    throwArgument('ERR_OPTIONS', pathOf(name), 'a value', undefined, hint);
  }
  return {
    appId: validate.parseOptional(properties, 'appId', undefined, parseExpectedAppId),
    service: parseServiceRequirements(properties),
    now: parseNow(properties.has('now') ? properties.get('now') : currentTime()),
    clockTolerance: validate.parseOptional(properties, 'clockTolerance', 0, parseClockTolerance),
    maxLifetime: validate.parseOptional(properties, 'maxLifetime', MAX_LIFETIME, parseMaxLifetime),
    maxContentLength: parseMaxContentLength(properties, pathOf),
  };
}

function pathOf(name: string): string {
  return `expected.${name}`;
}

function parseMaxLifetime(value: unknown, name: string): number {
  const range = { code: 'ERR_OPTIONS', min: 1, max: validate.UINT32_MAX, hint: 'it counts seconds' } as const;
  return validate.parseInteger(value, pathOf(name), range);
}

function parseExpectedAppId(value: unknown, name: string): string {
  return validate.parseAppId(value, pathOf(name));
}

const RTC: readonly ServiceName[] = ['rtc'];

function parseServiceRequirements(properties: validate.Properties): ServiceRequirements | undefined {
  const given = FIELD_NAMES.filter((name) => properties.has(name));
  const service = properties.get('service');
  const privileges = properties.get('privileges');
  if (given.length === 0 && service === undefined && privileges === undefined) return undefined;
  const hasUid = properties.has('uid');
  if (hasUid && properties.has('account')) {
    const hint = 'a user joins with the one or the other';
    throwArgumentProblem('ERR_OPTIONS', pathOf('account'), 'does not go with uid', hint);
  }
  const isUserIdOnly = given[0] === 'userId' && privileges === undefined;
  const defaultTypes = isUserIdOnly ? SERVICE_NAMES.filter((type) => hasField(type, 'userId')) : RTC;
  const types = service === undefined ? defaultTypes : [parseServiceName(service, pathOf('service'))];
  for (const name of given) assertHasField(types, name);
  const isAboutJoining = types.includes('rtc') && given.length > 0;
  return {
    types,
    channelName: parseName(properties, 'channelName', 'ERR_CHANNEL_NAME'),
    account: hasUid ? parseUid(properties.get('uid')) : parseName(properties, 'account', 'ERR_ACCOUNT'),
    userId: parseName(properties, 'userId', 'ERR_USER_ID'),
    privileges: privileges === undefined ? (isAboutJoining ? JOIN : []) : parsePrivilegeIds(privileges),
  };
}

/** The privileges that an expected RTC channel or user requires. */
const JOIN: readonly number[] = [RtcPrivilege.JoinChannel];

/** Rejects an expectation that no service of these types can meet. */
function assertHasField(types: readonly ServiceName[], name: string): void {
  // A service has either a uid or an account, so an expected uid or account applies to either field.
  const isUser = USER_FIELDS.includes(name);
  for (const type of types) {
    if (hasField(type, name) || (isUser && USER_FIELDS.some((field) => hasField(type, field)))) return;
  }
  const hint = 'name the service in expected.service, and only what it has';
  const problem = `does not go with a service of type ${types.join(', ')}`;
  throwArgumentProblem('ERR_OPTIONS', pathOf(name), problem, hint);
}

function parseName(properties: validate.Properties, name: string, code: ArgumentErrorCode): string | undefined {
  const value = properties.get(name);
  if (value === undefined || typeof value === 'string') return value;
  const hint = name === 'account' ? 'for a number use uid' : 'pass it as text';
  throwArgument(code, pathOf(name), 'a text', value, hint);
}

function parseUid(value: unknown): string {
  const hint = typeof value === 'string' ? 'for a text use account' : '0 asks for a token for any user';
  return formatUid(validate.parseUint32(value, pathOf('uid'), 'ERR_UID', hint));
}

function parsePrivilegeIds(value: unknown): readonly number[] {
  const path = pathOf('privileges');
  const ids = validate.parseArray(value, path, 'ERR_PRIVILEGES', 'an array of privilege ids');
  const hint = 'use an id such as RtcPrivilege.JoinChannel';
  return ids.map((id, index) => validate.parseUint16(id, `${path}[${index}]`, 'ERR_PRIVILEGES', hint));
}

export function parseNow(value: unknown): number {
  const now = typeof value === 'number' ? value : secondsOf(value);
  if (Number.isFinite(now) && now <= MAX_NOW) return now;
  const hint = now > MAX_NOW ? 'it looks like milliseconds: divide it by 1000' : 'or leave it out';
  throwArgument('ERR_OPTIONS', pathOf('now'), 'Unix time in seconds, or a Date', value, hint);
}

/** Returns the time of a `Date` from any realm; NaN for anything else. */
function secondsOf(value: unknown): number {
  try {
    return Date.prototype.getTime.call(value) / 1000;
  } catch {
    return NaN;
  }
}

function parseClockTolerance(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throwArgument('ERR_OPTIONS', pathOf(name), 'a number of seconds, 0 or more', value, 'leave it out for 0');
}
