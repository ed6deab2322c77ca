import { ListenerToken, MetricStream, type MetricStreamProps } from "../../../constructs";
import type { IamCall, PolicyDocument, Simulation } from "../../support/policy-simulation";
import { accounts, administrator, deployed, keyArn, keys, kms, prove, s3 } from "./proof";
import { synthesize } from "./stacks";

const region = "us-east-1";
const secretArn = `arn:aws:secretsmanager:${region}:${accounts.own}:secret:logzio-metrics-AbCdEf`;
const secretKey = keyArn(7);
const logGroupArn = `arn:aws:logs:${region}:${accounts.own}:log-group:/aws/kinesisfirehose/logzio-metrics`;
const streamArn = (name: string): string =>
  `arn:aws:firehose:${region}:${accounts.own}:deliverystream/${name}`;

const template = (changes: Partial<MetricStreamProps> = {}): ReturnType<typeof synthesize> =>
  synthesize((stack) => {
    const token = new ListenerToken(stack, "token", { secretArn, secretKmsKeyArn: secretKey });
    new MetricStream(stack, "metrics", { region: "us", token, namespaces: ["AWS/S3"], ...changes });
  });

/** A role's policy with what Terraform puts into it. */
function policyOf(name: string, made = template()): PolicyDocument {
  const { policy } = made.where("aws_iam_role_policy", "name", name);
  const settled = String(policy)
    .replace(/\$\{aws_cloudwatch_log_stream\.[\w-]*http-endpoint[\w-]*\.name\}/g, "http-endpoint")
    .replace(/\$\{aws_cloudwatch_log_stream\.[\w-]+\.name\}/g, "backup");
  return deployed(settled, {
    "aws_cloudwatch_log_group.arn": logGroupArn,
    "aws_s3_bucket.arn": "arn:aws:s3:::logzio-metrics-backup-1",
    "aws_kinesis_firehose_delivery_stream.arn": streamArn("logzio-metrics"),
  });
}

const role = (name: string, made = template()): Omit<Simulation, "call"> => ({
  principal: `arn:aws:iam::${accounts.own}:role/logzio-metrics-${name}-${region}`,
  identityPolicies: [policyOf(name === "firehose" ? "deliver" : "put", made)],
});

const call = (action: string, resource: string, context: IamCall["context"] = {}): IamCall => ({
  action,
  resource,
  context,
});
const secret = (arn: string, action = "GetSecretValue"): IamCall => call(`secretsmanager:${action}`, arn);
const decrypt = (key: string, via: string): IamCall =>
  call("kms:Decrypt", key, { "kms:ViaService": `${via}.${region}.amazonaws.com` });
const own = "logzio-metrics-backup-1";

const existing = template({ backup: { bucket: "my-backups", prefix: "logzio/", kmsKeyArn: keys.archive } });

prove({
  "Firehose's role, on token, log and its own bucket": [
    role("firehose"),
    [
      ["allow", "read the token", secret(secretArn)],
      ["deny", "read another secret", secret(secretArn.replace("AbCdEf", "AbCdEg"))],
      ["deny", "write the token", secret(secretArn, "PutSecretValue")],
      ["deny", "describe the token", secret(secretArn, "DescribeSecret")],
      ["allow", "decrypt the token", decrypt(secretKey, "secretsmanager")],
      ["deny", "decrypt with the token's key through S3", decrypt(secretKey, "s3")],
      ["deny", "decrypt with another key", decrypt(keyArn(8), "secretsmanager")],
      [
        "allow",
        "log what the endpoint answers",
        call("logs:PutLogEvents", `${logGroupArn}:log-stream:http-endpoint`),
      ],
      ["allow", "log what the bucket answers", call("logs:PutLogEvents", `${logGroupArn}:log-stream:backup`)],
      ["deny", "write into another log stream", call("logs:PutLogEvents", `${logGroupArn}:log-stream:other`)],
      ["deny", "write into another log", call("logs:PutLogEvents", `${logGroupArn}-2:log-stream:backup`)],
      ["deny", "make a log stream", call("logs:CreateLogStream", `${logGroupArn}:log-stream:backup`)],
      ["allow", "write what failed", s3("PutObject", `${own}/http-endpoint-failed/2026/01/01/00/a.gz`)],
      ["allow", "end an upload that failed", s3("AbortMultipartUpload", `${own}/a.gz`)],
      ["allow", "locate the bucket", s3("GetBucketLocation", own)],
      ["allow", "list the bucket", s3("ListBucket", own)],
      ["deny", "write into another bucket", s3("PutObject", `${own}0/a.gz`)],
      ["deny", "delete what failed", s3("DeleteObject", `${own}/a.gz`)],
      ["deny", "open what failed to others", s3("PutObjectAcl", `${own}/a.gz`)],
      ["deny", "change the bucket's policy", s3("PutBucketPolicy", own)],
      ["deny", "put metrics into itself", call("firehose:PutRecordBatch", streamArn("logzio-metrics"))],
    ],
  ],
  "Firehose's role, on a bucket that is there": [
    role("firehose", existing),
    [
      ["allow", "write under the prefix", s3("PutObject", "my-backups/logzio/a.gz")],
      ["deny", "write beside the prefix", s3("PutObject", "my-backups/other/a.gz")],
      ["deny", "read beside the prefix", s3("GetObject", "my-backups/other/a.gz")],
      [
        "allow",
        "make a data key under the prefix",
        kms("GenerateDataKey", keys.archive, "my-backups/logzio/a.gz"),
      ],
      ["allow", "make a data key for the bucket", kms("GenerateDataKey", keys.archive, "my-backups")],
      [
        "deny",
        "make a data key beside the prefix",
        kms("GenerateDataKey", keys.archive, "my-backups/other/a.gz"),
      ],
      [
        "deny",
        "make a data key with another key",
        kms("GenerateDataKey", keys.logs, "my-backups/logzio/a.gz"),
      ],
      [
        "deny",
        "make a data key through another service",
        kms(
          "GenerateDataKey",
          keys.archive,
          "my-backups/logzio/a.gz",
          `secretsmanager.${region}.amazonaws.com`,
        ),
      ],
    ],
  ],
  "The metric stream's role": [
    role("stream"),
    [
      ["allow", "put records", call("firehose:PutRecordBatch", streamArn("logzio-metrics"))],
      ["allow", "put a record", call("firehose:PutRecord", streamArn("logzio-metrics"))],
      [
        "deny",
        "put records into another stream",
        call("firehose:PutRecordBatch", streamArn("logzio-metrics-2")),
      ],
      ["deny", "delete the stream", call("firehose:DeleteDeliveryStream", streamArn("logzio-metrics"))],
      ["deny", "send the stream elsewhere", call("firehose:UpdateDestination", streamArn("logzio-metrics"))],
      ["deny", "read the token", secret(secretArn)],
      ["deny", "write into the backup", s3("PutObject", `${own}/a.gz`)],
    ],
  ],
  "The policy of the backup bucket, for an administrator": [
    {
      principal: `arn:aws:iam::${accounts.own}:role/administrator`,
      identityPolicies: [administrator],
      resourcePolicy: deployed(template().only("aws_s3_bucket_policy")["policy"], {
        "aws_s3_bucket.arn": `arn:aws:s3:::${own}`,
      }),
    },
    [
      ["allow", "read by TLS", s3("GetObject", `${own}/a.gz`)],
      ["deny", "read without TLS", s3("GetObject", `${own}/a.gz`, { "aws:SecureTransport": "false" })],
      ["deny", "list without TLS", s3("ListBucket", own, { "aws:SecureTransport": "false" })],
    ],
  ],
});

test("each role trusts its service, and nobody else", () => {
  const trusts = Object.values(template().all("aws_iam_role")).map(
    ({ assume_role_policy: trust }) => deployed(trust).Statement,
  );
  expect(trusts).toEqual(
    ["firehose.amazonaws.com", "streams.metrics.cloudwatch.amazonaws.com"].map((Service) => [
      { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" },
    ]),
  );
});
