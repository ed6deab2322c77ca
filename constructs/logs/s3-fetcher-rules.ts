import type { IConstruct } from "constructs";
import { logLevels, type LogLevel } from "../../lambdas/runtime/environment";
import { render } from "../../lambdas/s3-fetcher/environment";
import { alarmsRuleWith } from "../foundation/alarm-rules";
import { sourcesTooLong } from "../foundation/bundled-function";
import { lambdaLimits } from "../foundation/limits";
import { isListenerToken, missingToken, type ListenerToken } from "../foundation/listener-token";
import { functionName } from "../foundation/names";
import { roleArn } from "../foundation/iam-rules";
import { placementRules } from "../foundation/placement";
import { proxyVariables } from "../foundation/proxy";
import { logRetentionDays, tags } from "../foundation/rules";
import { oneOf, text, within, type Problem, type Rule, type Rules } from "../foundation/validation";
import { areFetcherSources, fetcherSettings, fetcherSources, overlaps } from "./fetcher-source";
import { eitherRegionOrListener, listener, listenerUrl, logzioRegion } from "../foundation/listener";
import type { S3FetcherProps } from "./s3-fetcher-props";

/** What a fetcher gets where nothing else is asked for. */
export const fetcherPropDefaults = {
  name: "logzio-fetcher",
  everyMinutes: 1,
  timeoutSeconds: 300,
  logLevel: "info" satisfies LogLevel,
  lagMinutes: 30,
} as const;

/** Under a minute there is no time left for an object beside the 30 s that the function keeps for its checkpoint. */
const shortestTimeoutSeconds = 60;

/** What helps a fetcher that is too large for one function. */
export const splitFetcher = "split the fetcher into two with a part of the sources each";

/** With what is added for the schedules' role, whose name may have 64 characters. */
const longestName = 40;

const name: Rule<string> = (own, construct) => [
  ...functionName(own, construct),
  ...(own.length > longestName ? [`has ${own.length} characters; write at most ${longestName}`] : []),
];

export const fetcherRules: Rules<S3FetcherProps> = {
  props: {
    name: text(name),
    sources: fetcherSources,
    region: logzioRegion,
    listener: text(listener),
    everyMinutes: within({ min: 1, max: 1_440 }, "minutes"),
    memory: within(lambdaLimits.memoryMegabytes, "MB"),
    timeoutSeconds: within({ min: shortestTimeoutSeconds, max: lambdaLimits.timeoutSeconds.max }, "seconds"),
    logRetentionDays,
    logLevel: oneOf(logLevels),
    alarms: alarmsRuleWith("lagMinutes"),
    tags,
    schedulerRoleArn: roleArn,
    ...placementRules,
  },
  known: ["sources", "region", "everyMinutes", "alarms"],
  together: [required, eitherRegionOrListener, sourcesStandTogether, environmentFits],
};

/** The types say so already; configuration files and JavaScript do not. */
function required(props: Partial<S3FetcherProps>): Problem[] {
  const problems: Problem[] = [];
  if (props.sources === undefined)
    problems.push({ path: "sources", text: "is missing; write at least one source, with its bucket" });
  return [...problems, ...missingToken(props.token)];
}

function sourcesStandTogether({ sources }: S3FetcherProps, construct: IConstruct): Problem[] {
  return areFetcherSources(sources) ? overlaps(construct, sources) : [];
}

function environmentFits(props: S3FetcherProps, construct: IConstruct): Problem[] {
  if (!areFetcherSources(props.sources) || !isListenerToken(props.token)) return [];
  const token: ListenerToken = props.token;
  const name = props.name ?? fetcherPropDefaults.name;
  const environment = render({
    listener: listenerUrl(props),
    tokenSecretArn: token.secretArn,
    sources: props.sources.map(fetcherSettings),
    checkpointTable: name,
    instance: name,
    logLevel: props.logLevel ?? fetcherPropDefaults.logLevel,
  });
  return sourcesTooLong(
    construct,
    { ...environment, ...proxyVariables(construct, props.proxy) },
    splitFetcher,
  );
}
