import { dimensionsOf } from "../../lambdas/resource-tags/arn";
import { resourceKinds, type ResourceKind } from "../../lambdas/resource-tags/resource-kinds";
import { metricName } from "../../lambdas/resource-tags/series";
import { dimensionLabel } from "../../lambdas/resource-tags/tag-labels";

/** The labels by which the metrics of a kind find its tags: those of all kinds that have its type. */
export function joinLabels(kind: ResourceKind, namespace: string): string[] {
  const same = resourceKinds.filter(
    ({ type, namespaces }) => type === kind.type && namespaces.includes(namespace),
  );
  const dimensions = new Set(same.flatMap(dimensionsOf).map(dimensionLabel));
  return ["account", ...(kind.ownRegion === true ? [] : ["region"]), ...dimensions];
}

/** The PromQL that gives a metric the tags of its resources. */
export function joinQuery(
  kind: ResourceKind,
  namespace: string,
  metric: string,
  tags: readonly string[],
): string {
  const selector = `${metricName}{namespace="${namespace.toLowerCase()}", resource_type="${kind.type}"}`;
  return `${metric} * on (${joinLabels(kind, namespace).join(", ")}) group_left (${tags.join(", ")}) ${selector}`;
}

/** The table in docs/metrics-tags.md. */
export function tagTable(): string {
  const lines = resourceKinds
    .flatMap((kind) => kind.namespaces.map((namespace) => ({ kind, namespace })))
    .map(({ kind, namespace }) => {
      const labels = joinLabels(kind, namespace).map((label) => `\`${label}\``);
      return `| ${namespace} | \`${kind.type}\` | ${labels.join(", ")} | ${kind.note ?? ""} |`;
    });
  return [
    "| Namespace | `resource_type` | Join on | |",
    "|---|---|---|---|",
    ...[...new Set(lines)].sort(),
  ].join("\n");
}
