import { Token } from "cdktf";
import type { Construct } from "constructs";
import { createHash } from "node:crypto";
import {
  FetcherConnector,
  FetcherRole,
  FetcherUser,
  LogzioProvider,
  type FetcherConnectorProps,
} from "../constructs";
import type { AccessBucket, AccessConfig } from "./access-schema";
import { collect } from "./collect";
import { connectorPlace, fetcherRolePlace, fetcherUserPlace } from "./places";
import type { FileProblem } from "./problems";
import { unknownIds, unknownRegion } from "./salvage";
import type { Config } from "./schema";
import { shippedTwice } from "./shipped-twice";
import { createSecretVariable } from "./variables";

/** What the block `access` becomes. */
export interface Access {
  readonly role?: FetcherRole | undefined;
  readonly user?: FetcherUser | undefined;
  readonly connectors: readonly FetcherConnector[];
}

/** Makes what the block `access` describes, and adds to the problems what is refused. */
export function createAccess(stack: Construct, config: Config, problems: FileProblem[]): Access {
  const { access } = config;
  if (access === undefined) return { connectors: [] };
  const { user } = access;
  if (user !== undefined) {
    const props = { ...user, buckets: bucketsOf(access, config) };
    const made = collect(problems, fetcherUserPlace, () => new FetcherUser(stack, "fetcher-user", props));
    return { user: made, connectors: [] };
  }
  const role = collect(problems, fetcherRolePlace, () => createRole(stack, access, config));
  return { role, connectors: createConnectors(stack, config, role, problems) };
}

function createRole(stack: Construct, access: AccessConfig, config: Config): FetcherRole {
  const { logzioAccountId, externalIds = [], archiveBuckets, role } = access;
  return new FetcherRole(stack, "fetcher-role", {
    ...role,
    // Where they are missing, the file's own rules say so, and what to run.
    logzioAccountId: logzioAccountId ?? unknownIds.logzioAccountId,
    externalIds: externalIds.length === 0 ? unknownIds.externalIds : externalIds,
    buckets: bucketsOf(access, config),
    archiveBuckets: archiveBuckets?.map((bucket) => ({ ...bucket, region: regionOf(bucket, config) })),
  });
}

function bucketsOf({ buckets = [] }: AccessConfig, config: Config): Omit<AccessBucket, "register">[] {
  return buckets.map(({ bucket, prefix, region, kmsKeyArn }) => ({
    bucket,
    prefix,
    region: regionOf({ region }, config),
    kmsKeyArn,
  }));
}

/** undefined where the file names none that can be read, so that nothing is held against it. */
function regionOf({ region }: { readonly region?: string | undefined }, { aws }: Config): string | undefined {
  const named = region ?? aws.region;
  return named === unknownRegion ? undefined : named;
}

function createConnectors(
  stack: Construct,
  config: Config,
  role: FetcherRole | undefined,
  problems: FileProblem[],
): FetcherConnector[] {
  const registered = (config.access?.buckets ?? []).flatMap(({ register, ...bucket }, index) =>
    register === undefined ? [] : [{ index, bucket, register }],
  );
  if (registered.length === 0) return [];
  const variable = createSecretVariable(stack, "logzio_api_token", "Logz.io API token");
  const { region } = config;
  new LogzioProvider(stack, "logzio", { apiToken: variable.stringValue, region });
  const twice = shippedTwice(config).map(({ path }) => path);
  return registered.flatMap(({ index, bucket, register }) => {
    // The file's own rules say what is shipped twice; the rest of such an entry is still checked, under another prefix.
    const isTwice = twice.includes(`access.buckets[${index}].register`);
    const id = isTwice ? `connector-${index}` : connectorId(bucket);
    const prefix = isTwice ? unknown(id) : bucket.prefix;
    const region = regionOf(bucket, config) ?? standInRegion;
    const props = { ...bucket, ...register, prefix, region };
    const make = (): FetcherConnector => new FetcherConnector(stack, id, { ...props, ...reader(role) });
    return collect(problems, connectorPlace(index), make) ?? [];
  });
}

/** In the place of a region that cannot be read. The constructs take no reference for it. */
const standInRegion = "us-east-1";

/** In the place of a role that is refused there is an unknown one, so that the connectors are still checked. */
function reader(role: FetcherRole | undefined): Pick<FetcherConnectorProps, "role" | "roleArn"> {
  return role === undefined ? { roleArn: unknown("role") } : { role };
}

/** Text that the rules skip, as they do with what only Terraform knows. */
function unknown(name: string): string {
  return Token.asString({ resolve: () => name, creationStack: [] });
}

/**
 * Made of bucket and prefix, so that an entry that moves in the list keeps its registration: Logz.io starts anew with
 * one that is removed and added.
 */
function connectorId({ bucket, prefix = "" }: Pick<AccessBucket, "bucket" | "prefix">): string {
  const place = `${bucket}/${prefix}`;
  const readable = place.replace(/[^A-Za-z0-9_]+/g, "-").slice(0, 80);
  return `connector-${readable}-${createHash("sha256").update(place).digest("hex").slice(0, 8)}`;
}
