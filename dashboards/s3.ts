import { dashboard, namesOf, valuesOf } from "./dashboard";
import { stat, timeseries } from "./panels";
import { byTag, daily, highest, metric, series, total, type Statistic } from "./series";

const namespace = "AWS/S3";
const chosen = {
  p8s_logzio_name: "$p8s_logzio_name",
  account: "$account",
  region: "$region",
  bucketname: "$bucketname",
};

const onceADay = "S3 publishes it once a day, for the day before.";
const requestMetrics =
  "Needs request metrics (requestMetrics in logzio.yaml), which S3 does not send by itself. " +
  "Where a bucket has several filters choose one, or requests are counted more than once.";
const tags = "Needs tags in logzio.yaml's metrics. Buckets without the tag are left out.";

const sumBy = (label: string, expression: string): string => `sum by (${label}) (${expression})`;
const byBucket = (expression: string): { expr: string; legend: string } => ({
  expr: expression,
  legend: "{{bucketname}}",
});
const tagged = (expression: string): string => byTag(expression, "bucketname", namespace.toLowerCase());

const names = series(namespace, "NumberOfObjects", "min");
// One value a day: the lowest is the highest, and has all labels.
const objects = daily(metric(namespace, "NumberOfObjects", "min", chosen));
const bytes = daily(metric(namespace, "BucketSizeBytes", "min", chosen));

const requests = (name: string, statistic: Statistic = "sum"): string =>
  metric(namespace, name, statistic, { ...chosen, filterid: "$filterid" });
const all = total(requests("AllRequests"));

/** A sum of each bucket over a count of it: a mean, or a share. */
const ratio = (of: string, to: string): string => `${sumBy("bucketname", of)} / ${sumBy("bucketname", to)}`;

function latency(duration: string, title: string): ReturnType<typeof timeseries>[] {
  const more = { description: requestMetrics, width: 12 };
  const mean = ratio(total(requests(duration)), total(requests(duration, "count")));
  const longest = `max by (bucketname) (${highest(requests(duration, "max"))})`;
  return [
    timeseries(`${title}, mean`, "ms", [byBucket(mean)], more),
    timeseries(`${title}, longest`, "ms", [byBucket(longest)], more),
  ];
}

/** What the buckets of an account hold, and what is asked of them. */
export const s3 = dashboard({
  uid: "logzio-s3-buckets",
  title: "S3 buckets",
  description: "Storage, requests, errors and latency of S3 buckets, by bucket and by tag",
  tags: ["aws", "s3", "logzio-s3"],
  // Three of the daily values.
  from: "now-3d",
  variables: [
    valuesOf("p8s_logzio_name", names, "Stream"),
    valuesOf("account", names, "Account"),
    valuesOf("region", names, "Region"),
    valuesOf("bucketname", names, "Bucket"),
    valuesOf("filterid", series(namespace, "AllRequests", "sum"), "Filter of request metrics"),
    namesOf("tag", "aws_resource_info", "/^tag_.+/", "Tag"),
  ],
  rows: [
    {
      title: "Storage",
      panels: [
        stat("Stored", "bytes", `sum(${bytes})`, { description: onceADay }),
        stat("Objects", "short", `sum(${objects})`, { description: onceADay }),
        stat("Buckets", "short", `count(${sumBy("bucketname", objects)})`, { description: onceADay }),
        timeseries("Stored by bucket", "bytes", [byBucket(sumBy("bucketname", bytes))], {
          description: onceADay,
          stacked: true,
        }),
        timeseries("Stored by storage class", "bytes", [{ expr: sumBy("storagetype", bytes) }], {
          description: onceADay,
          stacked: true,
        }),
        timeseries("Objects by bucket", "short", [byBucket(sumBy("bucketname", objects))], {
          description: onceADay,
          stacked: true,
        }),
        timeseries("Stored by tag", "bytes", [{ expr: tagged(bytes) }], {
          description: `${onceADay} ${tags}`,
          width: 12,
        }),
        timeseries("Mean size of an object", "bytes", [byBucket(ratio(bytes, objects))], {
          description: onceADay,
          width: 12,
        }),
      ],
    },
    {
      title: "Requests",
      panels: [
        timeseries("Requests by bucket", "short", [byBucket(sumBy("bucketname", all))], {
          description: requestMetrics,
        }),
        timeseries(
          "Requests by kind",
          "short",
          ["Get", "Put", "Head", "List", "Delete", "Post"].map((kind) => ({
            expr: `sum(${total(requests(`${kind}Requests`))})`,
            legend: kind.toUpperCase(),
          })),
          { description: requestMetrics, stacked: true },
        ),
        timeseries("Requests by tag", "short", [{ expr: tagged(all) }], {
          description: `${requestMetrics} ${tags}`,
        }),
        ...["Downloaded", "Uploaded"].map((way) =>
          timeseries(
            `Bytes ${way.toLowerCase()}`,
            "bytes",
            [byBucket(sumBy("bucketname", total(requests(`Bytes${way}`))))],
            { description: requestMetrics, width: 12 },
          ),
        ),
      ],
    },
    {
      title: "Errors",
      panels: [
        ...["4xx", "5xx"].map((kind) =>
          timeseries(
            `Requests answered ${kind}`,
            "percentunit",
            [byBucket(ratio(total(requests(`${kind}Errors`)), all))],
            { description: requestMetrics },
          ),
        ),
        timeseries(
          "Errors by tag",
          "short",
          ["4xx", "5xx"].map((kind) => ({
            expr: tagged(total(requests(`${kind}Errors`))),
            legend: `${kind} {{$tag}}`,
          })),
          { description: `${requestMetrics} ${tags}` },
        ),
      ],
    },
    {
      title: "Latency",
      panels: [
        ...latency("FirstByteLatency", "Time to the first byte"),
        ...latency("TotalRequestLatency", "Time of a request"),
      ],
    },
  ],
});
