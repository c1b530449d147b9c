/**
 * The inspector: what is wrong with a token, and what to do about it.
 *
 *     token, expectations ─plan→ signatures to try ─platform→ the one that holds ─report→ findings
 *
 * Only the step in the middle needs a platform, and may have to wait for it.
 */
import { isHex32, takeAppCertificate } from './arguments.js';
import { AccessTokenError } from './errors.js';
import { causeOfDifference, causeOfKinds, certificateVariants } from './inspect/causes.js';
import { type Finding, type FindingCode, finding, inOrder } from './inspect/findings.js';
import { whatIsSaid006 } from './inspect/legacy.js';
import { type PartialToken006, readToken } from './inspect/reading.js';
import { type Signed, whatIsSaid } from './inspect/said.js';
import type { Timeline } from './inspect/timeline.js';
import { append } from './own.js';
import type { ServiceName } from './services.js';
import { type DecodedToken, MAX_CONTENT_LENGTH, type PartialToken } from './token.js';
import type { DecodedToken006 } from './token006.js';
import {
  EXPECTED,
  type Expected,
  type Fault,
  type Requirements,
  requirementsOf,
  takeExpectations,
  takeOneOrTwo,
} from './verify.js';

/** What a token has to be for, and the certificate that it has to be signed with. */
export interface InspectExpected extends Expected {
  /** 32 hex digits, or the primary and the secondary certificate. Left out: the signature is not checked. */
  readonly appCertificate?: string | readonly [primary: string, secondary: string];
}

/** What was found out about a token. */
export interface Inspection {
  /** Whether the signature is valid and no finding is an error: whether `verifyToken` would accept it. */
  readonly ok: boolean;
  readonly signature: 'valid' | 'invalid' | 'unchecked';
  /** The most important first; one for each code. */
  readonly findings: readonly Finding[];
  /** When it begins and ends; null if that cannot be read. */
  readonly timeline: Timeline | null;
  /** What could be read, which is not all of a token that was cut; null if nothing. */
  readonly token: DecodedToken | DecodedToken006 | PartialToken | PartialToken006 | null;
}

type Whole = DecodedToken | DecodedToken006;

/** A certificate that a token may have been signed with, and if it is not the one that was given, what that means. */
export type Attempt = Signed & { readonly certificate: string; readonly cause?: string | undefined };

/** The signatures to try, and what to make of the first that holds. */
export interface Plan {
  readonly attempts: readonly Attempt[];
  readonly report: (held: Attempt | undefined) => Inspection;
}

/** Plans an inspection; `clock` gives Unix time in seconds. */
export function planInspection(value: unknown, expected: unknown, clock: () => number): Plan {
  const expectations = takeInspectExpected(expected, clock);
  const { requirements } = expectations;
  const reading = readToken(value, requirements?.maxContentLength ?? MAX_CONTENT_LENGTH);
  const before = [...reading.findings, ...expectations.findings];
  if (reading.whole === undefined) {
    const findings = inOrder(before);
    const nothing = { ok: false, signature: 'unchecked', timeline: null } as const;
    return { attempts: [], report: () => ({ ...nothing, findings, token: reading.partial }) };
  }
  const token = reading.whole;
  const said = token.version === '007' ? whatIsSaid(token, requirements) : whatIsSaid006(token, requirements);
  return {
    attempts: said.signed === undefined ? [] : attemptsFor(said.signed, expectations),
    report: (held) => {
      const signature = stateOf(said.signed, expectations, held);
      const findings = inOrder([
        ...before,
        ...signatureFindings(token, signature, held, expectations),
        ...said.faults.map((fault) => findingOf(fault, expectations)),
        ...said.findings,
      ]);
      const ok = signature === 'valid' && findings.every(({ severity }) => severity !== 'error');
      return { ok, signature, findings, timeline: said.timeline, token };
    },
  };
}

/** What was expected, as far as it can be checked. */
interface Expectations {
  /** Undefined if some cannot be. */
  readonly requirements: Requirements | undefined;
  /** The certificates as they were given, which need not have the form of one. */
  readonly certificates: readonly string[];
  readonly findings: readonly Finding[];
}

function takeInspectExpected(expected: unknown, clock: () => number): Expectations {
  const findings: Finding[] = [];
  const take = <Part>(takePart: () => Part): Part | undefined => {
    try {
      return takePart();
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
      append(findings, badExpected(error.message));
      return undefined;
    }
  };
  const read = take(() => takeExpectations(expected));
  if (read === undefined) return { requirements: undefined, certificates: [], findings };
  const properties = new Map(read);
  const given = properties.get('appCertificate');
  const certificates = properties.delete('appCertificate')
    ? take(() => takeOneOrTwo(given, 'expected.appCertificate', takeCertificateText))
    : [];
  const requirements = take(() => requirementsOf(properties, clock, [...EXPECTED, 'appCertificate']));
  return { requirements, certificates: certificates ?? [], findings };
}

function badExpected(message: string): Finding {
  return finding('BAD_EXPECTED', message, 'correct it: nothing was checked against it');
}

/** Takes what is meant to be a certificate; a text that is none is looked at, not refused. */
function takeCertificateText(value: unknown, argument: string): string {
  return typeof value === 'string' ? value : takeAppCertificate(value, argument);
}

/** Lists the certificates that a token may have been signed with: those that were given, then what may have been meant. */
function attemptsFor(signed: Signed, { certificates, requirements }: Expectations): readonly Attempt[] {
  if (certificates.length === 0) return [];
  const { appId } = signed.token;
  return [
    ...certificates.filter(isHex32).map((certificate) => ({ ...signed, certificate, cause: undefined })),
    ...certificates.flatMap(certificateVariants).map((variant) => ({ ...signed, ...variant })),
    ...(requirements?.appId !== undefined && certificates.some((certificate) => isSame(certificate, appId))
      ? [{ ...signed, certificate: requirements.appId, cause: SWAPPED }]
      : []),
    {
      ...signed,
      certificate: appId,
      cause:
        'the token was signed with the App ID in the place of the certificate: look at how it is configured',
    },
  ];
}

const SWAPPED =
  'App ID and certificate are swapped, where the token was minted or where it was inspected: swap them back';

/** Tells whether two texts are the same but for letter case and white space around them. */
function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function stateOf(
  signed: Signed | undefined,
  { certificates }: Expectations,
  held: Attempt | undefined,
): Inspection['signature'] {
  if (signed === undefined || certificates.length === 0) return 'unchecked';
  return held !== undefined && held.cause === undefined ? 'valid' : 'invalid';
}

function signatureFindings(
  token: Whole,
  signature: Inspection['signature'],
  held: Attempt | undefined,
  { certificates }: Expectations,
): readonly Finding[] {
  const malformed = certificates.filter((certificate) => !isHex32(certificate));
  switch (signature) {
    case 'valid':
      if (malformed.length === 0) return [];
      return [badExpected(`expected.appCertificate: ${malformedText(malformed)}, though another one fits`)];
    case 'unchecked':
      return [
        finding(
          'SIGNATURE_UNCHECKED',
          'the signature was not checked',
          certificates.length === 0
            ? 'give the certificate of the project to have it checked'
            : 'it is over channel and uid, which a 006 token does not carry: give those that it was minted for',
        ),
      ];
    case 'invalid':
      return [
        finding(
          'SIGNATURE_MISMATCH',
          mismatchText(token, held, malformed, certificates),
          held?.cause ?? causeOfMismatch(token, certificates),
        ),
      ];
  }
}

function mismatchText(
  { signature }: Whole,
  held: Attempt | undefined,
  malformed: readonly string[],
  certificates: readonly string[],
): string {
  if (held !== undefined) return 'it was not signed with the certificate as it was given, but nearly so';
  if (signature.length !== 32)
    return `its signature has ${signature.length} bytes, not the 32 of HMAC-SHA256`;
  if (malformed.length > 0) return `it was not signed with what was given: ${malformedText(malformed)}`;
  const which =
    certificates.length === 1 ? 'the certificate that was given' : 'either of the certificates given';
  return `it was not signed with ${which}, or was altered since`;
}

function malformedText(malformed: readonly string[]): string {
  const lengths = malformed.map(({ length }) => `${length} characters`).join(' and ');
  return `a certificate has 32 hex digits, and this has ${lengths}, or others among them`;
}

function causeOfMismatch({ appId }: Whole, certificates: readonly string[]): string {
  if (certificates.some((certificate) => isSame(certificate, appId))) {
    return 'the App ID of the token is the certificate that was given: App ID and certificate are swapped';
  }
  return (
    'take App ID and certificate from the same project, try the secondary certificate, and mint a new token; ' +
    'whether a certificate is still enabled in Agora Console cannot be seen offline'
  );
}

/** Makes a finding of what is wrong with what a token says: the same words, and what most likely led to it. */
function findingOf(fault: Fault, { requirements, certificates }: Expectations): Finding {
  const { code, message, differs } = fault;
  if (code === 'ERR_APP_ID_MISMATCH' && differs !== undefined)
    return otherAppId(fault, differs, certificates);
  // The code of the finding is that of the error without `ERR_`.
  return finding(
    code.slice('ERR_'.length) as ClaimFindingCode<typeof code>,
    message,
    hintOn(fault, requirements),
  );
}

type ClaimFindingCode<Code extends `ERR_${FindingCode}`> =
  Code extends `ERR_${infer Rest extends FindingCode}` ? Rest : never;

function otherAppId(
  { wayOut }: Fault,
  { actual, expected }: NonNullable<Fault['differs']>,
  certificates: readonly string[],
): Finding {
  const code = 'APP_ID_MISMATCH';
  // A certificate in the place of an App ID is not shown.
  if (certificates.some((certificate) => isSame(certificate, actual) || isSame(certificate, expected))) {
    const both =
      'App ID and certificate stand in the place of one another, in the token or in what is expected';
    return finding(code, both, SWAPPED);
  }
  const values = `its App ID is ${actual}, expected ${expected}`;
  return isSame(actual, expected)
    ? finding(code, `${values}: only the letter case differs`, 'use it as Agora Console shows it')
    : finding(code, values, `${wayOut}: they are of two projects`);
}

function hintOn({ code, wayOut, differs }: Fault, requirements: Requirements | undefined): string {
  switch (code) {
    case 'ERR_APP_ID_MISMATCH':
    case 'ERR_SIGNATURE_MISMATCH':
      return wayOut;
    case 'ERR_CHANNEL_MISMATCH':
    case 'ERR_USER_MISMATCH':
      return causeOf(differs) ?? wayOut;
    case 'ERR_UID_MISMATCH':
      return causeOf(differs) ?? causeOfOtherUser(differs) ?? wayOut;
    case 'ERR_MISSING_SERVICE':
      return hintOnService(requirements);
    case 'ERR_MISSING_PRIVILEGE':
      return (
        'mint it with that privilege, to publish as publisher; publishing is only refused while co-host ' +
        'authentication is on in Agora Console, which cannot be seen offline'
      );
    case 'ERR_PRIVILEGE_EXPIRED':
    case 'ERR_TOKEN_EXPIRED':
      return 'mint a new one, and renew in time: SDKs ask for it 30 seconds before the end';
    case 'ERR_ISSUED_IN_FUTURE':
      return 'the clock of the issuer is ahead, or the one here behind: set it by NTP';
  }
}

function causeOf(differs: Fault['differs']): string | undefined {
  return differs === undefined ? undefined : causeOfDifference(differs.actual, differs.expected);
}

function causeOfOtherUser(differs: Fault['differs']): string | undefined {
  return differs === undefined ? undefined : causeOfKinds(differs.actual, differs.expected);
}

function hintOnService(requirements: Requirements | undefined): string {
  const [type] = requirements?.service?.types ?? [];
  if (type === undefined) return 'mint it with the builder of that product';
  const [use, builder] = USES[type];
  return `${use} needs a service of type ${type}: mint it with ${builder}`;
}

/** What each service is for, and the builder of it. */
const USES: Readonly<Record<ServiceName, readonly [use: string, builder: string]>> = {
  rtc: ['joining a channel', 'buildTokenWithUid'],
  rtm: ['RTM login', 'buildRtmToken, or both in one with buildTokenWithRtm'],
  streaming: ['streaming', 'buildToken'],
  fpa: ['FPA login', 'buildFpaToken'],
  chat: ['Chat', 'buildChatUserToken'],
  fcdn: ['fusion CDN', 'buildToken'],
  apaas: ['APaaS', 'buildApaasRoomUserToken'],
  rtm2: ['having RTM2 permissions', 'buildRtmTokenWithPermissions'],
  convoai: ['Conversational AI', 'buildConvoAiToken'],
  stt: ['Speech to text', 'buildSttToken'],
};
