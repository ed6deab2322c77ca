import { EnvironmentError, parseListener } from "../../lambdas/runtime/environment";
import type { ConfigFile } from "../config-file/config-file";
import { logzioRegions } from "../logzio-api/settings";
import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";
import type { ApiOptions } from "../program/options";

/** Where a test document goes, and with which token. */
export interface ListenerAndToken {
  readonly origin: URL;
  readonly token: string;
}

/** Environment variables that hold the log shipping token, the first one first. */
const tokenVariables = ["LOGZIO_TOKEN", "TF_VAR_logzio_token"];

/** The listener of the file or of the region, and the token of the environment. @throws UsageError where one is missing */
export function listenerAndToken(
  { logzioRegion }: ApiOptions,
  { env }: Pick<CommandContext, "env">,
  file: ConfigFile | undefined,
): ListenerAndToken {
  const token = tokenVariables
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== "");
  if (token === undefined) {
    throw new UsageError(
      "--send needs the log shipping token; put it into LOGZIO_TOKEN (read -rs LOGZIO_TOKEN && export LOGZIO_TOKEN)",
    );
  }
  return { origin: listener(logzioRegion, file), token };
}

function listener(option: string | undefined, file: ConfigFile | undefined): URL {
  if (option === undefined && file?.listener !== undefined) {
    try {
      return parseListener(file.listener);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      // The URL may hold a token, so it is not repeated.
      throw new UsageError(
        `listener in ${file.path} is no listener; write one such as https://listener.example.com:8071`,
      );
    }
  }
  const region = option ?? file?.logzioRegion;
  if (region === undefined || !logzioRegions.some((code) => code === region)) {
    throw new UsageError(
      `the region of the Logz.io account is ${region === undefined ? "not known" : `"${region}"`}; write region: in logzio.yaml, or --logzio-region with one of ${logzioRegions.join(", ")}`,
    );
  }
  return new URL(`https://listener${region === "us" ? "" : `-${region}`}.logz.io:8071`);
}
