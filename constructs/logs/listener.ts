import { EnvironmentError, parseListener } from "../../lambdas/runtime/environment";
import { oneOf, type Problem, type Rule } from "../foundation/validation";

/** Codes of Logz.io's regions. Source: Logz.io docs, "Account region". */
export const logzioRegions = ["us", "au", "ca", "eu", "uk"] as const;
export type LogzioRegion = (typeof logzioRegions)[number];

/** Where logs are sent: either `region` or `listener`. */
export interface ListenerProps {
  /** Code of the Logz.io account's region: `us`, `au`, `ca`, `eu` or `uk`. */
  readonly region?: LogzioRegion;
  /** Listener URL in place of a region: for PrivateLink or a proxy. Scheme, host and port, no path. */
  readonly listener?: string;
}

/** The listener's URL. */
export function listenerUrl({ region = "us", listener }: ListenerProps): string {
  return listener ?? `https://listener${region === "us" ? "" : `-${region}`}.logz.io:8071`;
}

export const logzioRegion: Rule<LogzioRegion> = oneOf(logzioRegions);

/** The rule of the function that uses the listener, so that the two cannot disagree. */
export const listener: Rule<string> = (url) => {
  // Such a URL may hold the token, so it is not repeated.
  if (/[?#@]/.test(url))
    return ["holds more than scheme, host and port; write https://listener.logz.io:8071"];
  try {
    parseListener(url);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return [
      error.message.replace(/^LOGZIO_LISTENER /, "is ").replace(/^(is "[^"]*") (is|must)/, "$1, which $2"),
    ];
  }
};

export function eitherRegionOrListener(props: ListenerProps): Problem[] {
  if (props.region !== undefined && props.listener !== undefined)
    return [{ path: "region", text: "and listener are both given; keep one of them" }];
  if (props.region === undefined && props.listener === undefined) {
    return [
      {
        path: "region",
        text: `is missing, and so is listener; write one of ${logzioRegions.join(", ")}, or a URL`,
      },
    ];
  }
  return [];
}
