/** What 64 bytes are, as bits in words: the lowest for the first byte. Strings are not looked at yet. */

export let quotes: u64 = 0;
export let backslashes: u64 = 0;
/** `{` and `[`. */
export let opening: u64 = 0;
/** `}` and `]`. */
export let closing: u64 = 0;
export let colons: u64 = 0;
export let commas: u64 = 0;
export let controls: u64 = 0;
/** Whether any byte of the blocks since {@link beginBlocks} is beyond ASCII; each lane of the vector says it of its bytes. */
let seen: v128 = i8x16.splat(0);

export function beginBlocks(): void {
  seen = i8x16.splat(0);
}

export function beyondAscii(): bool {
  return i8x16.bitmask(seen) != 0;
}

/** A bit for each of 64 bytes, of which four vectors say it. */
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = (<u32>i8x16.bitmask(a)) | ((<u32>i8x16.bitmask(b)) << 16);
  const high = (<u32>i8x16.bitmask(c)) | ((<u32>i8x16.bitmask(d)) << 16);
  return (<u64>low) | ((<u64>high) << 32);
}

function equal(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return bits(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

/** Looks at the bytes from `base` on. Those that are seldom there get their bits only if one of them is. */
export function lookAtBlock(base: usize): void {
  const a = v128.load(base);
  const b = v128.load(base, 16);
  const c = v128.load(base, 32);
  const d = v128.load(base, 48);
  seen = v128.or(seen, v128.or(v128.or(a, b), v128.or(c, d)));
  quotes = equal(a, b, c, d, i8x16.splat(0x22));
  colons = equal(a, b, c, d, i8x16.splat(0x3a));
  commas = equal(a, b, c, d, i8x16.splat(0x2c));

  const backslash = i8x16.splat(0x5c);
  const ab = v128.or(i8x16.eq(a, backslash), i8x16.eq(b, backslash));
  const cd = v128.or(i8x16.eq(c, backslash), i8x16.eq(d, backslash));
  backslashes = v128.any_true(v128.or(ab, cd)) ? equal(a, b, c, d, backslash) : 0;

  // Brackets and braces differ in one bit alone.
  const braces = i8x16.splat(0x20);
  const e = v128.or(a, braces);
  const f = v128.or(b, braces);
  const g = v128.or(c, braces);
  const h = v128.or(d, braces);
  opening = equal(e, f, g, h, i8x16.splat(0x7b));
  closing = equal(e, f, g, h, i8x16.splat(0x7d));

  const last = i8x16.splat(0x1f);
  const least = i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d));
  controls = v128.any_true(i8x16.eq(i8x16.min_u(least, last), least)) ? controlsIn(a, b, c, d, last) : 0;
}

function controlsIn(a: v128, b: v128, c: v128, d: v128, last: v128): u64 {
  return bits(
    i8x16.eq(i8x16.min_u(a, last), a),
    i8x16.eq(i8x16.min_u(b, last), b),
    i8x16.eq(i8x16.min_u(c, last), c),
    i8x16.eq(i8x16.min_u(d, last), d),
  );
}

/** The spaces among the bytes from `base` on. */
export function spacesIn(base: usize): u64 {
  const space = i8x16.splat(0x20);
  return equal(v128.load(base), v128.load(base, 16), v128.load(base, 32), v128.load(base, 48), space);
}
