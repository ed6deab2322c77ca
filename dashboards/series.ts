/** What a metric stream's receiver makes of a metric's statistics: the sum, the number and the bounds of a period. */
export type Statistic = "sum" | "count" | "min" | "max";

/**
 * Name of the series that Logz.io's receiver of metric streams makes of a metric: in lower case, with `_` for whatever
 * Prometheus does not allow in a name.
 */
export function series(namespace: string, metric: string, statistic: Statistic): string {
  return `${namespace}_${metric}_${statistic}`.toLowerCase().replace(/[^a-z0-9_:]/g, "_");
}

/** Labels and what they must match; a value that begins with `$` is one of the dashboard's variables. */
export type Matchers = Readonly<Record<string, string>>;

/** A selector: variables may hold several values, so they are matched as regular expressions. */
function select(name: string, matchers: Matchers): string {
  const conditions = Object.entries(matchers).map(
    ([label, value]) => `${label}${value.startsWith("$") ? "=~" : "="}"${value}"`,
  );
  return `${name}{${conditions.join(",")}}`;
}

/** The series of a metric's statistic. The receiver leaves account and region out of the series of the highest value. */
export function metric(namespace: string, name: string, statistic: Statistic, matchers: Matchers): string {
  const missing = statistic === "max" ? ["account", "region"] : [];
  const present = Object.entries(matchers).filter(([label]) => !missing.includes(label));
  return select(series(namespace, name, statistic), Object.fromEntries(present));
}

/** Everything that was counted in an interval of the panel: a sample is the sum of a minute, and no counter. */
export function total(selector: string): string {
  return `sum_over_time(${selector}[$__interval])`;
}

/** The highest value of an interval. */
export function highest(selector: string): string {
  return `max_over_time(${selector}[$__interval])`;
}

/** The last value of a metric that is published once a day, for the day before. */
export function daily(selector: string): string {
  return `last_over_time(${selector}[3d])`;
}

/** Sums by a tag of the resources, which are joined from the metric that the function resource-tags ships. */
export function byTag(expression: string, dimension: string, namespace: string): string {
  const on = `account, region, namespace, ${dimension}`;
  const info = select("aws_resource_info", { namespace });
  return `sum by ($tag) (sum by (${on}) (${expression}) * on (${on}) group_left ($tag) max by (${on}, $tag) (${info}))`;
}
