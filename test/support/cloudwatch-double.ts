import { JsonDouble, page, type JsonInput } from "./json-double";
import { ServiceError } from "./service-double";

/** A metric stream as GetMetricStream has it. */
export type StreamOutput = Readonly<Record<string, unknown>>;

interface MetricPoint {
  readonly at: Date;
  readonly value: number;
}

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly [{ readonly Value: string }];
    };
  };
}

/** CloudWatch's metric streams, and its list of metrics, on loopback. */
export class CloudWatchDouble extends JsonDouble {
  /** Namespaces of the metrics that had values in the last three hours, one a metric. */
  alive: readonly string[] = [];
  /** Those of linked accounts. */
  aliveInLinkedAccounts: readonly string[] = [];
  pageSize = 500;
  /** What happens elsewhere while metrics are listed. */
  whenListed: (() => void) | undefined;
  readonly streams = new Map<string, StreamOutput>();
  /** Points of metrics for GetMetricData, by `Namespace/MetricName/value of the dimension`. */
  readonly points = new Map<string, readonly MetricPoint[]>();

  static start(): Promise<CloudWatchDouble> {
    return new CloudWatchDouble().listen();
  }

  /** The namespaces that a stream includes. */
  namespacesOf(stream: string): unknown[] {
    const filters = this.streams.get(stream)?.["IncludeFilters"] as { Namespace: string }[] | undefined;
    return (filters ?? []).map(({ Namespace }) => Namespace);
  }

  protected override act(action: string, input: JsonInput): object {
    switch (action) {
      case "ListMetrics":
        return this.listMetrics(input);
      case "GetMetricData":
        return this.metricData(input["MetricDataQueries"] as MetricQuery[]);
      case "GetMetricStream": {
        const stream = this.streams.get(input["Name"] as string);
        if (stream === undefined)
          throw new ServiceError(404, "ResourceNotFoundException", "The metric stream does not exist");
        return stream;
      }
      case "PutMetricStream": {
        const { Name: name } = input;
        if ("IncludeFilters" in input && "ExcludeFilters" in input)
          throw new ServiceError(400, "InvalidParameterCombination", "include and exclude filters");
        // Tags and state are not part of an update.
        this.streams.set(name as string, { State: "running", ...input });
        return { Arn: `arn:aws:cloudwatch:us-east-1:123456789012:metric-stream/${String(name)}` };
      }
      default:
        throw new ServiceError(400, "UnknownOperationException", `the double does not know ${action}`);
    }
  }

  private metricData(queries: readonly MetricQuery[]): object {
    const results = queries.map(({ Id, MetricStat: { Metric } }) => {
      const [{ Value }] = Metric.Dimensions;
      const points = this.points.get(`${Metric.Namespace}/${Metric.MetricName}/${Value}`) ?? [];
      return {
        Id,
        Timestamps: points.map(({ at }) => at.getTime() / 1000),
        Values: points.map(({ value }) => value),
        StatusCode: "Complete",
      };
    });
    return { MetricDataResults: results };
  }

  private listMetrics(input: JsonInput): object {
    if (input["RecentlyActive"] !== "PT3H")
      throw new ServiceError(400, "InvalidParameterValue", "RecentlyActive");
    this.whenListed?.();
    const linked = input["IncludeLinkedAccounts"] === true ? this.aliveInLinkedAccounts : [];
    const { items, next } = page([...this.alive, ...linked], this.pageSize, input["NextToken"]);
    return {
      Metrics: items.map((Namespace, index) => ({ Namespace, MetricName: `Metric${index}`, Dimensions: [] })),
      NextToken: next,
    };
  }
}
