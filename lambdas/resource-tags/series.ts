import { matchesAny } from "../runtime/patterns";
import { DimensionsInArn, parseArn, type Arn } from "./arn";
import { chosenNamespaces, type TagSelection } from "./environment";
import { resourceKinds } from "./resource-kinds";
import { dimensionLabel, tagLabels } from "./tag-labels";
import type { TaggedResource } from "./tagged-resources";

/** Name of the metric: one series a resource and namespace, whose value is 1. */
export const metricName = "aws_resource_info";

/** Names and values of labels, sorted by name as remote write asks for. */
export type Labels = readonly (readonly [string, string])[];

/** Where the function runs: what an ARN leaves empty. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** The series of the resources, and what became of those that make none. */
export interface ResourceSeries {
  readonly series: readonly Labels[];
  /** Resources that have no tags of those that are shipped. */
  readonly untagged: number;
  /** ARNs of a type that was asked for, and of a form that the table does not know. */
  readonly unknown: readonly string[];
  /** ARNs whose labels another resource has: names that differ in case alone, as do their metrics. */
  readonly doubled: readonly string[];
  /** Keys of tags for which a resource had no room, and of those whose values were cut. */
  readonly leftOutKeys: readonly string[];
  readonly cutKeys: readonly string[];
}

/** The types of resources that the namespaces have, for the Tagging API. */
export function resourceTypes(selection: TagSelection): string[] {
  const namespaces = new Set(chosenNamespaces(selection));
  const kinds = resourceKinds.filter((kind) => kind.namespaces.some((name) => namespaces.has(name)));
  return [...new Set(kinds.map(({ type }) => type))].sort();
}

/** Makes the series of resources: the same resources make the same series, in whatever order they come. */
export function resourceSeries(
  resources: readonly TaggedResource[],
  selection: TagSelection,
  home: Home,
): ResourceSeries {
  const namespaces = chosenNamespaces(selection);
  const kinds: ChosenKind[] = resourceKinds.map((kind) => ({
    type: kind.type,
    namespaces: namespaces.filter((name) => kind.namespaces.includes(name)),
    dimensions: new DimensionsInArn(kind),
  }));
  const byJoin = new Map<string, Labels>();
  const unknown: string[] = [];
  const doubled: string[] = [];
  const leftOutKeys = new Set<string>();
  const cutKeys = new Set<string>();
  let untagged = 0;
  for (const { arn: text, tags } of inOrder(resources)) {
    const arn = parseArn(text);
    const known = arn === undefined ? [] : kinds.filter(({ dimensions }) => dimensions.in(arn) !== undefined);
    if (arn === undefined || known.length === 0) {
      unknown.push(text);
      continue;
    }
    const chosen = tagLabels(tags.filter(({ key }) => matchesAny(selection.tagKeys, key)));
    chosen.leftOut.forEach((key) => leftOutKeys.add(key));
    chosen.cut.forEach((key) => cutKeys.add(key));
    if (chosen.labels.length === 0) {
      untagged++;
      continue;
    }
    for (const labels of known.flatMap((kind) => joinLabels(arn, kind, selection.p8sLogzioName, home))) {
      const join = JSON.stringify(labels);
      if (byJoin.has(join)) doubled.push(text);
      else byJoin.set(join, sorted([["__name__", metricName], ...labels, ...chosen.labels]));
    }
  }
  return {
    series: [...byJoin.values()],
    untagged,
    unknown,
    doubled: [...new Set(doubled)],
    leftOutKeys: [...leftOutKeys].sort(),
    cutKeys: [...cutKeys].sort(),
  };
}

/** What the table says of a kind, for the namespaces that are chosen. */
interface ChosenKind {
  readonly type: string;
  readonly namespaces: readonly string[];
  readonly dimensions: DimensionsInArn;
}

/**
 * What a resource is found by in each namespace that its metrics are in. Values in lower case, as the receiver of the
 * metric stream has them.
 */
function joinLabels(arn: Arn, kind: ChosenKind, p8sLogzioName: string, home: Home): Labels[] {
  const values = kind.dimensions.in(arn) ?? [];
  return kind.namespaces.map((namespace) =>
    sorted([
      ["account", arn.account === "" ? home.account : arn.account],
      ["region", arn.region === "" ? home.region : arn.region],
      ["namespace", namespace.toLowerCase()],
      ["resource_type", kind.type],
      ["p8s_logzio_name", p8sLogzioName],
      ...values.map(([dimension, value]) => [dimensionLabel(dimension), value.toLowerCase()] as const),
    ]),
  );
}

function inOrder(resources: readonly TaggedResource[]): TaggedResource[] {
  // One that was created while pages were read may be on two of them.
  const byArn = new Map(resources.map((resource) => [resource.arn, resource]));
  return [...byArn.values()].sort((one, other) => (one.arn < other.arn ? -1 : 1));
}

function sorted(labels: Labels): Labels {
  return [...labels].sort(([one], [other]) => (one < other ? -1 : 1));
}
