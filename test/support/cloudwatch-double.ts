import { JsonDouble, JsonError, page, type JsonInput } from "./json-double";

/** A metric stream as GetMetricStream has it. */
export type StreamOutput = Readonly<Record<string, unknown>>;

/** CloudWatch's metric streams, and its list of metrics, on loopback. */
export class CloudWatchDouble extends JsonDouble {
  /** Namespaces of the metrics that had values in the last three hours, one a metric. */
  alive: readonly string[] = [];
  /** Those of linked accounts. */
  aliveInLinkedAccounts: readonly string[] = [];
  pageSize = 500;
  readonly streams = new Map<string, StreamOutput>();

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
      case "GetMetricStream": {
        const stream = this.streams.get(input["Name"] as string);
        if (stream === undefined)
          throw new JsonError(404, "ResourceNotFoundException", "The metric stream does not exist");
        return stream;
      }
      case "PutMetricStream": {
        const { Name: name } = input;
        if ("IncludeFilters" in input && "ExcludeFilters" in input)
          throw new JsonError(400, "InvalidParameterCombination", "include and exclude filters");
        // Tags and state are not part of an update.
        this.streams.set(name as string, { State: "running", ...input });
        return { Arn: `arn:aws:cloudwatch:us-east-1:123456789012:metric-stream/${String(name)}` };
      }
      default:
        throw new JsonError(400, "UnknownOperationException", `the double does not know ${action}`);
    }
  }

  private listMetrics(input: JsonInput): object {
    if (input["RecentlyActive"] !== "PT3H")
      throw new JsonError(400, "InvalidParameterValue", "RecentlyActive");
    const linked = input["IncludeLinkedAccounts"] === true ? this.aliveInLinkedAccounts : [];
    const { items, next } = page([...this.alive, ...linked], this.pageSize, input["NextToken"]);
    return {
      Metrics: items.map((Namespace, index) => ({ Namespace, MetricName: `Metric${index}`, Dimensions: [] })),
      NextToken: next,
    };
  }
}
