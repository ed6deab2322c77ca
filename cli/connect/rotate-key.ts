import { apiOptionsFor, awsOptionsFor, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { logzioApi } from "../logzio-api/settings";
import type { CommandContext } from "../program/context";
import { CommandError, exitCodes, UsageError, type ExitCode } from "../program/errors";
import type { ApiOptions, AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import { differences, placeOf } from "./fetchers";
import { countOf, describeHolders, holdersOf, moveToKey } from "./key-holders";
import { withNewKey } from "./new-key";
import { Patience } from "./patience";
import { findFetcher } from "./update";
import { UserKeys, type UserKey } from "./user-keys";
import { changedSettings, type SettingOptions } from "./wanted";

export interface RotateOptions extends ApiOptions, AwsOptions, ConfigOptions, OutputOptions, SettingOptions {
  readonly region?: string;
  readonly userName?: string;
  readonly yes?: boolean;
  /** Seconds to try again while AWS refuses. */
  readonly wait: number;
}

const defaultUserName = "logzio-s3-fetcher";

export function userNameFor(options: { readonly userName?: string }, file: ConfigFile | undefined): string {
  return options.userName ?? file?.access?.user?.name ?? defaultUserName;
}

/** The API without an end by interruption: what was saved with a key must be known. */
export function steadyApi(options: ApiOptions, context: CommandContext): LogzioApi {
  return logzioApi(options, { ...context, signal: new AbortController().signal });
}

/**
 * Gives a fetcher, and all that uses the same key, a new access key, and deletes the old one. There is a valid key at
 * every moment. A run that was broken off is finished by the next, but for one that broke off between two fetchers: AWS
 * has no room for a third key then, and the user is told what to do.
 */
export async function rotateKey(
  id: number,
  options: RotateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const file = findConfigFile(options, context);
  const api = steadyApi(apiOptionsFor(options, file), context);
  const changes = changedSettings(options);
  const fetcher = await findFetcher(api, id);
  const { accessKey } = fetcher;
  if (typeof accessKey !== "string") {
    throw new UsageError(`${id} (${placeOf(fetcher)}) reads with a role, which needs no key`);
  }
  const keys = new UserKeys(userNameFor(options, file), { ...awsOptionsFor(options, file) });
  try {
    const current = keyOf(await keys.list(), accessKey, keys.userName);
    const rotation: Rotation = { api, keys, current, context, yes: options.yes ?? false };
    const deleted = await clearSecond(rotation);
    const isFinished = deleted !== undefined && deleted.created <= current.created;
    if (isFinished && differences(fetcher, changes).length === 0) {
      context.output.line(`unchanged  ${current.id}: an earlier rotation to it is finished now`);
      context.output.result({
        fetcher: id,
        userName: keys.userName,
        accessKey: current.id,
        deleted: deleted.id,
      });
      return exitCodes.success;
    }
    const holders = await holdersOf(api, current.id);
    const patience = new Patience(options.wait, context);
    const others = holders.fetchers.filter((one) => one.id !== id);
    const key = await withNewKey(keys, api, context, async (made) => {
      const all = { ...holders, fetchers: [fetcher, ...others] };
      await moveToKey(api, all, made, { patience, change: { id, settings: changes } });
      await retire(rotation, current.id);
      return made;
    });
    context.output.line(`changed  ${describeHolders(holders)}: access key ${current.id} → ${key.id}`);
    context.output.result({ fetcher: id, userName: keys.userName, accessKey: key.id, deleted: current.id });
    return exitCodes.success;
  } finally {
    keys.close();
  }
}

interface Rotation {
  readonly api: LogzioApi;
  readonly keys: UserKeys;
  readonly current: UserKey;
  readonly context: CommandContext;
  readonly yes: boolean;
}

function keyOf(keys: readonly UserKey[], id: string, userName: string): UserKey {
  const key = keys.find((one) => one.id === id);
  if (key !== undefined) return key;
  throw new UsageError(
    `Logz.io reads with the key ${id}, which is none of the user ${userName}; name the user with --user-name ` +
      `(aws iam get-access-key-last-used --access-key-id ${id} shows it)`,
  );
}

/**
 * A second key that Logz.io does not use is of an earlier run, or of somebody else: it goes, if the user agrees. Where
 * it is the older one, that was all that was left to do of the earlier rotation. Undefined where there is none.
 */
async function clearSecond({ api, keys, current, context, yes }: Rotation): Promise<UserKey | undefined> {
  const other = (await keys.list()).find(({ id }) => id !== current.id);
  if (other === undefined) return undefined;
  const holders = await holdersOf(api, other.id);
  if (countOf(holders) > 0) {
    throw new CommandError(
      `the user ${keys.userName} has two keys, the most that AWS allows, and Logz.io uses both: ${other.id} for ` +
        `${describeHolders(holders)}. Nothing was changed. Move those to a role (logzio-s3 connect update ID ` +
        "--role-arn), or to a key of another user, and run this again",
    );
  }
  const question =
    `The user ${keys.userName} has a second key, ${other.id} (${other.active ? "active" : "inactive"}, ` +
    `${await keys.lastUse(other.id)}), which this Logz.io account does not use. Delete it?`;
  if (!yes && !(await context.confirm(question))) {
    throw new CommandError(
      "AWS allows two keys a user, so there is no room for a new one. Nothing was changed",
    );
  }
  await context.finish(retire({ api, keys }, other.id));
  context.output.note(`The key ${other.id} of the user ${keys.userName} was deleted.`);
  return other;
}

/** Switches a key off and deletes it, after a last look that nothing uses it. */
export async function retire({ api, keys }: Pick<Rotation, "api" | "keys">, id: string): Promise<void> {
  const holders = await holdersOf(api, id);
  if (countOf(holders) > 0) {
    throw new CommandError(
      `the key ${id} stays: Logz.io uses it for ${describeHolders(holders)}; run this again`,
    );
  }
  await keys.deactivate(id);
  await keys.remove(id);
}
