/**
 * The inspector, which explains what is wrong with a token and how to fix it.
 *
 *     token ─reading→ decoded ─analysis→ faults, findings, timeline
 *     certificates ─variants→ signatures to try ─platform→ the one that matches
 */
import { AccessTokenError } from '../errors.js';
import { EXPECTED, type Expected, type Requirements } from '../expected.js';
import { parseExpectedObject, parseOneOrTwo, parseRequirements } from '../expected.js';
import type { Platform, Verifier } from '../platform/platform.js';
import { type DecodedToken, MAX_CONTENT_LENGTH, type PartialToken, type Steps } from '../token.js';
import type { DecodedToken006 } from '../token006.js';
import { isHex32, parseAppCertificate } from '../validate.js';
import { signatureOf } from '../verify.js';
import { type Signed, analyze } from './analysis.js';
import { certificateVariants } from './causes.js';
import { faultFinding, isSame, SWAPPED } from './hints.js';
import { type Finding, finding, sortFindings } from './findings.js';
import { analyze006 } from './legacy.js';
import { type PartialToken006, readToken } from './reading.js';
import type { Timeline } from './timeline.js';

/** What the client uses the token for, and the certificate that must have signed it. */
export interface InspectExpected extends Expected {
  /** A certificate (32 hex digits), or `[primary, secondary]`. If omitted, the signature is not checked. */
  readonly appCertificate?: string | readonly [primary: string, secondary: string];
}

/** The result of an inspection. */
export interface Inspection {
  /** Whether `verifyToken` would accept the token: the signature is valid and no finding is an error. */
  readonly ok: boolean;
  readonly signature: 'valid' | 'invalid' | 'unchecked';
  /** The findings, the most important first. Each code occurs at most once. */
  readonly findings: readonly Finding[];
  /** When the token and its privileges begin and end; null if unreadable. */
  readonly timeline: Timeline | null;
  /** The decoded token, or the readable part of a damaged token; null if nothing is readable. */
  readonly token: DecodedToken | DecodedToken006 | PartialToken | PartialToken006 | null;
}

/**
 * Explains what is wrong with a token and how to fix it.
 *
 * Accepts both token versions, repairs damage from transport, and decodes the readable part of a truncated token. Never
 * throws: an invalid `expected` is reported as a finding. No certificate is shown.
 *
 * The known mistakes come from public issue threads and from public code that calls the official builders, as of
 * November 2026.
 * @param token - The token, version 007 or 006, or any other value.
 * @param expected - The same fields as in {@link verifyToken}, plus `appCertificate`: the certificate that must have
 * signed the token.
 * @returns What was found. `ok` is true exactly when {@link verifyToken} would accept the token.
 * @example
 * ```ts
 * import { buildTokenWithUid, inspectToken } from 'accesstoken2';
 * const token = buildTokenWithUid(appId, appCertificate, 'lobby', 42, 'publisher', 3600);
 * const { ok, findings } = inspectToken(token, { appCertificate, channelName: 'Lobby', uid: 42 });
 * console.log(ok, findings[0]?.code, findings[0]?.message);
 * // false CHANNEL_MISMATCH it is for the channel "lobby", expected "Lobby"
 * ```
 */
export function* inspectToken<Bytes>(
  { verifier, decoder }: Platform<Bytes>,
  token: unknown,
  expected?: InspectExpected,
): Steps<Bytes, Inspection> {
  const expectations = parseInspectExpected(expected);
  const { requirements, certificates } = expectations;
  const reading = readToken(decoder, token, requirements?.maxContentLength ?? MAX_CONTENT_LENGTH);
  const findings = [...reading.findings, ...expectations.findings];
  if (reading.whole === undefined) {
    const sorted = sortFindings(findings);
    return { ok: false, signature: 'unchecked', findings: sorted, timeline: null, token: reading.partial };
  }
  const { whole } = reading;
  const { signed, ...analysis } =
    whole.version === '007' ? analyze(whole, requirements) : analyze006(whole, requirements);
  const match = signed === undefined ? undefined : yield* findSigner(verifier, signed, expectations);
  const signature = signatureState(signed, certificates, match);
  findings.push(
    ...signatureFindings(whole, signature, match, certificates),
    ...analysis.faults.map((fault) => faultFinding(fault, requirements, certificates)),
    ...analysis.findings,
  );
  const ok = signature === 'valid' && findings.every(({ severity }) => severity !== 'error');
  return { ok, signature, findings: sortFindings(findings), timeline: analysis.timeline, token: whole };
}

interface Expectations {
  readonly requirements: Requirements | undefined;
  readonly certificates: readonly string[];
  readonly findings: readonly Finding[];
}

function parseInspectExpected(expected: unknown): Expectations {
  const findings: Finding[] = [];
  const tryTo = <Part>(parse: () => Part): Part | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
      findings.push(badExpected(error.message));
      return undefined;
    }
  };
  const given = tryTo(() => parseExpectedObject(expected));
  if (given === undefined) return { requirements: undefined, certificates: [], findings };
  const properties = new Map(given);
  const appCertificate = properties.get('appCertificate');
  const certificates = properties.delete('appCertificate')
    ? tryTo(() => parseOneOrTwo(appCertificate, 'expected.appCertificate', parseAnyCertificate))
    : [];
  const requirements = tryTo(() => parseRequirements(properties, [...EXPECTED, 'appCertificate']));
  return { requirements, certificates: certificates ?? [], findings };
}

function badExpected(message: string): Finding {
  return finding('BAD_EXPECTED', message, 'correct it: nothing was checked against it');
}

/** Accepts any string, because a malformed certificate may explain why the signature does not match. */
function parseAnyCertificate(value: unknown, argument: string): string {
  return typeof value === 'string' ? value : parseAppCertificate(value, argument);
}

/** A certificate to try. `cause` is the explanation if the given certificate has another form. */
interface Candidate {
  readonly certificate: string;
  readonly cause: string | undefined;
}

/** Finds the certificate that signed a token: a given certificate, or a variant that may have been intended. */
function* findSigner<Bytes>(
  verifier: Verifier<Bytes>,
  signed: Signed,
  { certificates, requirements }: Expectations,
): Steps<Bytes, Candidate | undefined> {
  for (const candidate of candidatesFor(signed.token.appId, certificates, requirements?.appId)) {
    const expected =
      signed.message === undefined
        ? signatureOf(verifier, signed.token, candidate.certificate)
        : verifier.sign006(candidate.certificate, signed.message);
    if (verifier.equal(yield expected, signed.token.signature)) return candidate;
  }
  return undefined;
}

function candidatesFor(
  appId: string,
  certificates: readonly string[],
  expectedAppId: string | undefined,
): readonly Candidate[] {
  if (certificates.length === 0) return [];
  const signedWithAppId =
    'the token was signed with the App ID in the place of the certificate: look at how it is configured';
  return [
    ...certificates.filter(isHex32).map((certificate) => ({ certificate, cause: undefined })),
    ...certificates.flatMap(certificateVariants),
    ...(expectedAppId !== undefined && certificates.some((certificate) => isSame(certificate, appId))
      ? [{ certificate: expectedAppId, cause: SWAPPED }]
      : []),
    { certificate: appId, cause: signedWithAppId },
  ];
}

function signatureState(
  signed: Signed | undefined,
  certificates: readonly string[],
  match: Candidate | undefined,
): Inspection['signature'] {
  if (signed === undefined || certificates.length === 0) return 'unchecked';
  return match !== undefined && match.cause === undefined ? 'valid' : 'invalid';
}

function signatureFindings(
  token: DecodedToken | DecodedToken006,
  signature: Inspection['signature'],
  match: Candidate | undefined,
  certificates: readonly string[],
): readonly Finding[] {
  const malformed = certificates.filter((certificate) => !isHex32(certificate));
  switch (signature) {
    case 'valid':
      if (malformed.length === 0) return [];
      return [badExpected(`expected.appCertificate: ${describeMalformed(malformed)}, though another one fits`)];
    case 'unchecked': {
      const hint =
        certificates.length === 0
          ? 'give the certificate of the project to have it checked'
          : 'it is over channel and uid, which a 006 token does not carry: give those that it was minted for';
      return [finding('SIGNATURE_UNCHECKED', 'the signature was not checked', hint)];
    }
    case 'invalid': {
      const message = describeMismatch(token, match, malformed, certificates);
      return [finding('SIGNATURE_MISMATCH', message, match?.cause ?? causeOfMismatch(token, certificates))];
    }
  }
}

function describeMismatch(
  { signature }: DecodedToken | DecodedToken006,
  match: Candidate | undefined,
  malformed: readonly string[],
  certificates: readonly string[],
): string {
  if (match !== undefined) return 'it was not signed with the certificate as it was given, but nearly so';
  if (signature.length !== 32) return `its signature has ${signature.length} bytes, not the 32 of HMAC-SHA256`;
  if (malformed.length > 0) return `it was not signed with what was given: ${describeMalformed(malformed)}`;
  const which = certificates.length === 1 ? 'the certificate that was given' : 'either of the certificates given';
  return `it was not signed with ${which}, or was altered since`;
}

function describeMalformed(malformed: readonly string[]): string {
  const lengths = malformed.map(({ length }) => `${length} characters`).join(' and ');
  return `a certificate has 32 hex digits, and this has ${lengths}, or others among them`;
}

function causeOfMismatch({ appId }: DecodedToken | DecodedToken006, certificates: readonly string[]): string {
  if (certificates.some((certificate) => isSame(certificate, appId))) {
    return 'the App ID of the token is the certificate that was given: App ID and certificate are swapped';
  }
  return (
    'take App ID and certificate from the same project, try the secondary certificate, and mint a new token; ' +
    'whether a certificate is still enabled in Agora Console cannot be seen offline'
  );
}
