/** The polynomial of CRC-32 (IEEE 802.3), with the bits of each byte read from the least. */
const POLYNOMIAL = 0xedb88320;

/** For each byte, what dividing it by the polynomial leaves. */
const REMAINDERS: Int32Array = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/** Computes CRC-32 (IEEE 802.3), unsigned. */
export function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ (REMAINDERS[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}
