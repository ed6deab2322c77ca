import { parse, Reader, Writer } from "protobufjs";
import type { Series } from "./prometheus-format";

/**
 * What Logz.io's receiver of metric streams makes of what Firehose delivers (metric-stream-lambda 2.0.0): the rules by
 * which series get their names and labels, so that queries are tried on series as they are in an account.
 */

/** A value of an attribute: text, or the map of the dimensions. */
interface Value {
  readonly stringValue?: string;
  readonly kvlistValue?: { readonly values?: readonly Attribute[] };
}
interface Attribute {
  readonly key: string;
  readonly value?: Value;
}
interface DataPoint {
  readonly attributes?: readonly Attribute[];
  readonly startTimeUnixNano?: number;
  readonly timeUnixNano?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly quantileValues?: readonly { readonly quantile?: number; readonly value?: number }[];
}
interface Message {
  readonly resourceMetrics?: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    readonly scopeMetrics?: readonly {
      readonly metrics?: readonly {
        readonly name: string;
        readonly summary?: { readonly dataPoints?: readonly DataPoint[] };
      }[];
    }[];
  }[];
}

/** The part of OTLP 1.0 that metric streams use. Source: opentelemetry-proto, metrics.proto and common.proto. */
const request = parse(`
  syntax = "proto3";
  message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeMetrics { repeated Metric metrics = 2; }
  message Metric { string name = 1; string unit = 3; Summary summary = 11; }
  message Summary { repeated SummaryDataPoint data_points = 1; }
  message SummaryDataPoint {
    fixed64 start_time_unix_nano = 2;
    fixed64 time_unix_nano = 3;
    fixed64 count = 4;
    double sum = 5;
    repeated ValueAtQuantile quantile_values = 6;
    repeated KeyValue attributes = 7;
  }
  message ValueAtQuantile { double quantile = 1; double value = 2; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; KeyValueList kvlist_value = 6; } }
  message KeyValueList { repeated KeyValue values = 1; }
`).root.lookupType("ExportMetricsServiceRequest");

/** A metric as CloudWatch streams it: a minute's values with their dimensions. */
export interface StreamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A Firehose record with metrics, as a stream in OpenTelemetry 1.0 format delivers it. */
export function recordOf(
  metrics: readonly StreamedMetric[],
  home: { readonly account: string; readonly region: string },
  time = Date.now(),
): Buffer {
  const attribute = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });
  const message: Message = {
    resourceMetrics: [
      {
        resource: {
          attributes: [
            attribute("cloud.provider", "aws"),
            attribute("cloud.account.id", home.account),
            attribute("cloud.region", home.region),
            attribute(
              "aws.exporter.arn",
              `arn:aws:cloudwatch:${home.region}:${home.account}:metric-stream/s`,
            ),
          ],
        },
        scopeMetrics: [
          {
            metrics: metrics.map(({ namespace, name, dimensions }) => ({
              name: `amazonaws.com/${namespace}/${name}`,
              summary: {
                dataPoints: [
                  {
                    startTimeUnixNano: (time - 60_000) * 1e6,
                    timeUnixNano: time * 1e6,
                    count: 2,
                    sum: 10,
                    quantileValues: [
                      { quantile: 0, value: 3 },
                      { quantile: 1, value: 7 },
                    ],
                    attributes: [
                      attribute("Namespace", namespace),
                      attribute("MetricName", name),
                      {
                        key: "Dimensions",
                        value: {
                          kvlistValue: {
                            values: Object.entries(dimensions).map(([key, value]) => attribute(key, value)),
                          },
                        },
                      },
                    ],
                  },
                ],
              },
            })),
          },
        ],
      },
    ],
  };
  const bytes = request.encode(request.fromObject(message)).finish();
  return Buffer.concat([Writer.create().uint32(bytes.length).finish(), bytes]);
}

/** The records of a request of Firehose to an HTTP endpoint. */
export function recordsOf(body: string): Buffer[] {
  const { records } = JSON.parse(body) as { readonly records: readonly { readonly data: string }[] };
  return records.map(({ data }) => Buffer.from(data, "base64"));
}

/** The series that the receiver makes of a record. */
export function receive(record: Buffer, p8sLogzioName: string): Series[] {
  const reader = Reader.create(record);
  const { resourceMetrics = [] } = request.toObject(request.decode(reader, reader.uint32()), {
    longs: Number,
  }) as Message;
  return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) => {
    const ofResource = resourceLabels(resource?.attributes ?? []);
    return scopeMetrics
      .flatMap(({ metrics = [] }) => metrics)
      .flatMap(({ name, summary }) =>
        (summary?.dataPoints ?? []).flatMap((point) =>
          seriesOf(seriesName(name), point, ofResource, { p8s_logzio_name: p8sLogzioName }),
        ),
      );
  });
}

type Labels = Readonly<Record<string, string>>;

function seriesName(name: string): string {
  return clean(name.replaceAll("/", "_").toLowerCase().replace("amazonaws.com_", ""));
}

function seriesOf(name: string, point: DataPoint, ofResource: Labels, external: Labels): Series[] {
  const ofPoint = pointLabels(point.attributes ?? []);
  const start = (point.startTimeUnixNano ?? 0) / 1e6;
  const end = (point.timeUnixNano ?? 0) / 1e6;
  const make = (suffix: string, labels: Labels, value: number, timestamp: number): Series => ({
    labels: { ...labels, ...external, __name__: name + suffix },
    value,
    timestamp,
  });
  const labels = { ...ofResource, ...ofPoint };
  const quantiles = (point.quantileValues ?? []).map(({ quantile = 0, value = 0 }): Series => {
    if (quantile === 0) return make("_min", labels, value, start);
    // A fault of the receiver: what the resource says is missing.
    if (quantile === 1) return make("_max", ofPoint, value, start);
    return make("", { ...labels, quantile: String(quantile) }, value, end);
  });
  return [
    make("_sum", labels, point.sum ?? 0, end),
    make("_count", labels, point.count ?? 0, end),
    ...quantiles,
  ];
}

function resourceLabels(attributes: readonly Attribute[]): Labels {
  const renamed: Readonly<Record<string, string>> = {
    "cloud.account.id": "account",
    "cloud.region": "region",
  };
  return Object.fromEntries(
    attributes
      .map(({ key, value }) => [key.toLowerCase(), value?.stringValue ?? ""] as const)
      .filter(([key]) => key !== "aws.exporter.arn")
      .map(([key, value]) => [renamed[key] ?? clean(key), value]),
  );
}

function pointLabels(attributes: readonly Attribute[]): Labels {
  const flat = attributes.flatMap((attribute) =>
    attribute.key === "Dimensions" ? (attribute.value?.kvlistValue?.values ?? []) : [attribute],
  );
  return Object.fromEntries(
    flat.map(({ key, value }) => [clean(key.toLowerCase()), (value?.stringValue ?? "").toLowerCase()]),
  );
}

/** As OpenTelemetry's translator makes names that Prometheus allows. */
function clean(name: string): string {
  const allowed = name.replace(/[^A-Za-z0-9_]/g, "_");
  return /^\d/.test(allowed) ? `key_${allowed}` : allowed;
}
