/** The polynomial of CRC-32 (IEEE 802.3), with the bits of each byte read from the least. */
const POLYNOMIAL = 0xedb88320;

/** Computes CRC-32 (IEEE 802.3), unsigned: bit by bit, which is fast enough for names. */
export function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  }
  return ~sum >>> 0;
}
