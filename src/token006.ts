/**
 * The older AccessToken, version "006". All integers are little-endian; str is a uint16 length and so many bytes.
 *
 *     token     = "006" + appId (32 characters) + base64( content )
 *     content   = str(signature) + uint32 crc32(channelName) + uint32 crc32(uid) + str(message)
 *     message   = uint32 salt + uint32 ts + privileges, as in 007 but with points in time
 *     signature = HMAC( appCertificate, appId + channelName + uid + message )
 *
 * Nothing is compressed. Channel and uid, a text that is empty for uid 0, are not in the token: whoever verifies has
 * to know them. In a token to log in to RTM the user stands in the channel's place, and the uid is empty.
 *
 * Source: AgoraIO/Tools at `da06bfb`, `DynamicKey/AgoraDynamicKey/go/src/AccessToken/AccessToken.go`.
 */
import {
  type IdMapWords,
  UINT32_MAX,
  refuseUnknown,
  takeAppCertificate,
  takeAppId,
  takeIdMap,
  takeInteger,
  takeObject,
  takeOptions,
  takeText,
} from './arguments.js';
import { decodeBase64, firstBytes } from './codec/base64.js';
import { ByteReader } from './codec/byte-reader.js';
import { ByteWriter } from './codec/byte-writer.js';
import { overwrite } from './codec/bytes.js';
import { crc32 } from './codec/crc32.js';
import { encoder } from './codec/utf8.js';
import { refuse, refuseAs, shown } from './errors.js';
import { takeAllowBrowser, takeSalt } from './mint.js';
import { RtcPrivilege, packPrivileges, unpackPrivileges } from './privileges.js';
import { uidText } from './services.js';
import {
  type Base64Encoder,
  LEGACY_VERSION,
  MAX_CONTENT_LENGTH,
  NO_SIGNATURE,
  VERSION,
  takeTokenText,
  unreadable,
} from './token.js';
import { type Fault, SIGNATURE_FAULT, appIdFaults, claimError, ended, faultIf, takeNow } from './verify.js';

const APP_ID_LENGTH = 32;
/** Where the base64 begins. */
const BODY_START = LEGACY_VERSION.length + APP_ID_LENGTH;
/** How many bytes of a message precede its privileges, and how many each of them takes. */
const MESSAGE_HEADER_LENGTH = 4 + 4 + 2;
const PRIVILEGE_LENGTH = 2 + 4;
/** As many privileges as a message can hold, which is a str. */
const MAX_PRIVILEGES = Math.floor((0xffff - MESSAGE_HEADER_LENGTH) / PRIVILEGE_LENGTH);
/** The privilege to log in to RTM. In 007 it has another id. */
export const RTM_LOGIN = 1000;

/** An older token that was read, but not verified: whoever wrote it may have written anything. */
export interface DecodedToken006 {
  readonly version: '006';
  /** 32 hex digits in a token that is to verify. */
  readonly appId: string;
  /** HMAC-SHA256, 32 bytes if it is to verify. */
  readonly signature: Uint8Array;
  /** The CRC-32 of the channel's name, or of the user's in a token to log in to RTM. */
  readonly crcChannelName: number;
  /** The CRC-32 of the uid as text, or of the user account; 0 for any user. */
  readonly crcUid: number;
  readonly salt: number;
  /** When the token ends: Unix time in seconds; 0: never. */
  readonly ts: number;
  /** When each privilege ends: Unix time in seconds; 0: never. 1 is to join a channel, 1000 to log in to RTM. */
  readonly privileges: Readonly<Record<number, number>>;
  /** The bytes behind the App ID, signature included. */
  readonly content: Uint8Array;
}

/** Computes the checksum by which a token knows a channel or uid: CRC-32 (IEEE) of its UTF-8 bytes, unsigned. */
export function crc32Of(text: string): number {
  return crc32(encoder.encode(text));
}

/** Tells whether something begins as an older token does. */
export function isToken006(token: unknown): token is string {
  return typeof token === 'string' && token.startsWith(LEGACY_VERSION);
}

/**
 * Reads a token of version 006, strictly: see `decodeToken006` of the entries.
 *
 * @param argument - To be named if it is no token.
 */
export function unpackToken006(token: unknown, argument = 'token'): DecodedToken006 {
  const text = takeTokenText(token, argument);
  refuseOtherVersion(text, argument);
  if (text.length < BODY_START) {
    const fault = `ends within the App ID: expected ${BODY_START} characters before the base64, got ${text.length}`;
    throw unreadable(argument, 'ERR_TOKEN_TRUNCATED', `${fault}; was the token cut?`);
  }
  const appId = text.slice(LEGACY_VERSION.length, BODY_START);
  // The App ID may have any characters, and offsets count those of the whole token.
  const body = text.slice(BODY_START).padStart(text.length, LEGACY_VERSION);
  return unpackContent(
    appId,
    decodeBase64(body, BODY_START, (bytes, length) => firstBytes(bytes, length).slice()),
  );
}

function refuseOtherVersion(text: string, argument: string): void {
  if (text.startsWith(LEGACY_VERSION)) return;
  const fault = text.startsWith(VERSION)
    ? 'an AccessToken2 of version 007, expected 006; read it with decodeToken, verify it with verifyToken'
    : 'expected a text that begins with 006';
  throw unreadable(argument, 'ERR_TOKEN_VERSION', fault);
}

function unpackContent(appId: string, content: Uint8Array): DecodedToken006 {
  const reader = new ByteReader(content);
  const signature = reader.bytes(reader.uint16());
  const crcChannelName = reader.uint32();
  const crcUid = reader.uint32();
  const messageLength = reader.uint16();
  // The message ends where the content does, so reading the one cannot run beyond the other.
  const message = new ByteReader(content, reader.offset);
  reader.bytes(messageLength);
  reader.end('the message');
  const salt = message.uint32();
  const ts = message.uint32();
  const privileges = unpackPrivileges(message);
  message.end('the last privilege');
  return { version: LEGACY_VERSION, appId, signature, crcChannelName, crcUid, salt, ts, privileges, content };
}

/**
 * Puts together what the signature of a token is over, from its bytes as they are.
 *
 * @param channelName - Or the user of a token to log in to RTM.
 * @param uidText - The uid as text, or the user account; empty for any user.
 */
export function message006(
  { appId, content }: Pick<DecodedToken006, 'appId' | 'content'>,
  channelName: string,
  uidText: string,
): Uint8Array {
  const signatureLength = new ByteReader(content).uint16();
  const message = content.subarray(2 + signatureLength + 4 + 4 + 2);
  const names = encoder.encode(appId + channelName + uidText);
  const signed = new Uint8Array(names.length + message.length);
  signed.set(names);
  signed.set(message, names.length);
  return signed;
}

/** What `buildToken006` makes a token from, exported for whoever puts it together elsewhere. */
export interface BuildToken006Options {
  /** 32 hex digits. */
  readonly appId: string;
  /** 32 hex digits, the primary or the secondary certificate. */
  readonly appCertificate: string;
  /** Up to 65,535 bytes of UTF-8. For a token to log in to RTM, the user. */
  readonly channelName: string;
  /** 0…4294967295, or a user account of up to 65,535 bytes; 0 and `''`: any user, and for RTM. */
  readonly uid: number | string;
  /** When the token ends: Unix time in seconds, 0…4294967295; 0: never. */
  readonly ts: number;
  /** 0…4294967295. Left out: random, from a cryptographic source. */
  readonly salt?: number | undefined;
  /**
   * When each privilege ends: Unix time in seconds, 0…4294967295; 0: never. 1 is to join, 2, 3 and 4 to publish audio,
   * video and data streams, 1000 to log in to RTM. Up to 10,920 ids.
   */
  readonly privileges: Readonly<Record<number, number>>;
  /** Whether `accesstoken2/web` may mint in a browser. Left out: false. It means nothing elsewhere. */
  readonly allowBrowser?: boolean | undefined;
}

/** All that is needed to sign a token, but for the salt where it is left to the entry. */
export interface MintRequest006 {
  readonly appId: string;
  readonly appCertificate: string;
  readonly channelName: string;
  /** As text. */
  readonly uid: string;
  readonly ts: number;
  readonly salt: number | undefined;
  readonly privileges: Readonly<Record<number, number>>;
  readonly allowBrowser: boolean;
}

const REQUEST = ['appId', 'appCertificate', 'channelName', 'uid', 'ts', 'salt', 'privileges', 'allowBrowser'];

/** Takes the argument of `buildToken006`. */
export function takeMintRequest006(value: unknown): MintRequest006 {
  const properties = takeOptions(value, REQUEST);
  const salt = properties.get('salt');
  return {
    appId: takeAppId(properties.get('appId'), 'appId'),
    appCertificate: takeAppCertificate(properties.get('appCertificate'), 'appCertificate'),
    channelName: takeText(properties.get('channelName'), 'channelName', 'ERR_CHANNEL_NAME'),
    uid: takeUid(properties.get('uid'), 'uid'),
    ts: takeEnd(properties.get('ts'), 'ts'),
    salt: salt === undefined ? undefined : takeSalt(salt),
    privileges: takePrivileges(properties.get('privileges'), 'privileges'),
    allowBrowser: takeAllowBrowser(properties),
  };
}

/** Takes a uid or a user account, and returns its text. */
function takeUid(value: unknown, argument: string): string {
  if (typeof value === 'string') return takeText(value, argument, 'ERR_UID');
  const wayOut = '0 stands for any user; pass a user account as text';
  return uidText(takeInteger(value, argument, { code: 'ERR_UID', min: 0, max: UINT32_MAX, wayOut }));
}

/** Takes a point in time at which something ends. */
function takeEnd(value: unknown, argument: string): number {
  const wayOut =
    'pass Unix time in whole seconds, such as Math.floor(Date.now() / 1000) + 3600, or 0 for no end';
  return takeInteger(value, argument, { code: 'ERR_EXPIRE', min: 0, max: UINT32_MAX, wayOut });
}

const PRIVILEGES: IdMapWords = {
  code: 'ERR_PRIVILEGES',
  expected: 'an object that maps privilege ids to Unix times',
  example: 'RtcPrivilege.JoinChannel',
};

function takePrivileges(value: unknown, argument: string): Readonly<Record<number, number>> {
  const privileges = takeIdMap(value, argument, PRIVILEGES, (end, id) => takeEnd(end, `${argument}[${id}]`));
  const { length } = Object.keys(privileges);
  if (length <= MAX_PRIVILEGES) return privileges;
  refuseAs(
    PRIVILEGES.code,
    argument,
    `expected at most ${MAX_PRIVILEGES} ids, got ${length}`,
    'leave some out',
  );
}

/**
 * Writes a content, with zeros in the place of the signature.
 *
 * @returns The content, in a workspace that the next one overwrites: to be copied by whoever has to wait.
 */
export function packContent006(request: MintRequest006, salt: number): Uint8Array {
  const { channelName, uid, ts, privileges } = request;
  const writer = new ByteWriter(MAX_CONTENT_LENGTH, 'privileges');
  writer.uint16(NO_SIGNATURE.length);
  writer.bytes(NO_SIGNATURE);
  writer.uint32(crc32Of(channelName));
  writer.uint32(crc32Of(uid));
  writer.uint16(MESSAGE_HEADER_LENGTH + PRIVILEGE_LENGTH * Object.keys(privileges).length);
  writer.uint32(salt);
  writer.uint32(ts);
  packPrivileges(writer, privileges);
  return writer.finish();
}

/** Puts the signature into a content, and the content into a token; the content is gone afterwards. */
export function packToken006(
  appId: string,
  content: Uint8Array,
  signature: Uint8Array,
  encodeBase64: Base64Encoder,
): string {
  content.set(signature, 2);
  const token = LEGACY_VERSION + appId + encodeBase64(content);
  overwrite(content, 0);
  return token;
}

/** What `verifyToken006` is asked, exported for whoever passes it on. A property there but `undefined` is refused. */
export interface Expected006 {
  /** The channel to be joined, or the user that logs in to RTM. */
  readonly channelName: string;
  /** The uid that joins, 0…4294967295, or the user account; 0 and `''`: a token for any user, or for RTM. */
  readonly uid: number | string;
  /** The time of the check: Unix time in seconds, or a `Date`. Left out: the clock, read at the call. */
  readonly now?: number | Date;
}

declare const verified: unique symbol;

/** An older token whose signature, time, channel and uid were checked; exported as the type of a result. */
export type VerifiedToken006 = DecodedToken006 & { readonly [verified]: true };

/** Expectations that can be checked. */
export interface Requirements006 {
  readonly channelName: string;
  /** As text. */
  readonly uid: string;
  readonly now: number;
}

/** Takes what a caller expects of a token; `clock` gives Unix time in seconds. */
export function takeExpected006(value: unknown, clock: () => number): Requirements006 {
  const code = 'ERR_OPTIONS';
  const properties = takeObject(value, 'expected', code, 'an object such as { channelName, uid }');
  const pathOf = (name: string): string => `expected.${name}`;
  refuseUnknown(properties, ['channelName', 'uid', 'now'], code, pathOf);
  const [channelName, uid] = ['channelName', 'uid'].map((name) => {
    const entry = properties.get(name);
    if (entry !== undefined) return entry;
    refuse(code, pathOf(name), 'a value', entry, 'the token does not tell it, so it has to be known');
  });
  return {
    channelName: takeText(channelName, pathOf('channelName'), 'ERR_CHANNEL_NAME'),
    uid: takeUid(uid, pathOf('uid')),
    now: takeNow(properties.has('now') ? properties.get('now') : clock()),
  };
}

/**
 * Accepts a token or throws: for its channel and uid, then for its signature, which the platform has checked, and only
 * then for what it says.
 */
export function assertVerified006(
  token: DecodedToken006,
  signed: boolean,
  requirements: Requirements006,
): asserts token is VerifiedToken006 {
  const [fault] = [
    // Before the signature, which is over both and could not tell which of them is wrong.
    ...nameFaults006(token, requirements),
    ...(signed ? [] : [SIGNATURE_FAULT]),
    ...appIdFaults(token.appId, undefined),
    ...timeFaults006(token, requirements.now),
  ];
  if (fault !== undefined) throw claimError(fault);
}

/** Lists what is wrong with the channel and the uid that a token is for, by their checksums; undefined: any. */
export function nameFaults006(
  { crcChannelName, crcUid }: DecodedToken006,
  { channelName, uid }: { readonly channelName: string | undefined; readonly uid: string | undefined },
): readonly Fault[] {
  const isOtherChannel = channelName !== undefined && crcChannelName !== crc32Of(channelName);
  const isOtherUser = uid !== undefined && crcUid !== crc32Of(uid);
  const user = uid === '' ? 'any user (uid 0)' : shown(uid);
  const actual = crcUid === 0 ? 'for any user (uid 0), or for RTM,' : 'for another user';
  return [
    ...faultIf(isOtherChannel, () => ({
      code: 'ERR_CHANNEL_MISMATCH',
      message: `it is for another channel, or RTM user, than ${shown(channelName)}`,
      wayOut: 'mint it for the channel that the client joins, or for the user that logs in to RTM',
    })),
    ...faultIf(isOtherUser, () => ({
      code: 'ERR_UID_MISMATCH',
      message: `it is ${actual} where ${user} is expected`,
      wayOut: 'mint it for the uid or account that the client uses',
    })),
  ];
}

/** Lists what is wrong with the end of a token, and with its privilege to join or else to log in to RTM. */
export function timeFaults006({ ts, privileges }: DecodedToken006, now: number): readonly Fault[] {
  const id = [RtcPrivilege.JoinChannel, RTM_LOGIN].find((privilege) => Object.hasOwn(privileges, privilege));
  const end = id === undefined ? 0 : (privileges[id] ?? 0);
  return [
    ...faultIf(hasEnded(ts, now), () => ended('ERR_TOKEN_EXPIRED', 'it', ts, now)),
    ...faultIf(id === undefined, () => ({
      code: 'ERR_MISSING_PRIVILEGE',
      message: `it has neither privilege ${RtcPrivilege.JoinChannel} (join) nor ${RTM_LOGIN} (log in to RTM)`,
      wayOut: 'mint it with the one that is needed',
    })),
    ...faultIf(hasEnded(end, now), () => ended('ERR_PRIVILEGE_EXPIRED', `privilege ${id}`, end, now)),
  ];
}

function hasEnded(end: number, now: number): boolean {
  return end !== 0 && now >= end;
}
