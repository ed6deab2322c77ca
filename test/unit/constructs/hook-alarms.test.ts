import { receivesFor, waitSeconds } from "../../../lambdas/s3-hook/redelivery";
import { SimulatedAlarm, type DataPoint } from "../../support/alarm-simulation";
import { Random } from "../../support/random";
import type { Arguments } from "../../support/template";
import { hookProblems, hookTemplate, untyped } from "./stacks";

const minute = 60;
const hour = 3600;
const names = ["dead-letters", "age", "errors", "throttles", "refused"];
const template = hookTemplate();

function alarmNamed(name: string, of = template, hook = "logzio-s3-hook"): Arguments {
  return of.where("aws_cloudwatch_metric_alarm", "alarm_name", `${hook}-${name}`);
}

/** What happens to a hook: when objects come, what becomes of a try, and what the listener refuses. All in seconds. */
interface Course {
  readonly until: number;
  readonly arrivals: readonly number[];
  readonly fails: (at: number) => boolean;
  readonly refuses?: (at: number) => boolean;
  readonly throttles?: (at: number) => boolean;
}

interface Message {
  readonly arrived: number;
  /** When each receive was, to the one that succeeded or the last before the dead-letter queue. */
  readonly tries: readonly number[];
  readonly end: number;
  readonly buried: boolean;
}

/** A message as the function's own backoff brings it back. */
function messageOf(arrived: number, fails: Course["fails"], random: Random): Message {
  const tries: number[] = [];
  const most = receivesFor(new Error("the listener is down"));
  for (let at = arrived + 2; ; at += waitSeconds(tries.length, () => random.below(1000) / 1000)) {
    tries.push(at);
    if (!fails(at)) return { arrived, tries, end: at, buried: false };
    if (tries.length === most) return { arrived, tries, end: at, buried: true };
  }
}

/** What CloudWatch gets of it. */
function pointsOf({ until, arrivals, fails, refuses, throttles }: Course): DataPoint[] {
  const random = new Random(arrivals.length);
  const points: DataPoint[] = [];
  const add = (metric: string, at: number, value: number): void => {
    points.push({ metric, at, value, arrives: at + 20 + random.below(100) });
  };
  const messages = arrivals.map((arrived) => messageOf(arrived, fails, random));
  for (const { tries } of messages) {
    for (const at of tries.filter((one) => one < until)) {
      add("Errors", at, 0);
      if (fails(at)) add("ObjectsFailed", at, 1);
      else add("RecordsRefused", at, refuses?.(at) === true ? 3 : 0);
      if (throttles?.(at) === true) add("Throttles", at, 1);
    }
  }
  for (let now = 0; now < until; now += minute) {
    const waiting = messages.filter(({ arrived, end }) => arrived <= now && now < end);
    // SQS leaves messages out that were received more than three times (SQS developer guide, "Available CloudWatch metrics").
    const counted = waiting.filter(({ tries }) => tries.filter((at) => at <= now).length <= 3);
    add("ApproximateAgeOfOldestMessage", now, Math.max(0, ...counted.map(({ arrived }) => now - arrived)));
    const dead = messages.filter(({ buried, end }) => buried && end <= now).length;
    add("ApproximateNumberOfMessagesVisible", now, dead);
  }
  return points.sort((a, b) => a.at - b.at);
}

const every = (gap: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / gap) }, (_, index) => index * gap);

/** The times at which an alarm is raised, minute by minute, of a simulated hook. */
function raised(name: string, course: Course): number[] {
  const alarm = new SimulatedAlarm(alarmNamed(name), pointsOf(course), 0);
  return every(minute, course.until).filter((now) => alarm.evaluate(now) === "ALARM");
}

const from = 2 * hour;
const never = (): boolean => false;

describe("The alarms of a hook", () => {
  test("tell the topics when they are raised and when they are over, and are none where they are not wanted", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:on-call";
    const told = hookTemplate({ alarms: { topicArns: [topic], ageMinutes: 30 } });

    for (const name of names)
      expect(alarmNamed(name, told)).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
    expect(alarmNamed("age", told)).toMatchObject({ threshold: 1800 });
    expect(hookTemplate({ alarms: false }).all("aws_cloudwatch_metric_alarm")).toEqual({});
  });

  test("look at the hook's own queues and function, whatever its name", () => {
    const mine = hookTemplate({ name: "mine" });
    const seen = (name: string): string => {
      const { dimensions, metric_query: queries } = alarmNamed(name, mine, "mine");
      return JSON.stringify(dimensions ?? queries);
    };

    expect(seen("dead-letters")).toBe('{"QueueName":"mine-dlq"}');
    expect(seen("age")).toBe('{"QueueName":"mine"}');
    // CloudWatch refuses an alarm's own period, or metric, beside queries.
    expect(alarmNamed("errors", mine, "mine")).not.toHaveProperty("period");
    for (const name of names.slice(2)) expect(seen(name)).toContain('"FunctionName":"mine"');
  });

  test("are refused with what is wrong with them", () => {
    expect(hookProblems({ alarms: { topicArns: ["on-call"], ageMinutes: 1 } })).toEqual([
      'alarms.topicArns has "on-call"; write the ARN of an SNS topic',
      "alarms.ageMinutes is 1; write a whole number from 5 to 1440 (minutes)",
    ]);
    expect(hookProblems(untyped({ alarms: true }))).toEqual([
      'alarms is true; write false, or { topicArns: ["arn:aws:sns:…"] }',
    ]);
  });

  test.each([5, 20, 300])("are silent while it ships, with an object every %i minutes", (gap) => {
    const until = 5 * hour;
    const course = { until, arrivals: every(gap * minute, until), fails: never };

    for (const name of names) expect(raised(name, course)).toEqual([]);
  });

  test("are silent in an outage of ten minutes", () => {
    const until = 5 * hour;
    const fails = (at: number): boolean => at >= from && at < from + 10 * minute;

    for (const gap of [2, 20])
      for (const name of names)
        expect(raised(name, { until, arrivals: every(gap * minute, until), fails })).toEqual([]);
  });

  test.each([5, 20, 300])(
    "say within 35 minutes that all fails, and from then on, with an object every %i minutes",
    (gap) => {
      const until = from + 6 * hour;
      const fails = (at: number): boolean => at >= from;
      const arrivals = gap === 300 ? [from] : every(gap * minute, until);
      const times = raised("errors", { until, arrivals, fails });

      expect(times[0] - from).toBeLessThanOrEqual(35 * minute);
      const behind = from + 35 * minute;
      expect(times.filter((at) => at >= behind)).toHaveLength((until - behind) / minute);
    },
  );

  test("say so where objects wait for longer than an hour, though nothing fails", () => {
    const until = from + 4 * hour;
    // The function is not run at all: its mapping is disabled.
    const points = every(minute, until).map((at) => ({
      metric: "ApproximateAgeOfOldestMessage",
      at,
      value: Math.max(0, at - from),
      arrives: at + 120,
    }));
    const alarm = new SimulatedAlarm(alarmNamed("age"), points, 0);
    const first = every(minute, until).find((now) => alarm.evaluate(now) === "ALARM") ?? Infinity;

    expect(first - from).toBeGreaterThan(60 * minute);
    expect(first - from).toBeLessThanOrEqual(80 * minute);
  });

  test("say so of what reaches the dead-letter queue behind six hours, until it is taken out", () => {
    const until = from + 12 * hour;
    const latest = from + 9 * hour;
    const times = raised("dead-letters", { until, arrivals: [from], fails: () => true });

    expect(times[0]).toBeGreaterThan(from + 6 * hour);
    expect(times[0]).toBeLessThanOrEqual(latest);
    expect(times).toHaveLength((until - times[0]) / minute);
  });

  test("say so where the listener refuses lines of a single object", () => {
    const until = from + hour;
    const arrivals = every(5 * minute, until);
    const refuses = (at: number): boolean => at >= from && at < from + minute;
    const times = raised("refused", { until, arrivals, fails: never, refuses });

    expect(times[0] - from).toBeLessThanOrEqual(5 * minute);
  });

  test("say so where throttles last, and not where one run is throttled", () => {
    const until = from + hour;
    const course = { until, arrivals: every(minute, until), fails: never };

    expect(raised("throttles", { ...course, throttles: (at) => at >= from && at < from + minute })).toEqual(
      [],
    );
    const times = raised("throttles", { ...course, throttles: (at) => at >= from });
    expect(times[0] - from).toBeLessThanOrEqual(18 * minute);
  });
});
