import { apiOptionsFor, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import { logzioApi } from "../logzio-api/settings";
import type { Fetcher } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { CommandError, exitCodes, type ExitCode } from "../program/errors";
import type { ApiOptions, ConfigOptions, OutputOptions } from "../program/options";
import { accessOf, placeOf, samePlace } from "./fetchers";
import { noteLeftKey } from "./key-holders";
import { printable } from "../terminal/terminal";
import { findFetcher } from "./update";

export interface RemoveOptions extends ApiOptions, ConfigOptions, OutputOptions {
  readonly yes?: boolean;
}

/** Removes a registered bucket; its settings go to stdout first, so that it can be made again. */
export async function remove(id: number, options: RemoveOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const file = findConfigFile(options, context);
  const api = logzioApi(apiOptionsFor(options, file), context);
  const fetcher = await findFetcher(api, id);
  if (isDeployed(file, fetcher)) {
    output.warn(
      `${file?.path} has npx cdktf deploy register ${placeOf(fetcher)}, and the next deployment makes it again; ` +
        "remove register there as well",
    );
  }
  const question =
    `${fetcher.active ? "Active" : "Inactive"} fetcher ${id} of ` +
    `${printable(`${placeOf(fetcher)} (${fetcher.logsType}, ${accessOf(fetcher)})`)}. A new one does not fetch what is written in between. Remove it?`;
  if (options.yes !== true && !(await context.confirm(question))) {
    output.note("Nothing was removed.");
    return exitCodes.negative;
  }
  output.document(fetcher);
  await api.deleteFetcher(id);
  if ((await api.findFetcher(id)) !== undefined) {
    throw new CommandError(
      `Logz.io accepted the removal of ${id} and has it still; look at it with logzio-s3 connect list`,
    );
  }
  output.note(`Removed ${id}; what it was is on the standard output.`);
  noteLeftKey(fetcher, output);
  return exitCodes.success;
}

function isDeployed(file: ConfigFile | undefined, fetcher: Fetcher): boolean {
  const buckets = file?.access?.buckets ?? [];
  return buckets.some((entry) => entry.register !== undefined && samePlace(entry, fetcher));
}
