import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { bucketIdentity } from "../access/bucket-identity";
import { isBucketPattern } from "../access/bucket-rules";
import { stackRegion } from "../foundation/stack-region";
import { eachText, show, type Problem, type Rule } from "../foundation/validation";
import type { HookSource } from "./hook-source";
import type { HookTrigger, TriggerProps } from "./hook-trigger";
import { hooksOfStack, type HookInApp } from "./hooks-of-app";

/** What the rules on triggers look at. */
interface Triggered extends TriggerProps {
  readonly sources: readonly HookSource[];
}

/** Whether a hook writes the notifications of its buckets, and so takes them over. */
export function writesNotifications({
  trigger,
  enableEventBridge,
}: Pick<HookInApp, "trigger" | "enableEventBridge">): boolean {
  return trigger === "s3" || (trigger === "eventbridge" && enableEventBridge === true);
}

const topicExample = "arn:aws:sns:eu-central-1:123456789012:bucket-events";

export const topicArns: Rule<readonly string[]> = (arns, construct) => {
  const problems = eachText((arn) =>
    /^arn:[a-z0-9-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn)
      ? []
      : [`is ${show(arn)}; write the ARN of a standard SNS topic, such as ${topicExample}`],
  )(arns, construct);
  if (problems.length > 0) return problems;
  if (arns.length === 0) return [`is empty; write at least one topic, such as ${topicExample}`];
  return new Set(arns).size < arns.length ? ["has an ARN twice; write each once"] : [];
};

/** Props that belong to one trigger. */
export function propsOfTrigger({
  trigger,
  enableEventBridge,
  topicArns: arns,
}: Partial<TriggerProps>): Problem[] {
  const problems: Problem[] = [];
  if (enableEventBridge === true && trigger !== "eventbridge")
    problems.push({
      path: "enableEventBridge",
      text: 'is for the trigger "eventbridge" alone; remove it, or write that trigger',
    });
  if (arns !== undefined && trigger !== "sns")
    problems.push({
      path: "topicArns",
      text: 'is for the trigger "sns" alone; remove it, or write that trigger',
    });
  if (arns === undefined && trigger === "sns")
    problems.push({
      path: "topicArns",
      text: `is missing; write the topics that the buckets notify, such as ${topicExample}`,
    });
  return problems;
}

/** Sources of buckets that a trigger cannot be set up for. */
export function bucketsOfTrigger(props: Triggered, construct: IConstruct): Problem[] {
  return props.sources.flatMap((source, index) => [
    ...named(props, source, index),
    ...besideQueue(props, source, index, construct),
  ]);
}

/** What takes over notifications has to know the buckets. */
function named(props: Triggered, { bucket }: HookSource, index: number): Problem[] {
  if (!isBucketPattern(bucket) || !writesNotifications(props)) return [];
  const advice =
    props.trigger === "s3"
      ? 'write trigger: "eventbridge", for which the buckets are switched on when they are made, "sns" or "none"'
      : "leave enableEventBridge out, and switch the buckets on when they are made";
  return [
    {
      path: `sources[${index}].bucket`,
      text: `is the pattern ${show(bucket)}, and notifications are written on buckets by their names; ${advice}`,
    },
  ];
}

/** S3 sends to queues of the bucket's own region. Source: S3 user guide, "Supported event destinations". */
function besideQueue(props: Triggered, source: HookSource, index: number, construct: IConstruct): Problem[] {
  const { region } = source;
  const own = stackRegion(construct);
  if (region === undefined || own === undefined || Token.isUnresolved(region) || region === own) return [];
  if (props.trigger === "sns" || !(writesNotifications(props) || props.trigger === "none")) return [];
  const path = `sources[${index}].region`;
  const place = `is ${show(region)}, and the stack is in ${own}`;
  if (props.trigger === "eventbridge")
    return [
      {
        path,
        text: `${place}, whose provider cannot switch the bucket on for EventBridge; leave enableEventBridge out`,
      },
    ];
  return [
    {
      path,
      text:
        `${place}: S3 sends to queues of the bucket's own region alone; write trigger: "eventbridge" and forward the ` +
        'events, write trigger: "sns", or deploy a hook in that region',
    },
  ];
}

/** Hooks of the stack of which one takes the other's events away, as it writes the notifications without the switch. */
export function switchedOff(props: Triggered, construct: IConstruct): Problem[] {
  const isLeft = (hook: Pick<HookInApp, "trigger" | "enableEventBridge">): boolean =>
    hook.trigger === "eventbridge" && !writesNotifications(hook);
  const others = hooksOfStack(construct);
  return props.sources.flatMap(({ bucket }, index) => {
    const sharing = others.filter(({ sources }) =>
      sources.some((other) => bucketIdentity(construct, other.bucket) === bucketIdentity(construct, bucket)),
    );
    const other = isLeft(props)
      ? sharing.find(writesNotifications)
      : writesNotifications(props)
        ? sharing.find(isLeft)
        : undefined;
    if (other === undefined) return [];
    const [writer, reader] = isLeft(props) ? [other.path, "this hook"] : ["this hook", other.path];
    return [
      {
        path: `sources[${index}].bucket`,
        text:
          `${Token.isUnresolved(bucket) ? "" : `(${show(bucket)}) `}has its notifications written by ${writer}, without ` +
          `EventBridge, from which ${reader} learns of objects; write enableEventBridge: true for ${reader}`,
      },
    ];
  });
}

/** Whether S3 or the hook's one rule picks the objects: S3 takes no two rules that match one key. */
export function filtersOfS3(trigger: HookTrigger): boolean {
  return trigger === "s3" || trigger === "none";
}
