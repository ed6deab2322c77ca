import { show, type Problem, type Rule } from "../foundation/validation";
import { logzioRegions, type LogzioRegion } from "../foundation/listener";

/** Where metrics are sent: either `region` or `endpoint`. */
export interface MetricsDestination {
  /** Code of the Logz.io account's region: `us`, `au`, `ca`, `eu` or `uk`. */
  readonly region?: LogzioRegion;
  /**
   * URL of an endpoint in place of the region's, for a proxy: https on port 443, since Firehose sends to no other.
   * Source: Firehose developer guide, "Understand HTTP endpoint delivery request and response specifications".
   */
  readonly endpoint?: string;
}

/** URL that takes what Firehose delivers. Source: Logz.io's stack for metric streams, `logzioDestination`. */
export function metricsEndpoint({ region = "us", endpoint }: MetricsDestination): string {
  return endpoint ?? `https://listener-otlp-aws-metrics-stream-${region}.logz.io`;
}

export const endpointUrl: Rule<string> = (url) => {
  const advice = "write an https URL without port, such as https://metrics.example.com/logzio";
  // What a URL has before an @, or behind a ?, may be a token, so it is not repeated.
  if (/[?#@]/.test(url)) return [`holds more than scheme, host and path; ${advice}`];
  if (!URL.canParse(url)) return [`is ${show(url)}, which is no URL; ${advice}`];
  const { protocol, port } = new URL(url);
  if (protocol !== "https:" || port !== "")
    return [`is ${show(url)}, and Firehose delivers to https on port 443 alone; ${advice}`];
  return [];
};

export function eitherRegionOrEndpoint({ region, endpoint }: MetricsDestination): Problem[] {
  if (region !== undefined && endpoint !== undefined)
    return [{ path: "region", text: "and endpoint are both given; keep one of them" }];
  if (region === undefined && endpoint === undefined) {
    const text = `is missing, and so is endpoint; write one of ${logzioRegions.join(", ")}, or a URL`;
    return [{ path: "region", text }];
  }
  return [];
}
