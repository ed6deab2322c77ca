/** What a metric stream gets where nothing else is asked for. */
export const metricStreamDefaults = {
  name: "logzio-metrics",
  p8sLogzioName: "logzio-otlp-metrics-stream",
  bufferSeconds: 60,
  bufferMegabytes: 5,
  retrySeconds: 300,
  logRetentionDays: 30,
  freshnessMinutes: 15,
} as const;
