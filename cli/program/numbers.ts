import { InvalidArgumentError } from "commander";

/** Reads a whole number of the command line; separators between thousands are allowed. */
export function wholeNumber(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const number = /^[\d,_]+$/.test(text) ? Number(text.replaceAll(/[,_]/g, "")) : NaN;
    if (number >= least && number <= greatest) return number;
    const [from, to] = [least, greatest].map((limit) => limit.toLocaleString("en-US"));
    throw new InvalidArgumentError(`Write a whole number from ${from} to ${to}.`);
  };
}

/** Collects an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
