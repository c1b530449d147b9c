/** The findings: their codes, severities and order, and the checks that need only the token. */
import { AccessTokenError } from '../errors.js';
import { USER_FIELDS } from '../expected.js';
import { LOOKS_ABSOLUTE, MAX_LIFETIME, limitsFor } from '../limits.js';
import { quote } from '../redact.js';
import { type KnownService, type Service, describePrivilege, fieldsOf } from '../services.js';
import { formatUtc } from '../text.js';
import type { DecodedToken } from '../token.js';
import { stringOf } from '../verify.js';

/** The severity of each finding, the most important finding first. */
const SEVERITIES = {
  NOT_A_TOKEN: 'error',
  TRUNCATED: 'error',
  MALFORMED: 'error',
  MANGLED_IN_TRANSIT: 'error',
  SIGNATURE_MISMATCH: 'error',
  APP_ID_MISMATCH: 'error',
  TOKEN_EXPIRED: 'error',
  ISSUED_IN_FUTURE: 'error',
  MISSING_SERVICE: 'error',
  CHANNEL_MISMATCH: 'error',
  UID_MISMATCH: 'error',
  USER_MISMATCH: 'error',
  MISSING_PRIVILEGE: 'error',
  PRIVILEGE_EXPIRED: 'error',
  BAD_EXPECTED: 'error',
  LEGACY_TOKEN: 'warning',
  EXPIRE_LOOKS_ABSOLUTE: 'warning',
  EXPIRE_OVER_24H: 'warning',
  EXPIRE_TOO_SHORT: 'warning',
  ANY_UID: 'warning',
  WILDCARD_CHANNEL: 'warning',
  BEYOND_LIMITS: 'warning',
  UNKNOWN_SERVICE: 'info',
  SIGNATURE_UNCHECKED: 'info',
} as const;

/** Every code that a {@link Finding} can have. Exported for `switch` statements. */
export type FindingCode = keyof typeof SEVERITIES;

/** Something that is wrong with a token, or worth knowing about it. */
export interface Finding {
  readonly code: FindingCode;
  /** `'error'`: the token will be rejected. `'warning'`: probably unintended. `'info'`: informational. */
  readonly severity: 'error' | 'warning' | 'info';
  /** What was found, including the values. */
  readonly message: string;
  /** How to fix it. */
  readonly hint: string;
}

export function finding(code: FindingCode, message: string, hint: string): Finding {
  return { code, severity: SEVERITIES[code], message, hint };
}

/** Sorts findings, the most important first, and merges those with the same code. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  // SEVERITIES determines the order.
  return Object.keys(SEVERITIES).flatMap((code) => {
    const same = findings.filter((each) => each.code === code);
    const [first] = same;
    if (first === undefined) return [];
    const messages = same.slice(0, MAX_LISTED).map(({ message }) => message);
    const more = same.length > MAX_LISTED ? `; and ${same.length - MAX_LISTED} more` : '';
    return [{ ...first, message: `${messages.join('; ')}${more}` }];
  });
}

const MAX_LISTED = 8;

/** The maximum number of services to check, more than any real token contains. */
const MAX_SERVICES_CHECKED = 64;

/**
 * Checks a token without expectations: its lifetimes, wildcards, limits and unknown services.
 * @param isAnyUserExpected - Whether a token for any user is expected.
 */
export function selfChecks(token: DecodedToken, isAnyUserExpected: boolean): readonly Finding[] {
  const known = token.services.filter((service) => service.type !== 'unknown').slice(0, MAX_SERVICES_CHECKED);
  return [
    ...lifetimeFindings(token, known),
    ...known.flatMap((service) => [
      ...(isAnyUserExpected ? [] : anyUidFindings(service)),
      ...wildcardFindings(service),
      ...limitFindings(service),
    ]),
    ...token.services.flatMap(unknownFindings),
  ];
}

interface Lifetime {
  /** Describes the token or privilege with this lifetime. */
  readonly describe: () => string;
  readonly seconds: number;
  /** Whether 0 is valid. It is for a privilege, which then ends with the token. */
  readonly mayBeZero: boolean;
}

/** Lifetimes below this, in seconds, are too short to join. */
const TOO_SHORT = 10;

function lifetimeFindings(token: DecodedToken, services: readonly KnownService[]): readonly Finding[] {
  const lifetimes: readonly Lifetime[] = [
    { describe: () => 'expire', seconds: token.expire, mayBeZero: false },
    ...services.flatMap(({ type, privileges }) =>
      Object.entries(privileges).map(([id, seconds]) => {
        return { describe: () => describePrivilege(type, Number(id)), seconds, mayBeZero: true };
      }),
    ),
  ];
  const realEnd = formatUtc(token.issueTs + MAX_LIFETIME);
  const absolute = lifetimes.filter(({ seconds }) => seconds > LOOKS_ABSOLUTE);
  const long = lifetimes.filter(({ seconds }) => seconds > MAX_LIFETIME && seconds <= LOOKS_ABSOLUTE);
  const short = lifetimes.filter(({ seconds, mayBeZero }) => seconds < TOO_SHORT && !(seconds === 0 && mayBeZero));
  const findings: Finding[] = [];
  if (absolute.length > 0) {
    const message = `${listLifetimes(absolute)}; it looks like a Unix timestamp`;
    const hint = `AccessToken2 takes seconds from now, for example 3600; as it stands, it ends after 24 hours, at ${realEnd}`;
    findings.push(finding('EXPIRE_LOOKS_ABSOLUTE', message, hint));
  }
  if (long.length > 0) {
    const message = `${listLifetimes(long)}, more than 24 hours`;
    const hint = `it ends after 24 hours all the same, at ${realEnd}: pass at most ${MAX_LIFETIME}, and renew`;
    findings.push(finding('EXPIRE_OVER_24H', message, hint));
  }
  if (short.length > 0) {
    findings.push(finding('EXPIRE_TOO_SHORT', listLifetimes(short), causeOfShort(short[0]?.seconds ?? 0)));
  }
  return findings;
}

function listLifetimes(lifetimes: readonly Lifetime[]): string {
  const listed = lifetimes.slice(0, MAX_LISTED);
  const values = Array.from(new Set(listed.map(({ seconds }) => seconds)));
  const groups = values.map((value) => {
    const names = listed.filter(({ seconds }) => seconds === value).map(({ describe }) => describe());
    return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} ${value} s`;
  });
  const more = lifetimes.length > MAX_LISTED ? [`and ${lifetimes.length - MAX_LISTED} more`] : [];
  return [...groups, ...more].join('; ');
}

function causeOfShort(seconds: number): string {
  if (seconds === 0) return 'it ends at once: was the lifetime missing where the token was minted? Pass 3600';
  if (seconds <= 2) {
    return 'does the role stand in the place of the lifetime? The order is role, tokenExpire, privilegeExpire';
  }
  return 'are these minutes or hours? Lifetimes are in seconds, for example 3600';
}

function anyUidFindings(service: KnownService): readonly Finding[] {
  const user = wildcardOf(service, USER_FIELDS);
  if (user === undefined) return [];
  const isPattern = user.includes('*') && user !== '*';
  const users = isPattern
    ? `all users like ${quote(user)}`
    : `any user (${user === '' ? 'uid 0, the empty text' : '*'})`;
  const hint = 'anyone with this token can join as any user; unless you intend this, mint it for one uid';
  return [finding('ANY_UID', `its ${service.type} service is for ${users}`, hint)];
}

function wildcardFindings(service: KnownService): readonly Finding[] {
  const channelName = wildcardOf(service, ['channelName']);
  if (channelName === undefined) return [];
  const channels = channelName === '' || channelName === '*' ? 'any channel' : 'all channels like';
  const message = `its ${service.type} service is for ${channels} ${quote(channelName)}`;
  const hint = 'anyone with this token can join every such channel; unless you intend this, mint it for one channel';
  return [finding('WILDCARD_CHANNEL', message, hint)];
}

/** Returns the first name in these fields that matches more than one channel or user. */
function wildcardOf(service: KnownService, fields: readonly string[]): string | undefined {
  const name = stringOf(service, fields);
  return name === '' || name?.includes('*') ? name : undefined;
}

function limitFindings(service: KnownService): readonly Finding[] {
  // Allow wildcards, which separate findings report.
  const limits = limitsFor('agora', true);
  return fieldsOf(service.type).flatMap(({ name, field }) => {
    const value: unknown = Reflect.get(service, name);
    if (field.kind !== 'str' || (field.mayBeEmpty && value === '')) return [];
    try {
      limits[field.limit](value, `${service.type} ${name}`, field.code);
      return [];
    } catch (error) {
      const message = error instanceof AccessTokenError ? error.message : String(error);
      return [finding('BEYOND_LIMITS', message, 'clients refuse such a name: keep to the limits of Agora')];
    }
  });
}

function unknownFindings(service: Service): readonly Finding[] {
  if (service.type !== 'unknown') return [];
  const { typeId, count, body } = service;
  const subject = count === 1 ? 'it has' : `it and what follows, ${count} services, have`;
  const message = `a service of type ${typeId}, which is not known here; ${subject} ${body.length} bytes`;
  return [finding('UNKNOWN_SERVICE', message, 'signature and times hold all the same; a newer version may know it')];
}
