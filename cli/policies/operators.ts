import { BlockList, isIP } from "node:net";
import { matches, matchesArn, parsePattern, parseText, type Reading } from "./patterns";
import { Unknown, type Ternary } from "./ternary";

/** Whether a value of the request is what a value of the policy asks for. */
export type Comparison = (actual: string, wanted: string, reading: Reading) => Ternary;

export interface Operator {
  readonly compare: Comparison;
  /** Whether it asks that no value of the policy is met. */
  readonly negated: boolean;
}

const stringEquals = onText((actual, wanted) => actual === wanted);
const stringEqualsIgnoreCase = onText((actual, wanted) => actual.toLowerCase() === wanted.toLowerCase());
const stringLike = onPattern(matches);
const arnLike = onPattern(matchesArn);
const bool = onText((actual, wanted) => actual.toLowerCase() === wanted.toLowerCase());

/** Every operator but Null. Source: IAM JSON policy elements, "Condition operators". */
const operators: Readonly<Partial<Record<string, Operator>>> = {
  ...pair("stringequals", "stringnotequals", stringEquals),
  ...pair("stringequalsignorecase", "stringnotequalsignorecase", stringEqualsIgnoreCase),
  ...pair("stringlike", "stringnotlike", stringLike),
  ...pair("arnequals", "arnnotequals", arnLike),
  ...pair("arnlike", "arnnotlike", arnLike),
  ...pair("ipaddress", "notipaddress", onText(inRange)),
  ...ordered("numeric", Number),
  ...ordered("date", momentOf),
  bool: { compare: bool, negated: false },
  binaryequals: { compare: stringEquals, negated: false },
};

/** Undefined where it is not known. */
export function operatorOf(name: string): Operator | undefined {
  return operators[name.toLowerCase()];
}

function pair(positive: string, negative: string, compare: Comparison): Record<string, Operator> {
  return { [positive]: { compare, negated: false }, [negative]: { compare, negated: true } };
}

function ordered(prefix: string, read: (text: string) => number): Record<string, Operator> {
  const by = (holds: (actual: number, wanted: number) => boolean): Comparison =>
    onText((actual, wanted) => holds(read(actual), read(wanted)));
  return {
    ...pair(
      `${prefix}equals`,
      `${prefix}notequals`,
      by((actual, wanted) => actual === wanted),
    ),
    [`${prefix}lessthan`]: { compare: by((actual, wanted) => actual < wanted), negated: false },
    [`${prefix}lessthanequals`]: { compare: by((actual, wanted) => actual <= wanted), negated: false },
    [`${prefix}greaterthan`]: { compare: by((actual, wanted) => actual > wanted), negated: false },
    [`${prefix}greaterthanequals`]: { compare: by((actual, wanted) => actual >= wanted), negated: false },
  };
}

function onText(holds: (actual: string, wanted: string) => boolean): Comparison {
  return (actual, wanted, reading) => {
    const text = parseText(wanted, reading);
    if (text instanceof Unknown) return text;
    return text !== undefined && holds(actual, text);
  };
}

function onPattern(holds: (pattern: Parameters<typeof matches>[0], actual: string) => Ternary): Comparison {
  return (actual, wanted, reading) => {
    const pattern = parsePattern(wanted, reading);
    if (pattern instanceof Unknown) return pattern;
    return pattern !== undefined && holds(pattern, actual);
  };
}

/** Milliseconds; IAM also takes seconds since 1970. */
function momentOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inRange(address: string, range: string): boolean {
  const [network, bits] = splitRange(range);
  const family = isIP(network);
  const longest = family === 4 ? 32 : 128;
  const length = bits ?? longest;
  if (family === 0 || isIP(address) !== family || !(length >= 0 && length <= longest)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, length, type);
  return list.check(address, type);
}

function splitRange(range: string): [network: string, bits: number | undefined] {
  const slash = range.indexOf("/");
  return slash < 0 ? [range, undefined] : [range.slice(0, slash), Number(range.slice(slash + 1))];
}
