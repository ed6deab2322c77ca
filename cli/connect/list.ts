import { apiOptionsFor, findConfigFile } from "../config-file/config-file";
import { ApiError } from "../logzio-api/errors";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { logzioApi } from "../logzio-api/settings";
import type { Archive, Fetcher } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { ApiOptions, ConfigOptions, OutputOptions } from "../program/options";
import type { Output } from "../program/output";
import { tableLines } from "../terminal/columns";
import { accessOf, awsRegionOf, placeOf } from "./fetchers";

export type ListOptions = ApiOptions & ConfigOptions & OutputOptions;

/** Prints the buckets that Logz.io fetches from and archives to. */
export async function list(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const api = logzioApi(apiOptionsFor(options, findConfigFile(options, context)), context);
  output.progress("asking Logz.io");
  const fetchers = await api.listFetchers();
  const archives = await archivesOf(api, output);
  printFetchers(fetchers, output);
  if (archives !== undefined) printArchives(archives, output);
  output.result({ fetchers, archives: archives ?? null });
  return exitCodes.success;
}

/** Archives have an API of their own, which not every account may call. */
async function archivesOf(api: LogzioApi, output: Output): Promise<readonly Archive[] | undefined> {
  try {
    return await api.listArchives();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === undefined) throw error;
    output.warn(`the archives are not known: ${error.message}`);
    return undefined;
  }
}

function printFetchers(fetchers: readonly Fetcher[], output: Output): void {
  if (fetchers.length === 0) {
    output.line("No bucket is registered to be fetched from.");
    return;
  }
  const columns = [
    { title: "ID" },
    { title: "ACTIVE" },
    { title: "BUCKET/PREFIX", flexible: true },
    { title: "REGION" },
    { title: "TYPE", flexible: true },
    { title: "READS WITH", flexible: true },
  ];
  const rows = fetchers.map((fetcher) => [
    String(fetcher.id),
    fetcher.active ? "yes" : "no",
    placeOf(fetcher),
    awsRegionOf(fetcher.region),
    fetcher.logsType,
    accessOf(fetcher),
  ]);
  printTable(tableLines(columns, rows, output.terminal.columns), output);
}

function printArchives(archives: readonly Archive[], output: Output): void {
  if (archives.length === 0) return;
  const columns = [
    { title: "ARCHIVE" },
    { title: "ACTIVE" },
    { title: "BUCKET", flexible: true },
    { title: "WRITES WITH", flexible: true },
  ];
  const rows = archives.map(({ id, enabled, storageType, amazonS3StorageSettings: storage }) => [
    String(id),
    enabled ? "yes" : "no",
    storage?.path ?? storageType,
    accessOf({ arn: storage?.s3IamCredentials?.arn, accessKey: storage?.s3SecretCredentials?.accessKey }),
  ]);
  output.line();
  printTable(tableLines(columns, rows, output.terminal.columns), output);
}

function printTable([titles = "", ...lines]: readonly string[], output: Output): void {
  output.line(output.paint("bold", titles));
  for (const line of lines) output.line(line);
}
