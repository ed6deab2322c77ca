import type { Problem } from "../constructs/foundation/validation";
import { logzioRegions } from "../constructs/foundation/listener";
import type { AccessConfig } from "./access-schema";
import type { Config } from "./schema";

/** Rules on the block `access` that no single construct sees. */
export function accessProblems(config: Config): Problem[] {
  const { access } = config;
  if (access === undefined) return [];
  const found = access.user === undefined ? idProblems(access) : userProblems(access);
  return [
    ...found.map(({ path, text }) => ({ path: `access.${path}`, text })),
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

function regionForApi(
  { region, hook, fetcher, listener }: Config,
  { buckets = [], user }: AccessConfig,
): Problem[] {
  const registered = buckets.findIndex(({ register }) => register !== undefined);
  // Hook and fetcher ask for it too, where there is no listener.
  const askedFor = (hook ?? fetcher) !== undefined && listener === undefined;
  if (region !== undefined || registered === -1 || user !== undefined || askedFor) return [];
  const text =
    `is missing, and access.buckets[${registered}].register needs the API of your Logz.io account's region; write ` +
    `one of ${logzioRegions.join(", ")}`;
  return [{ path: "region", text }];
}
