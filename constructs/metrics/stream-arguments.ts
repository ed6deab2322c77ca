import { literal } from "../foundation/templates";
import { covers, type NamespaceMetrics } from "./metric-filters";
import type { StreamStatistics } from "./stream-statistics";

/** A filter as Terraform takes it. */
export interface FilterArgument {
  readonly namespace: string;
  readonly metricNames?: string[];
}

/** Additional statistics as Terraform takes them. */
export interface StatisticsArgument {
  readonly additionalStatistics: string[];
  readonly includeMetric: { readonly namespace: string; readonly metricName: string }[];
}

export function filtersOf(filters: readonly NamespaceMetrics[]): FilterArgument[] {
  return filters.map(({ namespace, metrics }) => ({
    namespace: literal(namespace),
    ...(metrics === undefined ? {} : { metricNames: metrics.map(literal) }),
  }));
}

/** The percentiles of what one stream includes; undefined where it has none. */
export function statisticsOf(
  all: readonly StreamStatistics[] = [],
  included?: readonly NamespaceMetrics[],
): StatisticsArgument[] | undefined {
  const configurations = all.flatMap(({ statistics, metrics }): StatisticsArgument[] => {
    const carried = metrics.filter((metric) => included === undefined || covers(included, metric));
    if (carried.length === 0) return [];
    const includeMetric = carried.map(({ namespace, metric }) => ({
      namespace: literal(namespace),
      metricName: literal(metric),
    }));
    return [{ additionalStatistics: [...statistics], includeMetric }];
  });
  return configurations.length === 0 ? undefined : configurations;
}
