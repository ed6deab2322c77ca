import { filterNames } from "../../lambdas/metric-namespaces/environment";

/**
 * Limits of CloudWatch metric streams. Source: CloudWatch API reference, PutMetricStream, MetricStreamFilter and
 * MetricStreamStatisticsConfiguration; CloudWatch user guide, "CloudWatch service quotas".
 */
export const metricStreamLimits = {
  /** Namespaces and metric names that the filters of one stream may have together. */
  names: filterNames,
  namespaceCharacters: 255,
  metricNameCharacters: 255,
  /** Entries of `statistics`, the statistics of one, and its metrics. */
  statisticsEntries: 100,
  statisticsOfEntry: 20,
  metricsOfEntry: 100,
} as const;

/**
 * Limits of Firehose with an HTTP endpoint. Source: Firehose API reference, HttpEndpointBufferingHints and
 * HttpEndpointRetryOptions.
 */
export const deliveryLimits = {
  bufferSeconds: { min: 0, max: 900 },
  bufferMegabytes: { min: 1, max: 64 },
  retrySeconds: { min: 0, max: 7200 },
} as const;

/** Days until a lifecycle rule deletes an object; S3 takes any positive number, and ten years are no backup. */
export const backupDays = { min: 1, max: 3650 } as const;

/** Longest name of a metrics configuration of a bucket. Source: S3 API reference, PutBucketMetricsConfiguration. */
export const requestMetricNameCharacters = 64;

/** Metrics configurations of one bucket. Source: S3 user guide, "CloudWatch metrics configurations". */
export const requestMetricsOfBucket = 1000;

/** Longest `bucket_prefix` of Terraform's AWS provider, which adds 26 characters to it. */
export const bucketPrefixCharacters = 37;
