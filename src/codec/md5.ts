/**
 * MD5 (RFC 1321), which WebCrypto lacks. The Chat user id in an APaaS token is the MD5 digest of the APaaS user id. The
 * digest serves only as a name, not for security.
 */
import { encoder } from './utf8.js';

type State = readonly [a: number, b: number, c: number, d: number];

/** The rotations: each round uses four of them in turn (RFC 1321, 3.4). */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The integer part of 2³² × |sin(step + 1)| for each step. */
const SINES = /* @__PURE__ */ Array.from({ length: 64 }, (_, step) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))),
);

/** Returns the MD5 digest of a string, encoded as UTF-8, as 32 lower-case hex digits. */
export function md5Hex(value: string): string {
  const blocks = pad(encoder.encode(value));
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < blocks.byteLength; start += 64) {
    state = digestBlock(state, new DataView(blocks.buffer, start, 64));
  }
  return state.map(toHex).join('');
}

function toHex(word: number): string {
  return [0, 8, 16, 24].map((shift) => ((word >>> shift) & 0xff).toString(16).padStart(2, '0')).join('');
}

/** Pads to a multiple of 64 bytes with a 1 bit, zeros, and the length in bits. */
function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  // The upper 32 bits of the length are 0, since strings here are shorter than 512 MiB.
  new DataView(blocks.buffer).setUint32(blocks.length - 8, 8 * bytes.length, true);
  return blocks;
}

function digestBlock(state: State, block: DataView): State {
  let [a, b, c, d] = state;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const [mixed, word] = mix(round, step, b, c, d);
    const sum = (a + mixed + (SINES[step] ?? 0) + block.getUint32(4 * word, true)) | 0;
    const rotation = ROTATIONS[4 * round + (step & 3)] ?? 0;
    [a, b, c, d] = [d, (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0, b, c];
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
}

/** Returns the result of the round's mixing function, and the index of the message word that the step adds. */
function mix(round: number, step: number, b: number, c: number, d: number): [mixed: number, word: number] {
  switch (round) {
    case 0:
      return [(b & c) | (~b & d), step];
    case 1:
      return [(b & d) | (c & ~d), (5 * step + 1) & 15];
    case 2:
      return [b ^ c ^ d, (3 * step + 5) & 15];
    default:
      return [c ^ (b | ~d), (7 * step) & 15];
  }
}
