import { FunctionAlarms } from "../../constructs/metrics/function-alarms";
import { SimulatedAlarm, type DataPoint } from "../support/alarm-simulation";
import { Random } from "../support/random";
import type { Arguments } from "../support/template";
import { synthesize } from "../unit/constructs/stacks";

const minute = 60;

/** The tags' function, then that of the namespaces, as they are and as they can be. */
const rhythms = [
  { everyMinutes: 4, timeoutSeconds: 120, retries: 0 },
  { everyMinutes: 1, timeoutSeconds: 240, retries: 0 },
  { everyMinutes: 60, timeoutSeconds: 300, retries: 2 },
  { everyMinutes: 5, timeoutSeconds: 30, retries: 2 },
  { everyMinutes: 15, timeoutSeconds: 900, retries: 2 },
  { everyMinutes: 1440, timeoutSeconds: 300, retries: 2 },
] as const;
type Rhythm = (typeof rhythms)[number];

const alarms = Object.values(
  synthesize((stack) => {
    for (const [index, rhythm] of rhythms.entries())
      new FunctionAlarms(stack, `f${index}`, {
        functionName: `f${index}`,
        ...rhythm,
        errorAdvice: "its log says why.",
        loss: { id: "loss", metric: "Lost", description: "Something is left out." },
      });
  }).all("aws_cloudwatch_metric_alarm"),
);

function alarmOf(rhythm: Rhythm, name: string): Arguments {
  const wanted = `f${rhythms.indexOf(rhythm)}-${name}`;
  const alarm = alarms.find(({ alarm_name: one }) => one === wanted);
  if (alarm === undefined) throw new Error(`there is no alarm ${wanted}`);
  return alarm;
}

/** A run: which of its tries, from 0, is the first that succeeds, and what it leaves out. */
interface Run {
  readonly succeedsAt: number;
  readonly takes?: number;
  readonly lost?: number;
}

/** The runs of a function that was deployed at 0. */
function pointsOf(rhythm: Rhythm, until: number, run: (due: number) => Run | undefined): DataPoint[] {
  const random = new Random(rhythm.everyMinutes + rhythm.timeoutSeconds);
  const points: DataPoint[] = [];
  for (let due = 0; due < until; due += rhythm.everyMinutes * minute) {
    const what = run(due);
    if (what === undefined) continue;
    const { succeedsAt, takes = 3, lost = 0 } = what;
    let at = due + random.below(60) + (due === 0 ? 30 : 0);
    for (let attempt = 0; attempt <= Math.min(succeedsAt, rhythm.retries); attempt++) {
      const fails = attempt < succeedsAt;
      const arrives = at + takes + 20 + random.below(100);
      points.push({ metric: "Invocations", at, value: 1, arrives });
      points.push({ metric: "Errors", at, value: Number(fails), arrives });
      if (!fails) points.push({ metric: "Lost", at: at + takes, value: lost, arrives });
      // Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation".
      at += takes + (attempt + 1) * minute;
    }
  }
  return points.sort((one, other) => one.at - other.at);
}

/** When an alarm is first raised, with either idea of how far CloudWatch looks back. */
function raisedAt(alarm: Arguments, points: readonly DataPoint[], until: number): number[] {
  // Not every minute where that were thousands, and each time at another place of the periods.
  const step = minute * (until > 86_400 ? 7 : 1);
  return [0, 3].map((further) => {
    const simulated = new SimulatedAlarm(alarm, points, further);
    for (let now = minute; now < until; now += step) if (simulated.evaluate(now) === "ALARM") return now;
    return Infinity;
  });
}

const never = [Infinity, Infinity];

describe.each(rhythms)("the alarms of a function that runs every $everyMinutes min", (rhythm) => {
  const every = rhythm.everyMinutes * minute;
  const healthyUntil = 3 * every + 3600;
  const end = healthyUntil + 4 * every + 3 * 3600;
  const afterHealth = (run: () => Run | undefined): DataPoint[] =>
    pointsOf(rhythm, end, (due) => (due < healthyUntil ? { succeedsAt: 0 } : run()));

  test("are silent from the deployment on, and about what a retry mends", () => {
    const first = rhythm.retries > 0 ? pointsOf(rhythm, end, () => ({ succeedsAt: 1 })) : [];
    for (const points of [pointsOf(rhythm, end, () => ({ succeedsAt: 0 })), first])
      for (const name of ["errors", "stopped", "loss"]) {
        // A function that fails once in every run of a few minutes is failing.
        if (points === first && rhythm.everyMinutes < 15) continue;
        expect([name, raisedAt(alarmOf(rhythm, name), points, end)]).toEqual([name, never]);
      }
  });

  test.each([2, rhythm.timeoutSeconds])("tell of runs that fail in %i s", (takes) => {
    const points = afterHealth(() => ({ succeedsAt: Infinity, takes }));
    const bound = healthyUntil + 2 * every + 3 * rhythm.timeoutSeconds + 25 * minute;
    for (const at of raisedAt(alarmOf(rhythm, "errors"), points, end)) {
      expect(at).toBeGreaterThanOrEqual(healthyUntil);
      expect(at).toBeLessThanOrEqual(bound);
    }
  });

  test("tell of a function that does not run any more", () => {
    const bound = healthyUntil + every + rhythm.timeoutSeconds + 7 * minute;
    for (const at of raisedAt(
      alarmOf(rhythm, "stopped"),
      afterHealth(() => undefined),
      end,
    )) {
      expect(at).toBeGreaterThanOrEqual(healthyUntil);
      expect(at).toBeLessThanOrEqual(bound);
    }
  });

  test("go on telling of what every run leaves out", () => {
    const points = afterHealth(() => ({ succeedsAt: 0, lost: 1 }));
    const alarm = new SimulatedAlarm(alarmOf(rhythm, "loss"), points, 0);
    const states = new Set<string>();
    for (let now = healthyUntil + every + 10 * minute; now < end; now += minute)
      states.add(alarm.evaluate(now));
    expect([...states]).toEqual(["ALARM"]);
  });

  test("keep to CloudWatch's limits", () => {
    for (const name of ["errors", "stopped", "loss"]) {
      const alarm = alarmOf(rhythm, name);
      const queries = (alarm["metric_query"] ?? []) as readonly { metric?: { period: number } }[];
      const period = Number(alarm["period"] ?? queries.find(({ metric }) => metric)?.metric?.period);
      // Source: CloudWatch API reference, "PutMetricAlarm", Period and EvaluationPeriods.
      expect(period % 60).toBe(0);
      expect(period * Number(alarm["evaluation_periods"])).toBeLessThanOrEqual(
        period >= 3600 ? 604_800 : 86_400,
      );
    }
  });
});
