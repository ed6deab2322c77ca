import { S3BucketMetric } from "@cdktf/provider-aws/lib/s3-bucket-metric/index.js";
import { Construct, type IConstruct } from "constructs";
import { createHash } from "node:crypto";
import { bucketIdentity } from "../access/bucket-identity";
import { bucketName, keyPrefix, needsBucket } from "../access/bucket-rules";
import { literal } from "../foundation/templates";
import { each, show, text, validate, type Problem, type Rule, type Rules } from "../foundation/validation";
import { requestMetricNameCharacters, requestMetricsOfBucket } from "./limits";

/** Objects whose requests S3 counts and measures. */
export interface MeasuredBucket {
  /** Name of the bucket, in the region of the stack. */
  readonly bucket: string;
  /** Start of the keys. @default the whole bucket */
  readonly prefix?: string;
  /**
   * Value of the dimension `FilterId`: letters, digits and `._-`, at most 64.
   * @default "EntireBucket", as S3's console names it; with a prefix, one made of the prefix
   */
  readonly name?: string;
}

export interface RequestMetricsProps {
  /** At least one; a bucket may be there several times, with other prefixes. */
  readonly buckets: readonly MeasuredBucket[];
}

const filterName: Rule<string> = (name) =>
  name.length <= requestMetricNameCharacters && /^[A-Za-z0-9._-]+$/.test(name)
    ? []
    : [`is ${show(name)}; write 1 to ${requestMetricNameCharacters} letters, digits and ._-`];

const example = '{ bucket: "my-logs" }';

const bucketRules: Rules<MeasuredBucket> = {
  props: { bucket: text(bucketName), prefix: text(keyPrefix), name: text(filterName) },
  together: [needsBucket(example)],
};

const measuredBuckets: Rule<readonly MeasuredBucket[]> = (list, construct) => {
  if (Array.isArray(list) && list.length === 0)
    return [`is empty; write at least one bucket, such as ${example}`];
  const found = each(bucketRules, example)(list, construct);
  return found.length > 0 ? found : clashes(list, construct);
};

/** S3 keeps one configuration a name and bucket: the one that is written last. */
function clashes(list: readonly MeasuredBucket[], construct: IConstruct): Problem[] {
  const identities = list.map((entry) => bucketIdentity(construct, entry.bucket));
  const ids = list.map((entry, index) => `${identities[index]}\n${filterId(entry)}`);
  const repeated = ids.flatMap((id, index): Problem[] => {
    const first = ids.indexOf(id);
    if (first === index) return [];
    const text = `has the same bucket and name as [${first}]; write another name, or remove it`;
    return [{ path: `[${index}]`, text }];
  });
  const full = [...new Set(identities)].flatMap((identity): Problem[] => {
    const count = identities.filter((other) => other === identity).length;
    if (count <= requestMetricsOfBucket) return [];
    const path = `[${identities.indexOf(identity)}]`;
    return [{ path, text: `is one of ${count} for its bucket, and S3 takes ${requestMetricsOfBucket}` }];
  });
  return [...repeated, ...full];
}

const rules: Rules<RequestMetricsProps> = {
  props: { buckets: measuredBuckets },
  known: ["buckets"],
  together: [
    ({ buckets }: Partial<RequestMetricsProps>) =>
      buckets === undefined
        ? [{ path: "buckets", text: `is missing; write at least one, such as ${example}` }]
        : [],
  ],
};

/** The name of an entry's configuration, which is the dimension `FilterId` of its metrics. */
function filterId({ prefix = "", name }: Omit<MeasuredBucket, "bucket">): string {
  if (name !== undefined) return name;
  if (prefix === "") return "EntireBucket";
  const readable = prefix.replace(/\/+$/, "").replace(/[^A-Za-z0-9._-]+/g, "-");
  // Two prefixes may read the same.
  return /^[A-Za-z0-9._-]+\/?$/.test(prefix) && readable.length <= requestMetricNameCharacters
    ? readable
    : `${readable.slice(0, requestMetricNameCharacters - 9)}-${hash(prefix)}`;
}

function hash(prefix: string): string {
  return createHash("sha256").update(prefix).digest("hex").slice(0, 8);
}

/**
 * Has S3 measure the requests on buckets: counts, errors, latency and bytes, each minute. Without it a metric stream has
 * S3's daily storage metrics alone. CloudWatch bills them as custom metrics.
 */
export class RequestMetrics extends Construct {
  /** One an entry, in their order. */
  readonly configurations: readonly S3BucketMetric[];

  constructor(scope: Construct, id: string, props: RequestMetricsProps) {
    super(scope, id);
    validate(this, props, rules);
    this.configurations = props.buckets.map(
      (entry) =>
        new S3BucketMetric(this, configurationId(this, entry), {
          bucket: entry.bucket,
          name: filterId(entry),
          filter: (entry.prefix ?? "") === "" ? undefined : { prefix: literal(entry.prefix ?? "") },
        }),
    );
  }
}

/** Made of bucket and name, so that an entry that moves in the list keeps its configuration. */
function configurationId(construct: IConstruct, entry: MeasuredBucket): string {
  const identity = bucketIdentity(construct, entry.bucket);
  const place = `${identity}/${filterId(entry)}`;
  return `${place.replace(/[^A-Za-z0-9_.-]+/g, "-").slice(0, 80)}-${hash(place)}`;
}
