/**
 * Expectations against a decoded token: what a caller may expect, and whether the token meets it.
 */
import {
  type Properties,
  UINT16_MAX,
  UINT32_MAX,
  isHex32,
  propertyOr,
  refuseUnknown,
  takeAppCertificate,
  takeAppId,
  takeArray,
  takeInteger,
  takeObject,
} from './arguments.js';
import {
  AccessTokenError,
  type ArgumentErrorCode,
  type TokenClaimErrorCode,
  refuse,
  refuseAs,
  shown,
} from './errors.js';
import { MAX_LIFETIME } from './limits.js';
import { RtcPrivilege } from './privileges.js';
import {
  type KnownService,
  LAYOUTS,
  SERVICE_NAMES,
  type Service,
  type ServiceName,
  takeServiceName,
  uidText,
} from './services.js';
import { durationText, isoTime } from './time.js';
import { type DecodedToken, MAX_CONTENT_LENGTH, takeMaxContentLength } from './token.js';
import { matchesName } from './wildcard.js';

/**
 * What a token has to be for. One single service has to meet all that is expected of a service.
 *
 * A property that is unknown, or there but `undefined`, is refused: a check that was misspelt must not pass.
 */
export interface Expected {
  /** 32 hex digits, in the letter case of the token. */
  readonly appId?: string;
  /** The channel to be joined. A wildcard in the token matches. */
  readonly channelName?: string;
  /** The uid that joins, 0…4294967295; 0 asks for a token for any user. A wildcard in the token matches. */
  readonly uid?: number;
  /** The user account that joins. A wildcard in the token matches. */
  readonly account?: string;
  /** The RTM, RTM2 or Chat user; no wildcards. */
  readonly userId?: string;
  /** The type of the service. Left out: `'rtc'` with a channel, uid, account or privileges. */
  readonly service?: ServiceName;
  /**
   * The ids of the privileges that the service has to have, not ended, 0…65535 each. Left out: join (1), where a
   * channel, uid or account of `rtc` is expected.
   */
  readonly privileges?: readonly number[];
  /** The time of the check: Unix time in seconds, or a `Date`. Left out: the clock, read at the call. */
  readonly now?: number | Date;
  /**
   * For how many seconds a token is accepted after its end, and before its `issueTs` if that is more than 30; 0 or
   * more. Left out: 0.
   */
  readonly clockTolerance?: number;
  /** How many seconds after `issueTs` a token or privilege ends at the latest, 1…4294967295. Left out: 86400. */
  readonly maxLifetime?: number;
  /** How many bytes the content may have at most, 1…1048576. Left out: 1048576. */
  readonly maxContentLength?: number;
}

declare const verified: unique symbol;

/** A token whose signature, time and expectations were checked. */
export type VerifiedToken = DecodedToken & { readonly [verified]: true };

/** Expectations that can be checked. */
export interface Requirements {
  readonly appId: string | undefined;
  /** Of the service: undefined if any token will do. */
  readonly service: ServiceRequirements | undefined;
  readonly now: number;
  readonly clockTolerance: number;
  readonly maxLifetime: number;
  readonly maxContentLength: number;
}

interface ServiceRequirements {
  /** Any one of these. */
  readonly types: readonly ServiceName[];
  readonly channelName: string | undefined;
  /** The text of the uid, or the account. */
  readonly account: string | undefined;
  readonly userId: string | undefined;
  readonly privileges: readonly number[];
}

/** The fields that hold the user of a channel: the one or the other. */
const USER: readonly (keyof Expected)[] = ['uid', 'account'];

/** What can be expected of the fields of a service. */
const OF_FIELDS: readonly (keyof Expected)[] = ['channelName', ...USER, 'userId'];

/** What can be expected of a service. */
const OF_SERVICE: readonly (keyof Expected)[] = [...OF_FIELDS, 'service', 'privileges'];

/** All that can be expected of a token. */
export const EXPECTED: readonly (keyof Expected)[] = [
  'appId',
  ...OF_SERVICE,
  'now',
  'clockTolerance',
  'maxLifetime',
  'maxContentLength',
];

/** How far ahead the issuer's clock may be, in seconds, where `clockTolerance` is not larger. */
const FUTURE_TOLERANCE = 30;

/** A time above this, in the year 5138 as seconds, is in milliseconds. */
const MAX_NOW = 1e11;

/** Takes the certificate of a project, or the primary and the secondary one. */
export function takeCertificates(value: unknown): readonly string[] {
  return takeOneOrTwo(value, 'appCertificate', takeAppCertificate);
}

/** Takes each certificate of a project where there may be one, or two in an array. */
export function takeOneOrTwo(
  value: unknown,
  argument: string,
  take: (certificate: unknown, argument: string) => string,
): readonly string[] {
  if (typeof value !== 'object' || value === null) return [take(value, argument)];
  const code = 'ERR_APP_CERTIFICATE';
  const both = 'the primary and the secondary one';
  const certificates = takeArray(value, argument, code, `a certificate, or an array of ${both}`);
  if (certificates.length < 1 || certificates.length > 2) {
    const fault = `expected one or two certificates, got ${certificates.length}`;
    refuseAs(code, argument, fault, `pass ${both}`);
  }
  return certificates.map((certificate, index) => take(certificate, `${argument}[${index}]`));
}

/** What is required of a token of which nothing is expected; the time of the check comes in the place of `now`. */
const OF_ANY_TOKEN: Requirements = {
  appId: undefined,
  service: undefined,
  now: 0,
  clockTolerance: 0,
  maxLifetime: MAX_LIFETIME,
  maxContentLength: MAX_CONTENT_LENGTH,
};

/** Takes what a caller expects of a token; `clock` gives Unix time in seconds. */
export function takeExpected(value: unknown, clock: () => number): Requirements {
  if (value === undefined) return { ...OF_ANY_TOKEN, now: takeNow(clock()) };
  return requirementsOf(takeExpectations(value), clock);
}

/** Takes an object of expectations, and reads each of its own properties once. */
export function takeExpectations(value: unknown): Properties {
  if (value === undefined) return new Map();
  return takeObject(value, 'expected', 'ERR_OPTIONS', 'an object of expectations');
}

/**
 * Takes each expectation.
 *
 * @param known - The names of {@link EXPECTED}, and of properties that are taken elsewhere.
 */
export function requirementsOf(
  properties: Properties,
  clock: () => number,
  known: readonly string[] = EXPECTED,
): Requirements {
  refuseUnknown(properties, known, 'ERR_OPTIONS', pathOf);
  for (const [name, entry] of properties) {
    if (entry === undefined) {
      refuse(
        'ERR_OPTIONS',
        pathOf(name),
        'a value',
        entry,
        'leave the property out if nothing is expected of it',
      );
    }
  }
  const appId = properties.get('appId');
  return {
    appId: appId === undefined ? undefined : takeAppId(appId, pathOf('appId')),
    service: takeServiceRequirements(properties),
    now: takeNow(properties.has('now') ? properties.get('now') : clock()),
    clockTolerance: takeClockTolerance(propertyOr(properties, 'clockTolerance', OF_ANY_TOKEN.clockTolerance)),
    maxLifetime: takeInteger(
      propertyOr(properties, 'maxLifetime', OF_ANY_TOKEN.maxLifetime),
      pathOf('maxLifetime'),
      {
        code: 'ERR_OPTIONS',
        min: 1,
        max: UINT32_MAX,
        wayOut: 'it counts seconds',
      },
    ),
    maxContentLength: takeMaxContentLength(properties, pathOf('maxContentLength')),
  };
}

function pathOf(name: string): string {
  return `expected.${name}`;
}

function takeServiceRequirements(properties: Properties): ServiceRequirements | undefined {
  const asked = OF_SERVICE.filter((name) => properties.has(name));
  if (asked.length === 0) return undefined;
  if (properties.has('uid') && properties.has('account')) {
    refuseAs(
      'ERR_OPTIONS',
      pathOf('account'),
      'does not go with uid',
      'a user joins with the one or the other',
    );
  }
  const types = takeTypes(properties, asked);
  for (const name of OF_FIELDS) if (properties.has(name)) refuseMisplaced(name, types);
  const impliesJoin = types.includes('rtc') && ['channelName', ...USER].some((name) => properties.has(name));
  return {
    types,
    channelName: takeName(properties, 'channelName', 'ERR_CHANNEL_NAME'),
    account: properties.has('uid')
      ? takeUid(properties.get('uid'))
      : takeName(properties, 'account', 'ERR_ACCOUNT'),
    userId: takeName(properties, 'userId', 'ERR_USER_ID'),
    privileges: properties.has('privileges')
      ? takePrivilegeIds(properties.get('privileges'))
      : impliesJoin
        ? [RtcPrivilege.JoinChannel]
        : [],
  };
}

function takeTypes(properties: Properties, asked: readonly string[]): readonly ServiceName[] {
  if (properties.has('service')) return [takeServiceName(properties.get('service'), pathOf('service'))];
  if (asked.length === 1 && properties.has('userId'))
    return SERVICE_NAMES.filter((type) => hasField(type, 'userId'));
  return ['rtc'];
}

/** Refuses an expectation that services of these types cannot meet. */
function refuseMisplaced(name: keyof Expected, types: readonly ServiceName[]): void {
  const fields = USER.includes(name) ? USER : [name];
  if (types.some((type) => fields.some((field) => hasField(type, field)))) return;
  const wayOut = 'name the service in expected.service, and only what it has';
  refuseAs('ERR_OPTIONS', pathOf(name), `does not go with a service of type ${types.join(', ')}`, wayOut);
}

function hasField(type: ServiceName, field: string): boolean {
  return Object.hasOwn(LAYOUTS[type].fields, field);
}

function takeName(properties: Properties, name: string, code: ArgumentErrorCode): string | undefined {
  const value = properties.get(name);
  if (value === undefined || typeof value === 'string') return value;
  refuse(
    code,
    pathOf(name),
    'a text',
    value,
    name === 'account' ? 'for a number use uid' : 'pass it as text',
  );
}

/** Takes a uid, and returns its text. */
function takeUid(value: unknown): string {
  const wayOut = typeof value === 'string' ? 'for a text use account' : '0 asks for a token for any user';
  return uidText(takeInteger(value, pathOf('uid'), { code: 'ERR_UID', min: 0, max: UINT32_MAX, wayOut }));
}

function takePrivilegeIds(value: unknown): readonly number[] {
  const ids = takeArray(value, pathOf('privileges'), 'ERR_PRIVILEGES', 'an array of privilege ids');
  return ids.map((id, index) =>
    takeInteger(id, `${pathOf('privileges')}[${index}]`, {
      code: 'ERR_PRIVILEGES',
      min: 0,
      max: UINT16_MAX,
      wayOut: 'use an id such as RtcPrivilege.JoinChannel',
    }),
  );
}

/** Takes the time of a check. */
export function takeNow(value: unknown): number {
  const now = typeof value === 'number' ? value : secondsOf(value);
  if (Number.isFinite(now) && now <= MAX_NOW) return now;
  const wayOut = now > MAX_NOW ? 'it looks like milliseconds: divide it by 1000' : 'or leave it out';
  refuse('ERR_OPTIONS', pathOf('now'), 'Unix time in seconds, or a Date', value, wayOut);
}

/** Reads the time of a `Date` of any realm; NaN of anything else. */
function secondsOf(value: unknown): number {
  try {
    return Date.prototype.getTime.call(value) / 1000;
  } catch {
    return NaN;
  }
}

function takeClockTolerance(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  refuse(
    'ERR_OPTIONS',
    pathOf('clockTolerance'),
    'a number of seconds, 0 or more',
    value,
    'leave it out for 0',
  );
}

/**
 * Accepts a token or throws: first for its signature, which the platform has checked over the raw bytes, and only
 * then for what it says.
 */
export function assertVerified(
  token: DecodedToken,
  signed: boolean,
  requirements: Requirements,
): asserts token is VerifiedToken {
  if (!signed) throw claimError(SIGNATURE_FAULT);
  const [fault] = faultsOf(token, requirements);
  if (fault !== undefined) throw claimError(fault);
}

/** What a token says that it should not say, in words about `it`. */
export interface Fault {
  readonly code: TokenClaimErrorCode;
  readonly message: string;
  readonly wayOut: string;
  /** The two texts that differ, where two should be the same. */
  readonly differs?: { readonly actual: string; readonly expected: string };
}

/** What is wrong with a token that none of the certificates has signed. */
export const SIGNATURE_FAULT: Fault = {
  code: 'ERR_SIGNATURE_MISMATCH',
  message: 'signed with another certificate than the one given, or altered since',
  wayOut: 'check that App ID and certificate are of one project, and that the token came through unchanged',
};

/** Refuses a token for what it says. */
export function claimError({ code, message, wayOut }: Fault): AccessTokenError {
  return new AccessTokenError(code, `token: ${message}; ${wayOut}`);
}

/** Lists all that is wrong with what a token says: its App ID, its time, its service, in the order of their weight. */
export function faultsOf(token: DecodedToken, requirements: Requirements): readonly Fault[] {
  return [
    ...appIdFaults(token.appId, requirements.appId),
    ...timeFaults(token, requirements),
    ...serviceFaults(token, requirements),
  ];
}

/** Lists what is wrong with an App ID. */
export function appIdFaults(actual: string, expected: string | undefined): readonly Fault[] {
  const code = 'ERR_APP_ID_MISMATCH';
  // Either may be a certificate in the wrong place, so neither is shown.
  if (!isHex32(actual)) {
    const message = 'its App ID is not 32 hex digits';
    return [{ code, message, wayOut: 'no project can have it: mint it for the App ID of the project' }];
  }
  if (expected === undefined || expected === actual) return [];
  const sameButCase = actual.toLowerCase() === expected.toLowerCase();
  const message = sameButCase ? 'its App ID is in other letter case' : 'it is of another App ID';
  const wayOut = 'mint it for the App ID that the client uses';
  return [{ code, message: `${message} than expected`, wayOut, differs: { actual, expected } }];
}

function timeFaults(token: DecodedToken, requirements: Requirements): readonly Fault[] {
  const { now, clockTolerance } = requirements;
  const end = endOf(token, token.expire, requirements.maxLifetime);
  const ahead = token.issueTs - now;
  return [
    ...faultIf(!(now < end + clockTolerance), () => ended('ERR_TOKEN_EXPIRED', 'it', end, now)),
    ...faultIf(ahead > Math.max(FUTURE_TOLERANCE, clockTolerance), () => ({
      code: 'ERR_ISSUED_IN_FUTURE',
      message: `it was issued ${Math.ceil(ahead)} s in the future, at ${isoTime(token.issueTs)}`,
      wayOut: 'check the clock of the server that issues',
    })),
  ];
}

/** Lists a fault if it is one. */
export function faultIf(isFault: boolean, fault: () => Fault): readonly Fault[] {
  return isFault ? [fault()] : [];
}

/** When a lifetime ends, in Unix time. */
export function endOf({ issueTs }: DecodedToken, lifetime: number, maxLifetime: number): number {
  return issueTs + Math.min(lifetime, maxLifetime);
}

/** Says of a token or a privilege that it ended. */
export function ended(
  code: 'ERR_TOKEN_EXPIRED' | 'ERR_PRIVILEGE_EXPIRED',
  what: string,
  end: number,
  now: number,
): Fault {
  const message = `${what} ended ${durationText(now - end)} ago, at ${isoTime(end)}`;
  return { code, message, wayOut: 'mint a new one' };
}

/** Says that a token carries no service that will do. */
export function missingService(carried: readonly string[], expected: readonly string[]): Fault {
  return {
    code: 'ERR_MISSING_SERVICE',
    message: `it carries ${[...new Set(carried)].join(', ') || 'nothing'}; expected ${expected.join(' or ')}`,
    wayOut: 'mint it with the builder of that product',
  };
}

/** Says that a token lacks a privilege. */
export function missingPrivilege(name: string): Fault {
  return {
    code: 'ERR_MISSING_PRIVILEGE',
    message: `it lacks ${name}`,
    wayOut: 'mint it with that privilege',
  };
}

function serviceFaults(token: DecodedToken, requirements: Requirements): readonly Fault[] {
  const { service: required } = requirements;
  if (required === undefined) return [];
  const checks = checksOf(required, token, requirements);
  /** At which check a service fails first. */
  const failsAt = (service: KnownService): number => {
    const failed = checks.findIndex(({ holds }) => !holds(service));
    return failed < 0 ? checks.length : failed;
  };
  // The service that came the farthest is the one that was most likely meant.
  let best: KnownService | undefined;
  let farthest = -1;
  for (const service of token.services) {
    if (!isOfTypes(service, required.types)) continue;
    const failed = failsAt(service);
    if (failed > farthest) [best, farthest] = [service, failed];
  }
  if (best !== undefined) return faultsOfService(best, checks);
  return [
    missingService(
      token.services.map(({ type }) => type),
      required.types,
    ),
  ];
}

function isOfTypes(service: Service, types: readonly ServiceName[]): service is KnownService {
  return service.type !== 'unknown' && types.includes(service.type);
}

/** Something that a service has to meet, and what to say of one that does not. */
interface Check {
  readonly holds: (service: KnownService) => boolean;
  readonly fault: (service: KnownService) => Fault;
}

/** Lists the checks of a service in their order. */
function checksOf(
  { channelName, account, userId, privileges }: ServiceRequirements,
  token: DecodedToken,
  requirements: Requirements,
): readonly Check[] {
  return [
    ...nameCheck('ERR_CHANNEL_MISMATCH', 'channel', ['channelName'], channelName, matchesName),
    ...nameCheck('ERR_UID_MISMATCH', 'user', USER, account, matchesName),
    ...nameCheck('ERR_USER_MISMATCH', 'user', ['userId'], userId, (actual, expected) => actual === expected),
    ...privileges.map((privilege) => privilegeCheck(privilege)),
    ...privileges.map((privilege) => endCheck(privilege, token, requirements)),
  ];
}

function faultsOfService(service: KnownService, checks: readonly Check[]): readonly Fault[] {
  return checks.filter(({ holds }) => !holds(service)).map(({ fault }) => fault(service));
}

function nameCheck(
  code: 'ERR_CHANNEL_MISMATCH' | 'ERR_UID_MISMATCH' | 'ERR_USER_MISMATCH',
  what: string,
  fields: readonly string[],
  expected: string | undefined,
  matches: (actual: string, expected: string) => boolean,
): readonly Check[] {
  if (expected === undefined) return [];
  return [
    {
      holds: (service) => {
        const actual = textOf(service, fields);
        return actual !== undefined && matches(actual, expected);
      },
      fault: (service) => mismatch(code, what, textOf(service, fields), expected),
    },
  ];
}

/** Returns a text of a service under one of these names, as its own property, whatever `Object.prototype` was given. */
export function textOf(service: KnownService, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => Object.hasOwn(service, candidate));
  const value: unknown = name === undefined ? undefined : Reflect.get(service, name);
  return typeof value === 'string' ? value : undefined;
}

function mismatch(
  code: 'ERR_CHANNEL_MISMATCH' | 'ERR_UID_MISMATCH' | 'ERR_USER_MISMATCH',
  what: string,
  actual: string | undefined,
  expected: string,
): Fault {
  const wanted = code === 'ERR_UID_MISMATCH' && expected === '' ? 'any user (uid 0)' : shown(expected);
  return {
    code,
    message: `it is for the ${what} ${shown(actual)}, expected ${wanted}`,
    wayOut: `mint it for the ${what} that the client uses`,
    ...(actual === undefined ? {} : { differs: { actual, expected } }),
  };
}

function privilegeCheck(privilege: number): Check {
  return {
    holds: ({ privileges }) => Object.hasOwn(privileges, privilege),
    fault: ({ type }) => missingPrivilege(privilegeName(type, privilege)),
  };
}

function endCheck(privilege: number, token: DecodedToken, requirements: Requirements): Check {
  const { now, clockTolerance, maxLifetime } = requirements;
  const end = ({ privileges }: KnownService): number => {
    const seconds = Object.hasOwn(privileges, privilege) ? privileges[privilege] : undefined;
    if (seconds === undefined) return Infinity; // missing, which is another fault
    // 0 ends with the token.
    return endOf(token, seconds === 0 ? token.expire : seconds, maxLifetime);
  };
  return {
    holds: (service) => now < end(service) + clockTolerance,
    fault: (service) =>
      ended('ERR_PRIVILEGE_EXPIRED', privilegeName(service.type, privilege), end(service), now),
  };
}

/** Names a privilege of a service, such as `rtc privilege 1 (JoinChannel)`. */
export function privilegeName(type: ServiceName, privilege: number): string {
  const name = Object.entries(LAYOUTS[type].privileges).find(([, id]) => id === privilege);
  return `${type} privilege ${privilege}${name === undefined ? '' : ` (${name[0]})`}`;
}
