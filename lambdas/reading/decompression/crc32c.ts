/** CRC-32C (Castagnoli), four bytes a step; its polynomial with the bits reversed. Source: RFC 3720, section 12.1. */
const POLYNOMIAL = 0x82f63b78;

/** tables[n][byte]: what the byte does to the checksum n bytes later. */
const tables = createTables();

function createTables(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const all = [first];
  for (let table = 1; table < 4; table++)
    all.push(all[table - 1].map((value) => (value >>> 8) ^ first[value & 0xff]));
  return all;
}

/** The checksum of the bytes, as an unsigned number. */
export function crc32c(bytes: Uint8Array): number {
  const [first, second, third, fourth] = tables;
  let value = -1;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    value ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    value =
      fourth[value & 0xff] ^
      third[(value >>> 8) & 0xff] ^
      second[(value >>> 16) & 0xff] ^
      first[value >>> 24];
  }
  for (; at < bytes.length; at++) value = (value >>> 8) ^ first[(value ^ bytes[at]) & 0xff];
  return ~value >>> 0;
}
