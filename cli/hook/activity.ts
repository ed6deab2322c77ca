import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { metricNamespace } from "../../lambdas/runtime/environment";
import { clientSettings } from "../aws/session";
import { read, type Reading } from "../doctor/reading";
import type { AwsOptions } from "../program/options";

/** What the hook did, as CloudWatch's metrics tell: with some minutes' delay. */
export interface Activity {
  /** Runs of the function; those that failed as a whole, and those that were not let start. */
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly objects: number;
  /** Tries that failed: one object may fail several times before it is shipped. */
  readonly objectsFailed: number;
  readonly objectsSkipped: number;
  /** As they are in the bucket. */
  readonly bytesIn: number;
  readonly recordsAccepted: number;
  readonly recordsRefused: number;
  readonly retries: number;
  /** The newest five minutes in which objects were shipped, within a day; `null` for none. */
  readonly lastShipped: { readonly at: string; readonly objects: number } | null;
  /** Age of the message that has waited longest, in seconds; `null` where CloudWatch does not say. */
  readonly oldestMessageSeconds: number | null;
  /** Runs within the last quarter of an hour. */
  readonly recentInvocations: number;
}

/** Of a point, in seconds: the finest that CloudWatch keeps for a day and more. */
const periodSeconds = 300;
const dayMs = 86_400_000;
/** What counts as now: CloudWatch has a metric after some minutes. */
const recentMs = 15 * 60_000;

/** The permission that is needed; IAM knows no resource for it. */
const permission = "cloudwatch:GetMetricData";

const functionMetrics = {
  invocations: "Invocations",
  errors: "Errors",
  throttles: "Throttles",
} as const;
const ownMetrics = {
  objects: "Objects",
  objectsFailed: "ObjectsFailed",
  objectsSkipped: "ObjectsSkipped",
  bytesIn: "BytesIn",
  recordsAccepted: "RecordsAccepted",
  recordsRefused: "RecordsRefused",
  retries: "Retries",
} as const;
type Counter = keyof typeof functionMetrics | keyof typeof ownMetrics;
const age = "age";

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Reads what the hook of a name did in the last hours; a refusal is a reason, not a failure. */
export async function readActivity(
  name: string,
  hours: number,
  aws: AwsOptions,
  signal: AbortSignal,
): Promise<Reading<Activity>> {
  const client = new CloudWatchClient(clientSettings(aws));
  const now = Date.now();
  try {
    return await read(permission, async () =>
      activityOf(await pointsOf(client, queriesFor(name), now, signal), hours, now),
    );
  } finally {
    client.destroy();
  }
}

function queriesFor(name: string): MetricDataQuery[] {
  const query = (
    id: string,
    metric: { Namespace: string; MetricName: string },
    dimension: string,
    stat: string,
  ): MetricDataQuery => ({
    Id: id,
    MetricStat: {
      Metric: { ...metric, Dimensions: [{ Name: dimension, Value: name }] },
      Period: periodSeconds,
      Stat: stat,
    },
  });
  const sums = (namespace: string, metrics: Readonly<Record<string, string>>): MetricDataQuery[] =>
    Object.entries(metrics).map(([id, MetricName]) =>
      query(id, { Namespace: namespace, MetricName }, "FunctionName", "Sum"),
    );
  return [
    ...sums("AWS/Lambda", functionMetrics),
    ...sums(metricNamespace, ownMetrics),
    query(age, { Namespace: "AWS/SQS", MetricName: "ApproximateAgeOfOldestMessage" }, "QueueName", "Maximum"),
  ];
}

async function pointsOf(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  now: number,
  signal: AbortSignal,
): Promise<Map<string, Point[]>> {
  const points = new Map<string, Point[]>();
  let token: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(now - dayMs),
      EndTime: new Date(now),
      NextToken: token,
    });
    const { MetricDataResults = [], NextToken } = await client.send(command, { abortSignal: signal });
    for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults) {
      const found = Timestamps.map((at, index) => ({ at: at.getTime(), value: Values[index] }));
      points.set(Id, [...(points.get(Id) ?? []), ...found]);
    }
    token = NextToken;
  } while (token !== undefined && token !== "");
  return points;
}

function activityOf(points: ReadonlyMap<string, readonly Point[]>, hours: number, now: number): Activity {
  const sumSince = (id: Counter, since: number): number =>
    (points.get(id) ?? []).reduce((sum, { at, value }) => (at >= since ? sum + value : sum), 0);
  // A point is dated by its beginning.
  const within = (id: Counter): number => sumSince(id, now - hours * 3_600_000 - periodSeconds * 1000);
  const counters = [...Object.keys(functionMetrics), ...Object.keys(ownMetrics)] as Counter[];
  const shipped = newest((points.get("objects") ?? []).filter(({ value }) => value > 0));
  const oldest = newest((points.get(age) ?? []).filter(({ at }) => at >= now - recentMs));
  return {
    ...(Object.fromEntries(counters.map((id) => [id, within(id)])) as Record<Counter, number>),
    lastShipped: shipped && { at: new Date(shipped.at).toISOString(), objects: shipped.value },
    oldestMessageSeconds: oldest?.value ?? null,
    recentInvocations: sumSince("invocations", now - recentMs - periodSeconds * 1000),
  };
}

function newest(points: readonly Point[]): Point | null {
  return points.reduce<Point | null>(
    (last, point) => (last === null || point.at > last.at ? point : last),
    null,
  );
}
