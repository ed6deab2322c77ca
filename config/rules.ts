import { tagLimits } from "../constructs/foundation/limits";
import { tags } from "../constructs/foundation/rules";
import { show, type Problem, type Rule, type Rules } from "../constructs/foundation/validation";
import { isOfBucket } from "../lambdas/reading/sources";
import { accessProblems } from "./access-rules";
import { rolesProblems } from "./roles";
import { unknownRegion } from "./salvage";
import type { Config } from "./schema";
import { shippedTwice } from "./shipped-twice";

const aws: Rule<Config["aws"]> = (block, construct) =>
  tags(block.tags ?? {}, construct).map((problem) =>
    typeof problem === "string"
      ? { path: "tags", text: problem }
      : { path: `tags.${problem.path}`, text: problem.text },
  );

/** Rules on what no single construct sees. */
export const stackRules: Rules<Config> = {
  props: { aws },
  together: [
    describesSomething,
    listenerIsForLogs,
    accessProblems,
    shippedTwice,
    backupIsNoSource,
    tagsFit,
    keysAreInRegion,
    ({ aws: { roles = {} } }, construct) => rolesProblems(roles, construct),
  ],
};

function describesSomething({ hook, fetcher, access, metrics }: Config): Problem[] {
  if ([hook, fetcher, access, metrics].some((block) => block !== undefined)) return [];
  return [
    {
      path: "",
      text: "has none of hook, fetcher, access and metrics; write at least one of the blocks",
    },
  ];
}

/** What sends documents, and nothing else does. */
function listenerIsForLogs({ hook, fetcher, token, listener, metrics }: Config): Problem[] {
  if (hook === undefined && fetcher === undefined) {
    const unused = Object.entries({ token, listener }).filter(([, value]) => value !== undefined);
    const text =
      "is given without hook and fetcher, which alone ship with it; remove it, or write one of them";
    const ofMetrics: Readonly<Record<string, string>> = {
      token: "metrics.token",
      listener: "metrics.endpoint",
    };
    return unused.map(([path]) => ({
      path,
      text: metrics === undefined ? text : `${text} (that of the metrics is ${ofMetrics[path]})`,
    }));
  }
  if (token !== undefined) return [];
  const who = hook === undefined ? "fetcher" : "hook";
  const text =
    `is missing, and the ${who} cannot ship without it; write token: { variable: true } and set TF_VAR_logzio_token, ` +
    "or give the ARN of a secret of yours as token.secretArn";
  return [{ path: "token", text }];
}

/** The tags of the provider and of a resource end up on one resource. */
function tagsFit({ aws: { tags: ofAll = {} }, hook, fetcher, access, metrics }: Config): Problem[] {
  const blocks = {
    "hook.tags": hook?.tags,
    "fetcher.tags": fetcher?.tags,
    "access.role.tags": access?.role?.tags,
    "access.user.tags": access?.user?.tags,
    "metrics.tags": metrics?.tags,
  };
  return Object.entries(blocks).flatMap(([path, own = {}]): Problem[] => {
    const [all, here] = [Object.keys(ofAll), Object.keys(own)];
    const together = new Set([...all, ...here]).size;
    if (Math.max(all.length, here.length) > tagLimits.count || together <= tagLimits.count) return [];
    const text = `has ${here.length} entries, which makes ${together} with those of aws.tags; AWS allows ${tagLimits.count} on a resource`;
    return [{ path, text }];
  });
}

/** What Firehose gave up on would be shipped as logs. */
function backupIsNoSource({ hook, fetcher, metrics }: Config): Problem[] {
  const { bucket, prefix = "" } = metrics?.backup ?? {};
  if (bucket === undefined) return [];
  const sources = Object.entries({ hook, fetcher }).flatMap(([block, { sources: list = [] } = {}]) =>
    list.map((source, index) => ({ ...source, path: `${block}.sources[${index}]` })),
  );
  return sources
    .filter((source) => isOfBucket(source.bucket, bucket) && eitherStarts(prefix, source.prefix ?? ""))
    .map(({ path }) => ({
      path: "metrics.backup.bucket",
      text: `is shipped as logs (${path}); write another bucket, or a prefix that the source does not have`,
    }));
}

function eitherStarts(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** Source: S3 user guide, "Specifying server-side encryption with AWS KMS": the key is in the region of the bucket. */
function keysAreInRegion({ aws: { region }, hook, fetcher, metrics }: Config): Problem[] {
  if (region === unknownRegion) return [];
  const places = [
    // Those that name their bucket's region are compared with it by the construct.
    ...Object.entries({ hook, fetcher }).flatMap(([block, { sources: list = [] } = {}]) =>
      list
        .map((source, index) => ({ source, path: `${block}.sources[${index}]` }))
        .filter(({ source }) => source.region === undefined),
    ),
    { source: metrics?.backup ?? {}, path: "metrics.backup" },
  ];
  return places.flatMap(({ source: { kmsKeyArn }, path }) => {
    const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKeyArn ?? "")?.[1];
    if (keyRegion === undefined || keyRegion === region) return [];
    const text =
      `is ${show(kmsKeyArn)}, a key in ${keyRegion}, and the bucket is in ${region} (aws.region); write the ARN of ` +
      "the key that encrypts the objects, which is in the bucket's region";
    return [{ path: `${path}.kmsKeyArn`, text }];
  });
}
