import { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import type { LogLevel } from "../../lambdas/runtime/environment";
import { contradictions } from "../../lambdas/metric-namespaces/environment";
import { lambdaLimits } from "../foundation/limits";
import { areTexts, eachText, show, text, within, type Problem, type Rules } from "../foundation/validation";
import { namespacePattern } from "./namespace-rules";
import { scheduledFunctionName, scheduledFunctionRules } from "./scheduled-function";
import type { StreamNamespacesProps } from "./stream-namespaces-props";

/** What the namespaces of a stream get where nothing else is asked for. */
export const namespacesDefaults = {
  name: "logzio-metric-namespaces",
  everyMinutes: 60,
  timeoutSeconds: 300,
  memory: 256,
  logLevel: "info" satisfies LogLevel,
} as const;

export const namespacesRules: Rules<StreamNamespacesProps> = {
  props: {
    name: text(scheduledFunctionName),
    include: eachText(namespacePattern),
    exclude: eachText(namespacePattern),
    everyMinutes: within({ min: 5, max: 1_440 }, "minutes"),
    timeoutSeconds: within({ min: 30, max: lambdaLimits.timeoutSeconds.max }, "seconds"),
    ...scheduledFunctionRules,
  },
  known: ["include", "exclude", "everyMinutes", "alarms"],
  together: [required, includeIsNotExcluded, streamHasFilters],
};

/** The types say so already; configuration files and JavaScript do not. */
function required(props: Partial<StreamNamespacesProps>): Problem[] {
  const problems: Problem[] = [];
  const advice = 'write at least one namespace or pattern, such as ["AWS/*"]';
  if (props.include === undefined) problems.push({ path: "include", text: `is missing; ${advice}` });
  else if (props.include.length === 0) problems.push({ path: "include", text: `is empty; ${advice}` });
  for (const path of ["firehoseArn", "roleArn"] as const)
    if (typeof props[path] !== "string" || props[path] === "")
      problems.push({ path, text: "is missing; write the ARN that the stream is made with" });
  return problems;
}

/** A name that is both asked for and excluded is a slip: nothing would be streamed for it. */
function includeIsNotExcluded({ include, exclude = [] }: StreamNamespacesProps): Problem[] {
  if (!areTexts(include) || !areTexts(exclude)) return [];
  return contradictions({ include, exclude }).map((name) => ({
    path: "exclude",
    text: `leaves out ${show(name)}, which include names; keep one of them`,
  }));
}

/** Until the function has run, the stream sends what it was created with. */
function streamHasFilters({ stream }: Partial<StreamNamespacesProps>): Problem[] {
  if (!(stream instanceof CloudwatchMetricStream))
    return [
      { path: "stream", text: "is no CloudwatchMetricStream; write the construct of the metric stream" },
    ];
  const { includeFilterInput, excludeFilterInput } = stream;
  if (excludeFilterInput !== undefined)
    return [
      {
        path: "stream",
        text: "has exclude_filter, which cannot stand beside the include filters that are kept; write it as exclude",
      },
    ];
  if (
    includeFilterInput === undefined ||
    (Array.isArray(includeFilterInput) && includeFilterInput.length === 0)
  )
    return [
      {
        path: "stream",
        text:
          "has no include_filter, so it would send every metric of the account until the function has run; write " +
          "includeFilter: startingNamespaces({ include, exclude }).map((namespace) => ({ namespace }))",
      },
    ];
  return [];
}
