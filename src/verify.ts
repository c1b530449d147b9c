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
  isServiceName,
  uidText,
} from './services.js';
import { type DecodedToken, takeMaxContentLength } from './token.js';
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

const EXPECTED: readonly (keyof Expected)[] = [
  'appId',
  'channelName',
  'uid',
  'account',
  'userId',
  'service',
  'privileges',
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
  if (typeof value !== 'object' || value === null) return [takeAppCertificate(value, 'appCertificate')];
  const expected = 'a certificate, or an array of the primary and the secondary one';
  const certificates = takeArray(value, 'appCertificate', 'ERR_APP_CERTIFICATE', expected);
  if (certificates.length < 1 || certificates.length > 2) {
    refuseAs(
      'ERR_APP_CERTIFICATE',
      'appCertificate',
      `expected one or two certificates, got ${certificates.length}`,
      'pass the primary and the secondary one',
    );
  }
  return certificates.map((certificate, index) =>
    takeAppCertificate(certificate, `appCertificate[${index}]`),
  );
}

/** Takes what a caller expects of a token; `clock` gives Unix time in seconds. */
export function takeExpected(value: unknown, clock: () => number): Requirements {
  const properties: Properties =
    value === undefined
      ? new Map()
      : takeObject(value, 'expected', 'ERR_OPTIONS', 'an object of expectations');
  refuseUnknown(properties, EXPECTED, 'ERR_OPTIONS', pathOf);
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
    clockTolerance: takeClockTolerance(propertyOr(properties, 'clockTolerance', 0)),
    maxLifetime: takeInteger(propertyOr(properties, 'maxLifetime', MAX_LIFETIME), pathOf('maxLifetime'), {
      code: 'ERR_OPTIONS',
      min: 1,
      max: UINT32_MAX,
      wayOut: 'it counts seconds',
    }),
    maxContentLength: takeMaxContentLength(properties, pathOf('maxContentLength')),
  };
}

function pathOf(name: string): string {
  return `expected.${name}`;
}

function takeServiceRequirements(properties: Properties): ServiceRequirements | undefined {
  const asked = ['channelName', 'uid', 'account', 'userId', 'service', 'privileges'].filter((name) =>
    properties.has(name),
  );
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
  for (const name of asked) refuseMisplaced(name, types);
  const impliesJoin =
    types.includes('rtc') && ['channelName', 'uid', 'account'].some((name) => properties.has(name));
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
  if (properties.has('service')) {
    const service = properties.get('service');
    if (isServiceName(service)) return [service];
    const wayOut = `use one of ${SERVICE_NAMES.join(', ')}`;
    refuse('ERR_SERVICE', pathOf('service'), 'the name of a service type', service, wayOut);
  }
  if (asked.length === 1 && properties.has('userId'))
    return SERVICE_NAMES.filter((type) => hasField(type, 'userId'));
  return ['rtc'];
}

/** Refuses an expectation that services of these types cannot meet. */
function refuseMisplaced(name: string, types: readonly ServiceName[]): void {
  const fields = FIELDS_OF_EXPECTATION.get(name);
  if (fields === undefined || types.some((type) => fields.some((field) => hasField(type, field)))) return;
  const wayOut = 'name the service in expected.service, and only what it has';
  refuseAs('ERR_OPTIONS', pathOf(name), `does not go with a service of type ${types.join(', ')}`, wayOut);
}

const FIELDS_OF_EXPECTATION: ReadonlyMap<string, readonly string[]> = new Map([
  ['channelName', ['channelName']],
  ['uid', ['uid', 'account']],
  ['account', ['uid', 'account']],
  ['userId', ['userId']],
]);

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

function takeNow(value: unknown): number {
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
  if (!signed) {
    throw claimError(
      'ERR_SIGNATURE_MISMATCH',
      'signed with another certificate than the one given, or altered since',
      'check that App ID and certificate are of one project, and that the token came through unchanged',
    );
  }
  assertAppId(token, requirements);
  assertTime(token, requirements);
  assertService(token, requirements);
}

function assertAppId({ appId }: DecodedToken, { appId: expected }: Requirements): void {
  // Either may be a certificate in the wrong place, so neither is shown.
  if (!isHex32(appId)) {
    throw claimError('ERR_APP_ID_MISMATCH', 'its App ID is not 32 hex digits', 'no project can have it');
  }
  if (expected === undefined || expected === appId) return;
  const sameButCase = appId.toLowerCase() === expected.toLowerCase();
  const fault = sameButCase ? 'its App ID is in other letter case' : 'it is of another App ID';
  throw claimError(
    'ERR_APP_ID_MISMATCH',
    `${fault} than expected`,
    'mint it for the App ID that the client uses',
  );
}

function assertTime(token: DecodedToken, requirements: Requirements): void {
  const { now, clockTolerance } = requirements;
  const end = endOf(token, token.expire, requirements);
  if (!(now < end + clockTolerance)) {
    throw claimError('ERR_TOKEN_EXPIRED', `it ended ${ago(now, end)}`, 'mint a new one');
  }
  const ahead = token.issueTs - now;
  if (ahead > Math.max(FUTURE_TOLERANCE, clockTolerance)) {
    const fault = `it was issued ${Math.ceil(ahead)} s in the future, at ${isoTime(token.issueTs)}`;
    throw claimError('ERR_ISSUED_IN_FUTURE', fault, 'check the clock of the server that issues');
  }
}

/** When a lifetime ends, in Unix time. */
function endOf({ issueTs }: DecodedToken, lifetime: number, { maxLifetime }: Requirements): number {
  return issueTs + Math.min(lifetime, maxLifetime);
}

function ago(now: number, end: number): string {
  return `${Math.floor(now - end)} s ago, at ${isoTime(end)}`;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function assertService(token: DecodedToken, requirements: Requirements): void {
  const { service: required } = requirements;
  if (required === undefined) return;
  const candidates = token.services.filter((service) => isOfTypes(service, required.types));
  const faults = candidates.map((service) => faultOf(service, required, token, requirements));
  if (faults.includes(undefined)) return;
  // The service that came the farthest is the one that was most likely meant.
  const [fault] = faults.filter((fault) => fault !== undefined).sort((a, b) => b.step - a.step);
  if (fault !== undefined) throw claimError(fault.code, fault.message, fault.wayOut);
  const carried = [...new Set(token.services.map(({ type }) => type))].join(', ') || 'nothing';
  throw claimError(
    'ERR_MISSING_SERVICE',
    `it carries ${carried}; expected ${required.types.join(' or ')}`,
    'mint it with the builder of that product',
  );
}

function isOfTypes(service: Service, types: readonly ServiceName[]): service is KnownService {
  return service.type !== 'unknown' && types.includes(service.type);
}

/** Why a service does not meet what is expected, and how far it came. */
interface Fault {
  readonly step: number;
  readonly code: TokenClaimErrorCode;
  readonly message: string;
  readonly wayOut: string;
}

function faultOf(
  service: KnownService,
  required: ServiceRequirements,
  token: DecodedToken,
  requirements: Requirements,
): Fault | undefined {
  const { channelName, account, userId } = required;
  const channel = textOf(service, ['channelName']);
  if (channelName !== undefined && (channel === undefined || !matchesName(channel, channelName))) {
    return mismatch(1, 'ERR_CHANNEL_MISMATCH', 'channel', channel, shown(channelName));
  }
  const user = textOf(service, ['uid', 'account']);
  if (account !== undefined && (user === undefined || !matchesName(user, account))) {
    return mismatch(
      2,
      'ERR_UID_MISMATCH',
      'user',
      user,
      account === '' ? 'any user (uid 0)' : shown(account),
    );
  }
  const member = textOf(service, ['userId']);
  if (userId !== undefined && member !== userId) {
    return mismatch(2, 'ERR_USER_MISMATCH', 'user', member, shown(userId));
  }
  for (const privilege of required.privileges) {
    const fault = privilegeFault(privilege, service, token, requirements);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A text of a service under one of these names, as its own property, whatever `Object.prototype` was given. */
function textOf(service: KnownService, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => Object.hasOwn(service, candidate));
  const value: unknown = name === undefined ? undefined : Reflect.get(service, name);
  return typeof value === 'string' ? value : undefined;
}

function mismatch(
  step: number,
  code: TokenClaimErrorCode,
  what: string,
  actual: string | undefined,
  expected: string,
): Fault {
  const message = `it is for the ${what} ${shown(actual)}, expected ${expected}`;
  return { step, code, message, wayOut: `mint it for the ${what} that the client uses` };
}

function privilegeFault(
  privilege: number,
  service: KnownService,
  token: DecodedToken,
  requirements: Requirements,
): Fault | undefined {
  const seconds = Object.hasOwn(service.privileges, privilege) ? service.privileges[privilege] : undefined;
  if (seconds === undefined) {
    const wayOut = 'mint it with that privilege';
    return {
      step: 3,
      code: 'ERR_MISSING_PRIVILEGE',
      message: `it lacks ${privilegeName(service, privilege)}`,
      wayOut,
    };
  }
  // 0 ends with the token, which has not ended.
  const end = endOf(token, seconds === 0 ? token.expire : seconds, requirements);
  if (requirements.now < end + requirements.clockTolerance) return undefined;
  const message = `${privilegeName(service, privilege)} ended ${ago(requirements.now, end)}`;
  return { step: 4, code: 'ERR_PRIVILEGE_EXPIRED', message, wayOut: 'mint a new one' };
}

function privilegeName({ type }: KnownService, privilege: number): string {
  const name = Object.entries(LAYOUTS[type].privileges).find(([, id]) => id === privilege);
  return `${type} privilege ${privilege}${name === undefined ? '' : ` (${name[0]})`}`;
}

function claimError(code: TokenClaimErrorCode, fault: string, wayOut: string): AccessTokenError {
  return new AccessTokenError(code, `token: ${fault}; ${wayOut}`);
}
