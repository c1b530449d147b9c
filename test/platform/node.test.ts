import { execFileSync } from 'node:child_process';
import crypto, { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeCanonical as decodeCanonicalEverywhere } from '../../src/codec/base64.js';
import { type Utf8Decoder, decodeUtf8 as decodeUtf8Everywhere } from '../../src/codec/utf8.js';
import { decodeCanonical, decodeUtf8, equal, randomSalt, sign } from '../../src/platform/node.js';

const RUNS = Number(process.env['RUNS'] ?? 1000);
const certificates = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF')),
  minLength: 32,
  maxLength: 32,
});
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

afterEach(() => {
  vi.restoreAllMocks();
});

function littleEndian32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

describe('sign', () => {
  const infos = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 900, maxLength: 1200 }),
  );

  test('is the three HMACs that the format asks for', () => {
    fc.assert(
      fc.property(certificates, uint32, uint32, infos, (certificate, issueTs, salt, info) => {
        const k1 = hmac(littleEndian32(issueTs), Buffer.from(certificate));
        const k2 = hmac(littleEndian32(salt), k1);
        expect(Buffer.from(sign(certificate, issueTs, salt, info)).toString('hex')).toBe(
          Buffer.from(hmac(k2, info)).toString('hex'),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('does not depend on what was signed before', () => {
    const certificate = '5CFd2fd1755d40ecb72977518be15d3b';
    const info = new Uint8Array(150).fill(1);
    const first = sign(certificate, 1, 2, info);
    sign(certificate.toLowerCase(), 3, 4, new Uint8Array(5000).fill(2));
    sign(certificate.toUpperCase(), 0xffff_ffff, 0, new Uint8Array(0));
    expect(sign(certificate, 1, 2, info)).toEqual(first);
  });

  test.each([1, 2, 3, 4, 5, 6])('is right after one whose hash number %d failed', (failing) => {
    const certificate = '5CFd2fd1755d40ecb72977518be15d3b';
    const info = new Uint8Array(150).fill(1);
    const right = sign(certificate, 1, 2, info);
    const { hash } = crypto;
    let calls = 0;
    const spy = vi.spyOn(crypto, 'hash').mockImplementation((...all: Parameters<typeof hash>) => {
      calls += 1;
      if (calls === failing) throw new Error('no memory');
      return hash(...all);
    });
    expect(() => sign('0'.repeat(32), 3, 4, info)).toThrow('no memory');
    spy.mockRestore();
    expect(sign(certificate, 1, 2, info)).toEqual(right);
  });

  test('is the same where node:crypto has no one-shot hash, as before Node 20.12', () => {
    const code = `
      const { decodeToken, buildRtmToken } = require('accesstoken2');
      const token = buildRtmToken(process.env.APP_ID, process.env.APP_CERTIFICATE, 'alice', 600, { issueTs: 1, salt: 2 });
      console.log(Buffer.from(decodeToken(token).signature).toString('hex'));
    `;
    const signatureWith = (prelude: string): string =>
      execFileSync(process.execPath, ['--eval', prelude + code], {
        encoding: 'utf8',
        cwd: new URL('.', import.meta.url),
        env: {
          ...process.env,
          APP_ID: '970CA35de60c44645bbae8a215061b33',
          APP_CERTIFICATE: '5CFd2fd1755d40ecb72977518be15d3b',
        },
      });
    expect(signatureWith("delete require('node:crypto').hash;")).toBe(signatureWith(''));
  });

  test('gives the same without it in this process, too', () => {
    const args = ['5CFd2fd1755d40ecb72977518be15d3b', 1, 2, new Uint8Array(150).fill(1)] as const;
    const signature = sign(...args);
    const { hash } = crypto;
    Reflect.deleteProperty(crypto, 'hash');
    try {
      expect(sign(...args)).toEqual(signature);
    } finally {
      Object.assign(crypto, { hash });
    }
    expect(crypto.hash).toBe(hash);
  });
});

describe('decodeCanonical', () => {
  const outcomeOf = (decode: typeof decodeCanonical, text: string): string => {
    const bytes = new Uint8Array(text.length);
    const length = decode(text, bytes, new DataView(bytes.buffer));
    return length < 0 ? 'refused' : Buffer.from(bytes.buffer, 0, length).toString('hex');
  };

  test('reads and refuses what is read and refused everywhere', () => {
    const canonical = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    const strange = fc.string({
      unit: fc.constantFrom(...Array.from('AQgwB9/=-_ \n\0é\u0141\u013d\ud800😀')),
      maxLength: 12,
    });
    const texts = fc.oneof(
      canonical,
      strange,
      fc.tuple(canonical, strange, fc.nat(60)).map(([text, part, at]) => {
        return `${text.slice(0, at)}${part}${text.slice(at + part.length)}`;
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(outcomeOf(decodeCanonical, text)).toBe(outcomeOf(decodeCanonicalEverywhere, text));
      }),
      { numRuns: 10 * RUNS },
    );
  });

  test.each(['QUJD', 'QUI=', 'QQ==', ''])('agrees on any character at any place of %j', (text) => {
    const differing: string[] = [];
    for (let at = 0; at <= text.length; at++) {
      for (let unit = 0; unit <= 0xffff; unit++) {
        const other = `${text.slice(0, at)}${String.fromCharCode(unit)}${text.slice(at + 1)}`;
        if (outcomeOf(decodeCanonical, other) !== outcomeOf(decodeCanonicalEverywhere, other))
          differing.push(other);
      }
    }
    expect(differing).toEqual([]);
  });

  test('is left to what is there everywhere where Buffer throws', async () => {
    vi.spyOn(Buffer.prototype as unknown as { base64Write: () => number }, 'base64Write').mockImplementation(
      () => {
        throw new Error('of another kind');
      },
    );
    vi.resetModules();
    const { decodeCanonical: decode } = await import('../../src/platform/node.js');
    expect(outcomeOf(decode, 'QUJD')).toBe('414243');
    expect(outcomeOf(decode, 'AAAAA')).toBe('refused');
  });

  test('is not left to what is there everywhere where the text is canonical', () => {
    const encodeInto = vi.spyOn(TextEncoder.prototype, 'encodeInto');
    for (const text of ['', 'QUJD', 'QUI=', 'QQ==']) outcomeOf(decodeCanonical, text);
    expect(encodeInto).not.toHaveBeenCalled();
    outcomeOf(decodeCanonical, 'QQ=');
    expect(encodeInto).toHaveBeenCalledOnce();
  });
});

describe('decodeUtf8', () => {
  const outcomeOf = (decode: Utf8Decoder, bytes: Uint8Array, start: number, end: number): unknown => {
    try {
      return decode(bytes, start, end);
    } catch (error) {
      return error instanceof TypeError ? 'refused' : error;
    }
  };

  test('reads and refuses what a TextDecoder does', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new TextEncoder().encode(text));
    const bytes = fc.oneof(
      texts,
      fc.uint8Array({ maxLength: 20 }),
      fc
        .tuple(texts, fc.nat(80), fc.nat(255))
        .map(([text, at, byte]) => text.map((was, index) => (index === at % text.length ? byte : was))),
    );
    fc.assert(
      fc.property(bytes, fc.nat(20), fc.nat(20), (bytes, a, b) => {
        const [start = 0, end = 0] = [a, b].map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b);
        expect(outcomeOf(decodeUtf8, bytes, start, end)).toEqual(
          outcomeOf(decodeUtf8Everywhere, bytes, start, end),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test.each(['', 'a', '\ufeffa', '\ufffd', 'a\ufffdb', '\0', '😀'])('reads %j', (text) => {
    const bytes = new TextEncoder().encode(`<${text}>`);
    expect(decodeUtf8(bytes, 1, bytes.length - 1)).toBe(text);
  });

  test.each([[[0xff]], [[0x61, 0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]], [[0xf4, 0x90, 0x80, 0x80]]])(
    'refuses %j',
    (bytes) => {
      expect(() => decodeUtf8(Uint8Array.from(bytes), 0, bytes.length)).toThrow(TypeError);
    },
  );
});

describe('equal', () => {
  test('holds for the same bytes alone', () => {
    expect(equal(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3))).toBe(true);
    expect(equal(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4))).toBe(false);
    expect(equal(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2))).toBe(false);
    expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  test('does not hold for what is longer than a digest, and leaves nothing for the next comparison', () => {
    const digest = new Uint8Array(32).fill(7);
    expect(equal(new Uint8Array(33), new Uint8Array(33))).toBe(false);
    expect(equal(digest, digest.slice())).toBe(true);
    expect(equal(digest, new Uint8Array(32).fill(7, 0, 31))).toBe(false);
    expect(equal(Uint8Array.of(7), Uint8Array.of(7))).toBe(true);
  });
});

describe('randomSalt', () => {
  test('is spread over the unsigned 32-bit integers, and never 0', () => {
    const salts = Array.from({ length: 4000 }, randomSalt);
    expect(salts.every((salt) => Number.isInteger(salt) && salt >= 1 && salt <= 0xffff_ffff)).toBe(true);
    // Each sixteenth of the range has 250 of them; 100 more or fewer is over six standard deviations away.
    const bins = new Array<number>(16).fill(0);
    for (const salt of salts) bins[salt >>> 28] = (bins[salt >>> 28] ?? 0) + 1;
    expect(Math.min(...bins)).toBeGreaterThan(150);
    expect(Math.max(...bins)).toBeLessThan(350);
    expect(new Set(salts.map((salt) => salt & 0xffff)).size).toBeGreaterThan(3500);
  });
});
