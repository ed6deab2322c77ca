import type { PlannedChange } from "../support/deployment";
import { describeEndToEnd } from "../support/requirements";
import { region } from "./deployed-function";
import { DeployedMetrics } from "./deployed-metrics";

const token = "METRICSTOKENabcdefghijklmnopqrst";
const measured = "measured-logs-e2e";

const metrics = {
  namespaces: ["AWS/S3", "AWS/Lambda"],
  token: { variable: true, recoveryWindowInDays: 0 },
  requestMetrics: [{ bucket: measured, prefix: "app/" }],
  tags: { team: "platform" },
};

let deployed: DeployedMetrics;
let changes: readonly PlannedChange[];

function configure(block: object = metrics): void {
  deployed.deployment.configure({ region: "us", aws: { region }, metrics: block });
}

describeEndToEnd("the metric stream, deployed by cdktf", () => {
  beforeAll(async () => {
    deployed = await DeployedMetrics.start("logzio-metrics-e2e");
    await deployed.s3.createBucket({ Bucket: measured });
    deployed.deployment.setVariable("logzio_metrics_token", token);
    configure();
    await deployed.deployment.deploy();
    ({ changes } = await deployed.deployment.plan());
  }, 480_000);

  afterAll(async () => {
    await (deployed as DeployedMetrics | undefined)?.stop();
  }, 60_000);

  test("plans nothing after the deployment", () => {
    expect(changes).toEqual([]);
  });

  test("streams what is listed, to Firehose, in OpenTelemetry's format", async () => {
    const { values: firehose } = await deployed.deployment.resource("aws_kinesis_firehose_delivery_stream");
    expect(deployed.cloudWatch.streams.list()).toEqual([
      expect.objectContaining({
        Name: "logzio-metrics",
        State: "running",
        OutputFormat: "opentelemetry1.0",
        FirehoseArn: firehose["arn"],
        IncludeFilters: expect.arrayContaining([
          { Namespace: "AWS/S3" },
          { Namespace: "AWS/Lambda" },
        ]) as unknown,
      }),
    ]);
    const [{ Arn: arn }] = deployed.cloudWatch.streams.list();
    expect(deployed.cloudWatch.streams.tagsOf(arn)).toEqual([{ Key: "team", Value: "platform" }]);
  });

  test("has Firehose deliver to Logz.io, with the token in the secret alone", async () => {
    const { DeliveryStreamDescription: stream } = await deployed.firehose("DescribeDeliveryStream", {
      DeliveryStreamName: await deployed.deployment.textOutput("delivery_stream_name"),
    });
    expect(stream).toMatchObject({
      Destinations: [
        {
          HttpEndpointDestinationDescription: {
            EndpointConfiguration: { Url: "https://listener-otlp-aws-metrics-stream-us.logz.io" },
            S3BackupMode: "FailedDataOnly",
          },
        },
      ],
    });
    const secret = await deployed.deployment.resource("aws_secretsmanager_secret");
    expect(JSON.parse(String(await deployed.secret(secret.values["arn"])))).toEqual({ api_key: token });
    expect(deployed.deployment.filesWith(token)).toEqual([]);
    expect(deployed.deployment.printed).not.toContain(token);
    expect(JSON.stringify(stream)).not.toContain(token);
  });

  test("keeps the backup from the public, encrypted, and not for ever", async () => {
    const Bucket = await deployed.deployment.textOutput("metrics_backup_bucket");
    const { s3 } = deployed;
    expect((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const { ServerSideEncryptionConfiguration: encryption } = await s3.getBucketEncryption({ Bucket });
    expect(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");
    const { Rules } = await s3.getBucketLifecycleConfiguration({ Bucket });
    expect(Rules).toMatchObject([{ Status: "Enabled", Expiration: { Days: 30 } }]);
  });

  test("has S3 measure the requests on the buckets that are asked for, and on the backup", async () => {
    const backup = await deployed.deployment.textOutput("metrics_backup_bucket");
    const { configurations } = deployed.bucketMetrics;
    expect([...configurations.keys()].sort()).toEqual([`${backup}/logzio-metrics-backup`, `${measured}/app`]);
    expect(configurations.get(`${measured}/app`)).toContain("<Prefix>app/</Prefix>");
  });

  test("changes the stream in its place, and puts back what was changed by hand", async () => {
    const { streams } = deployed.cloudWatch;
    const before = streams.get("logzio-metrics");
    const { Arn, State, CreationDate, LastUpdateDate } = before;
    streams.put({ ...before, IncludeFilters: [{ Namespace: "AWS/EC2" }] });
    configure({ ...metrics, namespaces: [...metrics.namespaces, { namespace: "AWS/SQS", metrics: ["X"] }] });
    const [{ address }] = (await deployed.deployment.state()).resources.filter(
      ({ type }) => type === "aws_cloudwatch_metric_stream",
    );
    await deployed.deployment.applyOnly(address);

    const after = streams.get("logzio-metrics");
    expect(after).toMatchObject({ Arn, State, CreationDate });
    expect(after.LastUpdateDate).not.toBe(LastUpdateDate);
    expect(after.IncludeFilters).toHaveLength(3);
    expect(after.IncludeFilters).toContainEqual({ Namespace: "AWS/SQS", MetricNames: ["X"] });
  }, 180_000);

  test("leaves the filters to the function that finds namespaces, without a change in the next plan", async () => {
    const { streams } = deployed.cloudWatch;
    const excludes = { ExcludeFilters: [{ Namespace: "AWS/Usage" }], IncludeFilters: [] };
    streams.put({ ...streams.get("logzio-metrics"), ...excludes });
    configure({ ...metrics, namespaces: undefined, discover: { include: ["AWS/*"] }, resourceTags: true });
    await deployed.deployment.deploy();
    // The function alone replaces exclude filters: without them the stream would send everything until it has run.
    expect(streams.get("logzio-metrics").ExcludeFilters).toEqual(excludes.ExcludeFilters);
    streams.put({ ...streams.get("logzio-metrics"), ExcludeFilters: [] });
    const found = [{ Namespace: "AWS/EC2" }, { Namespace: "AWS/Found" }];
    streams.put({ ...streams.get("logzio-metrics"), IncludeFilters: found });

    const { changes: further } = await deployed.deployment.plan();
    const unexpected = further.filter(
      // What moto 5.2.1 takes and does not give back.
      ({ type, attributes }) => type !== "aws_lambda_function" || attributes.join() !== "logging_config",
    );
    expect(unexpected).toEqual([]);
  }, 240_000);

  test("leaves nothing behind when it is destroyed, whatever the backup holds", async () => {
    const Bucket = await deployed.deployment.textOutput("metrics_backup_bucket");
    const failed = { Bucket, Key: "http-endpoint-failed/2026/01/01/00/a.gz", Body: "x" };
    // The emulator is not reached by TLS, so the bucket's policy stands before the object.
    await expect(deployed.s3.putObject(failed)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await deployed.s3.deleteBucketPolicy({ Bucket });
    await deployed.s3.putObject(failed);
    await deployed.deployment.destroy();

    expect(deployed.cloudWatch.streams.names).toEqual([]);
    expect(deployed.bucketMetrics.configurations).toEqual(new Map());
    expect((await deployed.firehose("ListDeliveryStreams", {}))["DeliveryStreamNames"]).toEqual([]);
    const { Buckets = [] } = await deployed.s3.listBuckets({});
    expect(Buckets.map(({ Name }) => Name)).toEqual([measured]);
  }, 180_000);
});
