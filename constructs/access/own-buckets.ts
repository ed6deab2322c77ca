import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { bucketIdentity } from "./bucket-identity";
import { isBucketPattern } from "./bucket-rules";
import { refuse, show, type Problem } from "../foundation/validation";

/** A bucket that this package makes and writes into. */
interface OwnBucket {
  /** Path of the construct that made it. */
  readonly path: string;
  /** A reference to it. */
  readonly bucket: string;
  /** Start of its name, which Terraform ends. */
  readonly namePrefix: string;
}

interface Source {
  readonly bucket: string;
}

const buckets = new WeakMap<IConstruct, OwnBucket[]>();

/** Notes a bucket of our own, so that no source ships what is written into it. */
export function addOwnBucket(construct: IConstruct, bucket: string, namePrefix: string): void {
  const { root, path } = construct.node;
  buckets.set(root, [...(buckets.get(root) ?? []), { path, bucket, namePrefix }]);
}

/** Checks sources once the whole app is made: the bucket may be made behind them. */
export function checkOwnBuckets(construct: IConstruct, sources: readonly Source[]): void {
  construct.node.addValidation({
    validate: () => ownBucketProblems(construct, sources).map(({ path, text }) => `${path} ${text}`),
  });
}

/** @throws ConstructError for sources that are buckets of our own, as far as they are made */
export function refuseOwnBuckets(construct: IConstruct, sources: readonly Source[]): void {
  refuse(construct, ownBucketProblems(construct, sources));
}

function ownBucketProblems(construct: IConstruct, sources: readonly Source[]): Problem[] {
  const own = buckets.get(construct.node.root) ?? [];
  return sources.flatMap(({ bucket }, index) => {
    const found = own.find((one) => isSame(construct, bucket, one));
    if (found === undefined) return [];
    const what = Token.isUnresolved(bucket) ? "is" : `is ${show(bucket)}, which fits`;
    return [
      {
        path: `sources[${index}].bucket`,
        text:
          `${what} the bucket of ${found.path}, and what this package itself writes there would be shipped as logs; ` +
          "write the buckets that the logs are in",
      },
    ];
  });
}

function isSame(construct: IConstruct, source: string, { bucket, namePrefix }: OwnBucket): boolean {
  if (!isBucketPattern(source))
    return bucketIdentity(construct, source) === bucketIdentity(construct, bucket);
  const parts = source.split("*");
  const [start = "", end = ""] = [parts.at(0), parts.at(-1)];
  // Terraform ends the name with 26 hexadecimal digits.
  const endFits = /^[0-9a-f]*$/.test(end);
  return endFits && (start.startsWith(namePrefix) || namePrefix.startsWith(start));
}
