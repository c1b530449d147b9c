/** Random tokens: valid ones, and ones with damage in a single layer. */
import { createHmac } from 'node:crypto';
import { constants, deflateRawSync, deflateSync, inflateRawSync } from 'node:zlib';
import { MAX_DEFLATED_LENGTH, deflateFixed } from '../../src/codec/fixed-block.js';
import {
  type ReferenceClaims,
  type ReferenceService,
  contentOfToken,
  referenceService,
  referenceSignature,
  referenceSigningInfo,
  str,
  tokenOfStream,
  uint16,
  uint32,
} from '../reference.js';
import { vectorFiles } from '../vectors.js';
import { mutatedBytes, mutatedText, oddText } from './mutation.js';
import type { Random } from './random.js';

/** The published sample project of Agora's official tests. */
export const APP_ID = '970CA35de60c44645bbae8a215061b33';
/** Its certificate, which signs most tokens. */
export const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
/** Another certificate, which signs the others. */
export const OTHER_CERTIFICATE = '0123456789abcdef0123456789ABCDEF';
/** Most tokens are issued around this time (Unix seconds). */
export const NOW = 1_800_000_000;

/** The tokens of the official builders. */
const TOKENS = vectorFiles()
  .filter(({ kind }) => kind !== 'broken')
  .flatMap(({ vectors }) => vectors.map(({ token }) => token));

function some<Item>(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...others] = items;
  if (first === undefined) throw new Error('the list is empty');
  return [first, ...others];
}

const SIGNING_INFOS = some(
  TOKENS.filter((text) => text.startsWith('007')).map((text) => {
    const content = contentOfToken(text);
    return content.subarray(2 + content.readUInt16LE(0));
  }),
);
const TOKENS_006 = some(TOKENS.filter((text) => text.startsWith('006')));

/** Streams that inflate to the maximum, a byte less, a byte more, and 1 GiB. */
const BOMBS = some([
  ...[2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1].map((length) => deflateSync(Buffer.alloc(length))),
  zeros(2 ** 10),
]);

/** Compresses `count` MiB of zeros. */
function zeros(count: number): Buffer {
  const flush = { finishFlush: constants.Z_FULL_FLUSH };
  const mib = deflateRawSync(Buffer.alloc(2 ** 20), flush);
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE((count * 2 ** 20) % 65_521);
  sum.writeUInt16BE(1, 2);
  const end = Buffer.of(0x03, 0x00);
  return Buffer.concat([Buffer.of(0x78, 0x9c), ...Array.from({ length: count }, () => mib), end, sum]);
}

/** Draws the name of a channel or user, plausible or not. */
export function nameOf(random: Random): string {
  if (random.once(3)) return oddText(random).toWellFormed();
  return random.pick([
    '',
    '*',
    'lobby',
    'lobby',
    '42',
    '42',
    '0',
    'alice',
    'alice',
    'l*y',
    '1*a*2',
    '4*',
    'a'.repeat(256),
  ]);
}

/** Draws a number of seconds, usually a lifetime. */
export function secondsOf(random: Random): number {
  return random.once(4)
    ? random.uint32()
    : random.pick([0, 1, 60, 3600, 86_399, 86_400, 86_401, 0x7fff_ffff, 0xffff_ffff]);
}

function idMap<Value>(random: Random, value: () => Value): Record<number, Value> {
  const ids = random.list(4, () => (random.once(8) ? random.below(65_536) : random.below(6)));
  return Object.fromEntries(ids.map((id) => [id, value()]));
}

function privilegesOf(random: Random): Record<number, number> {
  if (random.once(2)) return { 1: secondsOf(random) };
  return idMap(random, () => secondsOf(random));
}

/** Draws a service of any type. */
function serviceOf(random: Random): ReferenceService {
  const privileges = privilegesOf(random);
  const name = (): string => nameOf(random);
  switch (random.below(14)) {
    case 0:
      return { type: 'rtm', userId: name(), privileges };
    case 1:
      return { type: random.pick(['streaming', 'fcdn']), channelName: name(), account: name(), privileges };
    case 2:
      return { type: random.pick(['fpa', 'convoai', 'stt']), privileges };
    case 3:
      return { type: 'chat', userId: name(), privileges };
    case 4:
      return {
        type: 'apaas',
        roomUuid: name(),
        userUuid: name(),
        role: random.below(65_536) - 32_768,
        privileges,
      };
    case 5:
    case 6: {
      const permissions = idMap(random, () => idMap(random, () => random.list(3, name)));
      return { type: 'rtm2', userId: name(), permissions, privileges };
    }
    case 7: {
      const typeId = random.pick([0, 11, 99, 0xffff]);
      const body = Buffer.from(oddText(random).toWellFormed());
      return { type: 'unknown', typeId, count: 1 + random.below(3), body };
    }
    default:
      return { type: 'rtc', channelName: name(), uid: name(), privileges };
  }
}

function claimsOf(random: Random): ReferenceClaims {
  return {
    appId: random.once(8) ? nameOf(random) : APP_ID,
    issueTs: random.once(8) ? random.uint32() : NOW - random.pick([0, 1, 59, 3600, 86_400, -1, -30, -31]),
    expire: secondsOf(random),
    salt: random.uint32(),
    services: random.once(2) ? [serviceOf(random)] : random.list(5, () => serviceOf(random)),
  };
}

/** Encodes signing info with unsorted services and sometimes a wrong count. */
function disordered({ appId, issueTs, expire, salt, services }: ReferenceClaims, random: Random): Buffer {
  const count = random.once(4) ? random.below(7) : services.length;
  const head = [str(appId), uint32(issueTs), uint32(expire), uint32(salt), uint16(count)];
  return Buffer.concat([...head, ...services.map(referenceService)]);
}

/** Draws signing info, from a vector or random claims, intact or damaged. */
function signingInfoOf(random: Random): Buffer {
  const claims = random.once(4) ? undefined : claimsOf(random);
  const info =
    claims === undefined
      ? random.pick(SIGNING_INFOS)
      : random.once(3)
        ? disordered(claims, random)
        : referenceSigningInfo(claims);
  return random.once(3) ? mutatedBytes(info, random.pick(SIGNING_INFOS), random) : info;
}

/** Signs bytes with the issue time and salt that a decoder would find in them. */
function signed(info: Buffer, random: Random): Buffer {
  const start = info.length < 2 ? 0 : 2 + info.readUInt16LE(0);
  const [issueTs, salt] = start + 12 > info.length ? [0, 0] : [info.readUInt32LE(start), info.readUInt32LE(start + 8)];
  const certificate = random.once(6) ? OTHER_CERTIFICATE : CERTIFICATE;
  const signature = referenceSignature(certificate, issueTs, salt, info);
  return random.once(40) ? signature.subarray(0, random.below(32)) : signature;
}

/** Computes the checksum of a zlib stream, byte by byte. */
function adler32(bytes: Uint8Array): Buffer {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE(b);
  sum.writeUInt16BE(a, 2);
  return sum;
}

/** Puts bytes into stored blocks. */
function stored(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.of(0x78, 0x01)];
  let start = 0;
  do {
    const block = bytes.subarray(start, start + 0xffff);
    start += block.length;
    parts.push(Buffer.of(start === bytes.length ? 1 : 0), uint16(block.length), uint16(block.length ^ 0xffff), block);
  } while (start < bytes.length);
  return Buffer.concat([...parts, adler32(bytes)]);
}

/** Gives a stream the checksum of what it inflates to, if it inflates. */
export function checked(stream: Buffer): Buffer {
  try {
    const body = stream.subarray(2, -4);
    const sum = adler32(inflateRawSync(body, { maxOutputLength: 2 ** 21 }));
    return Buffer.concat([stream.subarray(0, 2), body, sum]);
  } catch {
    return stream;
  }
}

/** Compresses bytes in one of many ways, all of them right; most often in one that takes little time. */
export function compressed(bytes: Buffer, random: Random): Buffer {
  if (random.once(2)) return stored(bytes);
  if (bytes.length <= MAX_DEFLATED_LENGTH && !random.once(4)) return Buffer.from(deflateFixed(bytes, 0));
  const strategy = random.below(5);
  return deflateSync(bytes, { level: random.below(10), memLevel: random.pick([1, 8, 9]), strategy });
}

/** A token in each of its layers, so that one can be damaged and the layers below re-encoded. */
export interface Token {
  readonly info: Buffer;
  readonly content: Buffer;
  readonly stream: Buffer;
  readonly text: string;
}

/** Draws a version 007 token, usually with a correct signature. */
export function tokenOf(random: Random): Token {
  const info = signingInfoOf(random);
  const content = Buffer.concat([str(signed(info, random)), info]);
  const stream = random.once(4000) ? random.pick(BOMBS) : compressed(content, random);
  return { info, content, stream, text: tokenOfStream(stream) };
}

/** Damages one layer of a token and encodes the following layers correctly. */
export function damagedToken(token: Token, random: Random): string {
  switch (random.below(8)) {
    case 0:
    case 1:
      return mutatedText(token.text, random);
    case 2:
      return tokenOfStream(mutatedBytes(token.stream, token.content, random));
    case 3:
      return tokenOfStream(checked(mutatedBytes(token.stream, token.content, random)));
    case 4: {
      const info = mutatedBytes(token.info, random.pick(SIGNING_INFOS), random);
      return tokenOfStream(stored(Buffer.concat([str(signed(info, random)), info])));
    }
    default:
      return tokenOfStream(stored(mutatedBytes(token.content, random.pick(SIGNING_INFOS), random)));
  }
}

/** A version 006 token and the names that its signature covers. */
export interface Token006 {
  readonly text: string;
  readonly channelName: string;
  readonly uid: string;
}

/** Draws a version 006 token, usually with a correct signature. */
export function token006Of(random: Random): Token006 {
  const [channelName, uid] = [nameOf(random), nameOf(random)];
  if (random.once(4)) return { text: random.pick(TOKENS_006), channelName, uid };
  const privileges = idMap(random, () => random.pick([0, NOW - 1, NOW, NOW + 1, random.uint32()]));
  const entries = Object.entries(random.once(2) ? { 1: NOW + 3600, ...privileges } : privileges);
  const end = random.pick([0, NOW - 1, NOW, NOW + 1, NOW + 3600]);
  const whole = Buffer.concat([
    uint32(random.uint32()),
    uint32(end),
    uint16(entries.length),
    ...entries.flatMap(([id, seconds]) => [uint16(Number(id)), uint32(seconds)]),
  ]);
  const message = random.once(4) ? mutatedBytes(whole, random.pick(SIGNING_INFOS), random) : whole;
  const hash = createHmac('sha256', random.once(6) ? OTHER_CERTIFICATE : CERTIFICATE);
  const signature = hash
    .update(APP_ID + channelName + uid)
    .update(message)
    .digest();
  const sums = [channelName, uid].map((name) => uint32(crc32(Buffer.from(name))));
  const content = Buffer.concat([str(signature), ...sums, str(message)]);
  return { text: `006${APP_ID}${content.toString('base64')}`, channelName, uid };
}

/** Damages the text of a version 006 token, or its bytes. */
export function damagedToken006({ text }: Token006, random: Random): string {
  if (random.once(3)) return mutatedText(text, random);
  const bytes = mutatedBytes(Buffer.from(text.slice(35), 'base64'), random.pick(SIGNING_INFOS), random);
  return text.slice(0, 35) + bytes.toString('base64');
}

/** Computes CRC-32, bit by bit. */
export function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
