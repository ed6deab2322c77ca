import type { DashboardMetric } from "../../constructs/logs/hook-dashboard";

/*
 * Twelve made-up hours of a hook, in periods of five minutes: steady traffic, an outage of the listener of forty minutes
 * from the eighth hour on, and a damaged file that goes to the dead-letter queue in the fourth.
 */

/** Periods that are shown, and the seconds of each. */
export const shown = { periods: 144, seconds: 300, from: "06:00" } as const;

const outage = { from: 92, until: 100 } as const;
const damaged = 44;
const refusing = 21;
/** Periods in which what waited is shipped, beside what is new. */
const catchUp = 5;

/** Between 0 and 1, the same in every run. */
function chance(period: number, series: number): number {
  const wave = Math.sin(period * 12.9898 + series * 78.233) * 43_758.5453;
  return wave - Math.floor(wave);
}

function traffic(period: number): number {
  const day = 1 + 0.55 * Math.sin(((period - 30) / shown.periods) * Math.PI * 1.6);
  return Math.round(31_000 * day * (0.86 + 0.28 * chance(period, 1)));
}

const isOut = (period: number): boolean => period >= outage.from && period < outage.until;
const sinceOutage = (period: number): number => period - outage.until;
const catchesUp = (period: number): boolean => sinceOutage(period) >= 0 && sinceOutage(period) < catchUp;

function accepted(period: number): number {
  if (isOut(period)) return period === outage.from ? Math.round(traffic(period) * 0.3) : 0;
  const missed = Array.from({ length: outage.until - outage.from }, (_, index) =>
    traffic(outage.from + index),
  );
  const late = missed.reduce((sum, records) => sum + records, 0) / catchUp;
  return Math.round(traffic(period) + (catchesUp(period) ? late * (1.5 - sinceOutage(period) * 0.25) : 0));
}

/** Of the oldest message, in seconds. */
function age(period: number): number {
  const usual = 4 + 9 * chance(period, 2);
  if (isOut(period)) return usual + (period - outage.from + 1) * shown.seconds;
  const highest = (outage.until - outage.from) * shown.seconds;
  return catchesUp(period) ? usual + highest * (1 - (sinceOutage(period) + 1) / catchUp) : usual;
}

const objects = (records: number): number => Math.round(records / 620);

/** What each of the dashboard's metrics is in a period, by namespace (or the queue that is meant) and name. */
const measures: Readonly<Record<string, (period: number) => number>> = {
  "LogzioS3 RecordsAccepted": accepted,
  "LogzioS3 RecordsFiltered": (period) => Math.round(accepted(period) * (0.08 + 0.02 * chance(period, 14))),
  "LogzioS3 RecordsRefused": (period) => (period === refusing ? 37 : 0),
  "LogzioS3 BytesIn": (period) => accepted(period) * (118 + 14 * chance(period, 3)),
  "LogzioS3 Retries": (period) =>
    isOut(period) ? 90 + Math.round(60 * chance(period, 4)) : chance(period, 5) > 0.93 ? 2 : 0,
  "LogzioS3 ObjectsFailed": (period) =>
    isOut(period) ? 22 + Math.round(14 * chance(period, 6)) : period === damaged ? 1 : 0,
  "LogzioS3 Continuations": (period) =>
    isOut(period) ? 40 + Math.round(20 * chance(period, 7)) : Math.round(2 * chance(period, 8)),
  "AWS/Lambda Duration p50": (period) => (isOut(period) ? 62_000 : 410 + 160 * chance(period, 9)),
  "AWS/Lambda Duration p99": (period) => (isOut(period) ? 88_000 : 2_300 + 1_400 * chance(period, 10)),
  "AWS/Lambda Errors": () => 0,
  "AWS/Lambda Throttles": () => 0,
  "AWS/SQS ApproximateAgeOfOldestMessage": age,
  "AWS/SQS ApproximateNumberOfMessagesVisible": (period) =>
    isOut(period) ? 12 + Math.round(18 * chance(period, 11)) : Math.round(3 * chance(period, 12)),
  "AWS/SQS ApproximateNumberOfMessagesNotVisible": (period) => {
    if (isOut(period)) return objects(traffic(period)) * (period - outage.from + 1);
    if (!catchesUp(period)) return 4 + Math.round(6 * chance(period, 13));
    return Math.round(objects(traffic(period)) * 8 * (1 - (sinceOutage(period) + 1) / catchUp)) + 5;
  },
  "dead letters": (period) => (period >= damaged ? 1 : 0),
};

/** The values of a metric, the oldest first. @throws Error for one that the sample has not */
export function valuesOf([namespace, metric, , value, { stat }]: DashboardMetric): number[] {
  const name = value.endsWith("-dlq") ? "dead letters" : `${namespace} ${metric}`;
  const measure = measures[name] ?? measures[`${name} ${stat}`];
  return Array.from({ length: shown.periods }, (_, period) => measure(period));
}
