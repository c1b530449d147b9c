/** Verification of version 007: the signature, then what the token says, against what is expected. */
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
import type { Platform, Signer } from './platform/platform.js';
import { type KnownService, type Service, describePrivilege } from './services.js';
import { type DecodedToken, type Steps, signingInfoOf, unpackToken } from './token.js';
import { matchesName } from './wildcard.js';

declare const verified: unique symbol;

/** A token whose signature, time and expectations were verified. */
export type VerifiedToken = DecodedToken & { readonly [verified]: true };

/** How far the issuer's clock may be ahead, in seconds, unless `clockTolerance` is larger. */
const FUTURE_TOLERANCE = 30;

/**
 * Verifies format, signature, App ID, validity period and expectations, in this order; throws on the first failure.
 *
 * The signature is checked over the raw bytes. All expectations about a service must be met by one service. A token is
 * valid while `now` is before its end, which is `issueTs` plus the smaller of `expire` and `maxLifetime`. A privilege
 * ends likewise; one with 0 ends with the token. An `issueTs` up to 30 seconds in the future is accepted, or up to
 * `clockTolerance` if that is longer.
 *
 * @param token - The token, version 007.
 * @param appCertificate - 32 hex digits, or `[primary, secondary]` during certificate rotation.
 * @param expected - What the token has to be for. If omitted, any token signed with the certificate is accepted.
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
  { signer, decoder }: Platform<Bytes>,
  token: string,
  appCertificate: string | readonly [primary: string, secondary: string],
  expected?: Expected,
): Steps<Bytes, VerifiedToken> {
  const certificates = parseCertificates(appCertificate);
  const requirements = parseExpected(expected);
  const decoded = unpackToken(decoder, token, requirements.maxContentLength);
  for (const certificate of certificates) {
    if (signer.equal(yield signatureOf(signer, decoded, certificate), decoded.signature)) {
      assertClaims(decoded, requirements);
      return decoded;
    }
  }
  throw claimError(SIGNATURE_FAULT);
}

/** Computes the signature that a token has if a certificate signed it, over its raw bytes. */
export function signatureOf<Bytes>(signer: Signer<Bytes>, token: DecodedToken, certificate: string): Bytes {
  const { issueTs, salt, signature, content } = token;
  return signer.sign(certificate, issueTs, salt, signingInfoOf(content, signature.length));
}

function assertClaims(token: DecodedToken, requirements: Requirements): asserts token is VerifiedToken {
  for (const fault of claimFaults(token, requirements)) throw claimError(fault);
}

export function* claimFaults(token: DecodedToken, requirements: Requirements): Generator<Fault> {
  const { now, clockTolerance, maxLifetime } = requirements;
  const appId = appIdFault(token.appId, requirements.appId);
  if (appId !== undefined) yield appId;
  const end = endOf(token, token.expire, maxLifetime);
  if (!(now < end + clockTolerance)) yield expiredFault('ERR_TOKEN_EXPIRED', 'it', end, now);
  const secondsAhead = token.issueTs - now;
  if (secondsAhead > Math.max(FUTURE_TOLERANCE, clockTolerance)) yield futureFault(token.issueTs, secondsAhead);
  if (requirements.service !== undefined) yield* tokenServiceFaults(token, requirements, requirements.service);
}

/** Returns when a lifetime of a token ends, in Unix time. */
export function endOf({ issueTs }: Pick<DecodedToken, 'issueTs'>, lifetime: number, maxLifetime: number): number {
  return issueTs + Math.min(lifetime, maxLifetime);
}

/** Returns when a privilege ends, in Unix time; one with 0 ends with the token. */
export function privilegeEnd(
  token: Pick<DecodedToken, 'issueTs' | 'expire'>,
  seconds: number,
  maxLifetime: number,
): number {
  return endOf(token, seconds === 0 ? token.expire : seconds, maxLifetime);
}

/** The faults of the service that passes the most checks: it is probably the one that was meant. */
function* tokenServiceFaults(
  token: DecodedToken,
  requirements: Requirements,
  required: ServiceRequirements,
): Generator<Fault> {
  let best: KnownService | undefined;
  let mostPassed = -1;
  for (const service of token.services) {
    if (service.type === 'unknown' || !required.types.includes(service.type)) continue;
    const [first] = failedChecks(service, token, requirements, required);
    if (first === undefined) return;
    if (first.check > mostPassed) [best, mostPassed] = [service, first.check];
  }
  if (best === undefined) {
    yield missingServiceFault(
      token.services.map(({ type }) => type),
      required.types,
    );
    return;
  }
  for (const { describe } of failedChecks(best, token, requirements, required)) yield describe();
}

interface FailedCheck {
  /** Its place in the order of the checks. */
  readonly check: number;
  readonly describe: () => Fault;
}

/** Runs the checks of a service: channel, user, user id, each privilege, the end of each privilege. */
function* failedChecks(
  service: KnownService,
  token: DecodedToken,
  { now, clockTolerance, maxLifetime }: Requirements,
  { channelName, account, userId, privileges }: ServiceRequirements,
): Generator<FailedCheck> {
  if (channelName !== undefined) {
    const actual = stringOf(service, ['channelName']);
    if (actual === undefined || !matchesName(actual, channelName)) {
      yield { check: 0, describe: () => nameFault('ERR_CHANNEL_MISMATCH', actual, channelName) };
    }
  }
  if (account !== undefined) {
    const actual = stringOf(service, USER_FIELDS);
    if (actual === undefined || !matchesName(actual, account)) {
      yield { check: 1, describe: () => nameFault('ERR_UID_MISMATCH', actual, account) };
    }
  }
  if (userId !== undefined) {
    const actual = stringOf(service, ['userId']);
    if (actual !== userId) {
      yield { check: 2, describe: () => nameFault('ERR_USER_MISMATCH', actual, userId) };
    }
  }
  for (const [index, privilege] of privileges.entries()) {
    if (Object.hasOwn(service.privileges, privilege)) continue;
    const describe = (): Fault => missingPrivilegeFault(describePrivilege(service.type, privilege));
    yield { check: 3 + index, describe };
  }
  for (const [index, privilege] of privileges.entries()) {
    const seconds = Object.hasOwn(service.privileges, privilege) ? service.privileges[privilege] : undefined;
    if (seconds === undefined) continue; // missing, see above
    const end = privilegeEnd(token, seconds, maxLifetime);
    if (now < end + clockTolerance) continue;
    const describe = (): Fault =>
      expiredFault('ERR_PRIVILEGE_EXPIRED', describePrivilege(service.type, privilege), end, now);
    yield { check: 3 + privileges.length + index, describe };
  }
}

/** Returns the string of a service in the first of these fields that it has. */
export function stringOf(service: Service, fields: readonly string[]): string | undefined {
  const name = fields.find((field) => Object.hasOwn(service, field));
  const value: unknown = name === undefined ? undefined : Reflect.get(service, name);
  return typeof value === 'string' ? value : undefined;
}
