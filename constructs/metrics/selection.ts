import { contradictions } from "../../lambdas/metric-namespaces/environment";
import type { TagSelection } from "../../lambdas/resource-tags/environment";
import {
  areTexts,
  block,
  isObject,
  show,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { normalized, type NamespaceFilter } from "./metric-filters";
import { tagsRules } from "./resource-tags-rules";
import { namespacesRules } from "./stream-namespaces-rules";

/** Namespaces that a function finds, behind the deployment and then every hour. */
export interface NamespaceDiscovery {
  /** Names, and patterns in which `*` stands for any characters, such as `AWS/*`. At least one. */
  readonly include: readonly string[];
  /** Names and patterns to leave out of what the patterns of `include` match. @default none */
  readonly exclude?: readonly string[];
  /** How often namespaces are looked for, in minutes, 5 to 1,440. @default 60 */
  readonly everyMinutes?: number;
}

/** Tags of resources, shipped as the metric `aws_resource_info`. */
export interface StreamResourceTags {
  /** Keys of the tags that become labels, and patterns with `*`. @default ["*"] */
  readonly tagKeys?: readonly string[];
  /** How often the tags are sent, in minutes, 1 to 4. @default 4 */
  readonly everyMinutes?: number;
  /** URL of the listener for metrics in place of the region's, beside an `endpoint` of the stream. */
  readonly listener?: string;
}

const { include, exclude, everyMinutes } = namespacesRules.props;

/** As those of the function's construct, so that what is wrong is said at the prop of the stream. */
export const discoveryRules: Rules<NamespaceDiscovery> = {
  props: { include, exclude, everyMinutes },
  known: ["include", "exclude", "everyMinutes"],
  together: [includesSomething, leavesOutNoName],
};

function includesSomething({ include: names }: Partial<NamespaceDiscovery>): Problem[] {
  if (names !== undefined && names.length > 0) return [];
  const what = names === undefined ? "is missing" : "is empty";
  return [{ path: "include", text: `${what}; write at least one namespace or pattern, such as ["AWS/*"]` }];
}

function leavesOutNoName({ include: names, exclude: others = [] }: Partial<NamespaceDiscovery>): Problem[] {
  if (!areTexts(names) || !areTexts(others)) return [];
  return contradictions({ include: names, exclude: others }).map((name) => ({
    path: "exclude",
    text: `leaves out ${show(name)}, which include names; keep one of them`,
  }));
}

const tagsOfStream: Rules<StreamResourceTags> = {
  props: {
    tagKeys: tagsRules.props.tagKeys,
    everyMinutes: tagsRules.props.everyMinutes,
    listener: tagsRules.props.listener,
  },
  known: ["tagKeys", "everyMinutes"],
  together: [
    ({ tagKeys }) =>
      tagKeys?.length === 0
        ? [{ path: "tagKeys", text: 'is empty; write the keys of tags, or ["*"] for all' }]
        : [],
  ],
};

export const resourceTags: Rule<boolean | StreamResourceTags> = (value, construct) => {
  if (typeof value === "boolean") return [];
  const example = 'true, or { tagKeys: ["team", "cost-*"] }';
  return isObject(value)
    ? block(tagsOfStream, example)(value, construct)
    : [`is ${show(value)}; write ${example}`];
};

/** What a stream includes and leaves out. */
export interface StreamSelection {
  readonly namespaces?: "all" | readonly NamespaceFilter[];
  readonly discover?: NamespaceDiscovery;
  readonly exclude?: readonly NamespaceFilter[];
}

/** The namespaces of a stream as the tags function takes them. One of which only some metrics are left out is in it. */
export function streamedPatterns({
  namespaces,
  discover,
  exclude: left = [],
}: StreamSelection): Pick<TagSelection, "namespaces" | "exclude"> {
  if (discover !== undefined) return { namespaces: discover.include, exclude: discover.exclude ?? [] };
  const whole = normalized(left).filter(({ metrics }) => metrics === undefined);
  return {
    namespaces: namespaces === undefined || namespaces === "all" ? ["*"] : normalized(namespaces).map(nameOf),
    exclude: whole.map(nameOf),
  };
}

function nameOf({ namespace }: { readonly namespace: string }): string {
  return namespace;
}
