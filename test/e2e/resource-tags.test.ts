import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FunctionProcess } from "../../cli/local/function-process";
import { DimensionsInArn, dimensionsOf, parseArn } from "../../lambdas/resource-tags/arn";
import { render } from "../../lambdas/resource-tags/environment";
import type { ResourceKind } from "../../lambdas/resource-tags/resource-kind";
import { resourceKinds } from "../../lambdas/resource-tags/resource-kinds";
import type { TagsReport } from "../../lambdas/resource-tags/ship-tags";
import { dimensionLabel } from "../../lambdas/resource-tags/tag-labels";
import { receive, recordOf, recordsOf } from "../support/metric-receiver";
import { missingPrometheus, Prometheus } from "../support/prometheus";
import type { Series } from "../support/prometheus-format";
import { RemoteWriteListener } from "../support/remote-write-listener";
import { describeWhere } from "../support/requirements";
import { joinQuery } from "../support/tag-joins";
import { taggedHome, taggedKinds, type TaggedKind } from "../support/tagged-kinds";
import { TaggingDouble, type DoubleResource } from "../support/tagging-double";

const token = "metrics-token-of-tests";
const stream = "my-stream";

/** The function's zip between the Tagging API's double and a Prometheus. */
async function shipTags(
  prometheus: Prometheus,
  resources: readonly DoubleResource[],
  region: string,
): Promise<TagsReport> {
  const tagging = await TaggingDouble.start();
  tagging.resources = resources;
  const listener = await RemoteWriteListener.start(token, prometheus.writeUrl);
  const functionProcess = await FunctionProcess.start({
    zip: join(__dirname, "../../dist/lambdas/resource-tags.zip"),
    environment: {
      ...render({
        listener: listener.url,
        tokenSecretArn: "",
        namespaces: ["*"],
        exclude: [],
        tagKeys: ["*"],
        p8sLogzioName: stream,
        logLevel: "info",
      }),
      LOGZIO_TOKEN: token,
      AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: tagging.url,
    },
    memoryMegabytes: 512,
    timeoutSeconds: 25,
    functionName: "logzio-resource-tags",
    region,
  });
  try {
    const { result, error, log } = await functionProcess.invoke({});
    if (error !== undefined) throw new Error(`${error.message}\n${log.join("\n")}`);
    return result as TagsReport;
  } finally {
    await functionProcess.stop();
    await Promise.all([tagging.stop(), listener.stop()]);
  }
}

/** The kind of the table that an ARN is of. */
function kindOf({ namespace, arn: text }: TaggedKind): ResourceKind {
  const arn = parseArn(text);
  const kind = resourceKinds.find(
    (candidate) =>
      arn !== undefined &&
      candidate.namespaces.includes(namespace) &&
      new DimensionsInArn(candidate).in(arn) !== undefined,
  );
  if (kind === undefined) throw new Error(`${text} is of no kind`);
  return kind;
}

const metricOf = (namespace: string, suffix: string): string =>
  `${namespace.toLowerCase().replace(/\W/g, "_")}_probe${suffix}`;

describeWhere("tags of resources in a real Prometheus", [missingPrometheus()], () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    prometheus = await Prometheus.start();
    const arns = [...new Set(taggedKinds.map(({ arn }) => arn))];
    const resources = arns.map((arn) => ({ arn, tags: { Team: `owner of ${arn}`, "cost-center": "42" } }));
    const report = await shipTags(prometheus, resources, taggedHome.region);
    expect(report).toEqual({ resources: arns.length, untagged: 0, accepted: taggedKinds.length, refused: 0 });

    // One metric a namespace, so that a join has to tell the kinds of a namespace apart.
    const metrics = taggedKinds.map(({ namespace, dimensions }) => ({
      namespace,
      name: "Probe",
      dimensions,
    }));
    await prometheus.write(receive(recordOf(metrics, taggedHome), stream));
  });
  afterAll(async () => {
    await prometheus.stop();
  });

  test("are read back with the function's own labels", async () => {
    const found = await prometheus.query('aws_resource_info{bucketname="my-logs"}');
    expect(found).toEqual([
      {
        labels: {
          __name__: "aws_resource_info",
          ...taggedHome,
          namespace: "aws/s3",
          resource_type: "s3:bucket",
          p8s_logzio_name: stream,
          bucketname: "my-logs",
          tag_Team: "owner of arn:aws:s3:::my-logs",
          tag_cost_center: "42",
        },
        value: 1,
      },
    ]);
  });

  test.each(taggedKinds.map((kind) => [kind.namespace, kind.type, kind.arn, kind] as const))(
    "join with the metrics of %s, kind %s: %s",
    async (namespace, _, arn, tagged) => {
      const kind = kindOf(tagged);
      const dimensions = Object.fromEntries(
        Object.entries(tagged.dimensions).map(([name, value]) => [dimensionLabel(name), value.toLowerCase()]),
      );
      for (const [suffix, value] of [
        ["_sum", 10],
        ["_count", 2],
        ["_min", 3],
      ] as const) {
        const query = joinQuery(kind, namespace, metricOf(namespace, suffix), [
          "tag_Team",
          "tag_cost_center",
        ]);
        const found = await prometheus.query(query);
        expect(found).toContainEqual({
          labels: expect.objectContaining({
            ...dimensions,
            tag_Team: `owner of ${arn}`,
            tag_cost_center: "42",
          }) as object,
          value,
        });
      }
    },
  );

  test("join with maxima, which lack account and region, on the dimensions alone", async () => {
    const found = await prometheus.query(
      'aws_s3_probe_max * on (bucketname) group_left (tag_Team) aws_resource_info{resource_type="s3:bucket"}',
    );
    expect(found).toMatchObject([{ labels: { tag_Team: "owner of arn:aws:s3:::my-logs" }, value: 7 }]);
  });

  test("need the selector of their kind, as the documentation says", async () => {
    const join =
      "aws_s3_probe_sum * on (account, region, bucketname) group_left (tag_Team) aws_resource_info";
    await expect(prometheus.query(join)).rejects.toThrow(/many-to-many|duplicate series/);
  });
});

const sample = join(process.env["VENDOR_VECTORS"] ?? "", "metric-stream", "validEvent.json");
const missingSample =
  process.env["VENDOR_VECTORS"] !== undefined && existsSync(sample)
    ? undefined
    : "VENDOR_VECTORS, the folder with metric-stream/validEvent.json";
if (missingSample === undefined || process.env["REQUIRE_E2E"] !== "1") {
  describeWhere("tags of a real account's metrics", [missingPrometheus(), missingSample], realMetrics);
} else {
  process.stderr.write(`SKIPPED "tags of a real account's metrics": these tests need ${missingSample}\n`);
}

function realMetrics(): void {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await Prometheus.start();
  });
  afterAll(async () => {
    await prometheus.stop();
  });

  test("join for every series that has the dimensions of a kind", async () => {
    const { body } = JSON.parse(readFileSync(sample, "utf8")) as { readonly body: string };
    const now = Date.now();
    const latest = new Map<string, Series>();
    for (const series of recordsOf(body).flatMap((record) => receive(record, stream)))
      latest.set(JSON.stringify(series.labels), { ...series, timestamp: now });
    await prometheus.write([...latest.values()]);
    const wanted = [...latest.values()].flatMap(({ labels }) =>
      labels["__name__"].endsWith("_sum") ? resourcesOf(labels) : [],
    );
    const arns = [...new Set(wanted.map(({ arn }) => arn))];

    const report = await shipTags(
      prometheus,
      arns.map((arn) => ({ arn, tags: { Team: arn } })),
      "us-east-1",
    );

    expect(report).toMatchObject({ resources: arns.length, untagged: 0, refused: 0 });
    expect(arns.length).toBeGreaterThan(10);
    for (const { arn, kind, namespace, labels } of wanted) {
      const found = await prometheus.query(joinQuery(kind, namespace, labels["__name__"], ["tag_Team"]));
      const { __name__: metric, ...own } = labels;
      const tagged = found.map((series) => ({ __name__: metric, ...series.labels }));
      expect(tagged).toContainEqual({ __name__: metric, ...own, tag_Team: arn });
    }
    const kinds = new Set(wanted.map(({ kind, namespace }) => `${namespace} ${kind.type}`));
    process.stdout.write(
      `${latest.size} series of ${recordsOf(body).length} records; ${wanted.length} joined with ${arns.length} resources: ${[...kinds].sort().join(", ")}\n`,
    );
  });
}

interface SampledResource {
  readonly arn: string;
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The resources that a series is of: those of the kinds whose dimensions are all that it has. */
function resourcesOf(labels: Readonly<Record<string, string>>): SampledResource[] {
  const common = [
    "__name__",
    "account",
    "region",
    "cloud_provider",
    "namespace",
    "metricname",
    "p8s_logzio_name",
  ];
  const dimensions = Object.keys(labels).filter((label) => !common.includes(label));
  return resourceKinds.flatMap((kind) => {
    const names = dimensionsOf(kind);
    const namespace = kind.namespaces.find((name) => name.toLowerCase() === labels["namespace"]);
    const own = names.map(dimensionLabel);
    if (namespace === undefined || !own.every((name) => name in labels) || dimensions.length !== own.length)
      return [];
    if (kind.arnDimension !== undefined) return [{ arn: labels[own[0]], kind, namespace, labels }];
    const resource = kind.resource
      .replace(/\{([^}=]+)[^}]*\}/g, (_, name: string) => labels[dimensionLabel(name)])
      .replaceAll("*", "x");
    const [service] = kind.type.split(":");
    const arn = `arn:aws:${service}:${labels["region"]}:${labels["account"]}:${resource}`;
    const parsed = parseArn(arn);
    // A load balancer of the other kind, for one.
    if (parsed === undefined || new DimensionsInArn(kind).in(parsed) === undefined) return [];
    return [{ arn, kind, namespace, labels }];
  });
}
