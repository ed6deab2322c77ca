import { FetcherAlarms } from "../../constructs/logs/fetcher-alarms";
import { SimulatedAlarm, type DataPoint } from "../support/alarm-simulation";
import { Random } from "../support/random";
import type { Arguments } from "../support/template";
import { synthesize } from "../unit/constructs/stacks";

interface Rhythm {
  readonly everyMinutes: number;
  readonly timeoutSeconds: number;
}

/** What a run does, in seconds. */
interface Run {
  readonly takes: number;
  readonly fails?: boolean;
  /** At its end; undefined: it does not know. */
  readonly lag?: number | undefined;
  readonly bulks?: number;
  /** A metric that counts something once. */
  readonly counts?: string;
}

const rhythms: readonly Rhythm[] = [1, 5, 10, 30, 60, 720, 1440].flatMap((everyMinutes) =>
  [60, 300, 900].map((timeoutSeconds) => ({ everyMinutes, timeoutSeconds })),
);
const lagMinutes = 30;
const minute = 60;

/** The alarms of a fetcher of each rhythm. */
const alarms: readonly (readonly Arguments[])[] = (() => {
  const template = synthesize((stack) => {
    for (const [index, { everyMinutes, timeoutSeconds }] of rhythms.entries()) {
      const everySeconds = everyMinutes * minute;
      const functionName = `f${index}`;
      new FetcherAlarms(stack, functionName, { functionName, everySeconds, timeoutSeconds, lagMinutes });
    }
  });
  const all = Object.values(template.all("aws_cloudwatch_metric_alarm"));
  return rhythms.map((_, index) =>
    all.filter(({ alarm_name: name }) => String(name).startsWith(`f${index}-`)),
  );
})();

/** The runs of a fetcher that was deployed at 0, up to `until`; a run says what it does. */
function pointsOf(rhythm: Rhythm, until: number, run: (beginsAt: number) => Run | undefined): DataPoint[] {
  const random = new Random(rhythm.everyMinutes + rhythm.timeoutSeconds);
  const every = rhythm.everyMinutes * 60;
  const points: DataPoint[] = [];
  for (let due = 0; due < until; due += every) {
    // Within its minute; the first one may take its time.
    const beginsAt = due + random.below(60) + (due === 0 ? 30 : 0);
    const what = run(beginsAt);
    if (what === undefined) continue;
    const endsAt = beginsAt + what.takes;
    const arrives = endsAt + 20 + random.below(100);
    const add = (metric: string, at: number, value: number): void => {
      points.push({ metric, at, value, arrives });
    };
    add("Invocations", beginsAt, 1);
    add("Errors", beginsAt, what.fails === true ? 1 : 0);
    if (what.lag !== undefined) add("LagSeconds", endsAt, what.lag);
    add("Bulks", endsAt, what.bulks ?? 0);
    if (what.counts !== undefined) add(what.counts, endsAt, 1);
  }
  return points.sort((a, b) => a.at - b.at);
}

/** An alarm on a fetcher of that rhythm, with what the fetcher does. */
function alarmOn(rhythm: Rhythm, name: string, points: readonly DataPoint[], further = 0): SimulatedAlarm {
  const index = rhythms.indexOf(rhythm);
  const alarm = alarms[index].find((one) => one["alarm_name"] === `f${index}-${name}`);
  if (alarm === undefined) throw new Error(`there is no alarm ${name}`);
  return new SimulatedAlarm(alarm, points, further);
}

/** When it is first raised, of those times. */
function raisedAt(alarm: SimulatedAlarm, from: number, until: number, step = minute): number {
  for (let now = from; now < until; now += step) if (alarm.evaluate(now) === "ALARM") return now;
  return Infinity;
}

const title = "every $everyMinutes min, at most $timeoutSeconds s";
/** From the deployment on, until things go wrong. */
const healthyFor = ({ everyMinutes }: Rhythm): number => 2 * 3600 + 3 * everyMinutes * minute;
const healthy: Run = { takes: 2, lag: 0 };

describe.each(rhythms)("the alarms of a fetcher that runs " + title, (rhythm) => {
  const every = rhythm.everyMinutes * minute;
  const timeout = rhythm.timeoutSeconds;
  const from = healthyFor(rhythm);

  /** When an alarm is raised after things have gone wrong, in seconds; with either idea of how far CloudWatch looks back. */
  function raisedAfter(name: string, until: number, run: (beginsAt: number) => Run | undefined): number {
    const points = pointsOf(rhythm, from + until, (now) => (now < from ? healthy : run(now)));
    const both = [0, 3].map((further) => {
      const alarm = alarmOn(rhythm, name, points, further);
      expect(raisedAt(alarm, from - 2 * 3600, from)).toBe(Infinity);
      return raisedAt(alarm, from, from + until) - from;
    });
    return Math.max(...both);
  }

  test("keep to CloudWatch's limits", () => {
    for (const alarm of alarms[rhythms.indexOf(rhythm)]) {
      const queries = (alarm["metric_query"] ?? []) as readonly { metric?: { period: number } }[];
      const periods = queries.flatMap(({ metric }) => (metric ? [metric.period] : []));
      for (const period of [...periods, ...(queries.length > 0 ? [] : [Number(alarm["period"])])]) {
        expect(period % 60).toBe(0);
        // Source: CloudWatch API reference, "PutMetricAlarm", Period.
        const longest = period >= 3600 ? 604_800 : 86_400;
        expect(period * Number(alarm["evaluation_periods"])).toBeLessThanOrEqual(longest);
      }
    }
  });

  test("are silent while it is healthy, from the deployment on", () => {
    const until = 4 * 3600 + 4 * every;
    const random = new Random(7);
    let busyUntil = 0;
    // Runs of every length, and beside a long one others, with what they know of it.
    const mixed = (beginsAt: number): Run => {
      if (beginsAt < busyUntil) return { takes: 1, lag: beginsAt % 1200 };
      const takes = 1 + random.below(timeout);
      busyUntil = beginsAt + takes;
      return { takes, lag: random.below(300), bulks: takes };
    };
    // Not every minute, and each time at another place of the periods.
    const step = minute * (every > 3600 ? 13 : 1);
    for (const points of [pointsOf(rhythm, until, () => healthy), pointsOf(rhythm, until, mixed)]) {
      for (const name of ["errors", "lag", "stalled", "not-running", "set-aside", "late-nearly-missed"]) {
        for (const further of [0, 3]) {
          expect(raisedAt(alarmOn(rhythm, name, points, further), 60, until, step)).toBe(Infinity);
        }
      }
    }
  });

  test.each([2, timeout])("say so where every run fails after %i s", (takes) => {
    const bound = 25 * minute + timeout + 2 * every;
    const run = (): Run => ({ takes, fails: true });
    expect(raisedAfter("errors", bound + 3600, run)).toBeLessThanOrEqual(bound);
  });

  test("say so where nothing runs any more, and go on saying it", () => {
    const bound = 7 * minute + timeout + every;
    expect(raisedAfter("not-running", 4 * bound, () => undefined)).toBeLessThanOrEqual(bound);
    const alarm = alarmOn(
      rhythm,
      "not-running",
      pointsOf(rhythm, from, () => healthy),
    );
    raisedAt(alarm, from, from + bound + minute);
    for (let now = from + bound; now < from + 4 * bound; now += 13 * minute) alarm.evaluate(now);
    expect(alarm.state).toBe("ALARM");
  });

  test.each([2, timeout])("say so where a backlog grows, though each run ships for %i s", (takes) => {
    const bound = lagMinutes * minute + 25 * minute + 2 * every + 2 * timeout;
    const run = (now: number): Run => ({ takes, lag: now + takes - from, bulks: 10 });
    expect(raisedAfter("lag", bound + 3600, run)).toBeLessThanOrEqual(bound);
  });

  test("say so where objects wait and nothing is shipped", () => {
    const bound = 30 * minute + 3 * every + 3 * timeout;
    const run = (now: number): Run => ({ takes: 2, lag: now + 2 - from });
    expect(raisedAfter("stalled", bound + 3600, run)).toBeLessThanOrEqual(bound);
  });

  test.each([
    ["set-aside", "ObjectsSetAside"],
    ["late-nearly-missed", "LateNearlyMissed"],
  ])("say so in %s where one run counts something in %s", (name, counts) => {
    // The run's own time, that of its data points, and the minute.
    const bound = every + minute + timeout + 4 * minute;
    let ran = 0;
    const run = (): Run => (ran++ === 0 ? { takes: timeout, lag: 0, counts } : healthy);
    expect(raisedAfter(name, bound + 3600, run)).toBeLessThanOrEqual(bound);
  });
});

test("an alarm on silence would be raised by the deployment itself if silence were all that it asked for", () => {
  const alarm = {
    alarm_name: "silence",
    metric_name: "Invocations",
    statistic: "Sum",
    period: 300,
    evaluation_periods: 3,
    threshold: 1,
    treat_missing_data: "breaching",
  };
  expect(new SimulatedAlarm(alarm, [], 0).evaluate(60)).toBe("ALARM");
});
