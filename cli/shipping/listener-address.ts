import type { Command } from "commander";
import { EnvironmentError, parseListener } from "../../lambdas/runtime/environment";
import type { ConfigFile } from "../config-file/parse";
import { logzioRegions } from "../logzio-api/settings";
import { UsageError } from "../program/errors";

/** Of commands that ship to Logz.io's listener. */
export interface ListenerOptions {
  readonly logzioRegion?: string;
  readonly listener?: string;
}

export function withListenerOptions(command: Command): Command {
  return command
    .option(
      "--logzio-region <code>",
      `region of the Logz.io account: ${logzioRegions.join(", ")} (default: of logzio.yaml)`,
    )
    .option("--listener <url>", "address of the listener in place of the region's (default: of logzio.yaml)");
}

/** The listener to ship to: of the command line, or else of the file. @throws UsageError */
export function listenerAddress(options: ListenerOptions, file: ConfigFile | undefined): URL {
  if (options.listener !== undefined) return checked(options.listener, "--listener");
  if (options.logzioRegion === undefined && file?.listener !== undefined)
    return checked(file.listener, `listener in ${file.path}`);
  const region = options.logzioRegion ?? file?.logzioRegion;
  if (region === undefined || !logzioRegions.some((code) => code === region)) {
    throw new UsageError(
      `the region of the Logz.io account is ${region === undefined ? "not known" : `"${region}"`}; write region: in logzio.yaml, or --logzio-region with one of ${logzioRegions.join(", ")}`,
    );
  }
  return new URL(`https://listener${region === "us" ? "" : `-${region}`}.logz.io:8071`);
}

function checked(url: string, name: string): URL {
  try {
    return parseListener(url);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // The URL may hold a token, so it is not repeated.
    throw new UsageError(`${name} is no listener; write one such as https://listener.example.com:8071`);
  }
}
