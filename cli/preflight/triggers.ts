import type { HookTrigger } from "../../constructs/logs/hook-trigger";
import {
  covers,
  describeRule,
  isOfCreation,
  overlap,
  type KeyFilter,
  type Notifications,
} from "./notifications";

/** What is known of the bucket, and of the stack that is to ship from it. */
export interface Situation {
  /** What is to be shipped. */
  readonly filter: KeyFilter;
  /** Undefined where it could not be read. */
  readonly notifications: Notifications | undefined;
  /** ARN of the hook's own queue ends so. */
  readonly queueName: string;
  readonly bucketRegion: string | undefined;
  /** Of the stack; undefined where nothing says it, and the bucket's is taken. */
  readonly stackRegion: string | undefined;
  /** Whether the bucket is in the account of the credentials in use; undefined where that is not known. */
  readonly sameAccount: boolean | undefined;
}

/** What a trigger would do to the bucket, or need. */
export interface TriggerVerdict {
  readonly trigger: HookTrigger;
  /** `fits`: it can be written as it is. `overwrites`: too, and what is there is lost. `unknown`: not all could be read. */
  readonly outcome: "fits" | "overwrites" | "needs" | "impossible" | "unknown";
  readonly texts: readonly string[];
  /** Rules of the bucket that would be gone. */
  readonly overwritten: readonly string[];
  /** Of the block `hook`, beside the sources; absent where the trigger cannot be written. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

type Judged = Omit<TriggerVerdict, "trigger" | "overwritten"> & { readonly overwritten?: readonly string[] };

const unread = "the bucket's notifications could not be read";

/** Says of each trigger what it would do to the bucket, or need. */
export function judgeTriggers(situation: Situation): TriggerVerdict[] {
  const judges: Readonly<Record<HookTrigger, (situation: Situation) => Judged>> = {
    s3: judgeS3,
    eventbridge: judgeEventBridge,
    sns: judgeSns,
    none: judgeNone,
  };
  return Object.entries(judges).map(([trigger, judge]) => ({
    trigger: trigger as HookTrigger,
    overwritten: [],
    ...judge(situation),
  }));
}

function judgeS3(situation: Situation): Judged {
  const settings = { trigger: "s3" };
  const elsewhere = placeProblem(situation);
  if (elsewhere !== undefined) return { outcome: "impossible", texts: [elsewhere] };
  const { notifications } = situation;
  if (notifications === undefined) {
    const text = `${unread}; whatever they are, this stack would take their place`;
    return { outcome: "unknown", texts: [text], settings };
  }
  const lost = [
    ...foreignRules(situation),
    ...(notifications.eventBridge ? ["the switch for EventBridge"] : []),
  ];
  if (lost.length === 0)
    return {
      outcome: "fits",
      texts: ["the bucket notifies nobody else; the stack writes its notifications"],
      settings,
    };
  const text = "the stack would write the bucket's notifications whole, and what is there now would be gone";
  return { outcome: "overwrites", texts: [text], overwritten: lost, settings };
}

function judgeEventBridge(situation: Situation): Judged {
  const { notifications, bucketRegion, stackRegion, sameAccount } = situation;
  const settings = { trigger: "eventbridge" };
  if (isElsewhere(situation)) {
    const place = sameAccount === false ? "account" : "region";
    const text = `the bucket's events are on the event bus of its own ${place} (${bucketRegion ?? "unknown region"}): a rule there has to forward them to the bus of ${stackRegion ?? "the stack's region"}`;
    const on =
      notifications?.eventBridge === true
        ? []
        : ["the bucket has to be switched on for EventBridge by its owner"];
    return { outcome: "needs", texts: [text, ...on], settings };
  }
  if (notifications === undefined) {
    const text = `${unread}; nothing is overwritten, but the bucket may have to be switched on for EventBridge first`;
    return { outcome: "unknown", texts: [text], settings };
  }
  if (notifications.eventBridge)
    return {
      outcome: "fits",
      texts: ["the bucket is on for EventBridge; nothing of it is changed"],
      settings,
    };
  const rules = notifications.rules.map(describeRule);
  if (rules.length === 0) {
    const text = "the bucket is off for EventBridge and notifies nobody: the stack switches it on";
    return { outcome: "fits", texts: [text], settings: { ...settings, enableEventBridge: true } };
  }
  const text =
    "the bucket is off for EventBridge: whoever writes its notifications has to switch it on beside them " +
    "(eventbridge = true in their aws_s3_bucket_notification). enableEventBridge: true would write them whole, and what is there now would be gone";
  return { outcome: "needs", texts: [text], settings };
}

function judgeSns({ notifications, filter, stackRegion, bucketRegion }: Situation): Judged {
  if (notifications === undefined)
    return { outcome: "unknown", texts: [`${unread}; name the topics that it notifies in topicArns`] };
  const topics = notifications.rules.filter((rule) => rule.kind === "topic");
  const whole = topics.filter((rule) => covers(rule, filter)).map(({ destination }) => destination);
  const region = stackRegion ?? bucketRegion;
  const near = whole.filter((arn) => region === undefined || arn.split(":")[3] === region);
  if (near.length > 0) {
    const text = `the bucket notifies ${near[0]} of all of these objects; the stack subscribes to it, and changes nothing of the bucket`;
    const settings = { trigger: "sns", topicArns: near.slice(0, 1) };
    return {
      outcome: "fits",
      texts: [text, `the topic's policy, and its key's, must let the stack subscribe`],
      settings,
    };
  }
  const why =
    whole.length > 0
      ? `the bucket notifies ${whole[0]}, which is not in ${region ?? "the stack's region"}`
      : topics.length > 0
        ? "the topics that the bucket notifies are not told of every object that is created under this prefix (s3:ObjectCreated:*)"
        : "the bucket notifies no topic";
  return { outcome: "needs", texts: [why] };
}

function judgeNone(situation: Situation): Judged {
  const { notifications, filter } = situation;
  const settings = { trigger: "none" };
  if (isElsewhere(situation) && situation.sameAccount !== false) {
    const text =
      "S3 sends to queues of the bucket's own region alone; what announces the objects has to be forwarded";
    return { outcome: "needs", texts: [text], settings };
  }
  const owner = "the bucket's owner adds the stack's output notification_document to the notifications";
  if (notifications === undefined)
    return {
      outcome: "unknown",
      texts: [`${owner}; ${unread}, and a rule on the same keys would be in the way`],
      settings,
    };
  const clashes = notifications.rules.filter(
    (rule) => isOfCreation(rule) && overlap(rule, filter) && !isOurs(rule, situation),
  );
  if (clashes.length === 0) return { outcome: "fits", texts: [owner], settings };
  const text = `S3 takes no two rules on the same keys, and these are in the way: ${clashes.map(describeRule).join("; ")}`;
  return { outcome: "impossible", texts: [text] };
}

function placeProblem(situation: Situation): string | undefined {
  const { sameAccount, bucketRegion, stackRegion } = situation;
  if (sameAccount === false)
    return "the bucket belongs to another account, whose owner writes its notifications";
  return isElsewhere(situation)
    ? `the bucket is in ${bucketRegion ?? ""} and the stack in ${stackRegion ?? ""}: S3 sends to queues of the bucket's own region alone`
    : undefined;
}

function isElsewhere({ sameAccount, bucketRegion, stackRegion }: Situation): boolean {
  const regionsDiffer =
    bucketRegion !== undefined && stackRegion !== undefined && bucketRegion !== stackRegion;
  return sameAccount === false || regionsDiffer;
}

/** What the stack has not written itself. */
function foreignRules(situation: Situation): string[] {
  const { rules = [] } = situation.notifications ?? {};
  return rules.filter((rule) => !isOurs(rule, situation)).map(describeRule);
}

function isOurs(
  { kind, destination }: { kind: string; destination: string },
  { queueName }: Situation,
): boolean {
  return kind === "queue" && destination.split(":").at(-1) === queueName;
}
