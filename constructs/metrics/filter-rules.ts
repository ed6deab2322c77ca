import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { below, eachText, isObject, show, text, type Problem, type Rule } from "../foundation/validation";
import { metricStreamLimits } from "./limits";
import { filterExample, type NamespaceFilter, type NamespaceMetrics } from "./metric-filters";

/** A namespace's name. Source: CloudWatch API reference, MetricStreamFilter, Namespace. */
export const namespaceName: Rule<string> = (name) => {
  const single = /^(AWS\/[^:]+):(.+)$/.exec(name);
  if (single !== null)
    return [
      `is ${show(name)}; write { namespace: ${show(single[1])}, metrics: [${show(single[2])}] } for a single metric`,
    ];
  if (name === "" || name.startsWith(":") || name.length > metricStreamLimits.namespaceCharacters)
    return [
      `is ${show(name)}; write 1 to ${metricStreamLimits.namespaceCharacters} characters that do not start with ":"`,
    ];
  if (name !== name.trim()) return [`is ${show(name)}; write it without spaces around it`];
  if (name.includes("*"))
    return [
      `is ${show(name)}, and a stream's filters know no patterns; write whole names, or discover: { include: [${show(name)}] }`,
    ];
  if (/^aws\//i.test(name) && !name.startsWith("AWS/"))
    return [`is ${show(name)}, and AWS writes its own in capitals; write ${show(`AWS${name.slice(3)}`)}`];
  return [];
};

/** Source: CloudWatch API reference, MetricStreamFilter, MetricNames. */
export const metricName: Rule<string> = (name) =>
  name.length <= metricStreamLimits.metricNameCharacters && /^[ -~]*[!-~][ -~]*$/.test(name)
    ? []
    : [
        `is ${show(name)}; write 1 to ${metricStreamLimits.metricNameCharacters} printable ASCII characters, not spaces alone`,
      ];

const metricNames: Rule<readonly string[]> = (names, construct) => {
  if (Array.isArray(names) && names.length === 0)
    return ["is empty; write at least one metric, or leave it out for all of the namespace"];
  const found = eachText(metricName)(names, construct);
  if (!Array.isArray(names)) return found;
  const list = names as readonly unknown[];
  // Beyond 1,000 names it would be streamed, and billed, by two streams.
  const twice = list.flatMap((name, index): Problem[] =>
    list.indexOf(name) === index ? [] : [{ path: `[${index}]`, text: `is ${show(name)} again; remove it` }],
  );
  return [...found, ...twice];
};

/** The filters of a stream, whether what they name is included or excluded. */
export const namespaceFilters: Rule<readonly NamespaceFilter[]> = (filters, construct) => {
  if (!Array.isArray(filters)) return [`is ${show(filters)}; write a list, such as [${filterExample}]`];
  const list = filters as readonly unknown[];
  const problems = list.flatMap((filter, index): Problem[] => {
    if (Token.isUnresolved(filter)) return [];
    const found =
      typeof filter === "string" ? namespaceName(filter, construct) : entryProblems(filter, construct);
    return found.map((problem) => below(`[${index}]`, problem));
  });
  return [...problems, ...repeated(list)];
};

function entryProblems(entry: unknown, construct: IConstruct): (string | Problem)[] {
  if (!isObject(entry)) return [`is ${show(entry)}; write ${filterExample}`];
  const { namespace, metrics, ...rest } = entry as Partial<NamespaceMetrics>;
  const problems: (string | Problem)[] = Object.keys(rest).map((key) => ({
    path: key,
    text: "is not known here; write namespace and metrics",
  }));
  if (namespace === undefined) problems.push(`has no namespace; write ${filterExample}`);
  else if (!Token.isUnresolved(namespace))
    problems.push(...text(namespaceName)(namespace, construct).map((problem) => below("namespace", problem)));
  if (metrics !== undefined && !Token.isUnresolved(metrics))
    problems.push(...metricNames(metrics, construct).map((problem) => below("metrics", problem)));
  return problems;
}

/** AWS would take the one or the other, and nobody sees which. */
function repeated(list: readonly unknown[]): Problem[] {
  const names = list.map((filter) => (isObject(filter) && "namespace" in filter ? filter.namespace : filter));
  return names.flatMap((name, index) => {
    if (typeof name !== "string" || Token.isUnresolved(name) || names.indexOf(name) === index) return [];
    return [{ path: `[${index}]`, text: `is ${show(name)} again; write one entry with all of its metrics` }];
  });
}
