import type { ListenerToken } from "../foundation/listener-token";
import type { FunctionPlacement, NewRoleProps } from "../foundation/placement";
import type { MetricsBackup } from "./backup-bucket";
import type { MetricsDestination } from "./destination";
import type { NamespaceFilter } from "./metric-filters";
import type { NamespaceDiscovery, StreamResourceTags } from "./selection";
import type { StreamStatistics } from "./stream-statistics";

/**
 * Either `region` or `endpoint` says where the metrics go; `namespaces`, `discover` or `exclude` says which. AWS bills each update
 * of a streamed metric, so there is no default for that.
 */
export interface MetricStreamProps
  extends MetricsDestination, Pick<FunctionPlacement, "vpc" | "proxy" | "provider"> {
  /**
   * Name of the delivery stream and the metric stream; the other resources are named after it. Lower-case letters,
   * digits and hyphens, at most 29 of them.
   * @default "logzio-metrics"
   */
  readonly name?: string;
  /** The metrics shipping token: a {@link ListenerToken} with the purpose "metrics". */
  readonly token: ListenerToken;
  /**
   * Namespaces to stream, whole or with some of their metrics; or "all", with or without `exclude`. Beyond 1,000
   * namespaces and metrics together, they are spread over several metric streams.
   */
  readonly namespaces?: "all" | readonly NamespaceFilter[];
  /**
   * Namespaces that a function finds, in place of `namespaces` and `exclude`; it takes over the stream's filters, which
   * Terraform then ignores. See `StreamNamespaces`.
   */
  readonly discover?: NamespaceDiscovery;
  /** What is not to be streamed of all that the account has, 1,000 namespaces and metrics at most. @default nothing */
  readonly exclude?: readonly NamespaceFilter[];
  /** Percentiles of some metrics, which AWS bills extra. @default none */
  readonly statistics?: readonly StreamStatistics[];
  /** Whether a monitoring account streams the metrics of the accounts that are linked to it, too. @default false */
  readonly linkedAccounts?: boolean;
  /**
   * Whether, and how, a function ships the tags of the resources behind the metrics as a metric of their own. Each
   * resource is a series more in the metrics account. See `ResourceTags`.
   * @default false
   */
  readonly resourceTags?: boolean | StreamResourceTags;
  /** Value of the label `p8s_logzio_name` of every series. @default "logzio-otlp-metrics-stream" */
  readonly p8sLogzioName?: string;
  /** How long Firehose collects before it delivers, in seconds, 0 to 900. @default 60 */
  readonly bufferSeconds?: number;
  /** How much Firehose collects before it delivers, in MB, 1 to 64. @default 5 */
  readonly bufferMegabytes?: number;
  /** How long Firehose tries to deliver before it puts data into the backup, in seconds, 0 to 7,200. @default 300 */
  readonly retrySeconds?: number;
  /** Where data goes that could not be delivered. @default a new bucket that keeps it for 30 days */
  readonly backup?: MetricsBackup;
  /** Days to keep Firehose's error log; one of the values that CloudWatch Logs knows. @default 30 */
  readonly logRetentionDays?: number;
  /**
   * Alarms on deliveries that fail or are late by `freshnessMinutes` (5 to 1,440), on data in the backup, and on
   * metrics that CloudWatch cannot hand over; `topicArns` are the SNS topics that are told. `false`: none.
   * @default alarms without topics, and 15 minutes
   */
  readonly alarms?: false | { readonly topicArns?: readonly string[]; readonly freshnessMinutes?: number };
  /** What the roles of streams and functions are like. @default under whole names, without path and boundary */
  readonly role?: NewRoleProps;
  /** Tags of all resources that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
