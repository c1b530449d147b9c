/** Converts verification faults to findings with the same message. The hint is the probable cause. */
import type { TokenClaimErrorCode } from '../errors.js';
import type { Requirements } from '../expected.js';
import type { Difference, Fault } from '../faults.js';
import type { ServiceName } from '../services.js';
import { causeOfDifference, causeOfKinds } from './causes.js';
import { type Finding, type FindingCode, finding } from './findings.js';

const CODES: Readonly<Record<TokenClaimErrorCode, FindingCode>> = {
  ERR_SIGNATURE_MISMATCH: 'SIGNATURE_MISMATCH',
  ERR_APP_ID_MISMATCH: 'APP_ID_MISMATCH',
  ERR_TOKEN_EXPIRED: 'TOKEN_EXPIRED',
  ERR_ISSUED_IN_FUTURE: 'ISSUED_IN_FUTURE',
  ERR_CHANNEL_MISMATCH: 'CHANNEL_MISMATCH',
  ERR_UID_MISMATCH: 'UID_MISMATCH',
  ERR_USER_MISMATCH: 'USER_MISMATCH',
  ERR_MISSING_SERVICE: 'MISSING_SERVICE',
  ERR_MISSING_PRIVILEGE: 'MISSING_PRIVILEGE',
  ERR_PRIVILEGE_EXPIRED: 'PRIVILEGE_EXPIRED',
};

export const SWAPPED =
  'App ID and certificate are swapped, where the token was minted or where it was inspected: swap them back';

/** Tells whether two strings are equal, ignoring letter case and surrounding white space. */
export function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

export function faultFinding(
  fault: Fault,
  requirements: Requirements | undefined,
  certificates: readonly string[],
): Finding {
  const { code, problem, differs } = fault;
  if (code === 'ERR_APP_ID_MISMATCH' && differs !== undefined) {
    return otherAppId(fault.hint, differs, certificates);
  }
  return finding(CODES[code], problem, hintFor(fault, requirements));
}

function otherAppId(hint: string, { actual, expected }: Difference, certificates: readonly string[]): Finding {
  const code = 'APP_ID_MISMATCH';
  // Do not show a certificate that was passed as an App ID.
  if (certificates.some((certificate) => isSame(certificate, actual) || isSame(certificate, expected))) {
    const both = 'App ID and certificate stand in the place of one another, in the token or in what is expected';
    return finding(code, both, SWAPPED);
  }
  const values = `its App ID is ${actual}, expected ${expected}`;
  return isSame(actual, expected)
    ? finding(code, `${values}: only the letter case differs`, 'use it as Agora Console shows it')
    : finding(code, values, `${hint}: they are of two projects`);
}

function hintFor({ code, hint, differs }: Fault, requirements: Requirements | undefined): string {
  switch (code) {
    case 'ERR_APP_ID_MISMATCH':
    case 'ERR_SIGNATURE_MISMATCH':
      return hint;
    case 'ERR_CHANNEL_MISMATCH':
    case 'ERR_USER_MISMATCH':
      return causeOf(causeOfDifference, differs) ?? hint;
    case 'ERR_UID_MISMATCH':
      return causeOf(causeOfDifference, differs) ?? causeOf(causeOfKinds, differs) ?? hint;
    case 'ERR_MISSING_SERVICE':
      return hintForService(requirements);
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

function causeOf(
  guess: (actual: string, expected: string) => string | undefined,
  differs: Difference | undefined,
): string | undefined {
  return differs === undefined ? undefined : guess(differs.actual, differs.expected);
}

function hintForService(requirements: Requirements | undefined): string {
  const [type] = requirements?.service?.types ?? [];
  if (type === undefined) return 'mint it with the builder of that product';
  const [use, builder] = BUILDERS[type] ?? [type, 'buildToken'];
  return `${use} needs a service of type ${type}: mint it with ${builder}`;
}

/** The purpose and the builder of each service that has its own builder. */
const BUILDERS: Readonly<Partial<Record<ServiceName, readonly [use: string, builder: string]>>> = {
  rtc: ['joining a channel', 'buildTokenWithUid'],
  rtm: ['RTM login', 'buildRtmToken, or both in one with buildTokenWithRtm'],
  fpa: ['FPA login', 'buildFpaToken'],
  chat: ['Chat', 'buildChatUserToken'],
  fcdn: ['fusion CDN', 'buildToken'],
  apaas: ['APaaS', 'buildApaasRoomUserToken'],
  rtm2: ['having RTM2 permissions', 'buildRtmTokenWithPermissions'],
  convoai: ['Conversational AI', 'buildConvoAiToken'],
  stt: ['Speech to text', 'buildSttToken'],
};
