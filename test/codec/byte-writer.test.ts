import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.js';
import { AccessTokenError } from '../../src/errors.js';

const MAX = 2 ** 20;

/** What is written, in hex. */
function hexOf(write: (writer: ByteWriter) => void, maxLength = MAX): string {
  const writer = new ByteWriter(maxLength, 'services');
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

function expectRefusal(write: (writer: ByteWriter) => void, maxLength = MAX): void {
  const writer = new ByteWriter(maxLength, 'services');
  let error: unknown;
  try {
    write(writer);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(AccessTokenError);
  expect(error).toMatchObject({ code: 'ERR_SERVICE' });
}

describe('integers are little-endian', () => {
  test.each<['uint16' | 'int16' | 'uint32', number, string]>([
    ['uint16', 0, '0000'],
    ['uint16', 1, '0100'],
    ['uint16', 0x1234, '3412'],
    ['uint16', 65_535, 'ffff'],
    ['int16', -32_768, '0080'],
    ['int16', -1, 'ffff'],
    ['int16', 0, '0000'],
    ['int16', 32_767, 'ff7f'],
    ['uint32', 0, '00000000'],
    ['uint32', 0x1234_5678, '78563412'],
    ['uint32', 0x8000_0000, '00000080'],
    ['uint32', 4_294_967_295, 'ffffffff'],
  ])('%s %d', (method, value, hex) => {
    expect(
      hexOf((writer) => {
        writer[method](value);
      }),
    ).toBe(hex);
  });

  test.each<['uint16' | 'int16' | 'uint32', number]>([
    ['uint16', -1],
    ['uint16', 65_536],
    ['int16', -32_769],
    ['int16', 32_768],
    ['uint32', -1],
    ['uint32', 4_294_967_296],
    ...(['uint16', 'int16', 'uint32'] as const).flatMap((method) =>
      [0.5, NaN, Infinity, -Infinity].map((value) => [method, value] as ['uint16', number]),
    ),
  ])('%s refuses %d', (method, value) => {
    expectRefusal((writer) => {
      writer[method](value);
    });
  });
});

describe('a text', () => {
  test.each([
    ['', '0000'],
    ['ab', '02006162'],
    ['é', '0200c3a9'],
    ['\x7f', '01007f'],
    ['\x80', '0200c280'],
    ['€', '0300e282ac'],
    ['😀', '0400f09f9880'],
    ['\ufeff', '0300efbbbf'],
    ['\0', '010000'],
  ])('%j has its bytes counted before it', (text, hex) => {
    expect(
      hexOf((writer) => {
        writer.string(text);
      }),
    ).toBe(hex);
  });

  test('has at most 65,535 bytes', () => {
    const longest = hexOf((writer) => {
      writer.string('€'.repeat(21_845));
    });
    expect(longest).toBe(`ffff${'e282ac'.repeat(21_845)}`);
    expectRefusal((writer) => {
      writer.string(`${'€'.repeat(21_845)}x`);
    });
  });

  test.each(['\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d'])(
    'is refused with half of a pair, %j',
    (text) => {
      expectRefusal((writer) => {
        writer.string(text);
      });
    },
  );
});

test('bytes are written as they are, without their number', () => {
  const bytes = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);
  expect(
    hexOf((writer) => {
      writer.bytes(bytes);
      writer.bytes(new Uint8Array());
      writer.bytes(bytes);
    }),
  ).toBe('010203010203');
});

test('all is written one after the other, however much it is', () => {
  const writer = new ByteWriter(MAX, 'services');
  let expected = '';
  for (let index = 0; index < 2000; index++) {
    writer.uint16(index);
    writer.string('ab');
    expected += `${(index & 0xff).toString(16).padStart(2, '0')}${(index >> 8).toString(16).padStart(2, '0')}02006162`;
  }
  expect(Buffer.from(writer.finish()).toString('hex')).toBe(expected);
});

describe('the limit', () => {
  test.each([4, 511, 512, 513, 1024, 1025, MAX])('of %i bytes may be reached', (maxLength) => {
    const written = hexOf((writer) => {
      writer.bytes(new Uint8Array(maxLength - 4).fill(1));
      writer.uint32(0xffff_ffff);
    }, maxLength);
    expect(written).toBe(`${'01'.repeat(maxLength - 4)}ffffffff`);
  });

  test.each([4, 511, 512, 513, 1024, 1025, MAX])('of %i bytes may not be exceeded', (maxLength) => {
    const room = new Uint8Array(maxLength - 1);
    expectRefusal((writer) => {
      writer.bytes(new Uint8Array(maxLength + 1));
    }, maxLength);
    for (const write of [
      (writer: ByteWriter): void => {
        writer.uint16(1);
      },
      (writer: ByteWriter): void => {
        writer.uint32(1);
      },
      (writer: ByteWriter): void => {
        writer.string('');
      },
      (writer: ByteWriter): void => {
        writer.bytes(new Uint8Array(2));
      },
    ]) {
      expectRefusal((writer) => {
        writer.bytes(room);
        write(writer);
      }, maxLength);
    }
  });

  test('counts the bytes of a text, not its characters', () => {
    expect(
      hexOf((writer) => {
        writer.string('€');
      }, 5),
    ).toBe('0300e282ac');
    expectRefusal((writer) => {
      writer.string('€');
    }, 4);
  });
});

test('what was written is given whole, however often', () => {
  const writer = new ByteWriter(MAX, 'services');
  writer.uint16(1);
  expect(writer.finish()).toEqual(Uint8Array.of(1, 0));
  writer.uint16(2);
  expect(writer.finish()).toEqual(Uint8Array.of(1, 0, 2, 0));
});

test('nothing of what an earlier writer wrote is given', () => {
  const earlier = new ByteWriter(MAX, 'services');
  earlier.bytes(new Uint8Array(600).fill(7));
  const writer = new ByteWriter(MAX, 'services');
  writer.bytes(new Uint8Array(600));
  writer.uint16(1);
  expect(writer.finish()).toEqual(Uint8Array.of(...new Uint8Array(600), 1, 0));
});

test.each<[what: string, write: (writer: ByteWriter) => void, fault: string]>([
  [
    'an integer',
    (writer) => {
      writer.uint16(65_536);
    },
    '65536 is no integer from 0 to 65535; pass one within these bounds',
  ],
  [
    'a text',
    (writer) => {
      writer.string('\ud83d');
    },
    'a text holds half of a surrogate pair; pass well-formed Unicode',
  ],
  [
    'bytes beyond the limit',
    (writer) => {
      writer.bytes(new Uint8Array(9));
    },
    'more than 8 bytes in all; spread it over several tokens',
  ],
])('%s is refused with what is wrong and the way out', (_, write, fault) => {
  expect(() => {
    write(new ByteWriter(8, 'services'));
  }).toThrow(expect.objectContaining({ message: `services: the token cannot hold it: ${fault}` }));
});
