import { metricStreamLimits } from "./limits";

/** Some metrics of a namespace. */
export interface NamespaceMetrics {
  /** Such as `AWS/EC2`; upper and lower case matter. */
  readonly namespace: string;
  /** Names of metrics, such as `CPUUtilization`. @default every metric of the namespace */
  readonly metrics?: readonly string[];
}

/** A namespace, whole or with some of its metrics. */
export type NamespaceFilter = string | NamespaceMetrics;

export const filterExample = '"AWS/S3" or { namespace: "AWS/EC2", metrics: ["CPUUtilization"] }';

/** Filters as the construct works with them. */
export function normalized(filters: readonly NamespaceFilter[]): NamespaceMetrics[] {
  return filters.map((filter) => (typeof filter === "string" ? { namespace: filter } : filter));
}

/** What a filter counts of the names that a stream may have: its namespace, and each of its metrics. */
export function nameCount(filters: readonly NamespaceMetrics[]): number {
  return filters.reduce((count, { metrics = [] }) => count + 1 + metrics.length, 0);
}

/**
 * Spreads filters over as many streams as they need, each filled before the next begins, so that what is added at the
 * end changes none that is full. A namespace with more metrics than one stream takes goes on in the next.
 */
export function splitFilters(filters: readonly NamespaceMetrics[]): NamespaceMetrics[][] {
  const streams: NamespaceMetrics[][] = [[]];
  for (const filter of filters) {
    let rest: NamespaceMetrics | undefined = filter;
    while (rest !== undefined) {
      const last: NamespaceMetrics[] = streams.at(-1) ?? [];
      const room: number = metricStreamLimits.names - nameCount(last);
      const [fits, left] = cut(rest, room);
      if (fits === undefined) streams.push([]);
      else last.push(fits);
      rest = left;
    }
  }
  return streams;
}

/** A filter as far as there is room for it, and what is left of it. */
function cut(
  { namespace, metrics }: NamespaceMetrics,
  room: number,
): [NamespaceMetrics | undefined, NamespaceMetrics | undefined] {
  if (metrics === undefined) return room >= 1 ? [{ namespace }, undefined] : [undefined, { namespace }];
  const fitting = metrics.slice(0, Math.max(room - 1, 0));
  const left = metrics.slice(fitting.length);
  return [
    fitting.length === 0 ? undefined : { namespace, metrics: fitting },
    left.length === 0 ? undefined : { namespace, metrics: left },
  ];
}

/** Whether filters name a metric. */
export function covers(
  filters: readonly NamespaceMetrics[],
  metric: { readonly namespace: string; readonly metric: string },
): boolean {
  return filters.some(
    ({ namespace, metrics }) =>
      namespace === metric.namespace && (metrics === undefined || metrics.includes(metric.metric)),
  );
}
