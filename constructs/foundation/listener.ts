import {
  destinations,
  EnvironmentError,
  parseListener,
  type Destination,
} from "../../lambdas/runtime/environment";
import { oneOf, type Problem, type Rule } from "./validation";

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
export function listenerUrl(props: ListenerProps): string {
  return urlFor(props, destinations.logs);
}

/** The URL of the listener for metrics (Prometheus remote write). */
export function metricsListenerUrl(props: ListenerProps): string {
  return urlFor(props, destinations.metrics);
}

/** The regions' listeners differ in their names, what is sent in the port. */
function urlFor({ region = "us", listener }: ListenerProps, destination: Destination): string {
  return listener ?? destination.listener.replace(".", region === "us" ? "." : `-${region}.`);
}

export const logzioRegion: Rule<LogzioRegion> = oneOf(logzioRegions);

/** The rule of the function that uses the listener, so that the two cannot disagree. */
const listenerFor =
  ({ listener: example }: Destination): Rule<string> =>
  (url) => {
    // Such a URL may hold the token, so it is not repeated.
    if (/[?#@]/.test(url)) return [`holds more than scheme, host and port; write ${example}`];
    try {
      parseListener(url, example);
      return [];
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      return [
        error.message.replace(/^LOGZIO_LISTENER /, "is ").replace(/^(is "[^"]*") (is|must)/, "$1, which $2"),
      ];
    }
  };

export const listener: Rule<string> = listenerFor(destinations.logs);
export const metricsListener: Rule<string> = listenerFor(destinations.metrics);

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
