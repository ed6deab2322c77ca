import { evaluate, type Series } from "./metric-math";
import type { Arguments } from "./template";

/** A value of a metric. All times in seconds. */
export interface DataPoint {
  readonly metric: string;
  readonly at: number;
  readonly value: number;
  /** When CloudWatch has it. */
  readonly arrives: number;
}

export type AlarmState = "INSUFFICIENT_DATA" | "OK" | "ALARM";

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly metric_name: string; readonly period: number; readonly stat: string };
}

/**
 * An alarm as CloudWatch evaluates it: each minute, over periods that end with that minute. (Source: CloudWatch user
 * guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data".)
 */
export class SimulatedAlarm {
  state: AlarmState = "INSUFFICIENT_DATA";
  private readonly points = new Map<string, DataPoint[]>();

  /**
   * @param points in the order of their times
   * @param further periods that are asked for beyond those that count: CloudWatch does so, and does not say how many
   */
  constructor(
    private readonly alarm: Arguments,
    points: readonly DataPoint[],
    private readonly further: number,
  ) {
    for (const point of points) {
      const others = this.points.get(point.metric);
      if (others) others.push(point);
      else this.points.set(point.metric, [point]);
    }
  }

  get name(): string {
    return String(this.alarm["alarm_name"]);
  }

  evaluate(now: number): AlarmState {
    const count = Number(this.alarm["evaluation_periods"]);
    const series = this.series(now, count + this.further);
    const there = series.filter((value) => value !== undefined);
    // What is missing is made up for by what is older, as far as that was asked for.
    const real = there.length >= count ? there.slice(-count) : there;
    const threshold = Number(this.alarm["threshold"]);
    const bad = real.filter((value) => value > threshold).length;
    const needed = Number(this.alarm["datapoints_to_alarm"] ?? count);
    const missing = count - real.length;
    this.state = this.decide({ bad, good: real.length - bad, missing, needed });
    return this.state;
  }

  private decide(tally: Readonly<Record<"bad" | "good" | "missing" | "needed", number>>): AlarmState {
    const { bad, good, missing, needed } = tally;
    if (bad >= needed) return "ALARM";
    switch (this.alarm["treat_missing_data"]) {
      case "notBreaching":
        return "OK";
      case "breaching":
        return bad + missing >= needed ? "ALARM" : "OK";
      case "ignore":
        return good > 0 || missing === 0 ? "OK" : this.state;
      default:
        return bad + good === 0 ? "INSUFFICIENT_DATA" : bad > 0 && good === 0 ? "ALARM" : "OK";
    }
  }

  private series(now: number, length: number): Series {
    const queries = this.alarm["metric_query"] as readonly MetricQuery[] | undefined;
    if (queries === undefined) {
      const { metric_name: name, period, statistic } = this.alarm;
      return this.statistic(String(name), Number(period), String(statistic), now, length);
    }
    const metrics = new Map<string, Series>();
    for (const { id, metric } of queries)
      if (metric)
        metrics.set(id, this.statistic(metric.metric_name, metric.period, metric.stat, now, length));
    return evaluate(queries.find(({ expression }) => expression)?.expression ?? "", metrics, length);
  }

  private statistic(name: string, period: number, statistic: string, now: number, length: number): Series {
    const values = Array.from({ length }, (): number[] => []);
    const points = this.points.get(name) ?? [];
    for (let index = points.length - 1; index >= 0; index--) {
      const { at, arrives, value } = points[index];
      const back = Math.floor((now - at - 1) / period);
      if (back >= length) break;
      if (arrives <= now && back >= 0) values[length - 1 - back].push(value);
    }
    return values.map((one) => {
      if (one.length === 0) return undefined;
      return statistic === "Maximum" ? Math.max(...one) : one.reduce((sum, value) => sum + value, 0);
    });
  }
}
