import { markdownTable } from "./generated-docs";
import { dimensionsOf } from "../../lambdas/resource-tags/arn";
import type { ResourceKind } from "../../lambdas/resource-tags/resource-kind";
import { resourceKinds } from "../../lambdas/resource-tags/resource-kinds";
import { metricName } from "../../lambdas/resource-tags/series";
import { dimensionLabel } from "../../lambdas/resource-tags/tag-labels";

/** The labels by which the metrics of a kind find its tags: those of all kinds that have its type. */
function joinLabels(kind: ResourceKind, namespace: string): string[] {
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

/** The table in docs/metrics-tags.md, with columns of even width as prettier has them. */
export function tagTable(): string {
  const rows = resourceKinds
    .flatMap((kind) => kind.namespaces.map((namespace) => ({ kind, namespace })))
    .map(({ kind, namespace }) => [
      namespace,
      `\`${kind.type}\``,
      joinLabels(kind, namespace)
        .map((label) => `\`${label}\``)
        .join(", "),
      kind.note ?? "",
    ]);
  const unique = [...new Map(rows.map((row) => [row.join(), row])).values()].sort((one, other) =>
    one.join() < other.join() ? -1 : 1,
  );
  return markdownTable(["Namespace", "`resource_type`", "Join on", "Note"], unique);
}
