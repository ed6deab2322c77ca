import { span } from "../check/words";
import type { Reading } from "../doctor/reading";
import { count } from "../terminal/terminal";
import type { Activity } from "./activity";
import type { MessageCounts } from "./queue";

/** Where a hook stands. */
export interface HookStatus {
  readonly hook: string;
  readonly queue: MessageCounts;
  readonly deadLetterQueue: MessageCounts;
  /** What it did in the last hours; `null` where that could not be read. */
  readonly activity: Activity | null;
  /** Why the activity could not be read; `null` where it could. */
  readonly unread: string | null;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
  /** Messages that wait for someone to replay them. */
  readonly setAside: number;
}

export interface StatusLimits {
  /** How far back errors count. */
  readonly hours: number;
  /** How long a message may wait, in seconds. */
  readonly ageSeconds: number;
}

/** For so long the function may be at something else, or CloudWatch behind, in seconds. */
const idleSeconds = 600;

export function statusOf(
  hook: string,
  queue: MessageCounts,
  deadLetterQueue: MessageCounts,
  reading: Reading<Activity>,
  limits: StatusLimits,
): HookStatus {
  const activity = "found" in reading ? reading.found : null;
  return {
    hook,
    queue,
    deadLetterQueue,
    activity,
    unread: "refused" in reading ? reading.refused : null,
    problems: activity === null ? [] : problemsOf(hook, queue, activity, limits),
    setAside: deadLetterQueue.visible + deadLetterQueue.inFlight + deadLetterQueue.delayed,
  };
}

function problemsOf(
  hook: string,
  queue: MessageCounts,
  activity: Activity,
  { hours, ageSeconds }: StatusLimits,
): string[] {
  const { errors, throttles, objectsFailed, recordsRefused, oldestMessageSeconds, recentInvocations } =
    activity;
  const within = `in the last ${hours === 1 ? "hour" : `${hours} hours`}`;
  const log = `its log /aws/lambda/${hook}`;
  const oldest = oldestMessageSeconds ?? 0;
  const isIdle = queue.visible > 0 && oldest >= idleSeconds && recentInvocations === 0;
  const problems: [boolean, string][] = [
    [
      oldest > ageSeconds,
      `the oldest message has waited for ${span(oldest)}, which is over ${span(ageSeconds)}`,
    ],
    [
      isIdle,
      "messages wait, and the function has not run for a quarter of an hour: is its event source mapping on?",
    ],
    [errors > 0, `${count(errors, "run")} of the function failed as a whole ${within}; ${log} says why`],
    [
      throttles > 0,
      `${count(throttles, "run")} of the function ${throttles === 1 ? "was" : "were"} throttled ${within}: the account's concurrency is used up`,
    ],
    [
      objectsFailed > 0,
      `${count(objectsFailed, "attempt")} to ship an object failed ${within}; ${log} says why ("object failed"), and what failed comes back`,
    ],
    [
      recordsRefused > 0,
      `Logz.io refused ${count(recordsRefused, "record")} ${within}; they are not sent again`,
    ],
  ];
  return problems.flatMap(([holds, text]) => (holds ? [text] : []));
}
