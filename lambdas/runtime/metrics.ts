import { metricNamespace } from "./environment";

/** The functions' own metrics and their CloudWatch units. */
const units = {
  Objects: "Count",
  ObjectsSkipped: "Count",
  ObjectsFailed: "Count",
  Continuations: "Count",
  BytesIn: "Bytes",
  Records: "Count",
  RecordsAccepted: "Count",
  RecordsFiltered: "Count",
  RecordsRefused: "Count",
  Bulks: "Count",
  Retries: "Count",
  ObjectsLate: "Count",
  LateKeysBehind: "Count",
  LateSeconds: "Seconds",
  LateNearlyMissed: "Count",
  ObjectsSetAside: "Count",
  StreamsFailed: "Count",
  LagSeconds: "Seconds",
  Namespaces: "Count",
  NamespacesLeftOut: "Count",
  StreamUpdates: "Count",
  Resources: "Count",
  SeriesAccepted: "Count",
  SeriesRefused: "Count",
  Seconds: "Seconds",
} as const;

export type MetricName = keyof typeof units;

/**
 * Sums up an invocation and prints it in CloudWatch's embedded metric format: CloudWatch turns the log line into
 * metrics, so there is no call to make and nothing to wait for. (Specification: "Embedded metric format" in the
 * CloudWatch user guide. The libraries for it cost a cold start more than all the rest of the function.)
 */
export class Metrics {
  private readonly values = new Map<MetricName, number>();

  constructor(
    private readonly dimensions: Readonly<Record<string, string>>,
    private readonly write: (line: string) => void = (line) => void process.stdout.write(line),
  ) {}

  add(name: MetricName, value = 1): void {
    this.values.set(name, (this.values.get(name) ?? 0) + value);
  }

  /** For what is told by its highest value. */
  highest(name: MetricName, value: number): void {
    this.values.set(name, Math.max(this.values.get(name) ?? 0, value));
  }

  /** Prints what was added since the last time. */
  flush(): void {
    const directive = {
      Namespace: metricNamespace,
      Dimensions: [Object.keys(this.dimensions)],
      Metrics: [...this.values.keys()].map((name) => ({ Name: name, Unit: units[name] })),
    };
    const line = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      ...this.dimensions,
      ...Object.fromEntries(this.values),
    };
    if (this.values.size > 0) this.write(`${JSON.stringify(line)}\n`);
    this.values.clear();
  }
}
