import { emulatorAccount } from "./emulator";
import type { QueryElements } from "./query-double";
import { ServiceError } from "./service-double";

const region = "us-east-1";
/** Namespaces and metric names that the filters of a stream may have. Source: CloudWatch user guide, service quotas. */
const mostNames = 1000;

interface Filter {
  readonly Namespace: string;
  readonly MetricNames?: readonly string[];
}

/** What PutMetricStream takes. */
export interface MetricStreamInput {
  readonly Name: string;
  readonly FirehoseArn: string;
  readonly RoleArn: string;
  readonly OutputFormat: string;
  readonly IncludeFilters?: readonly Filter[];
  readonly ExcludeFilters?: readonly Filter[];
  readonly IncludeLinkedAccountsMetrics?: boolean;
  readonly StatisticsConfigurations?: readonly QueryElements[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** A metric stream as CloudWatch keeps it. */
export interface StoredStream extends Omit<MetricStreamInput, "Tags"> {
  readonly Arn: string;
  readonly State: "running" | "stopped";
  readonly CreationDate: string;
  readonly LastUpdateDate: string;
}

/** The metric streams of an account and region, as CloudWatch has them; the emulators have none. */
export class MetricStreams {
  private readonly streams = new Map<string, StoredStream>();
  private readonly tags = new Map<string, Map<string, string>>();

  get names(): string[] {
    return [...this.streams.keys()].sort();
  }

  /** Creates a stream, running, or changes one, which keeps its state, its tags and its day of creation. */
  put({ Tags = [], ...input }: MetricStreamInput): string {
    refuse(input);
    const known = this.streams.get(input.Name);
    const now = new Date().toISOString();
    const Arn = `arn:aws:cloudwatch:${region}:${emulatorAccount}:metric-stream/${input.Name}`;
    this.streams.set(input.Name, {
      ...input,
      Arn,
      State: known?.State ?? "running",
      CreationDate: known?.CreationDate ?? now,
      LastUpdateDate: now,
    });
    if (known === undefined) this.tags.set(Arn, new Map(Tags.map(({ Key, Value }) => [Key, Value])));
    return Arn;
  }

  get(name: string): StoredStream {
    const stream = this.streams.get(name);
    if (stream === undefined)
      throw new ServiceError(404, "ResourceNotFoundException", `Metric stream ${name} does not exist`);
    return stream;
  }

  /** Of one that is not there, too, as CloudWatch answers. */
  delete(name: string): void {
    const stream = this.streams.get(name);
    if (stream === undefined) return;
    this.streams.delete(name);
    this.tags.delete(stream.Arn);
  }

  list(): StoredStream[] {
    return this.names.map((name) => this.get(name));
  }

  setState(names: readonly string[], State: StoredStream["State"]): void {
    for (const name of names) this.streams.set(name, { ...this.get(name), State });
  }

  has(arn: string): boolean {
    return this.tags.has(arn);
  }

  tagsOf(arn: string): { readonly Key: string; readonly Value: string }[] {
    return [...(this.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  tag(arn: string, tags: MetricStreamInput["Tags"] = []): void {
    for (const { Key, Value } of tags) this.tags.get(arn)?.set(Key, Value);
  }

  untag(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.tags.get(arn)?.delete(key);
  }
}

function refuse({ IncludeFilters = [], ExcludeFilters = [], ...input }: MetricStreamInput): void {
  for (const name of ["Name", "FirehoseArn", "RoleArn", "OutputFormat"] as const)
    if (!input[name]) throw new ServiceError(400, "MissingRequiredParameterException", `${name} is missing`);
  if (IncludeFilters.length > 0 && ExcludeFilters.length > 0)
    throw new ServiceError(400, "InvalidParameterCombination", "include and exclude filters are both given");
  const names = [...IncludeFilters, ...ExcludeFilters].reduce(
    (count, { MetricNames = [] }) => count + 1 + MetricNames.length,
    0,
  );
  if (names > mostNames)
    throw new ServiceError(400, "InvalidParameterValue", `${names} names in filters, at most ${mostNames}`);
}
