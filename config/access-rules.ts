import { Token } from "cdktf";
import type { Problem } from "../constructs/foundation/validation";
import { logzioRegions } from "../constructs/logs/listener";
import type { AccessBucket, AccessConfig } from "./access-schema";
import type { Config, HookConfig } from "./schema";

/** Rules on the block `access` that no single construct sees. */
export function accessProblems(config: Config): Problem[] {
  const { access } = config;
  if (access === undefined) return [];
  const found = access.user === undefined ? idProblems(access) : userProblems(access);
  const below = [...found, ...shippedTwice(access, config.hook)];
  return [
    ...below.map(({ path, text }) => ({ path: `access.${path}`, text })),
    ...regionForApi(config, access),
  ];
}

const page = "copy it from the integration's page in Logz.io (Authenticate with a role)";

function idProblems({ logzioAccountId, externalIds }: AccessConfig): Problem[] {
  const problems: Problem[] = [];
  if (logzioAccountId === undefined) {
    problems.push({
      path: "logzioAccountId",
      text: `is missing, the AWS account that may assume the role; run npx logzio-s3 connect, which asks Logz.io and writes it, or ${page}`,
    });
  }
  if (externalIds === undefined || externalIds.length === 0) {
    problems.push({
      path: "externalIds",
      text:
        (externalIds === undefined ? "is missing" : "is empty") +
        ", and nobody may assume a role of yours without an external ID; run npx logzio-s3 connect, which asks " +
        `Logz.io and writes it, or ${page}`,
    });
  }
  return problems;
}

function userProblems({
  role,
  logzioAccountId,
  externalIds,
  archiveBuckets,
  buckets,
}: AccessConfig): Problem[] {
  const problems: Problem[] = [];
  if (role !== undefined) problems.push({ path: "user", text: "and role are both given; keep one of them" });
  for (const [path, value] of Object.entries({ logzioAccountId, externalIds })) {
    // With both, nobody knows yet which of them is meant.
    if (value === undefined || role !== undefined) continue;
    problems.push({
      path,
      text: "protects nothing where user is given: access keys know no external ID; remove it, or take role in place of user",
    });
  }
  if (archiveBuckets !== undefined) {
    problems.push({
      path: "archiveBuckets",
      text: "needs the role; remove it, or take role in place of user",
    });
  }
  for (const [index, { register }] of (buckets ?? []).entries()) {
    if (register === undefined) continue;
    problems.push({
      path: `buckets[${index}].register`,
      text:
        "would put the user's access keys into Terraform's state; remove it and run npx logzio-s3 connect register " +
        "after the deployment, or take role in place of user",
    });
  }
  return problems;
}

function regionForApi({ region, hook, listener }: Config, { buckets = [], user }: AccessConfig): Problem[] {
  const registered = buckets.findIndex(({ register }) => register !== undefined);
  // The hook asks for it too, where it has no listener.
  const askedFor = hook !== undefined && listener === undefined;
  if (region !== undefined || registered === -1 || user !== undefined || askedFor) return [];
  const text =
    `is missing, and access.buckets[${registered}].register needs the API of your Logz.io account's region; write ` +
    `one of ${logzioRegions.join(", ")}`;
  return [{ path: "region", text }];
}

/** Logz.io fetches each registered prefix by itself, so what two of them hold would be shipped and billed twice. */
function shippedTwice({ buckets = [] }: AccessConfig, hook: Config["hook"]): Problem[] {
  const advice =
    "and they would be shipped twice; write prefixes of which none starts with another, or remove it";
  return buckets.flatMap((bucket, index): Problem[] => {
    const path = `buckets[${index}].register`;
    const before = buckets.slice(0, index).findIndex((other) => bothFetch(bucket, other));
    if (before !== -1) {
      const other = `access.buckets[${before}].register`;
      return [{ path, text: `has Logz.io fetch objects that ${other} has it fetch already, ${advice}` }];
    }
    const source = (hook?.sources ?? []).findIndex((other) => bothShip(bucket, other));
    if (source === -1) return [];
    return [
      { path, text: `has Logz.io fetch objects that the hook ships (hook.sources[${source}]), ${advice}` },
    ];
  });
}

function bothFetch(one: AccessBucket, other: AccessBucket): boolean {
  if (one.bucket !== other.bucket || one.register === undefined || other.register === undefined) return false;
  // One that is switched off may be there for what was before, but not twice.
  return isActive(one) && isActive(other) ? overlap(one, other) : (one.prefix ?? "") === (other.prefix ?? "");
}

/** A source that picks some of its objects may leave the rest to Logz.io. */
function bothShip(bucket: AccessBucket, source: HookConfig["sources"][number]): boolean {
  const picks = [source.suffix, source.include, source.exclude].some((filter) => filter !== undefined);
  return isActive(bucket) && !picks && bucket.bucket === source.bucket && overlap(bucket, source);
}

function isActive({ register }: AccessBucket): boolean {
  return register !== undefined && register.active !== false;
}

interface Prefixed {
  readonly prefix?: string | undefined;
}

function overlap({ prefix: one = "" }: Prefixed, { prefix: other = "" }: Prefixed): boolean {
  if (Token.isUnresolved(one) || Token.isUnresolved(other)) return false;
  return one.startsWith(other) || other.startsWith(one);
}
