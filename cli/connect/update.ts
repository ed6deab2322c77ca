import { apiOptionsFor, findConfigFile } from "../config-file/config-file";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { logzioApi } from "../logzio-api/settings";
import type { Fetcher, FetcherSettings } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import type { ApiOptions, ConfigOptions, OutputOptions } from "../program/options";
import { differences, placeOf, settingsWith } from "./fetchers";
import { noteLeftKey } from "./key-holders";
import { Patience } from "./patience";
import { checkedArn } from "./role";
import { checkTaken } from "./taken";
import { changedSettings, type SettingOptions } from "./wanted";

export interface UpdateOptions extends ApiOptions, ConfigOptions, OutputOptions, SettingOptions {
  readonly roleArn?: string;
  /** Seconds to try again while AWS refuses. */
  readonly wait: number;
}

/** Changes a registered bucket; what is not named stays. */
export async function update(id: number, options: UpdateOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const { roleArn } = options;
  const wanted: Partial<FetcherSettings> = {
    ...changedSettings(options),
    ...(roleArn === undefined ? {} : { arn: checkedArn(roleArn) }),
  };
  if (Object.keys(wanted).length === 0) {
    throw new UsageError(
      "say what to change, such as --type elb or --inactive; see logzio-s3 connect update --help",
    );
  }
  const api = logzioApi(apiOptionsFor(options, findConfigFile(options, context)), context);
  const known = await findFetcher(api, id);
  if (typeof known.arn !== "string" && roleArn === undefined) {
    throw new UsageError(
      `${id} reads with an access key, and Logz.io wants its secret for every change and never shows it; change it ` +
        `with a new key (logzio-s3 connect rotate-key ${id}, which takes the same options), or move it to a role ` +
        "with --role-arn",
    );
  }
  const changes = differences(known, wanted);
  const patience = new Patience(options.wait, context);
  const fetcher =
    changes.length === 0
      ? known
      : await patience.saveAgain(`changing ${id}`, known, () =>
          api.updateFetcher(id, settingsWith(known, wanted)),
        );
  checkTaken(fetcher, wanted);
  output.line(
    changes.length === 0
      ? `unchanged  ${id}  ${placeOf(fetcher)}`
      : `changed  ${id}  ${placeOf(fetcher)}: ${changes.join(", ")}`,
  );
  if (roleArn !== undefined) noteLeftKey(known, output);
  output.result({ fetcher, changes });
  return exitCodes.success;
}

/** @throws UsageError where there is none */
export async function findFetcher(api: LogzioApi, id: number): Promise<Fetcher> {
  const fetcher = await api.findFetcher(id);
  if (fetcher !== undefined) return fetcher;
  throw new UsageError(`Logz.io has no fetcher ${id}; logzio-s3 connect list shows which there are`);
}
