/** For each code of a finding: tokens for which it is raised, and tokens for which it is not. */
import { createHmac } from 'node:crypto';
import {
  type ReferenceRequest,
  type ReferenceService,
  referenceContent,
  referenceService,
  referenceSignature,
  referenceToken,
  str,
  tokenOfContent,
  tokenOfStream,
  uint16,
  uint32,
} from './reference.js';

export const APP_ID = '970CA35de60c44645bbae8a215061b33';
export const OTHER_APP_ID = '0123456789abcdef0123456789abcdef';
export const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
export const OTHER_CERTIFICATE = 'fedcba9876543210fedcba9876543210';
/** 2023-11-14T22:13:20Z */
export const NOW = 1_700_000_000;
const DAY = 86_400;
/** A point in time that is passed instead of a lifetime. */
const TIMESTAMP = 1_790_000_000;

/** A token issued now, for an hour. */
export function tokenWith(
  services: readonly ReferenceService[],
  claims: Partial<Omit<ReferenceRequest, 'services'>> = {},
): string {
  return referenceToken({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    issueTs: NOW,
    expire: 3600,
    salt: 1,
    services,
    ...claims,
  });
}

/** The content of such a token. */
function contentWith(services: readonly ReferenceService[]): Buffer {
  return referenceContent({
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    issueTs: NOW,
    expire: 3600,
    salt: 1,
    services,
  });
}

const PUBLISHER = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
const SUBSCRIBER = { 1: 3600 };

type Privileges = Readonly<Record<number, number>>;

export function rtc(channelName: string, uid: string, privileges: Privileges = PUBLISHER): ReferenceService {
  return { type: 'rtc', channelName, uid, privileges };
}

export function rtm(userId: string, privileges: Privileges = { 1: 3600 }): ReferenceService {
  return { type: 'rtm', userId, privileges };
}

export function chat(userId: string, privileges: Privileges = { 1: 3600 }): ReferenceService {
  return { type: 'chat', userId, privileges };
}

export function rtm2(userId: string): ReferenceService {
  return { type: 'rtm2', userId, permissions: {}, privileges: { 1: 3600 } };
}

export function streaming(channelName: string, account: string): ReferenceService {
  return { type: 'streaming', channelName, account, privileges: { 1: 3600 } };
}

export function fcdn(channelName: string, account: string): ReferenceService {
  return { type: 'fcdn', channelName, account, privileges: { 1: 3600 } };
}

export function unknown(typeId: number): ReferenceService {
  return { type: 'unknown', typeId, count: 1, body: Uint8Array.of(1, 2, 3) };
}

export const FPA: ReferenceService = { type: 'fpa', privileges: { 1: 0 } };
const APAAS: ReferenceService = {
  type: 'apaas',
  roomUuid: 'room',
  userUuid: 'alice',
  role: 1,
  privileges: { 1: 3600 },
};

/** A valid token, for uid 42 in the channel "lobby". */
export const LOBBY: string = tokenWith([rtc('lobby', '42')]);

/**
 * Finds a token with a property among those that differ only in salt.
 *
 * @param from - The first salt, close to the right one for a short search.
 */
export function lobbyTokenWhere(property: (token: string) => boolean, from = 1): string {
  for (let salt = from; salt < from + 100_000; salt++) {
    const token = tokenWith([rtc('lobby', '42')], { salt });
    if (property(token)) return token;
  }
  throw new Error('no such token');
}

/** A token with `+`, `/` and padding, all of which can be lost in transit. */
export const FRAGILE: string = lobbyTokenWhere(
  (token) => token.includes('+') && token.includes('/') && token.endsWith('='),
);

/** Expectations with the certificate and the time. */
export function expecting(expected: object = {}): object {
  return { now: NOW, appCertificate: CERTIFICATE, ...expected };
}

/** The claims of a 006 token, and the certificate that signs it. */
export interface Request006 {
  readonly appId: string;
  readonly appCertificate: string;
  readonly channelName: string;
  /** Empty for uid 0. */
  readonly uid: string;
  readonly salt: number;
  readonly ts: number;
  readonly privileges: Privileges;
}

/** Computes CRC-32 of UTF-8 bytes, bit by bit. */
export function crc32(text: string): number {
  let crc = 0xffff_ffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Encodes a 006 token, by default for uid 42 in the channel "lobby". */
export function token006(request: Partial<Request006> = {}): string {
  const { appId, appCertificate, channelName, uid, salt, ts, privileges }: Request006 = {
    appId: APP_ID,
    appCertificate: CERTIFICATE,
    channelName: 'lobby',
    uid: '42',
    salt: 1,
    ts: NOW + DAY,
    privileges: { 1: NOW + 3600, 2: NOW + 3600, 3: NOW + 3600, 4: NOW + 3600 },
    ...request,
  };
  const entries = Object.entries(privileges).map(([id, end]) => Buffer.concat([uint16(Number(id)), uint32(end)]));
  const message = Buffer.concat([uint32(salt), uint32(ts), uint16(entries.length), ...entries]);
  const signature = createHmac('sha256', appCertificate)
    .update(Buffer.concat([Buffer.from(`${appId}${channelName}${uid}`), message]))
    .digest();
  const content = [str(signature), uint32(crc32(channelName)), uint32(crc32(uid)), str(message)];
  return `006${appId}${Buffer.concat(content).toString('base64')}`;
}

/** A 006 token for RTM login, with the user as channel. */
export function rtmToken006(userId: string, request: Partial<Request006> = {}): string {
  return token006({ channelName: userId, uid: '', privileges: { 1000: NOW + 3600 }, ...request });
}

/** Matches a number with or without thousands separators. */
function number(value: number): RegExp {
  const digits = String(value).replace(/\B(?=(?:\d{3})+$)/gu, '[,_ \u00a0\u202f’]?');
  return new RegExp(`(?<!\\d)${digits}(?!\\d)`, 'u');
}

/** A JSON Web Token, which is mistaken for an Agora token. */
const JWT = [{ alg: 'HS256', typ: 'JWT' }, { sub: 'alice', iat: NOW }, 'signature']
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** Replaces one character of a token. */
function withLetter(token: string, at: number, letter: string): string {
  return token.slice(0, at) + letter + token.slice(at + 1);
}

/** Damages only the checksum of the stream. */
function withWrongChecksum(token: string): string {
  const stream = Buffer.from(token.slice(3), 'base64');
  const last = stream.length - 1;
  stream.writeUInt8(stream.readUInt8(last) ^ 1, last);
  return tokenOfStream(stream);
}

/** A token with services given as bytes. */
function tokenOfServices(count: number, ...services: readonly Uint8Array[]): string {
  const signingInfo = Buffer.concat([str(APP_ID), uint32(NOW), uint32(3600), uint32(1), uint16(count), ...services]);
  const signature = referenceSignature(CERTIFICATE, NOW, 1, signingInfo);
  return tokenOfContent(Buffer.concat([str(signature), signingInfo]));
}

/** The valid token with one altered byte of its content, in a valid stream. */
function alteredLobby(at: number): string {
  const content = contentWith([rtc('lobby', '42')]);
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  return tokenOfContent(content);
}

type Severity = 'error' | 'warning' | 'info';

/** A token, its expectations, and patterns that message and hint have to match. */
type Raised = readonly [token: unknown, expected: unknown, ...says: RegExp[]];
/** A token and its expectations. */
type Spared = readonly [token: unknown, expected: unknown];

export interface CodeCases {
  readonly severity: Severity;
  readonly raised: Readonly<Record<string, Raised>>;
  readonly spared: Readonly<Record<string, Spared>>;
}

const uidOf = (uid: string): string => tokenWith([rtc('lobby', uid)]);
const channelOf = (channelName: string): string => tokenWith([rtc(channelName, '42')]);
const lasting = (expire: number, privileges: Privileges = { 1: 0 }): string =>
  tokenWith([rtc('lobby', '42', privileges)], { expire });

/** The characters of a name, of which one may consist. */
const CHARACTERS = '!#$%&()+-:;<=.>?@[]^_{}|~,';

const CASES: Readonly<Record<string, CodeCases>> = {
  UID_MISMATCH: {
    severity: 'error',
    raised: {
      'a uid that was undefined': [
        uidOf('undefined'),
        expecting({ channelName: 'lobby', uid: 42 }),
        /undefined/u,
        number(42),
      ],
      'null in its place': [uidOf('null'), expecting({ uid: 42 }), /null/u, number(42)],
      'NaN in its place': [uidOf('NaN'), expecting({ uid: 42 }), /NaN/u, number(42)],
      'an object in its place': [uidOf('[object Object]'), expecting({ uid: 42 }), /\[object Object\]/u, number(42)],
      'the account "0" against uid 0': [uidOf('0'), expecting({ uid: 0 }), /"0"/u, /any|empty|""/iu],
      'a UUID signed as a uid': [
        uidOf('123e4567-e89b-42d3-a456-426614174000'),
        expecting({ uid: 42 }),
        /UUID/u,
        /123e4567-e89b/u,
        number(42),
      ],
      'the signed twin of the largest uid': [
        uidOf('-1'),
        expecting({ uid: 4_294_967_295 }),
        /-1/u,
        number(4_294_967_295),
        /sign|32/iu,
      ],
      'the signed twin of a large uid': [
        uidOf('-2147483648'),
        expecting({ uid: 2_147_483_648 }),
        /-2,?147,?483,?648/u,
        number(2_147_483_648),
        /sign|32/iu,
      ],
      'the unsigned twin of an account': [
        uidOf('4294967254'),
        expecting({ account: '-42' }),
        number(4_294_967_254),
        /-42/u,
        /sign|32/iu,
      ],
      'leading zeros in the token': [uidOf('0042'), expecting({ uid: 42 }), /0042/u, number(42), /zero/iu],
      'leading zeros in the account': [uidOf('42'), expecting({ account: '042' }), /042/u, number(42), /zero/iu],
      'a space after it': [uidOf('42 '), expecting({ uid: 42 }), /"42 "/u, /space/iu],
      'an account in other letter case': [
        uidOf('Alice'),
        expecting({ account: 'alice' }),
        /Alice/u,
        /alice/u,
        /case/iu,
      ],
      'string against number': [uidOf('alice'), expecting({ uid: 42 }), /alice/u, number(42)],
      'another user': [uidOf('43'), expecting({ uid: 42 }), number(43), number(42)],
      'another user in a streaming service': [
        tokenWith([streaming('lobby', 'bob')]),
        expecting({ service: 'streaming', account: 'alice' }),
        /bob/u,
        /alice/u,
      ],
      'any user asked of a token for one': [uidOf('42'), expecting({ uid: 0 }), number(42)],
      'neither of two services': [
        tokenWith([rtc('lobby', '1'), rtc('lobby', '2')]),
        expecting({ channelName: 'lobby', uid: 42 }),
        number(42),
      ],
    },
    spared: {
      'the uid itself': [LOBBY, expecting({ uid: 42 })],
      'the uid as an account': [LOBBY, expecting({ account: '42' })],
      'the largest uid': [uidOf('4294967295'), expecting({ uid: 4_294_967_295 })],
      'any uid in a token for any user': [uidOf(''), expecting({ uid: 42 })],
      'uid 0 in a token for any user': [uidOf(''), expecting({ uid: 0 })],
      'any account in a token for *': [uidOf('*'), expecting({ account: 'alice' })],
      'an account that fits a pattern': [uidOf('a*e'), expecting({ account: 'alice' })],
      'the account "0" itself': [uidOf('0'), expecting({ account: '0' })],
      'the second of two services': [
        tokenWith([rtc('lounge', '1'), rtc('lobby', '42')]),
        expecting({ channelName: 'lobby', uid: 42 }),
      ],
      'nothing expected of it': [uidOf('undefined'), expecting({ channelName: 'lobby' })],
      'no service that could have one': [tokenWith([rtm('alice')]), expecting({ uid: 42 })],
      'another user of RTM': [tokenWith([rtm('bob')]), expecting({ service: 'rtm', userId: 'alice' })],
      'a token cut short of its services': [LOBBY.slice(0, 60), expecting({ uid: 43 })],
      'no token': ['undefined', expecting({ uid: 42 })],
      'another channel': [LOBBY, expecting({ channelName: 'lounge', uid: 42 })],
      'the user of another service': [
        tokenWith([rtc('lobby', '42'), streaming('lobby', '43')]),
        expecting({ service: 'rtc', uid: 42 }),
      ],
      'another certificate': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE, channelName: 'lobby', uid: 42 }],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  USER_MISMATCH: {
    severity: 'error',
    raised: {
      'another user of RTM': [tokenWith([rtm('bob')]), expecting({ userId: 'alice' }), /bob/u, /alice/u],
      'another user of RTM2': [
        tokenWith([rtm2('bob')]),
        expecting({ service: 'rtm2', userId: 'alice' }),
        /bob/u,
        /alice/u,
      ],
      'another user of Chat': [
        tokenWith([chat('bob')]),
        expecting({ service: 'chat', userId: 'alice' }),
        /bob/u,
        /alice/u,
      ],
      'letter case': [tokenWith([rtm('Alice')]), expecting({ userId: 'alice' }), /Alice/u, /alice/u, /case/iu],
      'no wildcard for RTM': [tokenWith([rtm('*')]), expecting({ userId: 'alice' }), /\*/u, /alice/u],
      'an app token of Chat for a user': [tokenWith([chat('')]), expecting({ userId: 'alice' }), /alice/u],
      'a user that was undefined': [
        tokenWith([rtm('undefined')]),
        expecting({ userId: 'alice' }),
        /undefined/u,
        /alice/u,
      ],
    },
    spared: {
      'the user of RTM': [tokenWith([rtm('alice')]), expecting({ userId: 'alice' })],
      'the user of RTM2': [tokenWith([rtm2('alice')]), expecting({ userId: 'alice' })],
      'the user of Chat': [tokenWith([chat('alice')]), expecting({ userId: 'alice' })],
      'no user in an app token of Chat': [tokenWith([chat('')]), expecting({ service: 'chat', userId: '' })],
      'one of several services': [tokenWith([rtm('bob'), chat('alice')]), expecting({ userId: 'alice' })],
      'no service that could have one': [LOBBY, expecting({ userId: '42' })],
      'nothing expected of it': [tokenWith([rtm('undefined')]), expecting({ service: 'rtm' })],
      'another uid': [LOBBY, expecting({ uid: 43 })],
    },
  },
  MISSING_SERVICE: {
    severity: 'error',
    raised: {
      'an RTC token for RTM login': [LOBBY, expecting({ service: 'rtm' }), /rtc/iu, /rtm/iu],
      'an RTC token for an RTM user': [LOBBY, expecting({ service: 'rtm', userId: '42' }), /rtc/iu, /rtm/iu],
      'an RTC token for any user id': [LOBBY, expecting({ userId: '42' }), /rtc/iu, /rtm|chat/iu],
      'an RTM token for a channel': [
        tokenWith([rtm('alice')]),
        expecting({ channelName: 'lobby', uid: 42 }),
        /rtm/iu,
        /rtc/iu,
      ],
      'an RTM2 token for RTM': [
        tokenWith([rtm2('alice')]),
        expecting({ service: 'rtm', userId: 'alice' }),
        /rtm2/iu,
        /rtm(?!2)/iu,
      ],
      'a Chat token for APaaS': [tokenWith([chat('alice')]), expecting({ service: 'apaas' }), /chat/iu, /apaas/iu],
      'a token of nothing': [tokenWith([]), expecting({ service: 'rtc' }), /rtc/iu],
      'a service that only an unknown one could be': [tokenWith([unknown(99)]), expecting({ service: 'stt' }), /stt/iu],
    },
    spared: {
      'the service itself': [LOBBY, expecting({ service: 'rtc' })],
      'one of several': [tokenWith([rtc('lobby', '42'), rtm('alice')]), expecting({ service: 'rtm' })],
      'of another channel': [LOBBY, expecting({ channelName: 'lounge' })],
      'of another user': [LOBBY, expecting({ uid: 43 })],
      'without the privilege': [tokenWith([rtc('lobby', '42', {})]), expecting({ uid: 42 })],
      'nothing expected': [tokenWith([]), expecting()],
      'only an App ID expected': [tokenWith([unknown(99)]), expecting({ appId: APP_ID })],
      'no token': ['', expecting({ service: 'rtc' })],
    },
  },
  SIGNATURE_MISMATCH: {
    severity: 'error',
    raised: {
      'the certificate of another project': [
        LOBBY,
        { now: NOW, appCertificate: OTHER_CERTIFICATE },
        /certificate/iu,
        /console|enabled/iu,
      ],
      'neither of two certificates': [
        LOBBY,
        { now: NOW, appCertificate: [OTHER_CERTIFICATE, OTHER_APP_ID] },
        /certificate/iu,
      ],
      'a line break after the certificate': [
        LOBBY,
        { now: NOW, appCertificate: `${CERTIFICATE}\n` },
        /white ?space|trim|newline|line break/iu,
      ],
      'spaces around the certificate': [
        LOBBY,
        { now: NOW, appCertificate: `  ${CERTIFICATE}\t` },
        /white ?space|trim/iu,
      ],
      'a line break after the secondary certificate': [
        LOBBY,
        { now: NOW, appCertificate: [OTHER_CERTIFICATE, `${CERTIFICATE}\r\n`] },
        /white ?space|trim|newline|line break/iu,
      ],
      'the certificate in lower case': [
        tokenWith([rtc('lobby', '42')], { appCertificate: CERTIFICATE.toUpperCase() }),
        { now: NOW, appCertificate: CERTIFICATE.toLowerCase() },
        /case/iu,
      ],
      'the certificate in upper case': [
        tokenWith([rtc('lobby', '42')], { appCertificate: CERTIFICATE.toLowerCase() }),
        { now: NOW, appCertificate: CERTIFICATE.toUpperCase() },
        /case/iu,
      ],
      'the certificate in both cases': [
        tokenWith([rtc('lobby', '42')], { appCertificate: CERTIFICATE.toLowerCase() }),
        { now: NOW, appCertificate: [OTHER_CERTIFICATE, CERTIFICATE] },
        /case/iu,
      ],
      'the certificate in a case that cannot be told': [
        LOBBY,
        { now: NOW, appCertificate: CERTIFICATE.toLowerCase() },
        /certificate/iu,
      ],
      'App ID and certificate swapped when it was signed': [
        tokenWith([rtc('lobby', '42')], { appId: CERTIFICATE, appCertificate: APP_ID }),
        expecting({ appId: APP_ID }),
        /swap/iu,
      ],
      'App ID and certificate swapped in what is expected': [
        LOBBY,
        { now: NOW, appId: CERTIFICATE, appCertificate: APP_ID },
        /swap/iu,
      ],
      'a certificate that is too short': [LOBBY, { now: NOW, appCertificate: 'abc' }, /certificate/iu],
      'an empty certificate': [LOBBY, { now: NOW, appCertificate: '' }, /certificate/iu],
      'an altered expire': [alteredLobby(73), expecting(), /alter|change|tamper/iu],
      'an altered signature': [alteredLobby(2), expecting(), /alter|change|tamper/iu],
      'an altered channel': [
        alteredLobby(contentWith([rtc('lobby', '42')]).indexOf('lobby')),
        expecting(),
        /alter|change|tamper/iu,
      ],
    },
    spared: {
      'the right certificate': [LOBBY, expecting()],
      'the right one as the secondary': [LOBBY, { now: NOW, appCertificate: [OTHER_CERTIFICATE, CERTIFICATE] }],
      'the right one as the primary': [LOBBY, { now: NOW, appCertificate: [CERTIFICATE, OTHER_CERTIFICATE] }],
      'the right one alone in an array': [LOBBY, { now: NOW, appCertificate: [CERTIFICATE] }],
      'the same in lower case, as it was signed': [
        tokenWith([rtc('lobby', '42')], { appCertificate: CERTIFICATE.toLowerCase() }),
        { now: NOW, appCertificate: CERTIFICATE.toLowerCase() },
      ],
      'the same in upper case, as it was signed': [
        tokenWith([rtc('lobby', '42')], { appCertificate: CERTIFICATE.toUpperCase() }),
        { now: NOW, appCertificate: CERTIFICATE.toUpperCase() },
      ],
      'no certificate': [LOBBY, { now: NOW }],
      'services out of order': [
        tokenOfServices(2, referenceService(rtm('alice')), referenceService(rtc('lobby', '42'))),
        expecting(),
      ],
      'another App ID expected': [LOBBY, expecting({ appId: OTHER_APP_ID })],
      'an expired token': [LOBBY, expecting({ now: NOW + 3600 })],
      'a mangled token': [`"${LOBBY}"`, expecting()],
      'an unknown service': [tokenWith([unknown(99)]), expecting()],
      'wrong expectations': [LOBBY, expecting({ channelName: 'lounge', uid: 43 })],
      'no token': ['undefined', expecting()],
      'a certificate that is a number': [LOBBY, { now: NOW, appCertificate: 42 }],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  APP_ID_MISMATCH: {
    severity: 'error',
    raised: {
      'of another project': [LOBBY, expecting({ appId: OTHER_APP_ID }), /App ?ID/iu],
      'in lower case': [LOBBY, expecting({ appId: APP_ID.toLowerCase() }), /App ?ID/iu, /case/iu],
      'in upper case': [LOBBY, expecting({ appId: APP_ID.toUpperCase() }), /App ?ID/iu, /case/iu],
      'of another project, unchecked': [LOBBY, { now: NOW, appId: OTHER_APP_ID }, /App ?ID/iu],
      'of no project': [tokenWith([rtc('lobby', '42')], { appId: 'lobby' }), expecting(), /App ?ID/iu, /hex|32/iu],
      'of no project, being empty': [tokenWith([rtc('lobby', '42')], { appId: '' }), expecting(), /App ?ID/iu],
      'of another project in a 006 token': [
        token006(),
        expecting({ appId: OTHER_APP_ID, channelName: 'lobby', uid: 42 }),
        /App ?ID/iu,
      ],
    },
    spared: {
      'the App ID itself': [LOBBY, expecting({ appId: APP_ID })],
      'an App ID in lower case, as it was signed': [
        tokenWith([rtc('lobby', '42')], { appId: APP_ID.toLowerCase() }),
        expecting({ appId: APP_ID.toLowerCase() }),
      ],
      'nothing expected of it': [LOBBY, expecting()],
      'another certificate': [LOBBY, { now: NOW, appId: APP_ID, appCertificate: OTHER_CERTIFICATE }],
      'a 006 token': [token006(), expecting({ appId: APP_ID, channelName: 'lobby', uid: 42 })],
      'a mangled token': [` ${LOBBY}`, expecting({ appId: APP_ID })],
      'no token': [APP_ID, expecting({ appId: OTHER_APP_ID })],
    },
  },
  CHANNEL_MISMATCH: {
    severity: 'error',
    raised: {
      'letter case': [LOBBY, expecting({ channelName: 'Lobby' }), /Lobby/u, /lobby/u, /case/iu],
      'a space after it': [LOBBY, expecting({ channelName: 'lobby ' }), /"lobby "/u, /space/iu],
      'a space before it in the token': [
        channelOf(' lobby'),
        expecting({ channelName: 'lobby' }),
        /" lobby"/u,
        /space/iu,
      ],
      'percent-encoded in the token': [
        channelOf('my%20room'),
        expecting({ channelName: 'my room' }),
        /my%20room/u,
        /my room/u,
        /percent|encod/iu,
      ],
      'percent-encoded by who expects it': [
        channelOf('my room'),
        expecting({ channelName: 'my%20room' }),
        /my%20room/u,
        /my room/u,
        /percent|encod/iu,
      ],
      'percent-encoded letters that are not ASCII': [
        channelOf('caf%C3%A9'),
        expecting({ channelName: 'café' }),
        /caf%C3%A9/u,
        /percent|encod/iu,
      ],
      'composed against decomposed': [
        channelOf('caf\u00e9'),
        expecting({ channelName: 'cafe\u0301' }),
        /Unicode|NFC|NFD|normal/iu,
        /caf/u,
      ],
      'decomposed against composed': [
        channelOf('cafe\u0301'),
        expecting({ channelName: 'caf\u00e9' }),
        /Unicode|NFC|NFD|normal/iu,
        /caf/u,
      ],
      'the name of a parameter of a route': [
        channelOf(':channel'),
        expecting({ channelName: 'lobby' }),
        /:channel/u,
        /lobby/u,
        /placeholder|route|literal|parameter|template|path/iu,
      ],
      'another channel': [LOBBY, expecting({ channelName: 'lounge', uid: 42 }), /lobby/u, /lounge/u],
      'another channel of a streaming service': [
        tokenWith([streaming('lobby', 'alice')]),
        expecting({ service: 'streaming', channelName: 'lounge' }),
        /lobby/u,
        /lounge/u,
      ],
      'a pattern that does not fit': [channelOf('1*a*2'), expecting({ channelName: '1b2' }), /1\*a\*2/u, /1b2/u],
    },
    spared: {
      'the channel itself': [LOBBY, expecting({ channelName: 'lobby' })],
      'any channel, for *': [channelOf('*'), expecting({ channelName: 'lobby' })],
      'any channel, for the empty one': [channelOf(''), expecting({ channelName: 'lobby' })],
      'a channel that fits a pattern': [channelOf('1*a*2'), expecting({ channelName: '1xax2' })],
      'a percent-encoded one that is expected so': [channelOf('my%20room'), expecting({ channelName: 'my%20room' })],
      'a decomposed one that is expected so': [channelOf('cafe\u0301'), expecting({ channelName: 'cafe\u0301' })],
      'nothing expected of it': [LOBBY, expecting({ uid: 42 })],
      'no service that could have one': [tokenWith([rtm('alice')]), expecting({ channelName: 'lobby' })],
      'the second of two services': [
        tokenWith([rtc('lounge', '42'), rtc('lobby', '42')]),
        expecting({ channelName: 'lobby', uid: 42 }),
      ],
      'another uid': [LOBBY, expecting({ channelName: 'lobby', uid: 43 })],
      'no token': ['007', expecting({ channelName: 'lobby' })],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  TOKEN_EXPIRED: {
    severity: 'error',
    raised: {
      'at its end': [LOBBY, expecting({ now: NOW + 3600 }), /2023-11-14T23:13:20|1700003600/u],
      'three hours after its end': [
        LOBBY,
        expecting({ now: NOW + 4 * 3600 }),
        /\b3 ?h|10,?800/u,
        /2023-11-14T23:13:20|1700003600/u,
      ],
      'after 24 hours, with a longer lifetime': [
        lasting(7 * DAY),
        expecting({ now: NOW + DAY }),
        /2023-11-15T22:13:20|1700086400/u,
      ],
      'at once, with a lifetime of 0': [lasting(0), expecting()],
      'at the end of the tolerance': [LOBBY, expecting({ now: NOW + 3610, clockTolerance: 10 })],
      'at the end of maxLifetime': [LOBBY, expecting({ now: NOW + 60, maxLifetime: 60 })],
      'at its end, told by a Date': [LOBBY, expecting({ now: new Date(1000 * (NOW + 3600)) })],
      'a 006 token at its ts': [
        token006({ ts: NOW + 60 }),
        expecting({ channelName: 'lobby', uid: 42, now: NOW + 60 }),
      ],
    },
    spared: {
      'a second before its end': [LOBBY, expecting({ now: NOW + 3599 })],
      'half a second before its end': [LOBBY, expecting({ now: NOW + 3599.5 })],
      'a second before 24 hours are over': [lasting(7 * DAY), expecting({ now: NOW + DAY - 1 })],
      'within the tolerance': [LOBBY, expecting({ now: NOW + 3609, clockTolerance: 10 })],
      'after 24 hours with a larger maxLifetime': [lasting(90_000), expecting({ now: NOW + DAY, maxLifetime: 90_000 })],
      'when a privilege has ended': [lasting(3600, { 1: 60 }), expecting({ uid: 42, now: NOW + 60 })],
      'before its issue': [LOBBY, expecting({ now: NOW - 7200 })],
      'a 006 token without a limit': [token006({ ts: 0 }), expecting({ channelName: 'lobby', uid: 42, now: NOW + 60 })],
    },
  },
  PRIVILEGE_EXPIRED: {
    severity: 'error',
    raised: {
      'join, at its end': [
        lasting(3600, { 1: 60 }),
        expecting({ uid: 42, now: NOW + 60 }),
        /join|\b1\b/iu,
        /2023-11-14T22:14:20|1700000060/u,
      ],
      'join, half an hour ago': [
        lasting(3600, { 1: 60 }),
        expecting({ channelName: 'lobby', now: NOW + 60 + 1800 }),
        /\b30 ?min|1,?800/u,
        /2023-11-14T22:14:20|1700000060/u,
      ],
      'publishing, if it is asked for': [
        lasting(3600, { 1: 3600, 2: 60 }),
        expecting({ uid: 42, privileges: [1, 2], now: NOW + 60 }),
        /audio|\b2\b/iu,
      ],
      'RTM login': [
        tokenWith([rtm('alice', { 1: 60 })]),
        expecting({ service: 'rtm', userId: 'alice', privileges: [1], now: NOW + 60 }),
        /login|\b1\b/iu,
      ],
      'join in a 006 token': [
        token006({ privileges: { 1: NOW + 60 } }),
        expecting({ channelName: 'lobby', uid: 42, now: NOW + 60 }),
        /join|\b1\b/iu,
      ],
    },
    spared: {
      'a second before its end': [lasting(3600, { 1: 60 }), expecting({ uid: 42, now: NOW + 59 })],
      'of 0, before the token ends': [lasting(3600, { 1: 0 }), expecting({ uid: 42, now: NOW + 3599 })],
      'one that is not expected': [
        lasting(3600, { 1: 3600, 2: 60 }),
        expecting({ channelName: 'lobby', uid: 42, now: NOW + 60 }),
      ],
      'nothing expected of a service': [lasting(3600, { 1: 60 }), expecting({ now: NOW + 60 })],
      'RTM login that is not expected': [
        tokenWith([rtm('alice', { 1: 60 })]),
        expecting({ userId: 'alice', now: NOW + 60 }),
      ],
      'within the tolerance': [lasting(3600, { 1: 60 }), expecting({ uid: 42, now: NOW + 69, clockTolerance: 10 })],
      'one that is not there': [lasting(3600, {}), expecting({ uid: 42, now: NOW + 60 })],
      'one that outlives the token': [lasting(60, { 1: 3600 }), expecting({ uid: 42, now: NOW + 60 })],
    },
  },
  EXPIRE_LOOKS_ABSOLUTE: {
    severity: 'warning',
    raised: {
      'a timestamp in the place of all lifetimes': [
        lasting(TIMESTAMP, { 1: TIMESTAMP, 2: TIMESTAMP, 3: TIMESTAMP, 4: TIMESTAMP }),
        expecting(),
        number(TIMESTAMP),
        /timestamp/iu,
        /3,?600/u,
        /privilege/iu,
      ],
      'a timestamp in the place of the lifetime of the token alone': [
        lasting(TIMESTAMP),
        expecting(),
        number(TIMESTAMP),
        /timestamp/iu,
        /3,?600/u,
      ],
      'a timestamp in the place of that of a privilege alone': [
        lasting(3600, { 1: 3600, 2: TIMESTAMP }),
        expecting(),
        number(TIMESTAMP),
        /timestamp/iu,
        /audio|\b2\b/iu,
      ],
      'a little above the limit': [lasting(1_000_000_001), expecting(), number(1_000_000_001)],
      'different timestamps': [
        lasting(TIMESTAMP, { 1: TIMESTAMP + 1, 2: TIMESTAMP + 2 }),
        expecting(),
        number(TIMESTAMP),
        number(TIMESTAMP + 1),
        number(TIMESTAMP + 2),
      ],
      'a timestamp in the place of the lifetime of RTM login': [
        tokenWith([rtc('lobby', '42'), rtm('alice', { 1: TIMESTAMP })]),
        expecting(),
        number(TIMESTAMP),
        /rtm/iu,
      ],
    },
    spared: {
      'an hour': [LOBBY, expecting()],
      'exactly a billion seconds': [lasting(1_000_000_000, { 1: 1_000_000_000 }), expecting()],
      'a year': [lasting(365 * DAY), expecting()],
      '24 hours': [lasting(DAY, { 1: DAY }), expecting()],
      'an issue time, which is one': [tokenWith([rtc('lobby', '42')], { issueTs: TIMESTAMP }), expecting()],
      'a large salt': [tokenWith([rtc('lobby', '42')], { salt: 4_000_000_000 }), expecting()],
      'a 006 token, whose times are absolute': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  EXPIRE_OVER_24H: {
    severity: 'warning',
    raised: {
      'a second more': [lasting(DAY + 1), expecting(), number(DAY + 1), /24/u, /2023-11-15T22:13:20|1700086400/u],
      'a week': [lasting(7 * DAY), expecting(), /24/u, /2023-11-15T22:13:20|1700086400/u],
      'exactly a billion seconds': [lasting(1_000_000_000), expecting(), number(1_000_000_000), /24/u],
      'a privilege alone': [lasting(3600, { 1: 90_000 }), expecting(), number(90_000), /24/u, /privilege|join/iu],
      'token and privileges': [
        lasting(90_001, { 1: 90_002, 2: 90_003 }),
        expecting(),
        number(90_001),
        number(90_002),
        number(90_003),
      ],
    },
    spared: {
      'exactly 24 hours': [lasting(DAY, { 1: DAY, 2: DAY }), expecting()],
      'a second less': [lasting(DAY - 1), expecting()],
      'a timestamp': [lasting(TIMESTAMP), expecting()],
      'a timestamp for a privilege': [lasting(3600, { 1: TIMESTAMP }), expecting()],
      'a lifetime of 0': [lasting(0), expecting()],
      'a 006 token': [token006({ ts: NOW + 7 * DAY }), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  EXPIRE_TOO_SHORT: {
    severity: 'warning',
    raised: {
      'a value that was missing': [lasting(0), expecting(), /\b0\b/u, /missing|undefined|left out|not set|no value/iu],
      'the role of a publisher in its place': [lasting(1), expecting(), /\b1\b/u, /role/iu],
      'the role of a subscriber in its place': [lasting(2), expecting(), /\b2\b/u, /role/iu],
      'the role in the place of a privilege': [lasting(3600, { 1: 1 }), expecting(), /\b1\b/u, /role/iu],
      'nine seconds': [lasting(9), expecting(), /\b9\b/u],
      'nine seconds of a privilege': [lasting(3600, { 1: 3600, 2: 9 }), expecting(), /\b9\b/u, /audio|\b2\b/iu],
    },
    spared: {
      'ten seconds': [lasting(10, { 1: 10 }), expecting()],
      'a privilege of 0': [lasting(3600, { 1: 0, 2: 0 }), expecting()],
      'the login of FPA, 0': [tokenWith([FPA], { expire: DAY }), expecting()],
      'an hour': [LOBBY, expecting()],
      'an hour that is over': [LOBBY, expecting({ now: NOW + 7200 })],
      'a 006 token': [token006({ ts: NOW + 1 }), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  MISSING_PRIVILEGE: {
    severity: 'error',
    raised: {
      'a subscriber that publishes audio': [
        tokenWith([rtc('lobby', '42', SUBSCRIBER)]),
        expecting({ channelName: 'lobby', uid: 42, privileges: [1, 2] }),
        /audio|\b2\b/iu,
        /co-?host/iu,
      ],
      'a subscriber that publishes all': [
        tokenWith([rtc('lobby', '42', SUBSCRIBER)]),
        expecting({ privileges: [2, 3, 4] }),
        /audio|\b2\b/iu,
        /video|\b3\b/iu,
        /data|\b4\b/iu,
      ],
      'a token without join': [
        tokenWith([rtc('lobby', '42', { 2: 3600 })]),
        expecting({ channelName: 'lobby', uid: 42 }),
        /join|\b1\b/iu,
      ],
      'a token without RTM login': [
        tokenWith([rtm('alice', {})]),
        expecting({ service: 'rtm', userId: 'alice', privileges: [1] }),
        /login|\b1\b/iu,
      ],
      'a privilege that has no name': [LOBBY, expecting({ privileges: [4711] }), /4,?711/u],
    },
    spared: {
      'a publisher that publishes': [LOBBY, expecting({ channelName: 'lobby', uid: 42, privileges: [1, 2, 3, 4] })],
      'a subscriber that listens': [
        tokenWith([rtc('lobby', '42', SUBSCRIBER)]),
        expecting({ channelName: 'lobby', uid: 42 }),
      ],
      'no join, if none is wanted': [
        tokenWith([rtc('lobby', '42', {})]),
        expecting({ channelName: 'lobby', uid: 42, privileges: [] }),
      ],
      'no join, if nothing is expected': [tokenWith([rtc('lobby', '42', {})]), expecting()],
      'no join, if only the service is expected': [tokenWith([rtc('lobby', '42', {})]), expecting({ service: 'rtc' })],
      'no RTM login, since none is implied': [tokenWith([rtm('alice', {})]), expecting({ userId: 'alice' })],
      'a privilege that has ended': [lasting(3600, { 1: 3600, 2: 60 }), expecting({ privileges: [2], now: NOW + 60 })],
      'a privilege of 0': [lasting(3600, { 1: 0, 2: 0 }), expecting({ privileges: [1, 2] })],
    },
  },
  MANGLED_IN_TRANSIT: {
    severity: 'error',
    raised: {
      '+ turned into a space': [
        FRAGILE.replaceAll('+', ' '),
        expecting(),
        /\+/u,
        /space/iu,
        /JSON|encodeURIComponent/u,
      ],
      'percent-encoding': [encodeURIComponent(FRAGILE), expecting(), /percent|%2B|encod/iu],
      'percent-encoding, twice': [encodeURIComponent(encodeURIComponent(FRAGILE)), expecting(), /percent|%2B|encod/iu],
      'only + percent-encoded, in small letters': [FRAGILE.replaceAll('+', '%2b'), expecting(), /percent|%2B|encod/iu],
      'double quotes around it': [`"${LOBBY}"`, expecting(), /quot/iu],
      'single quotes around it': [`'${LOBBY}'`, expecting(), /quot/iu],
      'a line break every 64 characters': [
        LOBBY.replace(/.{64}/gu, '$&\n'),
        expecting(),
        /line break|newline|white ?space/iu,
      ],
      'a line break of two characters every 76': [
        LOBBY.replace(/.{76}/gu, '$&\r\n'),
        expecting(),
        /line break|newline|white ?space/iu,
      ],
      'the letters of base64url': [
        FRAGILE.replaceAll('+', '-').replaceAll('/', '_'),
        expecting(),
        /base64url|URL-safe|-|_/iu,
      ],
      'padding lost': [FRAGILE.replace(/=+$/u, ''), expecting(), /padding|=/iu],
      'a line break after it': [`${LOBBY}\n`, expecting(), /line break|newline|white ?space|trim/iu],
      'a space before it': [` ${LOBBY}`, expecting(), /space|trim/iu],
      'a 006 token in quotes': [`"${token006()}"`, expecting({ channelName: 'lobby', uid: 42 }), /quot/iu],
    },
    spared: {
      'a token with + and /': [FRAGILE, expecting()],
      'a token without padding, which needs none': [lobbyTokenWhere((token) => !token.endsWith('=')), expecting()],
      'a token that was cut': [LOBBY.slice(0, -20), expecting()],
      'a token that was cut, in quotes': [`"${LOBBY.slice(0, -20)}"`, expecting()],
      'a token that is damaged otherwise, in quotes': [`"${withWrongChecksum(LOBBY)}"`, expecting()],
      'a token signed with another certificate': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE }],
      'a letter that cannot be one of any': [withLetter(LOBBY, 50, '!'), expecting()],
      'white space alone': [' \n', expecting()],
      'quotes around nothing': ['""', expecting()],
      'quotes around no token': ['"undefined"', expecting()],
      'a percent-encoded URL': [encodeURIComponent('https://example.com/token?channel=my room'), expecting()],
      'the letters of base64url without need': [`007-_${LOBBY.slice(5)}`, expecting()],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  TRUNCATED: {
    severity: 'error',
    raised: {
      'at 64 characters, as by a column of a table': [LOBBY.slice(0, 64), expecting(), /cut|truncat|end|short/iu],
      'at 128 characters': [LOBBY.slice(0, 128), expecting(), /cut|truncat|end|short/iu],
      'without its last four letters': [
        FRAGILE.replace(/=+$/u, '').slice(0, -4),
        expecting(),
        /cut|truncat|end|short/iu,
      ],
      'half of it': [LOBBY.slice(0, LOBBY.length / 2), expecting(), /cut|truncat|end|short/iu],
      'one of several services, within the last of them': [
        tokenWith([rtc('lobby', '42'), rtm('alice'), APAAS]).slice(0, -12),
        expecting(),
        /cut|truncat|end|short/iu,
      ],
    },
    spared: {
      'a whole one': [LOBBY, expecting()],
      'one that has lost nothing but padding': [FRAGILE.replace(/=+$/u, ''), expecting()],
      'one with a wrong checksum': [withWrongChecksum(LOBBY), expecting()],
      'one with a wrong letter': [withLetter(LOBBY, 50, '!'), expecting()],
      'one with more behind it': [tokenOfContent(Buffer.concat([contentWith([FPA]), Buffer.of(0)])), expecting()],
      'one in quotes': [`"${LOBBY}"`, expecting()],
      nothing: ['', expecting()],
      'an App ID': [APP_ID, expecting()],
    },
  },
  MALFORMED: {
    severity: 'error',
    raised: {
      'a character outside the alphabet of base64': [withLetter(LOBBY, 50, '!'), expecting(), /\d/u],
      'a letter that is not even ASCII': [withLetter(LOBBY, 50, 'é'), expecting(), /\d/u],
      'a wrong checksum': [withWrongChecksum(LOBBY), expecting()],
      'a byte after the last service': [
        tokenOfContent(Buffer.concat([contentWith([FPA]), Buffer.of(0)])),
        expecting(),
        /\d/u,
      ],
      'bytes after the stream': [
        tokenOfStream(Buffer.concat([Buffer.from(LOBBY.slice(3), 'base64'), Buffer.of(1, 2, 3)])),
        expecting(),
      ],
      'a privilege twice': [
        tokenOfServices(1, Buffer.from('010002000100100e00000100100e000005006c6f6262790000', 'hex')),
        expecting(),
        /\d/u,
      ],
      'a channel that is no UTF-8': [
        tokenOfServices(1, Buffer.from('010000000500ff6f6262790000', 'hex')),
        expecting(),
        /\d/u,
      ],
      'bytes that are no zlib stream': [tokenOfStream(Buffer.from('no stream at all, but text')), expecting()],
    },
    spared: {
      'a good token': [LOBBY, expecting()],
      'one that was cut': [LOBBY.slice(0, 100), expecting()],
      'one that was mangled': [`"${LOBBY}"`, expecting()],
      'one signed with another certificate': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE }],
      'services out of order': [
        tokenOfServices(2, referenceService(rtm('alice')), referenceService(rtc('lobby', '42'))),
        expecting(),
      ],
      'no services': [tokenWith([]), expecting()],
      'a service of an unknown type': [tokenWith([unknown(11)]), expecting()],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
      'no token': ['lobby', expecting()],
    },
  },
  LEGACY_TOKEN: {
    severity: 'warning',
    raised: {
      'for a channel and a uid': [
        token006(),
        expecting({ channelName: 'lobby', uid: 42 }),
        /006/u,
        /007|AccessToken2/u,
        /buildTokenWithUid/u,
      ],
      'for a channel and an account': [
        token006({ uid: 'alice' }),
        expecting({ channelName: 'lobby', account: 'alice' }),
        /006/u,
        /buildTokenWith(?:Uid|UserAccount)/u,
      ],
      'for RTM login': [rtmToken006('alice'), expecting({ userId: 'alice' }), /006/u, /buildRtmToken/u],
      unchecked: [token006(), { now: NOW }, /006/u, /build[A-Z]/u],
      'signed with another certificate': [
        token006({ appCertificate: OTHER_CERTIFICATE }),
        expecting({ channelName: 'lobby', uid: 42 }),
        /006/u,
      ],
    },
    spared: {
      'a token of today': [LOBBY, expecting()],
      'a token of today that was cut': [LOBBY.slice(0, 100), expecting()],
      'a token of today for a channel 006': [channelOf('006'), expecting({ channelName: '006' })],
      'a word': ['lobby', expecting()],
      nothing: ['', expecting()],
    },
  },
  NOT_A_TOKEN: {
    severity: 'error',
    raised: {
      nothing: ['', expecting(), /empty/iu],
      'white space': ['  \n', expecting(), /empty|white ?space|blank/iu],
      'a value that was not there': [undefined, expecting(), /undefined/u],
      'a value that was null': [null, expecting(), /null/u],
      'the string of a value that was not there': ['undefined', expecting(), /undefined/u],
      'the string of null': ['null', expecting(), /null/u],
      'the App ID': [APP_ID, expecting({ appId: APP_ID }), /App ?ID/iu],
      'an App ID, unexpected': [APP_ID, { now: NOW }, /App ?ID/iu],
      'the certificate': [CERTIFICATE, expecting(), /App ?ID|certificate|hex/iu],
      'a JWT': [JWT, expecting(), /JWT|JSON Web Token/iu],
      'a URL': ['https://api.example.com/token?channel=lobby', expecting(), /URL|address/iu],
      'the string of an object': ['[object Object]', expecting(), /object/iu],
      'an object': [{ token: LOBBY }, expecting(), /object/iu],
      'a promise': [Promise.resolve(LOBBY), expecting(), /object|promise|await/iu],
      'a number': [42, expecting(), /number|42/iu],
      'a word': ['lobby', expecting()],
    },
    spared: {
      'a token': [LOBBY, expecting()],
      'a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
      'a token that was cut': [LOBBY.slice(0, 40), expecting()],
      'a token in quotes': [`"${LOBBY}"`, expecting()],
      'a token after white space': [`\t${LOBBY}`, expecting()],
      'a token that is damaged': [withWrongChecksum(LOBBY), expecting()],
      'a token with a character outside the alphabet of base64': [withLetter(LOBBY, 50, '!'), expecting()],
      'a token signed with another certificate': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE }],
      'a percent-encoded token': [encodeURIComponent(FRAGILE), expecting()],
      'a token of no services': [tokenWith([]), expecting()],
      'a token with wrong expectations': [LOBBY, expecting({ chanel: 'lobby' })],
      'a token for a channel that is a URL': [
        channelOf('https://example.com'),
        expecting({ channelName: 'https://example.com' }),
      ],
      'a token for a uid that was not there': [uidOf('undefined'), expecting({ uid: 42 })],
      'a token at 50 characters': [LOBBY.slice(0, 50), expecting()],
      'a token with bytes after it': [tokenOfContent(Buffer.concat([contentWith([FPA]), Buffer.of(0)])), expecting()],
      'a token whose letters are those of base64url': [FRAGILE.replaceAll('+', '-').replaceAll('/', '_'), expecting()],
    },
  },
  ISSUED_IN_FUTURE: {
    severity: 'error',
    raised: {
      '31 seconds ahead': [LOBBY, expecting({ now: NOW - 31 }), /\b31\b/u, /clock/iu],
      '93 seconds ahead': [LOBBY, expecting({ now: NOW - 93 }), /\b93\b|1 min 33/u, /clock/iu],
      'ahead by more than a tolerance above 30': [
        LOBBY,
        expecting({ now: NOW - 61, clockTolerance: 60 }),
        /\b61\b|1 min 1\b/u,
      ],
      '31 seconds ahead, with a tolerance below 30': [LOBBY, expecting({ now: NOW - 31, clockTolerance: 10 })],
      'milliseconds passed for seconds of the issue, wrapped': [
        tokenWith([rtc('lobby', '42')], { issueTs: 0xffff_ffff }),
        expecting(),
      ],
    },
    spared: {
      '30 seconds ahead': [LOBBY, expecting({ now: NOW - 30 })],
      'ahead by the tolerance': [LOBBY, expecting({ now: NOW - 60, clockTolerance: 60 })],
      '30 seconds ahead, with a tolerance below 30': [LOBBY, expecting({ now: NOW - 30, clockTolerance: 10 })],
      'just now': [LOBBY, expecting()],
      'long ago': [LOBBY, expecting({ now: NOW + DAY })],
      'a 006 token, which has no issue time': [
        token006({ ts: NOW + 7 * DAY }),
        expecting({ channelName: 'lobby', uid: 42 }),
      ],
    },
  },
  ANY_UID: {
    severity: 'warning',
    raised: {
      'uid 0 by accident': [uidOf(''), expecting({ channelName: 'lobby', uid: 42 }), /any|every|all/iu],
      'an account that is *': [uidOf('*'), expecting({ channelName: 'lobby' }), /any|every|all/iu],
      'any user, with nothing expected': [uidOf(''), expecting(), /any|every|all/iu],
      'any user, with an account expected': [uidOf(''), expecting({ account: 'alice' }), /any|every|all/iu],
    },
    spared: {
      'uid 0 expected': [uidOf(''), expecting({ uid: 0 })],
      'uid 0 and the channel expected': [uidOf(''), expecting({ channelName: 'lobby', uid: 0 })],
      'uid 0 expected of *': [uidOf('*'), expecting({ uid: 0 })],
      'one uid': [LOBBY, expecting()],
      'the account "0"': [uidOf('0'), expecting({ account: '0' })],
      'an app token of Chat': [tokenWith([chat('', { 2: 3600 })]), expecting()],
      'an app token of APaaS': [
        tokenWith([{ type: 'apaas', roomUuid: '', userUuid: '', role: -1, privileges: { 3: 3600 } }]),
        expecting(),
      ],
      'any channel': [channelOf('*'), expecting()],
      'RTM login in a 006 token, which has no uid': [rtmToken006('alice'), expecting({ userId: 'alice' })],
    },
  },
  WILDCARD_CHANNEL: {
    severity: 'warning',
    raised: {
      'a channel that was empty': [channelOf(''), expecting({ uid: 42 }), /any|every|all/iu],
      'the channel *': [channelOf('*'), expecting({ channelName: 'lobby', uid: 42 }), /any|every|all|\*/iu],
      'a pattern': [channelOf('1*a*2'), expecting(), /1\*a\*2/u],
    },
    spared: {
      'one channel': [LOBBY, expecting()],
      'any user': [uidOf(''), expecting()],
      'an account that is *': [uidOf('*'), expecting()],
      'no channel at all': [tokenWith([rtm('alice')]), expecting()],
      'a user * of RTM': [tokenWith([rtm('*')]), expecting()],
      'a channel of other marks': [channelOf('.+?'), expecting()],
    },
  },
  BEYOND_LIMITS: {
    severity: 'warning',
    raised: {
      'a channel of 65 bytes': [channelOf('c'.repeat(65)), expecting(), /channel/iu, /\b64\b/u],
      'a channel with a character that Agora does not allow': [
        channelOf('café'),
        expecting(),
        /channel/iu,
        /é|\\u00e9|charact/iu,
      ],
      'a channel with a slash': [channelOf('a/b'), expecting(), /channel/iu, /\//u],
      'an account of 256 bytes': [uidOf('u'.repeat(256)), expecting(), /account|uid|user/iu, /\b255\b/u],
      'an account with a quotation mark': [uidOf('"alice"'), expecting(), /account|uid|user/iu],
      'an RTM user of 65 bytes': [tokenWith([rtm('u'.repeat(65))]), expecting(), /user/iu, /\b64\b/u],
      'an RTM user after a space': [tokenWith([rtm(' alice')]), expecting(), /user/iu, /space/iu],
      'an RTM user without a name': [tokenWith([rtm('')]), expecting(), /user/iu],
      'a Chat user of 65 characters': [tokenWith([chat('é'.repeat(65))]), expecting(), /user/iu, /\b64\b/u],
      'a channel of a streaming service': [tokenWith([streaming('c'.repeat(65), 'alice')]), expecting(), /\b64\b/u],
    },
    spared: {
      'a channel of 64 bytes': [channelOf('c'.repeat(64)), expecting()],
      'a channel of all marks': [channelOf(CHARACTERS), expecting()],
      'a channel with a space': [channelOf(' my room '), expecting()],
      'a wildcard': [channelOf('1*a*2'), expecting()],
      'any channel and any user': [tokenWith([rtc('', '')]), expecting()],
      'an account of 255 bytes': [uidOf('u'.repeat(255)), expecting()],
      'an RTM user of 64 bytes': [tokenWith([rtm('u'.repeat(64))]), expecting()],
      'a Chat user of 64 characters in 256 bytes': [tokenWith([chat('💡'.repeat(64))]), expecting()],
      'an app token of Chat': [tokenWith([chat('', { 2: 3600 })]), expecting()],
      'a room of any name': [tokenWith([{ ...APAAS, roomUuid: 'é/'.repeat(100) }]), expecting()],
      'a long lifetime, which is another finding': [lasting(7 * DAY), expecting()],
    },
  },
  UNKNOWN_SERVICE: {
    severity: 'info',
    raised: {
      'of type 11': [tokenWith([unknown(11)]), expecting(), /\b11\b/u],
      'of type 0': [tokenWith([unknown(0)]), expecting(), /\b0\b/u],
      'of the largest type': [tokenWith([unknown(65_535)]), expecting(), number(65_535)],
      'after one that is known': [tokenWith([rtc('lobby', '42'), unknown(99)]), expecting({ uid: 42 }), /\b99\b/u],
    },
    spared: {
      'of type 10': [tokenWith([{ type: 'stt', privileges: {} }]), expecting()],
      'every known one': [
        tokenWith([
          rtc('lobby', '42'),
          rtm('alice'),
          streaming('lobby', 'alice'),
          FPA,
          chat('alice'),
          fcdn('lobby', 'alice'),
          APAAS,
          rtm2('alice'),
          { type: 'convoai', privileges: {} },
          { type: 'stt', privileges: {} },
        ]),
        expecting(),
      ],
      'a privilege without a name': [tokenWith([rtc('lobby', '42', { 1: 3600, 4711: 3600 })]), expecting()],
      'a 006 token': [token006({ privileges: { 4711: 0 } }), expecting({ channelName: 'lobby', uid: 42 })],
      'no services': [tokenWith([]), expecting()],
    },
  },
  BAD_EXPECTED: {
    severity: 'error',
    raised: {
      'a misspelt property': [LOBBY, expecting({ chanelName: 'lobby' }), /chanelName/u],
      'a uid and an account': [LOBBY, expecting({ uid: 42, account: '42' }), /uid/u, /account/u],
      'a uid that is string': [LOBBY, expecting({ uid: '42' }), /uid/u, /account/u],
      'a property that is there but undefined': [LOBBY, expecting({ uid: undefined }), /uid/u],
      'a time in milliseconds': [LOBBY, expecting({ now: 1000 * NOW }), /now/u, /milliseconds|1000/u],
      'a channel for RTM': [tokenWith([rtm('alice')]), expecting({ service: 'rtm', channelName: 'a' }), /channelName/u],
      'a service that does not exist': [LOBBY, expecting({ service: 'RTC' }), /service/u],
      'a certificate that is a number': [LOBBY, { now: NOW, appCertificate: 5 }, /appCertificate/u],
      'a certificate that is there but undefined': [LOBBY, { now: NOW, appCertificate: undefined }, /appCertificate/u],
      'a certificate that is null': [LOBBY, { now: NOW, appCertificate: null }, /appCertificate/u],
      'no certificate in an array': [LOBBY, { now: NOW, appCertificate: [] }, /appCertificate/u],
      'three certificates': [
        LOBBY,
        { now: NOW, appCertificate: [CERTIFICATE, CERTIFICATE, CERTIFICATE] },
        /appCertificate/u,
      ],
      'a secondary certificate that is none': [
        LOBBY,
        { now: NOW, appCertificate: [CERTIFICATE, null] },
        /appCertificate/u,
      ],
      'an invalid App ID': [LOBBY, expecting({ appId: 'lobby' }), /appId/u],
      'a string in its place': [LOBBY, CERTIFICATE, /object/iu],
      'null in its place': [LOBBY, null, /null/u],
      'an array in its place': [LOBBY, [], /array/iu],
    },
    spared: {
      'all that can be expected': [
        LOBBY,
        expecting({
          appId: APP_ID,
          channelName: 'lobby',
          uid: 42,
          service: 'rtc',
          privileges: [1, 2],
          clockTolerance: 5,
          maxLifetime: 86_400,
          maxContentLength: 1000,
        }),
      ],
      'nothing at all': [LOBBY, undefined],
      'an empty object': [LOBBY, {}],
      'a time as a Date': [LOBBY, expecting({ now: new Date(1000 * NOW) })],
      'the certificate of another project': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE }],
      'a certificate with white space': [LOBBY, { now: NOW, appCertificate: ` ${CERTIFICATE}\n` }],
      'a certificate that is no hex': [LOBBY, { now: NOW, appCertificate: 'my certificate' }],
      'an empty certificate': [LOBBY, { now: NOW, appCertificate: '' }],
      'a secondary certificate that is no hex': [LOBBY, { now: NOW, appCertificate: [OTHER_CERTIFICATE, 'secondary'] }],
      'two certificates': [LOBBY, { now: NOW, appCertificate: [CERTIFICATE, OTHER_CERTIFICATE] }],
      'an account that looks like a number': [LOBBY, expecting({ account: '42' })],
      'a token that is none': [42, expecting()],
      'an expectation that fails': [LOBBY, expecting({ channelName: 'lounge' })],
      'an empty channel': [LOBBY, expecting({ channelName: '' })],
      'a service without a user': [tokenWith([FPA]), expecting({ service: 'fpa' })],
      'privileges of no service by name': [LOBBY, expecting({ privileges: [] })],
      'a channel and a user of a 006 token': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
    },
  },
  SIGNATURE_UNCHECKED: {
    severity: 'info',
    raised: {
      'no certificate given': [LOBBY, { now: NOW }, /certificate/iu],
      'nothing given': [LOBBY, undefined, /certificate/iu],
      'all given but a certificate': [
        LOBBY,
        { now: NOW, appId: APP_ID, channelName: 'lobby', uid: 42 },
        /certificate/iu,
      ],
      'a 006 token without a certificate': [token006(), { now: NOW, channelName: 'lobby', uid: 42 }, /certificate/iu],
      'a 006 token without channel and uid': [token006(), expecting(), /channel/iu, /uid/iu],
      'a 006 token without a uid': [token006(), expecting({ channelName: 'lobby' }), /uid/iu],
    },
    spared: {
      'a certificate given': [LOBBY, expecting()],
      'a wrong one given': [LOBBY, { now: NOW, appCertificate: OTHER_CERTIFICATE }],
      'a wrong one given, and no hex': [LOBBY, { now: NOW, appCertificate: 'my certificate' }],
      'a pair given': [LOBBY, { now: NOW, appCertificate: [OTHER_CERTIFICATE, CERTIFICATE] }],
      'nothing to check': ['', { now: NOW }],
      'no token to check': [APP_ID, { now: NOW }],
      'a 006 token with all that it takes': [token006(), expecting({ channelName: 'lobby', uid: 42 })],
      'a 006 token for any user with all that it takes': [
        token006({ uid: '' }),
        expecting({ channelName: 'lobby', uid: 0 }),
      ],
      'a 006 token for RTM with all that it takes': [rtmToken006('alice'), expecting({ userId: 'alice' })],
    },
  },
};

/** The cases of each code, by its name. */
export const CODES: ReadonlyMap<string, CodeCases> = new Map<string, CodeCases>(Object.entries(CASES));
