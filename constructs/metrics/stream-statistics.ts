import { Token } from "cdktf";
import { each, eachText, show, text, type Problem, type Rule, type Rules } from "../foundation/validation";
import { metricStreamLimits } from "./limits";
import { metricName, namespaceName } from "./filter-rules";

/** One metric. */
export interface MetricOfNamespace {
  readonly namespace: string;
  readonly metric: string;
}

/**
 * Percentiles of some metrics, besides the minimum, maximum, sum and count that every metric has. AWS bills up to five
 * of them as one more update of the metric. Source: CloudWatch user guide, "Statistics that can be streamed".
 */
export interface StreamStatistics {
  /** Percentiles such as "p95" or "p99.9", up to 20; OpenTelemetry streams carry no other statistics. */
  readonly statistics: readonly string[];
  /** The metrics that get them, up to 100, in all of their dimensions. */
  readonly metrics: readonly MetricOfNamespace[];
}

const percentile: Rule<string> = (statistic) => {
  const number = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(statistic)?.[1];
  if (number !== undefined && Number(number) <= 100) return [];
  return [
    `is ${show(statistic)}, and a stream in OpenTelemetry's format carries percentiles alone; write one such as "p99" ` +
      "or delete it: minimum, maximum, sum and count are always there",
  ];
};

/** A list with at least one entry, and no more than AWS takes. */
function sized<Item>(rule: Rule<readonly Item[]>, most: number, what: string): Rule<readonly Item[]> {
  return (items, construct) => {
    const found = rule(items, construct);
    if (!Array.isArray(items) || Token.isUnresolved(items)) return found;
    if (items.length === 0) return [...found, `is empty; write at least one of the ${what}`];
    return items.length > most ? [...found, `has ${items.length} entries; AWS takes ${most}`] : found;
  };
}

const metricRules: Rules<MetricOfNamespace> = {
  props: { namespace: text(namespaceName), metric: text(metricName) },
  together: [
    (entry: Partial<MetricOfNamespace>) =>
      (["namespace", "metric"] as const).flatMap((path): Problem[] =>
        entry[path] === undefined ? [{ path, text: "is missing; write both namespace and metric" }] : [],
      ),
  ],
};

const entryRules: Rules<StreamStatistics> = {
  props: {
    statistics: sized(eachText(percentile), metricStreamLimits.statisticsOfEntry, "percentiles"),
    metrics: sized(
      each(metricRules, '{ namespace: "AWS/Lambda", metric: "Duration" }'),
      metricStreamLimits.metricsOfEntry,
      "metrics",
    ),
  },
  known: ["statistics", "metrics"],
  together: [
    (entry: Partial<StreamStatistics>) =>
      (["statistics", "metrics"] as const).flatMap((path): Problem[] =>
        entry[path] === undefined ? [{ path, text: "is missing; write both statistics and metrics" }] : [],
      ),
  ],
};

export const streamStatistics: Rule<readonly StreamStatistics[]> = sized(
  each(entryRules, '{ statistics: ["p99"], metrics: [{ namespace: "AWS/Lambda", metric: "Duration" }] }'),
  metricStreamLimits.statisticsEntries,
  "entries",
);

/** Whether the list can be read by rules that look at several props. */
export function areStatistics(list: unknown): list is readonly StreamStatistics[] {
  return (
    Array.isArray(list) &&
    list.every(
      (entry: unknown) =>
        typeof entry === "object" &&
        entry !== null &&
        "metrics" in entry &&
        Array.isArray(entry.metrics) &&
        entry.metrics.every((metric: unknown) => typeof metric === "object" && metric !== null),
    )
  );
}
