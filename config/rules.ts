import { tagLimits } from "../constructs/foundation/limits";
import { tags } from "../constructs/foundation/rules";
import { show, type Problem, type Rule, type Rules } from "../constructs/foundation/validation";
import { accessProblems } from "./access-rules";
import { unknownRegion } from "./salvage";
import type { Config } from "./schema";

const aws: Rule<Config["aws"]> = (block, construct) =>
  tags(block.tags ?? {}, construct).map((problem) =>
    typeof problem === "string"
      ? { path: "tags", text: problem }
      : { path: `tags.${problem.path}`, text: problem.text },
  );

/** Rules on what no single construct sees. */
export const stackRules: Rules<Config> = {
  props: { aws },
  together: [describesSomething, listenerIsForHook, accessProblems, tagsFit, keysAreInRegion],
};

function describesSomething({ hook, access }: Config): Problem[] {
  if (hook !== undefined || access !== undefined) return [];
  return [{ path: "", text: "has neither hook nor access; write one of the blocks, or both" }];
}

/** What sends the hook's documents, and nothing else does. */
function listenerIsForHook({ hook, token, listener }: Config): Problem[] {
  if (hook === undefined) {
    const unused = Object.entries({ token, listener }).filter(([, value]) => value !== undefined);
    const text = "is given without hook, which alone ships with it; remove it, or write hook";
    return unused.map(([path]) => ({ path, text }));
  }
  if (token !== undefined) return [];
  const text =
    "is missing, and the hook cannot ship without it; write token: { variable: true } and set TF_VAR_logzio_token, " +
    "or give the ARN of a secret of yours as token.secretArn";
  return [{ path: "token", text }];
}

/** The tags of the provider and of a resource end up on one resource. */
function tagsFit({ aws: { tags: ofAll = {} }, hook, access }: Config): Problem[] {
  const blocks = {
    "hook.tags": hook?.tags,
    "access.role.tags": access?.role?.tags,
    "access.user.tags": access?.user?.tags,
  };
  return Object.entries(blocks).flatMap(([path, own = {}]): Problem[] => {
    const [all, here] = [Object.keys(ofAll), Object.keys(own)];
    const together = new Set([...all, ...here]).size;
    if (Math.max(all.length, here.length) > tagLimits.count || together <= tagLimits.count) return [];
    const text = `has ${here.length} entries, which makes ${together} with those of aws.tags; AWS allows ${tagLimits.count} on a resource`;
    return [{ path, text }];
  });
}

/** Source: S3 user guide, "Specifying server-side encryption with AWS KMS": the key is in the region of the bucket. */
function keysAreInRegion({ aws: { region }, hook }: Config): Problem[] {
  if (region === unknownRegion) return [];
  return (hook?.sources ?? []).flatMap(({ kmsKeyArn }, index) => {
    const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKeyArn ?? "")?.[1];
    if (keyRegion === undefined || keyRegion === region) return [];
    const text =
      `is ${show(kmsKeyArn)}, a key in ${keyRegion}, and the bucket is in ${region} (aws.region); write the ARN of ` +
      "the key that encrypts the objects, which is in the bucket's region";
    return [{ path: `hook.sources[${index}].kmsKeyArn`, text }];
  });
}
