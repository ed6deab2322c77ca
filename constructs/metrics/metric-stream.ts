import { CloudwatchMetricStream } from "@cdktf/provider-aws/lib/cloudwatch-metric-stream/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { startingNamespaces } from "../../lambdas/metric-namespaces/environment";
import { AwsContext } from "../foundation/aws-context";
import { placementOf, roleArguments, type FunctionPlacement } from "../foundation/placement";
import { useProvider } from "../foundation/provider";
import { renderPolicy, type PolicyStatement } from "../foundation/policy";
import { literals } from "../foundation/templates";
import { validate } from "../foundation/validation";
import { BackupBucket } from "./backup-bucket";
import { DeliveryStream } from "./delivery-stream";
import { metricsEndpoint } from "./destination";
import { normalized, splitFilters, type NamespaceMetrics } from "./metric-filters";
import { MetricStreamAlarms } from "./metric-stream-alarms";
import { metricStreamDefaults } from "./metric-stream-defaults";
import type { MetricStreamProps } from "./metric-stream-props";
import { metricStreamRules } from "./metric-stream-rules";
import { serviceTrust, streamNames } from "./names";
import { ResourceTags } from "./resource-tags";
import { streamedPatterns, type NamespaceDiscovery, type StreamResourceTags } from "./selection";
import { StreamNamespaces } from "./stream-namespaces";
import type { StreamNamespacesProps } from "./stream-namespaces-props";
import { filtersOf, statisticsOf, type FilterArgument } from "./stream-arguments";

/**
 * Streams CloudWatch metrics to Logz.io: metric stream, Firehose, backup bucket, roles, alarms.
 * @throws ConstructError with everything that is wrong with the props
 */
export class MetricStream extends Construct {
  readonly name: string;
  readonly backup: BackupBucket;
  readonly delivery: DeliveryStream;
  /** With it CloudWatch puts metrics into the delivery stream. */
  readonly streamRole: IamRole;
  /** One; more where the filters have more names than one takes. */
  readonly streams: readonly CloudwatchMetricStream[];
  /** Keeps the stream's namespaces, with `discover`. */
  readonly namespaces: StreamNamespaces | undefined;
  /** Ships tags, with `resourceTags`. */
  readonly resourceTags: ResourceTags | undefined;
  readonly alarms: MetricStreamAlarms | undefined;
  /** What CloudWatch may do. */
  readonly streamStatements: readonly PolicyStatement[];

  private readonly tags: Record<string, string> | undefined;
  private readonly streamPolicy: IamRolePolicy;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MetricStreamProps,
  ) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, metricStreamRules);
    this.name = props.name ?? metricStreamDefaults.name;
    this.tags = props.tags === undefined ? undefined : literals(props.tags);

    this.backup = this.createBackup();
    this.delivery = this.createDelivery();
    this.streamStatements = this.describeStreamAccess();
    this.streamRole = this.createStreamRole();
    this.streamPolicy = this.createStreamPolicy();
    this.streams = this.createStreams();
    this.namespaces = this.createNamespaces(props.discover);
    this.resourceTags = this.createResourceTags(props.resourceTags);
    this.alarms = this.createAlarms(props.alarms);
  }

  private createBackup(): BackupBucket {
    return new BackupBucket(this, "backup", {
      ...this.props.backup,
      streamName: this.name,
      tags: this.tags,
    });
  }

  private createDelivery(): DeliveryStream {
    const { props } = this;
    return new DeliveryStream(this, "delivery", {
      name: this.name,
      endpoint: metricsEndpoint(props),
      token: props.token,
      p8sLogzioName: props.p8sLogzioName ?? metricStreamDefaults.p8sLogzioName,
      bufferSeconds: props.bufferSeconds ?? metricStreamDefaults.bufferSeconds,
      bufferMegabytes: props.bufferMegabytes ?? metricStreamDefaults.bufferMegabytes,
      retrySeconds: props.retrySeconds ?? metricStreamDefaults.retrySeconds,
      backup: this.backup,
      backupPrefix: props.backup?.prefix,
      logRetentionDays: props.logRetentionDays ?? metricStreamDefaults.logRetentionDays,
      role: props.role,
      tags: this.tags,
    });
  }

  private describeStreamAccess(): PolicyStatement[] {
    return [
      {
        Effect: "Allow",
        Action: ["firehose:PutRecord", "firehose:PutRecordBatch"],
        Resource: [this.delivery.resource.arn],
      },
    ];
  }

  private createStreamRole(): IamRole {
    return new IamRole(this, "stream-role", {
      ...roleArguments(streamNames.streamRole(this.name, AwsContext.of(this).region), this.props.role),
      description: `Lets CloudWatch put metrics into the delivery stream ${this.name}`,
      assumeRolePolicy: serviceTrust("streams.metrics.cloudwatch.amazonaws.com"),
      tags: this.tags,
    });
  }

  private createStreamPolicy(): IamRolePolicy {
    return new IamRolePolicy(this, "stream-policy", {
      name: "put",
      role: this.streamRole.id,
      policy: renderPolicy(this.streamStatements),
    });
  }

  private createStreams(): CloudwatchMetricStream[] {
    const { namespaces, discover, exclude } = this.props;
    if (discover !== undefined) {
      // Until the function has run, the stream must not send everything.
      const known = startingNamespaces({ include: discover.include, exclude: discover.exclude ?? [] });
      return [this.createStream(0, { includeFilter: filtersOf(normalized(known)) })];
    }
    if (namespaces === undefined || namespaces === "all")
      return [this.createStream(0, { excludeFilter: exclude && filtersOf(normalized(exclude)) })];
    return splitFilters(normalized(namespaces)).map((filters, index) =>
      this.createStream(index, { includeFilter: filtersOf(filters) }, filters),
    );
  }

  private createStream(
    index: number,
    filters: { includeFilter?: FilterArgument[]; excludeFilter?: FilterArgument[] },
    included?: readonly NamespaceMetrics[],
  ): CloudwatchMetricStream {
    return new CloudwatchMetricStream(this, `stream-${index}`, {
      name: streamNames.stream(this.name, index),
      firehoseArn: this.delivery.resource.arn,
      roleArn: this.streamRole.arn,
      outputFormat: "opentelemetry1.0",
      includeLinkedAccountsMetrics: this.props.linkedAccounts ?? false,
      ...filters,
      statisticsConfiguration: statisticsOf(this.props.statistics, included),
      tags: this.tags,
      dependsOn: [this.streamPolicy],
    });
  }

  private createNamespaces(discover: NamespaceDiscovery | undefined): StreamNamespaces | undefined {
    const [stream] = this.streams;
    if (discover === undefined) return undefined;
    return new StreamNamespaces(this, "namespaces", {
      ...discover,
      ...this.ofFunctions("namespaces"),
      stream,
      firehoseArn: this.delivery.resource.arn,
      roleArn: this.streamRole.arn,
    });
  }

  private createResourceTags(wanted: boolean | StreamResourceTags = false): ResourceTags | undefined {
    if (wanted === false) return undefined;
    const { region, token, p8sLogzioName = metricStreamDefaults.p8sLogzioName } = this.props;
    return new ResourceTags(this, "resource-tags", {
      ...(wanted === true ? {} : wanted),
      ...this.ofFunctions("tags"),
      ...streamedPatterns(this.props),
      region,
      token,
      p8sLogzioName,
    });
  }

  /** What the functions beside the stream have in common with it. */
  private ofFunctions(
    suffix: string,
  ): Pick<StreamNamespacesProps, "name" | "alarms" | "tags" | "logRetentionDays" | keyof FunctionPlacement> {
    const { alarms, tags, logRetentionDays } = this.props;
    return {
      name: `${this.name}-${suffix}`,
      alarms: alarms === undefined || alarms === false ? alarms : { topicArns: alarms.topicArns },
      tags,
      logRetentionDays,
      ...placementOf(this.props),
    };
  }

  private createAlarms(alarms: MetricStreamProps["alarms"]): MetricStreamAlarms | undefined {
    if (alarms === false) return undefined;
    return new MetricStreamAlarms(this, "alarms", {
      name: this.name,
      streams: this.streams,
      delivery: this.delivery,
      backup: this.backup,
      topicArns: alarms?.topicArns,
      freshnessMinutes: alarms?.freshnessMinutes ?? metricStreamDefaults.freshnessMinutes,
      tags: this.props.tags,
    });
  }
}
