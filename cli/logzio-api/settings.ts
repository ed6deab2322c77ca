import { UsageError } from "../program/errors";
import type { CommandContext } from "../program/context";
import type { ApiOptions } from "../program/options";
import type { ConnectionOptions } from "./connection";
import { GrafanaApi } from "./grafana-api";
import { LogzioApi } from "./logzio-api";

/** Codes of Logz.io's regions with an API of their own. Source: Logz.io docs, "Account region". */
export const logzioRegions = ["us", "au", "ca", "eu", "uk"] as const;

/** Environment variables that hold the API token, the first one first. */
const tokenVariables = ["LOGZIO_API_TOKEN", "TF_VAR_logzio_api_token"] as const;

/** What to do where there is no API token. */
export const tokenAdvice =
  "make one in Logz.io (Settings → Manage tokens → API tokens), and put it into LOGZIO_API_TOKEN " +
  "(read -rs LOGZIO_API_TOKEN && export LOGZIO_API_TOKEN)";

/** The address of a region's API. @throws UsageError */
export function apiUrl({ logzioRegion, apiUrl: given }: ApiOptions): string {
  if (given !== undefined) return checkedUrl(given);
  if (logzioRegion === undefined) {
    throw new UsageError(
      `the region of the Logz.io account is not known; write region: in logzio.yaml, or --logzio-region with one of ${logzioRegions.join(", ")}`,
    );
  }
  if (!logzioRegions.some((code) => code === logzioRegion)) {
    throw new UsageError(`--logzio-region is "${logzioRegion}"; write one of ${logzioRegions.join(", ")}`);
  }
  return `https://api${logzioRegion === "us" ? "" : `-${logzioRegion}`}.logz.io`;
}

/** The API token, undefined where none is set. */
export function apiToken(env: CommandContext["env"]): string | undefined {
  const token = tokenVariables
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== "");
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      "the API token holds characters that no token has; copy it again into LOGZIO_API_TOKEN",
    );
  }
  return token;
}

/** Logz.io's API with the token of the environment. @throws UsageError where something is missing */
export function logzioApi(options: ApiOptions, context: CommandContext): LogzioApi {
  return new LogzioApi(connectionOptions(options, context));
}

/** Grafana's API inside it, likewise. @throws UsageError where something is missing */
export function grafanaApi(options: ApiOptions, context: CommandContext): GrafanaApi {
  return new GrafanaApi(connectionOptions(options, context));
}

function connectionOptions(options: ApiOptions, { env, signal }: CommandContext): ConnectionOptions {
  const token = apiToken(env);
  if (token === undefined) {
    throw new UsageError(`there is no API token; ${tokenAdvice}`);
  }
  return { url: apiUrl(options), token, signal };
}

function checkedUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? "");
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && loopback))) {
    // A URL may hold a token, so it is not repeated.
    throw new UsageError("--api-url is no address of an API; write one such as https://api-eu.logz.io");
  }
  const { pathname, search, hash, username, password } = url;
  if (pathname !== "/" || [search, hash, username, password].some((part) => part !== "")) {
    throw new UsageError(
      "--api-url is more than scheme and host; write those alone, as in https://api-eu.logz.io",
    );
  }
  return url.origin;
}
