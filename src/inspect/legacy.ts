/** The inspector for 006 tokens. */
import type { Requirements } from '../expected.js';
import { type Fault, appIdFault, missingPrivilegeFault, missingServiceFault } from '../faults.js';
import { RtcPrivilege } from '../privileges.js';
import { quote } from '../redact.js';
import type { ServiceName } from '../services.js';
import { formatUtc } from '../text.js';
import { type DecodedToken006, RTM_LOGIN, crc32, message006 } from '../token006.js';
import { nameFaults006, timeFaults006 } from '../verify006.js';
import type { Analysis } from './analysis.js';
import { percentDecode } from './causes.js';
import { type Finding, finding } from './findings.js';
import { RENEWAL, type Timeline } from './timeline.js';

/** Analyzes a 006 token, which contains only checksums of the channel and uid. */
export function analyze006(token: DecodedToken006, requirements: Requirements | undefined): Analysis {
  const required = requirements?.service;
  // A token for RTM login contains the user in place of the channel, and no uid.
  const isRtmUser = required?.userId !== undefined;
  const channelName = required?.channelName ?? required?.userId;
  const uid = required?.account ?? (isRtmUser ? '' : undefined);
  const nameFaults = Array.from(nameFaults006(token, channelName, uid), (fault) => {
    const explained = explain(fault, token, channelName, uid);
    return isRtmUser && fault.code === 'ERR_CHANNEL_MISMATCH'
      ? { ...explained, code: 'ERR_USER_MISMATCH' as const }
      : explained;
  });
  const isNameKnown = channelName !== undefined && uid !== undefined && nameFaults.length === 0;
  return {
    signed: isNameKnown ? { token, message: message006(token, channelName, uid) } : undefined,
    faults: requirements === undefined ? [] : [...claimFaults006(token, requirements), ...nameFaults],
    findings: [legacyFinding(token)],
    timeline: timelineOf006(token),
  };
}

function* claimFaults006(token: DecodedToken006, requirements: Requirements): Generator<Fault> {
  const appId = appIdFault(token.appId, requirements.appId);
  if (appId !== undefined) yield appId;
  yield* timeFaults006(token, requirements.now - requirements.clockTolerance);
  yield* serviceFaults006(token, requirements);
}

function serviceOf(privilege: number): ServiceName {
  return privilege === RTM_LOGIN ? 'rtm' : 'rtc';
}

function* serviceFaults006({ privileges }: DecodedToken006, { service }: Requirements): Generator<Fault> {
  if (service === undefined) return;
  const actual = Object.keys(privileges).map((id) => serviceOf(Number(id)));
  if (!service.types.some((type) => actual.includes(type))) {
    yield missingServiceFault(actual, service.types);
    return;
  }
  for (const id of service.privileges) {
    // timeFaults006 already reports the privilege to join.
    if (id === RtcPrivilege.JoinChannel || Object.hasOwn(privileges, id)) continue;
    yield missingPrivilegeFault(`privilege ${id}`);
  }
}

/** Adds the name that the token was minted for, if the checksum matches a guess. */
function explain(
  fault: Fault,
  { crcChannelName, crcUid }: DecodedToken006,
  channelName: string | undefined,
  uid: string | undefined,
): Fault {
  const [crc, expected] = fault.code === 'ERR_UID_MISMATCH' ? [crcUid, uid] : [crcChannelName, channelName];
  if (expected === undefined) return fault;
  const actual = guessesOf(expected).find((guess) => crc32(guess) === crc);
  if (actual === undefined) return fault;
  const problem = `${fault.problem}; its checksum is that of ${quote(actual)}`;
  return { ...fault, problem, differs: { actual, expected } };
}

/** Lists what a name may have become by mistake before the token was minted. */
function guessesOf(name: string): readonly string[] {
  const number = /^-?\d{1,10}$/u.test(name) ? BigInt(name) : undefined;
  return [
    name.trim(),
    `${name}\n`,
    name.toLowerCase(),
    name.toUpperCase(),
    percentDecode(name),
    ...(name.isWellFormed() ? [encodeURIComponent(name)] : []),
    name.replaceAll(' ', '+'),
    name.normalize('NFC'),
    name.normalize('NFD'),
    ...(number === undefined ? [] : [BigInt.asIntN(32, number), BigInt.asUintN(32, number)].map(String)),
    ...['', '0', 'undefined', 'null', 'NaN', 'false', '[object Object]', '[object Promise]', ':channel'],
  ];
}

function legacyFinding({ appId, ts, privileges }: DecodedToken006): Finding {
  const ids = Object.keys(privileges).map(Number);
  const end = ts === 0 ? 'without an end' : `until ${formatUtc(ts)}`;
  const project = /^\w+$/u.test(appId) ? `App ID ${appId}, ` : '';
  const message = `an AccessToken of the older version 006, ${project}${end}, privileges ${ids.join(', ') || 'none'}`;
  const hint = `its counterpart in version 007 is made by ${counterpart(ids)}; lifetimes there are seconds from now`;
  return finding('LEGACY_TOKEN', message, hint);
}

function counterpart(ids: readonly number[]): string {
  if (ids.includes(RTM_LOGIN)) return 'buildRtmToken(appId, appCertificate, userId, 3600)';
  const publishes = ids.some((id) => id > RtcPrivilege.JoinChannel);
  const role = publishes ? 'Role.Publisher' : 'Role.Subscriber';
  return `buildTokenWithUid(appId, appCertificate, channelName, uid, ${role}, 3600)`;
}

function timelineOf006({ ts, privileges }: DecodedToken006): Timeline {
  const ends = Object.entries(privileges).map(([id, end]) => ({
    service: serviceOf(Number(id)),
    privilege: Number(id),
    end: end === 0 ? (ts === 0 ? null : ts) : end,
  }));
  const limits = [ts, ...Object.values(privileges)].filter((end) => end !== 0);
  const renewAt = limits.length === 0 ? null : Math.max(0, Math.min(...limits) - RENEWAL);
  return { issued: null, privileges: ends, end: ts === 0 ? null : ts, renewAt };
}
