import type { IConstruct } from "constructs";
import { logLevels, type LogLevel } from "../../lambdas/runtime/environment";
import { render } from "../../lambdas/s3-fetcher/environment";
import { sourcesTooLong } from "../foundation/bundled-function";
import { lambdaLimits } from "../foundation/limits";
import { isListenerToken, missingToken, type ListenerToken } from "../foundation/listener-token";
import { functionName } from "../foundation/names";
import { placementRules, roleArn } from "../foundation/placement";
import { proxyVariables } from "../foundation/proxy";
import { logRetentionDays, tags } from "../foundation/rules";
import {
  below,
  isObject,
  oneOf,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { areFetcherSources, fetcherSettings, fetcherSources, overlaps } from "./fetcher-source";
import { eitherRegionOrListener, listener, listenerUrl, logzioRegion } from "./listener";
import type { S3FetcherProps } from "./s3-fetcher";

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

const alarms: Rule<NonNullable<S3FetcherProps["alarms"]>> = (value, construct) => {
  if (value === false) return [];
  if (!isObject(value))
    return [`is ${show(value)}; write false, or { topicArns: ["arn:aws:sns:…"], lagMinutes: 30 }`];
  const { lagMinutes, topicArns = [] } = value;
  const wrong = topicArns.filter((arn) => !arn.includes("${") && !/^arn:[^:]+:sns:[^:]+:\d{12}:.+/.test(arn));
  return [
    ...wrong.map((arn) => ({ path: "topicArns", text: `has ${show(arn)}; write the ARN of an SNS topic` })),
    ...(lagMinutes === undefined
      ? []
      : within({ min: 5, max: 1_440 }, "minutes")(lagMinutes, construct).map((problem) =>
          below("lagMinutes", problem),
        )),
  ];
};

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
    alarms,
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
