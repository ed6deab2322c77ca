import { Token } from "cdktf";
import type { z } from "zod";
import { flatIssues } from "./issues";
import { knownKeys } from "./json-schema";
import { closest } from "./known-keys";
import { valueAt, type Path } from "./problems";
import { configSchema, type Config } from "./schema";
import { pathOf } from "./schema-problems";

/** AWS region of a configuration that names none that can be read. */
export const unknownRegion = "unknown-region-0";

/** Who may assume the role, where the configuration does not say it or not readably. */
export const unknownIds = {
  logzioAccountId: "000000000000",
  externalIds: ["logzio:aws:extid:unknown"],
} as const;

/** A stand-in can uncover another, such as the one for a block that was not there. */
const rounds = 5;

/**
 * Puts stand-ins where the schema finds something wrong, so that the rules of the constructs are checked on the rest
 * in the same run. Nothing is deployed from the result. It changes the data.
 * @returns undefined where too little is left
 */
export function salvage(data: unknown): Config | undefined {
  for (let round = 0; round < rounds; round++) {
    const result = configSchema.safeParse(data);
    if (result.success) return result.data;
    for (const issue of flatIssues(result.error.issues)) repair(data, issue);
  }
  return undefined;
}

function repair(data: unknown, issue: z.core.$ZodIssue): void {
  const path = pathOf(issue);
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) rename(valueAt(data, path), key, closest(key, knownKeys(path)));
  } else if (path[0] === "backend") {
    put(data, ["backend"], undefined);
  } else {
    put(data, path, standIn(path, issue));
  }
}

/** A misspelt key counts as the one that was probably meant. */
function rename(block: unknown, key: string, known: string | undefined): void {
  if (!isBlock(block)) return;
  if (known !== undefined && !Object.hasOwn(block, known)) block[known] = block[key];
  Reflect.deleteProperty(block, key);
}

/** Writes a value, or with undefined removes what is there. */
function put(data: unknown, path: Path, value: unknown): void {
  const block = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  if (!isBlock(block) || key === undefined) return;
  if (value === undefined) Reflect.deleteProperty(block, key);
  else block[key] = value;
}

function isBlock(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

function standIn(path: Path, issue: z.core.$ZodIssue): unknown {
  const place = path.map((part) => (typeof part === "number" ? "[]" : part)).join(".");
  if (place === "stack") return undefined;
  if (Object.hasOwn(standIns, place)) return standIns[place](path);
  return issue.code === "invalid_type" && issue.expected === "string" ? unknownText(path) : undefined;
}

/** Values that break no rule. Where none is, the key is left out. */
const standIns: Readonly<Record<string, (path: Path) => unknown>> = {
  region: () => "us",
  token: (path) => ({ secretArn: unknownText(path) }),
  "token.variable": () => true,
  aws: () => ({ region: unknownRegion }),
  "aws.region": () => unknownRegion,
  hook: (path) => ({ trigger: "none", sources: [{ bucket: unknownText(path) }] }),
  "hook.trigger": () => "none",
  "hook.sources": (path) => [{ bucket: unknownText(path) }],
  "hook.sources.[]": (path) => ({ bucket: unknownText(path) }),
  fetcher: (path) => ({ sources: [{ bucket: unknownText(path) }] }),
  "fetcher.sources": (path) => [{ bucket: unknownText(path) }],
  "fetcher.sources.[]": (path) => ({ bucket: unknownText(path) }),
  ...placementStandIns("hook"),
  ...placementStandIns("fetcher"),
  ...placementStandIns("metrics"),
  access: (path) => ({ ...unknownIds, buckets: [{ bucket: unknownText(path) }] }),
  "access.logzioAccountId": () => unknownIds.logzioAccountId,
  "access.externalIds": () => unknownIds.externalIds,
  // Two of them may not be the same.
  "access.externalIds.[]": (path) => `${unknownIds.externalIds[0]}${path.at(-1) ?? ""}`,
  "access.buckets": (path) => [{ bucket: unknownText(path) }],
  "access.buckets.[]": (path) => ({ bucket: unknownText(path) }),
  "access.buckets.[].region": () => unknownRegion,
  "access.archiveBuckets.[]": (path) => ({ bucket: unknownText(path) }),
  "access.archiveBuckets.[].region": () => unknownRegion,
  metrics: (path) => ({ namespaces: [unknownText(path)] }),
  "metrics.token": () => ({ variable: true }),
  "metrics.namespaces": (path) => [unknownText(path)],
  "metrics.namespaces.[]": unknownText,
  "metrics.discover": (path) => ({ include: [unknownText(path)] }),
  "metrics.discover.include": (path) => [unknownText(path)],
  "metrics.exclude.[]": unknownText,
  "metrics.requestMetrics.[]": (path) => ({ bucket: unknownText(path) }),
};

function placementStandIns(block: string): typeof standIns {
  return {
    [`${block}.vpc.subnetIds`]: () => ["subnet-00000000"],
    [`${block}.vpc.securityGroupIds`]: () => ["sg-00000000"],
  };
}

/** ARN of a secret that nobody has named. */
export function unknownSecret(): string {
  return unknownText(["token"]);
}

/** Text that the rules skip, as they do with what only Terraform knows; another at each place. */
function unknownText(path: Path): string {
  return Token.asString({ resolve: () => path.join("."), creationStack: [] });
}
