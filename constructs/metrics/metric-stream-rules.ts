import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { chosenNamespaces } from "../../lambdas/resource-tags/environment";
import { alarmsRuleWith } from "../foundation/alarm-rules";
import { isListenerToken, missingToken } from "../foundation/listener-token";
import { newRole, placementRules } from "../foundation/placement";
import { logRetentionDays, tags } from "../foundation/rules";
import {
  block,
  isObject,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { logzioRegion } from "../foundation/listener";
import { backupRules } from "./backup-bucket";
import { eitherRegionOrEndpoint, endpointUrl } from "./destination";
import { namespaceFilters } from "./filter-rules";
import { deliveryLimits, metricStreamLimits } from "./limits";
import { covers, filterExample, nameCount, normalized } from "./metric-filters";
import type { MetricStreamProps } from "./metric-stream-props";
import { streamName } from "./names";
import { nameIsFree } from "./names-of-stack";
import { p8sLogzioName } from "./resource-tags-rules";
import { discoveryRules, resourceTags, streamedPatterns } from "./selection";
import { areStatistics, streamStatistics } from "./stream-statistics";

const namespaces: Rule<NonNullable<MetricStreamProps["namespaces"]>> = (value, construct) => {
  if (value === "all") return [];
  if (Array.isArray(value) && value.length === 0)
    return [
      `is empty, and a stream without filters streams and bills every metric of the account; write ${filterExample}, ` +
        'or "all" if that is meant',
    ];
  return Array.isArray(value)
    ? namespaceFilters(value, construct)
    : [`is ${show(value)}; write a list, such as [${filterExample}], or "all"`];
};

const exclude: Rule<NonNullable<MetricStreamProps["exclude"]>> = (value, construct) => {
  if (!Array.isArray(value)) return namespaceFilters(value, construct);
  if (value.length === 0) return ["is empty; write what is not to be streamed, or remove it"];
  const count = nameCount(normalized(value.filter(isFilter)));
  return [
    ...namespaceFilters(value, construct),
    ...(count > metricStreamLimits.names
      ? [
          `names ${count} namespaces and metrics, and CloudWatch takes ${metricStreamLimits.names} a stream, of which ` +
            "each would stream what another one excludes; write fewer, or list in namespaces what is to be streamed",
        ]
      : []),
  ];
};

function isFilter(filter: unknown): boolean {
  return typeof filter === "string" || (isObject(filter) && "namespace" in filter);
}

const discovery = block(discoveryRules, '{ include: ["AWS/*"] }');

export const metricStreamRules: Rules<MetricStreamProps> = {
  props: {
    name: text(streamName),
    region: logzioRegion,
    endpoint: text(endpointUrl),
    namespaces,
    exclude,
    statistics: streamStatistics,
    p8sLogzioName: text(p8sLogzioName),
    bufferSeconds: within(deliveryLimits.bufferSeconds, "seconds"),
    bufferMegabytes: within(deliveryLimits.bufferMegabytes, "MB"),
    retrySeconds: within(deliveryLimits.retrySeconds, "seconds"),
    discover: discovery,
    resourceTags,
    backup: block(backupRules, "{ expireDays: 30 }"),
    logRetentionDays,
    alarms: alarmsRuleWith("freshnessMinutes"),
    tags,
    ...placementRules,
    role: newRole,
  },
  // What is synthesized depends on them; names are made of the name.
  known: [
    "name",
    "region",
    "namespaces",
    "discover",
    "exclude",
    "statistics",
    "resourceTags",
    "backup",
    "alarms",
  ],
  together: [
    nameIsFree,
    tokenForFirehose,
    eitherRegionOrEndpoint,
    oneChoice,
    statisticsAreStreamed,
    tagsCanBeJoined,
  ],
};

function tokenForFirehose({ token }: Partial<MetricStreamProps>): Problem[] {
  const missing = missingToken(token);
  if (missing.length > 0 || !isListenerToken(token)) return missing;
  if (token.secret === undefined || token.purpose === "metrics") return [];
  return [
    {
      path: "token",
      text: 'is made for logs, and Firehose cannot read its secret; write purpose: "metrics" in its props',
    },
  ];
}

/** A stream includes or excludes. Source: CloudWatch API reference, PutMetricStream. */
function oneChoice({ namespaces: included, discover, exclude: excluded }: MetricStreamProps): Problem[] {
  const given = [included, discover, excluded].filter((choice) => choice !== undefined);
  if (given.length === 0) {
    const advice = `write what is to be streamed, such as [${filterExample}], or discover, or exclude, or "all", which bills for every metric of the account`;
    return [{ path: "namespaces", text: `is missing; ${advice}` }];
  }
  if (given.length === 1) return [];
  if (discover !== undefined) {
    const text =
      "stands in place of namespaces and exclude; keep one of them (exclude can be a part of discover)";
    return [{ path: "discover", text }];
  }
  if (included === "all") return [];
  return [{ path: "exclude", text: "and a list of namespaces are both given; keep one of them" }];
}

/** The tags function knows its listener by the region, and sends what can be joined with the stream's metrics. */
function tagsCanBeJoined(props: MetricStreamProps, construct: IConstruct): Problem[] {
  const { resourceTags: wanted, endpoint } = props;
  if (wanted === undefined || wanted === false) return [];
  const problems: Problem[] = [];
  if (endpoint !== undefined && (wanted === true || wanted.listener === undefined))
    problems.push({
      path: "resourceTags",
      text: "needs its own listener beside endpoint; write { listener: https://listener.logz.io:8053 } or that of a proxy",
    });
  if (props.region !== undefined && wanted !== true && wanted.listener !== undefined)
    problems.push({ path: "resourceTags.listener", text: "and region are both given; keep one of them" });
  const readableDiscovery = props.discover === undefined || discovery(props.discover, construct).length === 0;
  const readable =
    readableDiscovery &&
    [props.namespaces ?? [], props.exclude ?? []].every(
      (list) => list === "all" || namespaceFilters(list, construct).length === 0,
    );
  if (!readable || oneChoice(props).length > 0) return problems;
  const streamed = streamedPatterns(props);
  const known = !streamed.namespaces.some((name) => Token.isUnresolved(name));
  if (known && chosenNamespaces(streamed).length === 0)
    problems.push({
      path: "resourceTags",
      text: "finds no namespace whose resources have tags, see docs/metrics-tags.md; remove it, or stream one of them",
    });
  return problems;
}

/** AWS takes statistics of what a stream leaves out, and never sends them. */
function statisticsAreStreamed(
  { namespaces: included, exclude: excluded, statistics }: MetricStreamProps,
  construct: IConstruct,
): Problem[] {
  if (!areStatistics(statistics)) return [];
  const filters = Array.isArray(included) ? included : undefined;
  if (filters !== undefined && namespaceFilters(filters, construct).length > 0) return [];
  if (excluded !== undefined && namespaceFilters(excluded, construct).length > 0) return [];
  return statistics.flatMap(({ metrics }, index) =>
    metrics.flatMap((metric, position): Problem[] => {
      if (Token.isUnresolved(metric.namespace) || Token.isUnresolved(metric.metric)) return [];
      const left =
        filters === undefined
          ? excluded !== undefined && covers(normalized(excluded), metric)
          : !covers(normalized(filters), metric);
      const path = `statistics[${index}].metrics[${position}]`;
      return left
        ? [
            {
              path,
              text: `is ${metric.namespace} ${metric.metric}, which is not streamed; ${advice(filters)}`,
            },
          ]
        : [];
    }),
  );
}

function advice(filters: readonly unknown[] | undefined): string {
  return filters === undefined ? "remove it here or in exclude" : "add it to namespaces, or remove it here";
}
