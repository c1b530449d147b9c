import { execFileSync } from 'node:child_process';
import crypto, { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type DecodeUtf8, decodeUtf8 as decodeByTextDecoder } from '../../src/codec/utf8.js';
import { decoder as nodeDecoder, signer as node } from '../../src/platform/node.js';
import { decoder as pakoDecoder, signer as web } from '../../src/platform/web.js';
import { flipBit } from '../codec/streams.js';

const RUNS = Number(process.env['RUNS'] ?? 200);
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';

const certificates = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF')),
  minLength: 32,
  maxLength: 32,
});
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The signature by three HMACs of node:crypto. */
function signPlainly(certificate: string, issueTs: number, salt: number, info: Uint8Array): string {
  const key = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const hmac = (keyBytes: Uint8Array, message: Uint8Array): Buffer =>
    createHmac('sha256', keyBytes).update(message).digest();
  return hex(hmac(hmac(key(salt), hmac(key(issueTs), Buffer.from(certificate))), info));
}

describe('sign', () => {
  const infos = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 1000, maxLength: 1100 }));

  test('is three HMACs, on both platforms', async () => {
    await fc.assert(
      fc.asyncProperty(certificates, uint32, uint32, infos, async (certificate, issueTs, salt, info) => {
        const expected = signPlainly(certificate, issueTs, salt, info);
        expect(hex(node.sign(certificate, issueTs, salt, info))).toBe(expected);
        expect(hex(await web.sign(certificate, issueTs, salt, info))).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    '',
    'a',
    `${CERTIFICATE}\n`,
    `${CERTIFICATE.slice(1)}é`,
    `${CERTIFICATE.slice(1)}\u0141`,
    'é'.repeat(16),
    'x'.repeat(65),
  ])('takes the malformed certificate %j as UTF-8, on both platforms', async (certificate) => {
    const info = new Uint8Array(150).fill(1);
    const expected = signPlainly(certificate, 1, 2, info);
    expect(hex(node.sign(certificate, 1, 2, info))).toBe(expected);
    // WebCrypto accepts an empty message, and the certificate is the message of the first HMAC.
    expect(hex(await web.sign(certificate, 1, 2, info))).toBe(expected);
  });

  test('does not depend on earlier calls', () => {
    const info = new Uint8Array(150).fill(1);
    const first = node.sign(CERTIFICATE, 1, 2, info);
    node.sign(CERTIFICATE.toLowerCase(), 3, 4, new Uint8Array(5000).fill(2));
    node.sign(CERTIFICATE.toUpperCase(), 0xffff_ffff, 0, new Uint8Array(0));
    expect(node.sign(CERTIFICATE, 1, 2, info)).toEqual(first);
  });

  test.each([1, 2, 3, 4, 5, 6])('is right after a call whose hash number %d failed', (failing) => {
    const info = new Uint8Array(150).fill(1);
    const { hash } = crypto;
    let calls = 0;
    const spy = vi.spyOn(crypto, 'hash').mockImplementation((...all: Parameters<typeof hash>) => {
      calls += 1;
      if (calls === failing) throw new Error('out of memory');
      return hash(...all);
    });
    expect(() => node.sign('0'.repeat(32), 3, 4, info)).toThrow('out of memory');
    spy.mockRestore();
    expect(hex(node.sign(CERTIFICATE, 1, 2, info))).toBe(signPlainly(CERTIFICATE, 1, 2, info));
  });

  test.each<[problem: string, hash: () => string]>([
    [
      'throws',
      () => {
        throw new TypeError('unknown encoding');
      },
    ],
    ['returns hex', () => 'e3b0c44298fc1c14'],
  ])('is right where the hash %s for utf16le', async (_, hash) => {
    vi.spyOn(crypto, 'hash').mockImplementation(hash);
    vi.resetModules();
    const { signer } = await import('../../src/platform/node.js');
    const signature = signer.sign(CERTIFICATE, 1, 2, new Uint8Array(150).fill(1));
    expect(hex(signature)).toBe(signPlainly(CERTIFICATE, 1, 2, new Uint8Array(150).fill(1)));
    expect(crypto.hash).toHaveBeenCalledTimes(1);
  });

  test('uses the one-shot hash', () => {
    const args = [CERTIFICATE, 1, 2, new Uint8Array(150).fill(1)] as const;
    node.sign(...args);
    const spy = vi.spyOn(crypto, 'hash');
    node.sign(...args);
    expect(spy).toHaveBeenCalledTimes(6);
  });

  test('uses createHmac where the one-shot hash is missing, as before Node 20.12', async () => {
    const { hash } = crypto;
    vi.resetModules();
    Reflect.deleteProperty(crypto, 'hash');
    try {
      const { signer } = await import('../../src/platform/node.js');
      const info = new Uint8Array(150).fill(1);
      expect(hex(signer.sign(CERTIFICATE, 1, 2, info))).toBe(signPlainly(CERTIFICATE, 1, 2, info));
    } finally {
      Object.assign(crypto, { hash });
    }
  });
});

test('sign006 is one HMAC, on both platforms', async () => {
  const message = new Uint8Array(100).fill(3);
  const expected = createHmac('sha256', CERTIFICATE).update(message).digest('hex');
  expect(hex(node.sign006(CERTIFICATE, message))).toBe(expected);
  expect(hex(await web.sign006(CERTIFICATE, message))).toBe(expected);
});

describe('deflate', () => {
  test.each([1025, 5000, 2 ** 20])('compresses %i bytes, on both platforms', async (length) => {
    const content = Uint8Array.from({ length }, (_, index) => (index * index) & 15);
    for (const platform of [node, web]) {
      const stream = await platform.deflate(content);
      expect([...stream.subarray(0, 2)]).toEqual([0x78, 0x9c]);
      expect(stream.length).toBeLessThan(length);
      expect(inflateSync(stream).equals(content)).toBe(true);
    }
  });
});

describe('decodeUtf8', () => {
  const outcomeOf = (decode: DecodeUtf8, bytes: Uint8Array, start: number, end: number): string => {
    try {
      return decode(bytes, start, end);
    } catch (error) {
      if (error instanceof TypeError) return 'rejected';
      throw error;
    }
  };

  const strings = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => new TextEncoder().encode(value));
  const inputs = fc.oneof(
    strings,
    fc.uint8Array({ maxLength: 20 }),
    fc
      .tuple(strings, fc.nat(80), fc.nat(255))
      .map(([bytes, at, byte]) => bytes.map((was, index) => (index === at % bytes.length ? byte : was))),
  );

  test('agrees with TextDecoder', () => {
    fc.assert(
      fc.property(inputs, fc.nat(20), fc.nat(20), (bytes, a, b) => {
        const [start = 0, end = 0] = [a, b].map((at) => Math.min(at, bytes.length)).sort((c, d) => c - d);
        const expected = outcomeOf(decodeByTextDecoder, bytes, start, end);
        expect(outcomeOf(nodeDecoder.decodeUtf8, bytes, start, end)).toBe(expected);
        expect(outcomeOf(pakoDecoder.decodeUtf8, bytes, start, end)).toBe(expected);
      }),
      { numRuns: 3 * RUNS },
    );
  });

  test.each(['', 'a', '\ufeffa', '\ufffd', 'a\ufffdb', '\0', '😀'])('decodes %j', (value) => {
    const bytes = new TextEncoder().encode(`<${value}>`);
    expect(nodeDecoder.decodeUtf8(bytes, 1, bytes.length - 1)).toBe(value);
  });

  test.each([[[0xff]], [[0x61, 0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]], [[0xf4, 0x90, 0x80, 0x80]]])(
    'rejects %j',
    (bytes) => {
      expect(() => nodeDecoder.decodeUtf8(Uint8Array.from(bytes), 0, bytes.length)).toThrow(TypeError);
    },
  );
});

describe('the undocumented methods of Buffer', () => {
  type Slices = Record<'base64Slice' | 'utf8Slice', unknown>;
  const prototype = Buffer.prototype as unknown as Slices;

  test('exist, take any Uint8Array, and are used', () => {
    const bytes = new TextEncoder().encode('<€>');
    const { base64Slice, utf8Slice } = prototype as Record<keyof Slices, (start: number, end: number) => string>;
    expect(base64Slice.call(bytes, 1, 4)).toBe(Buffer.from('€').toString('base64'));
    expect(utf8Slice.call(bytes, 1, 4)).toBe('€');
  });

  test('can be missing', async () => {
    const { base64Slice, utf8Slice } = prototype;
    Object.assign(prototype, { base64Slice: undefined, utf8Slice: undefined });
    try {
      const without = await import('../../src/platform/node.js');
      // As `toString` calls them in Node.js, it is replaced, too.
      vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, encoding) {
        return `${String(encoding)} of ${Array.from(this).join()}`;
      });
      const bytes = new TextEncoder().encode('<ab>');
      expect(without.signer.encodeBase64(bytes.subarray(1, 3))).toBe('base64 of 97,98');
      expect(without.decoder.decodeUtf8(bytes, 1, 3)).toBe('utf8 of 97,98');
    } finally {
      Object.assign(prototype, { base64Slice, utf8Slice });
    }
  });
});

test('node:crypto and node:zlib are not loaded at import', () => {
  const code = `
    await import('accesstoken2');
    console.log(process.moduleLoadList.filter((name) => /^NativeModule (crypto|zlib)$/.test(name)).join());
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    cwd: new URL('.', import.meta.url),
  });
  expect(output.trim()).toBe('');
});

describe.each([
  ['node', node],
  ['web', web],
])('%s', (_, signer) => {
  test('equal compares every bit of two signatures', () => {
    const signature = Uint8Array.from({ length: 32 }, (_, index) => 7 * index);
    expect(signer.equal(signature, signature.slice())).toBe(true);
    for (let bit = 0; bit < 8 * 32; bit++) {
      expect(signer.equal(signature, flipBit(signature, bit))).toBe(false);
      expect(signer.equal(flipBit(signature, bit), signature)).toBe(false);
    }
    expect(signer.equal(signature, signature)).toBe(true);
  });

  test('equal is false for signatures of different lengths', () => {
    const signature = new Uint8Array(32);
    for (const length of [0, 1, 31, 33, 64]) {
      expect(signer.equal(signature, new Uint8Array(length))).toBe(false);
      expect(signer.equal(new Uint8Array(length), signature)).toBe(false);
    }
  });

  test('randomSalt is uniform over the unsigned 32-bit integers, and never 0', () => {
    const salts = Array.from({ length: 4000 }, () => signer.randomSalt());
    expect(salts.every((salt) => Number.isInteger(salt) && salt >= 1 && salt <= 0xffff_ffff)).toBe(true);
    // Each sixteenth of the range has 250 of them; 100 more or fewer is over six standard deviations away.
    const bins = new Array<number>(16).fill(0);
    for (const salt of salts) bins[salt >>> 28] = (bins[salt >>> 28] ?? 0) + 1;
    expect(Math.min(...bins)).toBeGreaterThan(150);
    expect(Math.max(...bins)).toBeLessThan(350);
    expect(new Set(salts.map((salt) => salt & 0xffff)).size).toBeGreaterThan(3500);
  });

  test('isBrowser is false on Node.js', () => {
    expect(signer.isBrowser()).toBe(false);
  });
});

test('equal on Node.js is false for any length but that of a signature', () => {
  for (const length of [0, 1, 31, 33]) {
    expect(node.equal(new Uint8Array(length), new Uint8Array(length))).toBe(false);
  }
});

test('web draws the salt again when it is 0', () => {
  const draw = vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementationOnce((array) => array);
  expect(web.randomSalt()).toBeGreaterThan(0);
  expect(draw).toHaveBeenCalledTimes(2);
});
