import type { IConstruct } from "constructs";
import { logLevels, type LogLevel } from "../../lambdas/runtime/environment";
import { render } from "../../lambdas/s3-hook/environment";
import { alarmsRuleWith } from "../foundation/alarm-rules";
import { sourcesTooLong } from "../foundation/bundled-function";
import { lambdaLimits, nameLimits, queueMappingLimits } from "../foundation/limits";
import { isListenerToken, missingToken } from "../foundation/listener-token";
import { functionName } from "../foundation/names";
import { placementRules } from "../foundation/placement";
import { proxyVariables } from "../foundation/proxy";
import { queueUrlCharacters, settled } from "../foundation/reference-length";
import { kmsKeyArn, logRetentionDays, tags } from "../foundation/rules";
import {
  each,
  oneOf,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { bucketsOfOtherStacks, tooManyRules } from "./bucket-rules-of-app";
import { patternTooLong } from "./event-pattern";
import { areSources, sourceRules, type HookSource } from "./hook-source";
import { hookSettings, hookTriggers } from "./hook-trigger";
import {
  bucketsOfTrigger,
  filtersOfS3,
  propsOfTrigger,
  switchedOff,
  topicArns,
  writesNotifications,
} from "./hook-trigger-rules";
import { hooksOfApp, hooksOfStack, type HookInApp } from "./hooks-of-app";
import { eitherRegionOrListener, listener, listenerUrl, logzioRegion } from "../foundation/listener";
import { sourceExample } from "./log-source";
import type { S3HookProps } from "./s3-hook-props";
import { overlapsWithin, overlapsWithOthers } from "./source-filters";

/** What a hook gets where nothing else is asked for. */
export const hookDefaults = {
  name: "logzio-s3-hook",
  timeoutSeconds: 300,
  maximumConcurrency: 10,
  logLevel: "info" satisfies LogLevel,
  ageMinutes: 60,
} as const;

/** Under a minute there is no time left for an object beside the 30 s that the function keeps for handing over. */
const shortestTimeoutSeconds = 60;

/** What helps a hook that is too large for one function. */
export const splitHook = "split the hook into two with a part of the sources each";

/** The names of a hook's queues. */
export const queueNames = {
  queue: (name: string): string => name,
  deadLetterQueue: (name: string): string => `${name}-dlq`,
} as const;

const sources: Rule<readonly HookSource[]> = (list, construct) =>
  list.length === 0
    ? [`is empty; write at least one source, such as ${sourceExample}`]
    : each(sourceRules, sourceExample)(list, construct);

const name: Rule<string> = (hookName, construct) => {
  const problems = [...functionName(hookName, construct)];
  if (queueNames.deadLetterQueue(hookName).length > nameLimits.queue)
    problems.push(
      `is too long for the dead-letter queue's name, which may have ${nameLimits.queue} characters`,
    );
  return problems;
};

export const hookRules: Rules<S3HookProps> = {
  props: {
    name: text(name),
    trigger: oneOf(hookTriggers),
    topicArns,
    kmsKeyArn: text(kmsKeyArn),
    sources,
    region: logzioRegion,
    listener: text(listener),
    memory: within(lambdaLimits.memoryMegabytes, "MB"),
    timeoutSeconds: within({ min: shortestTimeoutSeconds, max: lambdaLimits.timeoutSeconds.max }, "seconds"),
    maximumConcurrency: within(queueMappingLimits.maximumConcurrency, "batches at a time"),
    logRetentionDays,
    logLevel: oneOf(logLevels),
    alarms: alarmsRuleWith("ageMinutes"),
    dashboard: (wanted) =>
      typeof (wanted as unknown) === "boolean" ? [] : [`is ${show(wanted)}; write true or false`],
    tags,
    ...placementRules,
  },
  // What is synthesized depends on them; that a listener of a region exists is known here alone.
  known: ["dashboard", "trigger", "sources", "region", "enableEventBridge", "topicArns"],
  together: [
    required,
    eitherRegionOrListener,
    nameIsFree,
    propsOfTrigger,
    rulesStandTogether,
    environmentFits,
  ],
};

/** The type says so already; configuration files and JavaScript do not. */
function required(props: Partial<S3HookProps>): Problem[] {
  const problems: Problem[] = [];
  if (props.trigger === undefined)
    problems.push({ path: "trigger", text: `is missing; write one of ${hookTriggers.join(", ")}` });
  if (props.sources === undefined)
    problems.push({
      path: "sources",
      text: `is missing; write at least one source, such as ${sourceExample}`,
    });
  return [...problems, ...missingToken(props.token)];
}

function nameIsFree(props: S3HookProps, construct: IConstruct): Problem[] {
  const own = props.name ?? hookDefaults.name;
  const other = hooksOfStack(construct).find((hook) => hook.name === own && hook.provider === props.provider);
  if (other === undefined) return [];
  return [{ path: "name", text: `is ${show(own)}, the name of ${other.path}; write another name` }];
}

function rulesStandTogether(props: S3HookProps, construct: IConstruct): Problem[] {
  const list = props.sources;
  if (!areSources(list)) return [];
  const ofS3 = (hook: Pick<HookInApp, "trigger">): boolean => hook.trigger === "s3";
  const inStack = ofS3(props) ? hooksOfStack(construct).filter(ofS3) : [];
  const inApp = writesNotifications(props) ? hooksOfApp(construct).filter(writesNotifications) : [];
  return [
    ...bucketsOfTrigger(props, construct),
    ...switchedOff(props, construct),
    ...overlapsWithin(construct, list, filtersOfS3(props.trigger)),
    ...overlapsWithOthers(construct, list, inStack),
    ...bucketsOfOtherStacks(construct, list, inApp),
    ...(filtersOfS3(props.trigger) ? tooManyRules(construct, list, inApp.filter(ofS3)) : []),
    ...(props.trigger === "eventbridge" ? patternTooLong(construct, list, splitHook) : []),
  ];
}

function environmentFits(props: S3HookProps, construct: IConstruct): Problem[] {
  const ownName = props.name ?? hookDefaults.name;
  if (!areSources(props.sources) || !isListenerToken(props.token) || typeof (ownName as unknown) !== "string")
    return [];
  const queueUrl = (queueName: string): string =>
    "x".repeat(queueUrlCharacters(settled(construct, queueName, nameLimits.queue).length));
  const environment = render({
    listener: listenerUrl(props),
    tokenSecretArn: props.token.secretArn,
    sources: props.sources.map((source) => hookSettings(source, props.trigger)),
    queueUrl: queueUrl(queueNames.queue(ownName)),
    deadLetterQueueUrl: queueUrl(queueNames.deadLetterQueue(ownName)),
    logLevel: props.logLevel ?? hookDefaults.logLevel,
  });
  return sourcesTooLong(construct, { ...environment, ...proxyVariables(construct, props.proxy) }, splitHook);
}
