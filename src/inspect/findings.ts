/**
 * What can be found in a token: the codes, their severity and their order, and the findings that need nothing but the
 * token itself.
 */
import { AccessTokenError, shown } from '../errors.js';
import { LOOKS_ABSOLUTE, MAX_LIFETIME, limitsFor } from '../limits.js';
import { type KnownService, type Service, fieldsOf } from '../services.js';
import { isoTime } from '../time.js';
import type { DecodedToken } from '../token.js';
import { privilegeName, textOf } from '../verify.js';

/** How grave each finding is, most important first. */
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

/** Every code that a {@link Finding} can have. Exported for whoever switches on it. */
export type FindingCode = keyof typeof SEVERITIES;

/** One thing that is wrong with a token, or worth knowing about it. */
export interface Finding {
  readonly code: FindingCode;
  /** `'error'`: the token will be refused. `'warning'`: most likely not what was meant. `'info'`: to be known. */
  readonly severity: 'error' | 'warning' | 'info';
  /** What was found, with the values. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Puts a finding together. */
export function finding(code: FindingCode, message: string, hint: string): Finding {
  return { code, severity: SEVERITIES[code], message, hint };
}

/** Sorts findings, the most important first, and joins those of one code. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  // In the order in which SEVERITIES lists them.
  return Object.keys(SEVERITIES).flatMap((code) => {
    const same = findings.filter((each) => each.code === code);
    const [first] = same;
    if (first === undefined) return [];
    const messages = same.slice(0, LISTED).map(({ message }) => message);
    const more = same.length > LISTED ? `; and ${same.length - LISTED} more` : '';
    return [{ ...first, message: `${messages.join('; ')}${more}` }];
  });
}

/** How many things of one kind a message lists. */
const LISTED = 8;

/** In how many services oddities are looked for: more than any token has that was made to be used. */
const LOOKED_AT = 64;

/**
 * Lists what is odd about a token, whatever it is used for.
 *
 * @param anyUserMeant - Whether a token for any user is wanted.
 */
export function oddities(token: DecodedToken, anyUserMeant: boolean): readonly Finding[] {
  const known = token.services.filter((service) => service.type !== 'unknown').slice(0, LOOKED_AT);
  return [
    ...lifetimeFindings(token, known),
    ...known.flatMap((service) => [
      ...(anyUserMeant ? [] : anyUidFindings(service)),
      ...wildcardFindings(service),
      ...limitFindings(service),
    ]),
    ...token.services.flatMap(unknownFindings),
  ];
}

/** A lifetime in a token, and what it is of. */
interface Lifetime {
  readonly of: () => string;
  readonly seconds: number;
  /** A privilege with 0 ends with the token. */
  readonly zeroIsMeant: boolean;
}

/** A lifetime below this, in seconds, is no time to join in. */
const TOO_SHORT = 10;

function lifetimeFindings(token: DecodedToken, services: readonly KnownService[]): readonly Finding[] {
  const lifetimes: readonly Lifetime[] = [
    { of: () => 'expire', seconds: token.expire, zeroIsMeant: false },
    ...services.flatMap(({ type, privileges }) =>
      Object.entries(privileges).map(([id, seconds]) => {
        return { of: () => privilegeName(type, Number(id)), seconds, zeroIsMeant: true };
      }),
    ),
  ];
  const realEnd = isoTime(token.issueTs + MAX_LIFETIME);
  const absolute = lifetimes.filter(({ seconds }) => seconds > LOOKS_ABSOLUTE);
  const long = lifetimes.filter(({ seconds }) => seconds > MAX_LIFETIME && seconds <= LOOKS_ABSOLUTE);
  const short = lifetimes.filter(
    ({ seconds, zeroIsMeant }) => seconds < TOO_SHORT && !(seconds === 0 && zeroIsMeant),
  );
  return [
    ...(absolute.length === 0
      ? []
      : [
          finding(
            'EXPIRE_LOOKS_ABSOLUTE',
            `${listed(absolute)}; it looks like a Unix timestamp`,
            `AccessToken2 takes seconds from now, for example 3600; as it stands, it ends after 24 hours, at ${realEnd}`,
          ),
        ]),
    ...(long.length === 0
      ? []
      : [
          finding(
            'EXPIRE_OVER_24H',
            `${listed(long)}, more than 24 hours`,
            `it ends after 24 hours all the same, at ${realEnd}: pass at most ${MAX_LIFETIME}, and renew`,
          ),
        ]),
    ...(short.length === 0
      ? []
      : [finding('EXPIRE_TOO_SHORT', listed(short), causeOfShort(short[0]?.seconds ?? 0))]),
  ];
}

/** Lists lifetimes, those with the same value together. */
function listed(lifetimes: readonly Lifetime[]): string {
  const shownOnes = lifetimes.slice(0, LISTED);
  const values = [...new Set(shownOnes.map(({ seconds }) => seconds))];
  const groups = values.map((value) => {
    const names = shownOnes.filter(({ seconds }) => seconds === value).map(({ of }) => of());
    return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} ${value} s`;
  });
  const more = lifetimes.length > LISTED ? [`and ${lifetimes.length - LISTED} more`] : [];
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
  const user = wildcardOf(service, ['uid', 'account']);
  if (user === undefined) return [];
  return [
    finding(
      'ANY_UID',
      `its ${service.type} service is for ${user.includes('*') && user !== '*' ? `all users like ${shown(user)}` : `any user (${user === '' ? 'uid 0, the empty text' : '*'})`}`,
      'whoever has it can join as anyone: unless that is meant, mint it for the uid that joins',
    ),
  ];
}

function wildcardFindings(service: KnownService): readonly Finding[] {
  const channelName = wildcardOf(service, ['channelName']);
  if (channelName === undefined) return [];
  return [
    finding(
      'WILDCARD_CHANNEL',
      `its ${service.type} service is for ${channelName === '' || channelName === '*' ? 'any channel' : 'all channels like'} ${shown(channelName)}`,
      'whoever has it can join every such channel: unless that is meant, mint it for one channel',
    ),
  ];
}

/** Returns a text of a service under one of these names, if it stands for more than one channel or user. */
function wildcardOf(service: KnownService, names: readonly string[]): string | undefined {
  const text = textOf(service, names);
  return text === '' || text?.includes('*') ? text : undefined;
}

function limitFindings(service: KnownService): readonly Finding[] {
  // Wildcards have findings of their own.
  const { text } = limitsFor('agora', true);
  return fieldsOf(service.type).flatMap((field) => {
    if (field.wire !== 'str') return [];
    const value: unknown = Reflect.get(service, field.name);
    if (field.mayBeEmpty && value === '') return [];
    try {
      text[field.limit](value, `${service.type} ${field.name}`, field.code);
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
  return [
    finding(
      'UNKNOWN_SERVICE',
      `a service of type ${typeId}, which is not known here; ${count === 1 ? 'it has' : `it and what follows, ${count} services, have`} ${body.length} bytes`,
      'signature and times hold all the same; a newer version may know it',
    ),
  ];
}
