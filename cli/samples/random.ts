/** Numbers that look random and are the same for the same seed, so that a demo or a test can be run again. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  /** Letters and digits, as AWS puts at the end of its file names. */
  alphanumeric(length: number): string;
  /** An address of RFC 5737's documentation ranges, which belong to nobody. */
  address(): string;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** mulberry32: 32 bits of state are plenty for sample files, and it is short enough to read. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[whole(0, choices.length - 1)] ?? choices[0];
  const text = (length: number, letters: string): string =>
    Array.from({ length }, () => letters.charAt(whole(0, letters.length - 1))).join("");
  return {
    whole,
    pick,
    hex: (length) => text(length, "0123456789abcdef"),
    alphanumeric: (length) => text(length, alphabet),
    address: () => `${pick(["192.0.2", "198.51.100", "203.0.113"])}.${whole(1, 254)}`,
  };
}
