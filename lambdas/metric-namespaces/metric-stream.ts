import {
  GetMetricStreamCommand,
  PutMetricStreamCommand,
  type CloudWatchClient,
  type GetMetricStreamOutput,
} from "@aws-sdk/client-cloudwatch";
import { messageOf } from "../runtime/errors";
import type { MetricNamespacesSettings } from "./environment";
import { NamespacesError, StreamDiffers, StreamMissing } from "./errors";
import type { IncludeFilter } from "./filters";

/** A metric stream as CloudWatch has it. */
export interface StreamState {
  readonly filters: readonly IncludeFilter[];
  /** Whether it has exclude filters, and so streams everything else. */
  readonly excludes: boolean;
  readonly linkedAccounts: boolean;
  /** Everything, for writing back what is not changed. */
  readonly output: GetMetricStreamOutput;
}

/** The one metric stream that the function keeps. */
export class MetricStream {
  constructor(
    private readonly cloudwatch: CloudWatchClient,
    private readonly settings: Pick<MetricNamespacesSettings, "stream" | "firehoseArn" | "roleArn">,
  ) {}

  /**
   * @throws StreamMissing where it was deleted
   * @throws StreamDiffers where it is not the stream of this deployment
   */
  async read(): Promise<StreamState> {
    const { stream } = this.settings;
    let output: GetMetricStreamOutput;
    try {
      output = await this.cloudwatch.send(new GetMetricStreamCommand({ Name: stream }));
    } catch (error) {
      if (error instanceof Error && /^ResourceNotFound/.test(error.name)) {
        throw new StreamMissing(
          `there is no metric stream ${stream}: it was deleted outside Terraform, and no metrics are sent; deploy ` +
            "again, which makes it anew",
        );
      }
      throw new NamespacesError(
        `the metric stream ${stream} cannot be read (${messageOf(error)}); allow the function ` +
          "cloudwatch:GetMetricStream on it",
      );
    }
    this.checkIsOurs(output);
    return {
      filters: (output.IncludeFilters ?? []).map(({ Namespace = "", MetricNames = [] }) => ({
        namespace: Namespace,
        metricNames: MetricNames,
      })),
      excludes: (output.ExcludeFilters ?? []).length > 0,
      linkedAccounts: output.IncludeLinkedAccountsMetrics ?? false,
      output,
    };
  }

  /**
   * Gives the stream other filters, in place of exclude filters too. PutMetricStream writes a stream as a whole, so all
   * else is written as it was read.
   */
  async write({ output }: StreamState, filters: readonly IncludeFilter[]): Promise<void> {
    const { stream, firehoseArn, roleArn } = this.settings;
    const statistics = output.StatisticsConfigurations ?? [];
    try {
      await this.cloudwatch.send(
        new PutMetricStreamCommand({
          Name: stream,
          FirehoseArn: firehoseArn,
          RoleArn: roleArn,
          OutputFormat: output.OutputFormat,
          StatisticsConfigurations: statistics.length === 0 ? undefined : statistics,
          IncludeLinkedAccountsMetrics: output.IncludeLinkedAccountsMetrics,
          IncludeFilters: filters.map(({ namespace, metricNames }) => ({
            Namespace: namespace,
            MetricNames: metricNames.length === 0 ? undefined : [...metricNames],
          })),
        }),
      );
    } catch (error) {
      throw new NamespacesError(
        `the filters of the metric stream ${stream} could not be written (${messageOf(error)}); allow the function ` +
          `cloudwatch:PutMetricStream on it and iam:PassRole on ${roleArn}`,
      );
    }
  }

  /** A stream that is being changed by a deployment, or by hand, would get back here what it had before. */
  private checkIsOurs({ FirehoseArn, RoleArn }: GetMetricStreamOutput): void {
    const { stream, firehoseArn, roleArn } = this.settings;
    const differences = [
      ...(FirehoseArn === firehoseArn ? [] : [`sends to ${String(FirehoseArn)} instead of ${firehoseArn}`]),
      ...(RoleArn === roleArn ? [] : [`has the role ${String(RoleArn)} instead of ${roleArn}`]),
    ];
    if (differences.length === 0) return;
    throw new StreamDiffers(
      `the metric stream ${stream} ${differences.join(", and ")}; it was changed outside Terraform, or is being ` +
        "deployed just now. Its filters stay as they are; deploy again where the next run says so too",
    );
  }
}
