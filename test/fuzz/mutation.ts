/** Small mutations of bytes and strings. */
import type { Random } from './random.js';

/** Mutates bytes in one to three places; pieces may come from `other`. */
export function mutatedBytes(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let mutated = bytes;
  for (let left = 1 + random.below(3); left > 0; left--) {
    mutated = random.pick(BYTE_MUTATIONS)(mutated, random, other);
  }
  return mutated;
}

type ByteMutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const BYTE_MUTATIONS: readonly [ByteMutation, ...ByteMutation[]] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    const at = random.below(flipped.length);
    if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    return flipped;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
    return changed;
  },
  // Most fields of the format are 16 bits wide: lengths, counts, ids.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length < 2) return changed;
    const at = random.below(changed.length - 1);
    const old = changed.readUInt16LE(at);
    changed.writeUInt16LE(random.pick([0, 1, 0xffff, 0x8000, old + 1, old - 1, 2 * old]) & 0xffff, at);
    return changed;
  },
  (bytes, random) => {
    const [start, end] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, random) => {
    const [start, end] = range(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, random, other) => {
    const [start, end] = range(other.length, random);
    const at = random.below(bytes.length + 1);
    const after = random.once(2) ? at : at + end - start;
    return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(after)]);
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random, other) => Buffer.concat([bytes, other.subarray(0, 1 + random.below(8))]),
];

/** Draws a range, usually a short one. */
function range(length: number, random: Random): readonly [start: number, end: number] {
  const start = random.below(length);
  const longest = random.once(4) ? length - start : Math.min(8, length - start);
  return [start, start + random.below(longest + 1)];
}

/** Strings with a meaning in tokens, URLs, JSON, command lines or patterns. */
const PIECES = [
  ...['=', '==', '+', '/', '-', '_', ' ', '\n', '\r\n', '\t', '%', '%2B', '%25', '%3D', '"', "'", '`', '\\', '\\n'],
  ...['*', '**', '\0', '\x1b[31m', '\u00a0', '\u200b', '\u202e', '\ufeff', 'é', '中', '💡', '\ud83d', '\udca1'],
  ...['007', '006', '007eJx', 'eJ', 'eyJ', '.', ',', ':', ';', '{', '}', '[', ']', '{"token":"', 'https://', '?token='],
  ...['Authorization: agora token=', 'Bearer ', 'undefined', 'null', 'NaN', 'true', '__proto__', 'constructor'],
  ...['0', '-0', '1', '-1', '1e9', '4294967295', '4294967296', '0x10', '86400', '1700000000', '9'.repeat(400)],
] as const;

/** Mutates a string in one to three places. */
export function mutatedText(text: string, random: Random): string {
  let mutated = text;
  for (let left = 1 + random.below(3); left > 0; left--) mutated = random.pick(TEXT_MUTATIONS)(mutated, random);
  return mutated;
}

/** Draws a string that parsers may stumble over. */
export function oddText(random: Random): string {
  return random.list(3, () => random.pick(PIECES)).join('');
}

type TextMutation = (text: string, random: Random) => string;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const TEXT_MUTATIONS: readonly [TextMutation, ...TextMutation[]] = [
  (text, random) => spliced(text, random, 1, BASE64.charAt(random.below(64))),
  (text, random) => spliced(text, random, 1, random.pick(PIECES)),
  (text, random) => spliced(text, random, 0, random.pick(PIECES)),
  (text, random) => spliced(text, random, 1 + random.below(4), ''),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(Math.min(text.length, 8) + 1)),
  (text, random) => random.pick(PIECES) + text,
  (text, random) => text + random.pick(PIECES),
  (text) => text.replaceAll('+', ' '),
  (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => `"${text}"`,
  (text, random) => text.replace(/.{64}/gu, `$&${random.pick(['\n', '\r\n', '\n  ', ' '])}`),
  (text, random) => (random.once(2) ? text.toLowerCase() : text.toUpperCase()),
  (text) => text + text,
];

/** Replaces `count` characters at a random place. */
function spliced(text: string, random: Random, count: number, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at + count);
}
