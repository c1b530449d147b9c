import fc from 'fast-check';

/** Well-formed strings of code points of every length in UTF-8. The units of fast-check take a second to build. */
export function wellFormed(maxLength: number): fc.Arbitrary<string> {
  const codePoints = fc.oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0x7ff }),
    fc.integer({ min: 0x800, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0xffff }),
    fc.integer({ min: 0x1_0000, max: 0x10_ffff }),
  );
  return fc.array(codePoints, { maxLength }).map((list) => String.fromCodePoint(...list));
}
