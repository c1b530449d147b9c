/** Verifies 007 tokens: first the signature, then the claims against the expectations. */
import { type Expected, type Requirements, type ServiceRequirements, USER_FIELDS } from './expected.js';
import { parseCertificates, parseExpected } from './expected.js';
import {
  type Fault,
  SIGNATURE_FAULT,
  appIdFault,
  claimError,
  expiredFault,
  futureFault,
  missingPrivilegeFault,
  missingServiceFault,
  nameFault,
} from './faults.js';
import type { Platform, Verifier } from './platform/platform.js';
import { endOf, privilegeEnd } from './privileges.js';
import { type KnownService, type Service, describePrivilege } from './services.js';
import { type DecodedToken, type Steps, signingInfoOf, unpackToken } from './token.js';
import { matchesName } from './wildcard.js';

declare const verified: unique symbol;

/** A token whose signature, time and expectations were verified. */
export type VerifiedToken = DecodedToken & { readonly [verified]: true };

/** How many seconds the issuer's clock may be ahead, unless `clockTolerance` is larger. */
const FUTURE_TOLERANCE = 30;

/**
 * Verifies format, signature, App ID, validity period and expectations, in this order; throws on the first failure.
 *
 * The signature is checked over the raw bytes. All expectations about a service must be met by one service. A token is
 * valid while `now` is before its end, which is `issueTs` plus the smaller of `expire` and `maxLifetime`. The same
 * applies to privileges; a privilege with the lifetime 0 ends with the token. An `issueTs` up to 30 seconds in the
 * future is accepted, or up to `clockTolerance` if that is longer.
 * @param token - The token, version 007.
 * @param appCertificate - 32 hex digits, or `[primary, secondary]` during certificate rotation.
 * @param expected - What the token must be for. If omitted, any unexpired token with a valid signature is accepted.
 * @returns The decoded token.
 * @throws {@link AccessTokenError} Any {@link TokenFormErrorCode} or {@link TokenClaimErrorCode}; for invalid
 * expectations `ERR_OPTIONS` or the code of the argument; `ERR_APP_CERTIFICATE`.
 * @see AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/accesstoken2/AccessToken.go`
 * @example
 * ```ts
 * import { Role, buildTokenWithUid, verifyToken } from 'accesstoken2';
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, Role.Publisher, 3600);
 * verifyToken(token, appCertificate, { appId, channelName: 'lobby', uid: 42 });
 * ```
 */
export function* verifyToken<Bytes>(
  { verifier, decoder }: Platform<Bytes>,
  token: string,
  appCertificate: string | readonly [primary: string, secondary: string],
  expected?: Expected,
): Steps<Bytes, VerifiedToken> {
  const certificates = parseCertificates(appCertificate);
  const requirements = parseExpected(expected);
  const decoded = unpackToken(decoder, token, requirements.maxContentLength);
  for (const certificate of certificates) {
    if (verifier.equal(yield signatureOf(verifier, decoded, certificate), decoded.signature)) {
      assertClaims(decoded, requirements);
      return decoded;
    }
  }
  throw claimError(SIGNATURE_FAULT);
}

/** Computes the signature of a token's raw bytes with a certificate. */
export function signatureOf<Bytes>(verifier: Verifier<Bytes>, token: DecodedToken, certificate: string): Bytes {
  const { issueTs, salt, signature, content } = token;
  return verifier.sign(certificate, issueTs, salt, signingInfoOf(content, signature.length));
}

function assertClaims(token: DecodedToken, requirements: Requirements): asserts token is VerifiedToken {
  const [fault] = claimFaults(token, requirements);
  if (fault !== undefined) throw claimError(fault);
}

/** Lists the faults in a token's claims: first App ID, then validity period, then services. */
export function claimFaults(token: DecodedToken, requirements: Requirements): readonly Fault[] {
  const { now, clockTolerance, maxLifetime, service } = requirements;
  const faults: Fault[] = [];
  const appId = appIdFault(token.appId, requirements.appId);
  if (appId !== undefined) faults.push(appId);
  const end = endOf(token, token.expire, maxLifetime);
  if (!(now < end + clockTolerance)) faults.push(expiredFault('ERR_TOKEN_EXPIRED', 'it', end, now));
  const secondsAhead = token.issueTs - now;
  if (secondsAhead > Math.max(FUTURE_TOLERANCE, clockTolerance)) faults.push(futureFault(token.issueTs, secondsAhead));
  return service === undefined ? faults : faults.concat(serviceFaults(token, requirements, service));
}

/** Lists the faults of the service that passes the most checks, which is probably the intended one. */
function serviceFaults(token: DecodedToken, requirements: Requirements, required: ServiceRequirements): Fault[] {
  const checks = NAME_CHECKS + 2 * required.privileges.length;
  let best: KnownService | undefined;
  let mostPassed = -1;
  for (const service of token.services) {
    if (service.type === 'unknown' || !required.types.includes(service.type)) continue;
    let passed = 0;
    while (passed < checks && failure(passed, service, token, requirements, required) === undefined) passed++;
    if (passed === checks) return [];
    if (passed > mostPassed) [best, mostPassed] = [service, passed];
  }
  if (best === undefined) {
    const types = token.services.map(({ type }) => type);
    return [missingServiceFault(types, required.types)];
  }
  const faults: Fault[] = [];
  for (let check = mostPassed; check < checks; check++) {
    const describe = failure(check, best, token, requirements, required);
    if (describe !== undefined) faults.push(describe());
  }
  return faults;
}

/** The number of name checks: channel, user, user id. The checks for missing, then for expired privileges follow. */
const NAME_CHECKS = 3;
const CHANNEL_FIELDS: readonly string[] = ['channelName'];
const USER_ID_FIELDS: readonly string[] = ['userId'];

/** Runs one check of a service. Returns a function that creates the fault, or undefined if the service passes. */
function failure(
  check: number,
  service: KnownService,
  token: DecodedToken,
  { now, clockTolerance, maxLifetime }: Requirements,
  { channelName, account, userId, privileges }: ServiceRequirements,
): (() => Fault) | undefined {
  if (check === 0) return nameFailure('ERR_CHANNEL_MISMATCH', stringOf(service, CHANNEL_FIELDS), channelName);
  if (check === 1) return nameFailure('ERR_UID_MISMATCH', stringOf(service, USER_FIELDS), account);
  if (check === 2) return nameFailure('ERR_USER_MISMATCH', stringOf(service, USER_ID_FIELDS), userId);
  const index = check - NAME_CHECKS;
  const privilege = privileges[index % privileges.length] ?? 0;
  const seconds = Object.hasOwn(service.privileges, privilege) ? service.privileges[privilege] : undefined;
  const isAboutEnd = index >= privileges.length;
  if (seconds === undefined)
    return isAboutEnd ? undefined : () => missingPrivilegeFault(describePrivilege(service.type, privilege));
  const end = privilegeEnd(token, seconds, maxLifetime);
  if (!isAboutEnd || now < end + clockTolerance) return undefined;
  return () => expiredFault('ERR_PRIVILEGE_EXPIRED', describePrivilege(service.type, privilege), end, now);
}

function nameFailure(
  code: 'ERR_CHANNEL_MISMATCH' | 'ERR_UID_MISMATCH' | 'ERR_USER_MISMATCH',
  actual: string | undefined,
  expected: string | undefined,
): (() => Fault) | undefined {
  if (expected === undefined || actual === expected) return undefined;
  // There are no wildcards for RTM and Chat users.
  const hasWildcards = code !== 'ERR_USER_MISMATCH';
  if (hasWildcards && actual !== undefined && matchesName(actual, expected)) return undefined;
  return () => nameFault(code, actual, expected);
}

/** Returns the value of the first of these fields that a service has. */
export function stringOf(service: Service, fields: readonly string[]): string | undefined {
  const values: object & Readonly<Record<string, unknown>> = service as never;
  for (const field of fields) {
    if (!Object.hasOwn(values, field)) continue;
    const value = values[field];
    return typeof value === 'string' ? value : undefined;
  }
  return undefined;
}
