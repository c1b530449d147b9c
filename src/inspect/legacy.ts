/**
 * The inspector for the older token, version 006.
 */
import { shown } from '../errors.js';
import { RtcPrivilege } from '../privileges.js';
import type { ServiceName } from '../services.js';
import { isoTime } from '../time.js';
import {
  type DecodedToken006,
  RTM_LOGIN,
  crc32Of,
  message006,
  nameFaults006,
  timeFaults006,
} from '../token006.js';
import { type Fault, type Requirements, appIdFaults, missingPrivilege, missingService } from '../verify.js';
import { percentDecoded } from './causes.js';
import { finding } from './findings.js';
import type { Said } from './said.js';
import { RENEWAL, type Timeline } from './timeline.js';

/** Finds out what a 006 token says, of which channel and uid are known by their checksums alone. */
export function whatIsSaid006(token: DecodedToken006, requirements: Requirements | undefined): Said {
  const required = requirements?.service;
  // In a token to log in to RTM the user stands in the channel's place, and there is no uid.
  const channelName = required?.channelName ?? required?.userId;
  const uid = required?.account ?? (required?.userId === undefined ? undefined : '');
  const isUser = required?.userId !== undefined;
  const nameFaults = nameFaults006(token, { channelName, uid })
    .map((fault) => explained(fault, token, channelName, uid))
    .map((fault) =>
      isUser && fault.code === 'ERR_CHANNEL_MISMATCH'
        ? { ...fault, code: 'ERR_USER_MISMATCH' as const }
        : fault,
    );
  const isKnown = channelName !== undefined && uid !== undefined && nameFaults.length === 0;
  return {
    signed: isKnown ? { token, message: message006(token, channelName, uid) } : undefined,
    faults:
      requirements === undefined
        ? []
        : [
            ...appIdFaults(token.appId, requirements.appId),
            ...timeFaults006(token, requirements.now - requirements.clockTolerance),
            ...serviceFaults(token, requirements),
            ...nameFaults,
          ],
    findings: [legacyFinding(token)],
    timeline: timelineOf(token),
  };
}

/** The product that a privilege belongs to. */
function serviceOf(privilege: number): ServiceName {
  return privilege === RTM_LOGIN ? 'rtm' : 'rtc';
}

function serviceFaults({ privileges }: DecodedToken006, { service }: Requirements): readonly Fault[] {
  if (service === undefined) return [];
  const carried = Object.keys(privileges).map((id) => serviceOf(Number(id)));
  if (!service.types.some((type) => carried.includes(type))) {
    return [missingService(carried, service.types)];
  }
  return service.privileges
    .filter((id) => id !== RtcPrivilege.JoinChannel && !Object.hasOwn(privileges, id))
    .map((id) => missingPrivilege(`privilege ${id}`));
}

/** Adds to a fault what the token was minted for, if that can be guessed. */
function explained(
  fault: Fault,
  { crcChannelName, crcUid }: DecodedToken006,
  channelName: string | undefined,
  uid: string | undefined,
): Fault {
  const [crc, expected] = fault.code === 'ERR_UID_MISMATCH' ? [crcUid, uid] : [crcChannelName, channelName];
  if (expected === undefined) return fault;
  const actual = guessesOf(expected).find((guess) => crc32Of(guess) === crc);
  if (actual === undefined) return fault;
  const message = `${fault.message}; its checksum is that of ${shown(actual)}`;
  return { ...fault, message, differs: { actual, expected } };
}

/** Lists what a name may have become on its way into a token. */
function guessesOf(name: string): readonly string[] {
  const number = /^-?\d{1,10}$/u.test(name) ? BigInt(name) : undefined;
  return [
    name.trim(),
    `${name}\n`,
    name.toLowerCase(),
    name.toUpperCase(),
    percentDecoded(name),
    ...(name.isWellFormed() ? [encodeURIComponent(name)] : []),
    name.replaceAll(' ', '+'),
    name.normalize('NFC'),
    name.normalize('NFD'),
    ...(number === undefined ? [] : [BigInt.asIntN(32, number), BigInt.asUintN(32, number)].map(String)),
    ...['', '0', 'undefined', 'null', 'NaN', 'false', '[object Object]', '[object Promise]', ':channel'],
  ];
}

function legacyFinding({ appId, ts, privileges }: DecodedToken006): ReturnType<typeof finding> {
  const ids = Object.keys(privileges).map(Number);
  const end = ts === 0 ? 'without an end' : `until ${isoTime(ts)}`;
  return finding(
    'LEGACY_TOKEN',
    `an AccessToken of the older version 006, ${/^\w+$/u.test(appId) ? `App ID ${appId}, ` : ''}${end}, privileges ${ids.join(', ') || 'none'}`,
    `its counterpart in version 007 is made by ${counterpart(ids)}; lifetimes there are seconds from now`,
  );
}

function counterpart(ids: readonly number[]): string {
  if (ids.includes(RTM_LOGIN)) return 'buildRtmToken(appId, appCertificate, userId, 3600)';
  const publishes = ids.some((id) => id > RtcPrivilege.JoinChannel);
  const role = publishes ? 'Role.Publisher' : 'Role.Subscriber';
  return `buildTokenWithUid(appId, appCertificate, channelName, uid, ${role}, 3600)`;
}

function timelineOf({ ts, privileges }: DecodedToken006): Timeline {
  const ends = Object.entries(privileges).map(([id, end]) => ({
    service: serviceOf(Number(id)),
    privilege: Number(id),
    end: end === 0 ? (ts === 0 ? null : ts) : end,
  }));
  const limits = [ts, ...Object.values(privileges)].filter((end) => end !== 0);
  const renewAt = limits.length === 0 ? null : Math.max(0, Math.min(...limits) - RENEWAL);
  return { issued: null, privileges: ends, end: ts === 0 ? null : ts, renewAt };
}
