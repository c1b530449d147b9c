import { constants, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyDecoded } from '../../src/codec/base64.js';
import { type Inflate, type Inflated, decompress, decompressPartial } from '../../src/codec/zlib.js';
import { AccessTokenError } from '../../src/errors.js';
import * as node from '../../src/platform/node.js';
import * as pako from '../../src/platform/web.js';
import {
  KINDS,
  MIB,
  SAMPLE,
  bomb,
  concat,
  contentOf,
  decodedOf,
  drawContent,
  drawDamage,
  drawSimpleStream,
  drawStream,
  draws,
  flipBit,
  noise,
  oneOf,
} from './streams.js';

const { inflate: inflateByNode } = node.decoder;
const { inflate: inflateByPako } = pako.decoder;

const RUNS = Number(process.env['RUNS'] ?? 100);

/** Decompresses with both libraries, expects them to agree, and returns the content or the error code. */
function outcomeOf(stream: Uint8Array, maxLength: number): Uint8Array | string {
  const [byNode, byPako] = [inflateByNode, inflateByPako].map((inflate) => {
    try {
      return decompress(decodedOf(stream), maxLength, inflate);
    } catch (error) {
      if (error instanceof AccessTokenError) return error.code;
      throw error;
    }
  });
  expect(byPako).toEqual(byNode);
  return byNode ?? '';
}

function partial(stream: Uint8Array, maxLength: number, inflate: Inflate): Inflated {
  return decompressPartial(decodedOf(stream), maxLength, inflate);
}

function messageOf(stream: Uint8Array, maxLength: number): string {
  try {
    decompress(decodedOf(stream), maxLength, inflateByNode);
  } catch (error) {
    if (error instanceof AccessTokenError) return error.message;
  }
  return '';
}

/** Fails if the library is called. */
const unexpected: Inflate = () => {
  throw new Error('expected the fast path');
};

test('the streams have the block types that they are named after', () => {
  expect(KINDS.map(([, stream]) => (stream[2] ?? 0) & 7)).toEqual([0b001, 0b011, 0b010, 0b000, 0b101]);
});

describe.each(KINDS)('%s', (_, stream, isSimple) => {
  test('is decompressed', () => {
    expect(outcomeOf(stream, MIB)).toEqual(SAMPLE);
  });

  test(`${isSimple ? 'needs no' : 'needs the'} library`, () => {
    if (isSimple) expect(decompress(decodedOf(stream), MIB, unexpected)).toEqual(SAMPLE);
    else expect(() => decompress(decodedOf(stream), MIB, unexpected)).toThrow('expected the fast path');
  });

  test('is rejected as truncated when cut', () => {
    const lengths = [0, 1, 2, 3, 4, stream.length >> 1, ...[5, 4, 3, 2, 1].map((missing) => stream.length - missing)];
    const outcomes = lengths.map((length) => outcomeOf(stream.subarray(0, length), MIB));
    expect([...new Set(outcomes)]).toEqual(['ERR_TOKEN_TRUNCATED']);
  });

  test('is rejected when bytes follow', () => {
    for (const length of [1, 4, 100]) {
      expect(outcomeOf(concat(stream, noise(length)), MIB)).toBe('ERR_TOKEN_TRAILING_BYTES');
    }
  });

  test('is rejected with a wrong checksum', () => {
    for (let bit = 8 * stream.length - 32; bit < 8 * stream.length; bit++) {
      expect(outcomeOf(flipBit(stream, bit), MIB)).toBe('ERR_TOKEN_ZLIB');
    }
  });

  test('is accepted up to the limit, and rejected above', () => {
    expect(outcomeOf(stream, SAMPLE.length + 1)).toEqual(SAMPLE);
    expect(outcomeOf(stream, SAMPLE.length)).toEqual(SAMPLE);
    for (const less of [1, 2, 3, 10, SAMPLE.length - 1]) {
      expect(outcomeOf(stream, SAMPLE.length - less)).toBe('ERR_TOKEN_TOO_LARGE');
    }
  });

  test('is left alone', () => {
    const decoded = decodedOf(stream);
    decompress(decoded, MIB, inflateByPako).fill(0);
    decompressPartial(decoded, MIB, inflateByPako).bytes.fill(0);
    expect(copyDecoded(decoded)).toEqual(Uint8Array.from(stream));
    expect(decompress(decoded, MIB, inflateByNode)).toEqual(SAMPLE);
  });

  test('ends at its length, whatever follows in the buffer', () => {
    const view = new DataView(concat(stream, stream).buffer as ArrayBuffer);
    for (const inflate of [inflateByNode, inflateByPako]) {
      expect(decompress({ view, length: stream.length }, MIB, inflate)).toEqual(SAMPLE);
      expect(decompressPartial({ view, length: stream.length }, MIB, inflate)).toMatchObject({
        bytes: SAMPLE,
        unused: 0,
      });
      expect(() => decompress({ view, length: stream.length - 1 }, MIB, inflate)).toThrow('the zlib stream ends early');
    }
  });
});

test('decompress accepts exactly what node:zlib accepts and ends where the stream ends', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(draws, (draw) => {
      const content = drawContent(draw, oneOf(draw, [20, 500, 3000]));
      const valid = draw(2) === 0 ? drawStream(draw, content) : drawSimpleStream(draw, content);
      const stream = draw(4) === 0 ? valid : drawDamage(draw, valid);
      const outcome = outcomeOf(stream, 2 ** 17);
      const expected = contentOf(stream);
      if (typeof outcome === 'string') expect(expected).toBeUndefined();
      else expect(outcome).toEqual(expected);
      outcomes.add(typeof outcome === 'string' ? outcome : 'ok');
    }),
    { numRuns: 2 * RUNS },
  );
  expect([...outcomes].sort()).toEqual(['ERR_TOKEN_TRAILING_BYTES', 'ERR_TOKEN_TRUNCATED', 'ERR_TOKEN_ZLIB', 'ok']);
});

test.each<[problem: string, stream: Uint8Array, message: string]>([
  ['a truncated stream', deflateSync(SAMPLE).subarray(0, -1), 'token: the zlib stream ends early; was the token cut?'],
  ['other bytes', new Uint8Array(100), 'token: not a zlib stream, or a damaged one; pass the token as it was minted'],
  [
    'trailing bytes',
    concat(deflateSync(SAMPLE), noise(7)),
    'token: 7 bytes follow the zlib stream; pass the token alone',
  ],
  [
    'a large content',
    deflateSync(new Uint8Array(1001)),
    'token: inflates to more than 1000 bytes; raise maxContentLength if such large tokens are expected',
  ],
])('the message for %s names the problem and a hint', (_, stream, message) => {
  expect(messageOf(stream, 1000)).toBe(message);
});

test('a stream of 1 GiB is rejected', () => {
  expect(outcomeOf(bomb(1024), MIB)).toBe('ERR_TOKEN_TOO_LARGE');
  expect(outcomeOf(bomb(2), 1)).toBe('ERR_TOKEN_TOO_LARGE');
});

describe.each([
  ['node:zlib', inflateByNode],
  ['pako', inflateByPako],
])('decompressPartial with %s', (_, inflate) => {
  test('returns the whole content and the bytes that follow', () => {
    const { status, bytes, unused } = partial(concat(deflateSync(SAMPLE), noise(3)), MIB, inflate);
    expect({ status, bytes, unused }).toEqual({ status: 'ok', bytes: SAMPLE, unused: 3 });
  });

  test('returns the output so far of a truncated stream', () => {
    const { status, bytes } = partial(deflateSync(SAMPLE).subarray(0, -5), MIB, inflate);
    expect(status).toBe('truncated');
    expect(bytes.length).toBeGreaterThan(SAMPLE.length / 2);
    expect(bytes).toEqual(SAMPLE.subarray(0, bytes.length));
  });

  test('returns all output of a truncated stream that the library returns', () => {
    const stream = deflateSync(SAMPLE, { strategy: constants.Z_FIXED });
    for (const length of [100, 101, 102, 103]) {
      const cut = stream.subarray(0, length);
      expect(partial(cut, MIB, inflate)).toEqual(inflate(cut, MIB));
    }
  });

  test('returns the output before the damage', () => {
    const stream = deflateSync(SAMPLE, { level: 0 });
    // A final stored block with a wrong complement, after the first half of the stored bytes.
    const half = SAMPLE.length >> 1;
    const length = [half & 0xff, half >> 8];
    const first = Uint8Array.of(0, ...length, ...length.map((byte) => byte ^ 0xff), ...SAMPLE.subarray(0, half));
    const damaged = concat(stream.subarray(0, 2), first, Uint8Array.of(1, 1, 0, 1, 0), noise(50));
    const { status, bytes, unused } = partial(damaged, MIB, inflate);
    expect({ status, bytes, unused }).toEqual({
      status: 'corrupt',
      bytes: SAMPLE.subarray(0, half),
      unused: 0,
    });
  });

  test('returns all output if only the checksum is wrong', () => {
    const stream = deflateSync(SAMPLE);
    expect(partial(flipBit(stream, 8 * stream.length - 1), MIB, inflate)).toMatchObject({
      status: 'corrupt',
      bytes: SAMPLE,
    });
  });

  test('returns nothing of bytes that are not a zlib stream, and of too large a content', () => {
    expect(partial(new Uint8Array(100), MIB, inflate).bytes).toHaveLength(0);
    expect(partial(deflateSync(SAMPLE), 10, inflate)).toEqual({
      status: 'limit',
      bytes: new Uint8Array(),
      unused: 0,
    });
  });
});

test('decompressPartial returns the output of the longest prefix that is not corrupt', () => {
  fc.assert(
    fc.property(draws, (draw) => {
      const stream = drawDamage(draw, drawStream(draw, drawContent(draw, 300)));
      const { status, bytes } = partial(stream, 2 ** 17, inflateByPako);
      if (status !== 'corrupt') return;
      let length = stream.length;
      while (inflateByPako(stream.subarray(0, length), 2 ** 17).status === 'corrupt') length -= 1;
      expect(bytes).toEqual(inflateByPako(stream.subarray(0, length), 2 ** 17).bytes);
    }),
    { numRuns: RUNS },
  );
});
