import type { Construct } from "constructs";
import { ListenerToken, MetricStream, RequestMetrics } from "../constructs";
import { collect } from "./collect";
import type { MetricsConfig } from "./metrics-schema";
import { metricsPlace, metricsTokenPlace, requestMetricsPlace } from "./places";
import type { FileProblem } from "./problems";
import { unknownSecret } from "./salvage";
import type { Config } from "./schema";
import { createSecretVariable } from "./variables";

/** What the block `metrics` becomes. */
export interface Metrics {
  readonly token?: ListenerToken | undefined;
  readonly stream?: MetricStream | undefined;
  readonly requests?: RequestMetrics | undefined;
}

/** Makes what the block `metrics` describes, and adds to the problems what is refused. */
export function createMetrics(stack: Construct, config: Config, problems: FileProblem[]): Metrics {
  const { metrics, region } = config;
  if (metrics === undefined) return {};
  const { token: tokenConfig, requestMetrics, ...props } = metrics;
  const token = collect(problems, metricsTokenPlace, () => createToken(stack, tokenConfig));
  const stream = collect(
    problems,
    metricsPlace,
    () =>
      new MetricStream(stack, "metrics", {
        ...props,
        region: props.endpoint === undefined ? region : undefined,
        // In the place of a token that is refused, so that the rest is still checked.
        token: token ?? new ListenerToken(stack, "any-metrics-token", { secretArn: unknownSecret() }),
      }),
  );
  const requests =
    requestMetrics &&
    collect(
      problems,
      requestMetricsPlace,
      () => new RequestMetrics(stack, "request-metrics", { buckets: requestMetrics }),
    );
  return { token, stream, requests };
}

/** Without a block it comes from the variable: there is nothing else to say about it. */
function createToken(stack: Construct, config: MetricsConfig["token"] = { variable: true }): ListenerToken {
  const { variable, version, ...props } = config;
  const token = (): string =>
    createSecretVariable(stack, "logzio_metrics_token", "Logz.io metrics shipping token").stringValue;
  return new ListenerToken(stack, "metrics-token", {
    ...props,
    purpose: "metrics",
    token: variable === true ? token() : undefined,
    tokenVersion: version,
  });
}
