import { tagLimits } from "../constructs/foundation/limits";
import { tags } from "../constructs/foundation/rules";
import { show, type Problem, type Rule, type Rules } from "../constructs/foundation/validation";
import { unknownRegion } from "./salvage";
import type { Config } from "./schema";

const aws: Rule<Config["aws"]> = (block, construct) =>
  tags(block.tags ?? {}, construct).map((problem) =>
    typeof problem === "string"
      ? { path: "tags", text: problem }
      : { path: `tags.${problem.path}`, text: problem.text },
  );

/** Rules on what no single construct sees. */
export const stackRules: Rules<Config> = { props: { aws }, together: [tagsFit, keysAreInRegion] };

/** The tags of the provider and of a resource end up on one resource. */
function tagsFit(config: Config): Problem[] {
  const [ofAll, ofHook] = [Object.keys(config.aws.tags ?? {}), Object.keys(config.hook.tags ?? {})];
  const together = new Set([...ofAll, ...ofHook]).size;
  if (Math.max(ofAll.length, ofHook.length) > tagLimits.count || together <= tagLimits.count) return [];
  const text = `has ${ofHook.length} entries, which makes ${together} with those of aws.tags; AWS allows ${tagLimits.count} on a resource`;
  return [{ path: "hook.tags", text }];
}

/** Source: S3 user guide, "Specifying server-side encryption with AWS KMS": the key is in the region of the bucket. */
function keysAreInRegion(config: Config): Problem[] {
  const { region } = config.aws;
  if (region === unknownRegion) return [];
  return config.hook.sources.flatMap(({ kmsKeyArn }, index) => {
    const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKeyArn ?? "")?.[1];
    if (keyRegion === undefined || keyRegion === region) return [];
    const text =
      `is ${show(kmsKeyArn)}, a key in ${keyRegion}, and the bucket is in ${region} (aws.region); write the ARN of ` +
      "the key that encrypts the objects, which is in the bucket's region";
    return [{ path: `hook.sources[${index}].kmsKeyArn`, text }];
  });
}
