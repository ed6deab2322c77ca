import { Token } from "cdktf";
import { isOfBucket } from "../lambdas/reading/sources";
import type { Problem } from "../constructs/foundation/validation";
import type { Config } from "./schema";

/** Something that ships what one prefix of a bucket holds. */
interface Shipper {
  /** Its place in the file. */
  readonly path: string;
  /** What it does, as a problem's text begins. */
  readonly ships: string;
  /** How another one's problem calls it. */
  readonly name: string;
  readonly bucket: string;
  readonly prefix?: string | undefined;
  /** Whether it ships now: what is switched off may be there for what was before, but not twice. */
  readonly active: boolean;
  /** Whether it picks some of the objects, and may leave the rest to another. */
  readonly picks: boolean;
}

const advice =
  "and they would be shipped twice; write prefixes of which none starts with another, or remove it";

/** Hook, fetcher and Logz.io each ship all that they are told to: what two of them hold is shipped and billed twice. */
export function shippedTwice(config: Config): Problem[] {
  const shippers = [...hookSources(config), ...fetcherSources(config), ...registrations(config)];
  return shippers.flatMap((one, index): Problem[] => {
    const other = shippers.slice(0, index).find((earlier) => bothShip(one, earlier));
    return other === undefined ? [] : [{ path: one.path, text: `${one.ships} ${other.name}, ${advice}` }];
  });
}

function hookSources({ hook }: Config): Shipper[] {
  return (hook?.sources ?? []).map(({ bucket, prefix, suffix, include, exclude }, index) => {
    const path = `hook.sources[${index}]`;
    const picks = isGiven(suffix, include, exclude);
    return { path, ships: "", name: `that the hook ships (${path})`, bucket, prefix, active: true, picks };
  });
}

function fetcherSources({ fetcher }: Config): Shipper[] {
  return (fetcher?.sources ?? []).map(({ bucket, prefix, include, exclude }, index) => {
    const path = `fetcher.sources[${index}]`;
    const name = `that the fetcher ships (${path})`;
    return {
      path,
      ships: "ships objects",
      name,
      bucket,
      prefix,
      active: true,
      picks: isGiven(include, exclude),
    };
  });
}

function registrations({ access }: Config): Shipper[] {
  return (access?.buckets ?? []).flatMap(({ bucket, prefix, register }, index) => {
    if (register === undefined) return [];
    const path = `access.buckets[${index}].register`;
    const name = `that ${path} has it fetch already`;
    const active = register.active !== false;
    return [{ path, ships: "has Logz.io fetch objects", name, bucket, prefix, active, picks: false }];
  });
}

/** The sources of one construct are compared by the construct itself. */
function bothShip(one: Shipper, other: Shipper): boolean {
  const [block, otherBlock] = [one, other].map(({ path }) => path.split(".")[0]);
  const sameBucket = isOfBucket(one.bucket, other.bucket) || isOfBucket(other.bucket, one.bucket);
  if (!sameBucket || one.picks || other.picks) return false;
  if (block === otherBlock && block !== "access") return false;
  if (one.active && other.active) return overlap(one, other);
  return block === otherBlock && (one.prefix ?? "") === (other.prefix ?? "");
}

function overlap({ prefix: one = "" }: Shipper, { prefix: other = "" }: Shipper): boolean {
  if (Token.isUnresolved(one) || Token.isUnresolved(other)) return false;
  return one.startsWith(other) || other.startsWith(one);
}

function isGiven(...filters: readonly unknown[]): boolean {
  return filters.some((filter) => filter !== undefined);
}
