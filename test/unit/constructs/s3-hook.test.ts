import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { Fn, TerraformOutput, TerraformVariable } from "cdktf";
import type { NotificationDocument } from "../../../constructs";
import { parse } from "../../../lambdas/s3-hook/environment";
import { statements, type Template } from "../../support/template";
import { addHook, hookTemplate, synthesize, tokenIn } from "./stacks";

const queueArn = /^\$\{aws_sqs_queue\.hook_queue_[0-9A-F]{8}\.arn\}$/;
const deadLetterQueueArn = /^\$\{aws_sqs_queue\.hook_dead-letter-queue_[0-9A-F]{8}\.arn\}$/;

function environmentOf(template: Template): Record<string, string> {
  const { variables } = template.only("aws_lambda_function")["environment"] as {
    variables: Record<string, string>;
  };
  return variables;
}

describe("S3Hook", () => {
  const template = hookTemplate();

  it("makes the resources at addresses that do not change", () => {
    expect(template.addresses).toMatchSnapshot();
  });

  it("keeps messages hidden for six timeouts and gives up after five receives", () => {
    const queue = template.where("aws_sqs_queue", "name", "logzio-s3-hook");

    expect(queue).toMatchObject({
      visibility_timeout_seconds: 1800,
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
    expect(JSON.parse(queue["redrive_policy"] as string)).toEqual({
      deadLetterTargetArn: expect.stringMatching(deadLetterQueueArn) as string,
      maxReceiveCount: 22,
    });
  });

  it("keeps dead letters for 14 days, encrypted", () => {
    const queue = template.where("aws_sqs_queue", "name", "logzio-s3-hook-dlq");

    expect(queue).toEqual({
      name: "logzio-s3-hook-dlq",
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
  });

  it("lets S3 send for its own buckets and account alone, and nobody without TLS", () => {
    const policy = statements(template.only("aws_sqs_queue_policy")["policy"]);

    const queue = expect.stringMatching(queueArn) as string;
    const account = expect.stringMatching(/^\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}$/) as string;
    const bucket = expect.stringMatching(
      /^arn:\$\{data\.aws_partition\.[\w-]+\.partition\}:s3:::my-logs$/,
    ) as string;
    expect(policy).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Resource: [queue],
        Condition: {
          ArnLike: { "aws:SourceArn": [bucket] },
          StringEquals: { "aws:SourceAccount": account },
        },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["sqs:*"],
        Resource: [queue],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("gives the function what it calls and no more", () => {
    const policy = statements(template.only("aws_iam_role_policy")["policy"]);

    const match = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
    const bucket = match(/:s3:::my-logs$/);
    expect(policy).toEqual([
      {
        Effect: "Allow",
        Action: [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ChangeMessageVisibility",
        ],
        Resource: [match(queueArn)],
      },
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [match(queueArn), match(deadLetterQueueArn)],
      },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [match(/^\$\{aws_secretsmanager_secret\.token_secret_[0-9A-F]{8}\.arn\}$/)],
      },
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [bucket] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [match(/:s3:::my-logs\/AWSLogs\/\*$/)],
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [match(/^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$/)],
      },
    ]);
  });

  it("polls with partial batch failures and bounded concurrency, once the role and the token are there", () => {
    const mapping = template.only("aws_lambda_event_source_mapping");

    expect(mapping).toMatchObject({
      batch_size: 10,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 10 },
      depends_on: [
        expect.stringMatching(/^aws_iam_role_policy\./),
        expect.stringMatching(/^aws_secretsmanager_secret_version\./),
      ],
    });
  });

  it("writes one notification a bucket, after the queue's policy", () => {
    const notification = template.only("aws_s3_bucket_notification");

    expect(notification).toEqual({
      bucket: "my-logs",
      depends_on: [expect.stringMatching(/^aws_sqs_queue_policy\.hook_queue-policy_[0-9A-F]{8}$/)],
      queue: [
        {
          id: expect.stringMatching(/^logzio-s3-hook-[0-9a-f]{8}$/) as string,
          queue_arn: expect.stringMatching(queueArn) as string,
          events: ["s3:ObjectCreated:*"],
          filter_prefix: "AWSLogs/",
        },
      ],
    });
  });

  it("tells the function its listener, sources and queues", () => {
    const template = hookTemplate({
      sources: [
        {
          bucket: "my-logs",
          prefix: "a/",
          suffix: ".gz",
          type: "elb",
          include: ["x"],
          exclude: ["y"],
          pathToFields: "org/-/account",
          fields: { team: "platform" },
          sourceFilePath: false,
          recordId: true,
          format: "csv",
          delimiter: ";",
          columns: ["when", "level"],
          keepRecords: ["warn"],
          dropRecords: ["health"],
          timeField: "when",
        },
        { bucket: "my-logs", prefix: "b/", multiline: "^\\d" },
        { bucket: "my-logs", prefix: "c/", parse: true },
      ],
      logLevel: "debug",
    });

    const environment = parse(environmentOf(template));
    expect(environment.listener.href).toBe("https://listener-eu.logz.io:8071/");
    expect(environment.logLevel).toBe("debug");
    expect(environment.tokenSecretArn).toMatch(/^\$\{aws_secretsmanager_secret\./);
    expect(environment.token).toBeUndefined();
    expect(environment.queueUrl).toMatch(/^\$\{aws_sqs_queue\.hook_queue_/);
    expect(environment.deadLetterQueueUrl).toMatch(/^\$\{aws_sqs_queue\.hook_dead-letter-queue_/);
    expect(environment.sources).toEqual([
      {
        bucket: "my-logs",
        prefix: "a/",
        type: "elb",
        include: ["x"],
        exclude: ["y"],
        pathToFields: "org/-/account",
        fields: { team: "platform" },
        sourceFilePath: false,
        recordId: true,
        format: "csv",
        delimiter: ";",
        columns: ["when", "level"],
        keepRecords: ["warn"],
        dropRecords: ["health"],
        timeField: "when",
      },
      { bucket: "my-logs", prefix: "b/", multiline: "^\\d" },
      { bucket: "my-logs", prefix: "c/", parse: true },
    ]);
  });

  it.each([
    ["us", "https://listener.logz.io:8071"],
    ["au", "https://listener-au.logz.io:8071"],
    ["ca", "https://listener-ca.logz.io:8071"],
    ["eu", "https://listener-eu.logz.io:8071"],
    ["uk", "https://listener-uk.logz.io:8071"],
  ] as const)("sends to the listener of the region %s", (region, listener) => {
    const template = hookTemplate({ region });

    expect(environmentOf(template)["LOGZIO_LISTENER"]).toBe(listener);
  });

  it("passes on sizes, retention and tags", () => {
    const template = hookTemplate({
      name: "elb",
      memory: 1024,
      timeoutSeconds: 120,
      maximumConcurrency: 2,
      logRetentionDays: 90,
      tags: { team: "platform" },
    });

    const tags = { team: "platform" };
    expect(template.only("aws_lambda_function")).toMatchObject({ memory_size: 1024, timeout: 120, tags });
    expect(template.only("aws_cloudwatch_log_group")).toMatchObject({ retention_in_days: 90, tags });
    expect(template.only("aws_iam_role")).toMatchObject({ tags });
    expect(template.where("aws_sqs_queue", "name", "elb")).toMatchObject({
      visibility_timeout_seconds: 720,
      tags,
    });
    expect(template.where("aws_sqs_queue", "name", "elb-dlq")).toMatchObject({ tags });
    expect(template.only("aws_lambda_event_source_mapping")).toMatchObject({
      scaling_config: { maximum_concurrency: 2 },
      tags,
    });
  });

  it("lets the function decrypt objects of a source, through S3 and with the bucket's or an object's context", () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    const template = hookTemplate({ sources: [{ bucket: "my-logs", prefix: "AWSLogs/", kmsKeyArn }] });

    const policy = statements(template.only("aws_iam_role_policy")["policy"]);
    expect(policy.filter(({ Action }) => Action.includes("kms:Decrypt"))).toEqual([
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [kmsKeyArn],
        Condition: {
          StringEquals: {
            "kms:ViaService": expect.stringMatching(
              /^s3\.eu-central-1\.\$\{data\.aws_partition\.[\w-]+\.dns_suffix\}$/,
            ) as string,
          },
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": [
              expect.stringMatching(/:s3:::my-logs$/) as string,
              expect.stringMatching(/:s3:::my-logs\/AWSLogs\/\*$/) as string,
            ],
          },
        },
      },
    ]);
  });

  it("has Terraform work out the visibility timeout of a timeout that it knows later", () => {
    const template = synthesize((stack) => {
      const timeout = new TerraformVariable(stack, "timeout", { type: "number" });
      addHook(stack, "hook", tokenIn(stack), { timeoutSeconds: timeout.numberValue });
    });

    expect(template.where("aws_sqs_queue", "name", "logzio-s3-hook")).toMatchObject({
      visibility_timeout_seconds: "${(6 * var.timeout)}",
    });
    expect(template.only("aws_lambda_function")).toMatchObject({ timeout: "${var.timeout}" });
  });

  it("gives the rule of a prefix that is a reference the same id in each synthesis", () => {
    const rules = [0, 5].map((readsBefore) => {
      const template = synthesize((stack) => {
        const team = new TerraformVariable(stack, "team", { type: "string" });
        // Each read of a value is another cdktf token.
        for (let read = 0; read < readsBefore; read++) Fn.upper(team.stringValue);
        addHook(stack, "hook", tokenIn(stack), {
          sources: [{ bucket: "my-logs", prefix: team.stringValue }],
        });
      });
      return template.only("aws_s3_bucket_notification")["queue"];
    });

    expect(rules[1]).toEqual(rules[0]);
  });

  it("takes a bucket that is a reference to a resource", () => {
    const template = synthesize((stack) => {
      const bucket = new S3Bucket(stack, "logs", { bucketPrefix: "logs-" });
      const token = tokenIn(stack);
      addHook(stack, "hook", token, { sources: [{ bucket: bucket.bucket, prefix: "a/" }] });
      addHook(stack, "other", token, { name: "other", sources: [{ bucket: bucket.id, prefix: "b/" }] });
    });

    const reference = "${aws_s3_bucket.logs.bucket}";
    const notification = template.only("aws_s3_bucket_notification");
    expect(notification["bucket"]).toBe(reference);
    expect(notification["queue"]).toHaveLength(2);
    expect(template.text).toContain(`[{\\"bucket\\":\\"${reference}\\",\\"prefix\\":\\"a/\\"}]`);
    expect(template.text).toContain(`:s3:::${reference}/a/*`);
  });

  it("stands beside another hook, with one notification for a bucket of both", () => {
    const template = synthesize((stack) => {
      const token = tokenIn(stack);
      addHook(stack, "first", token, { name: "first", sources: [{ bucket: "shared", prefix: "a/" }] });
      addHook(stack, "second", token, {
        name: "second",
        sources: [{ bucket: "shared", prefix: "b/" }, { bucket: "own" }],
      });
    });

    const shared = template.where("aws_s3_bucket_notification", "bucket", "shared");
    expect(shared["depends_on"]).toHaveLength(2);
    expect((shared["queue"] as { filter_prefix: string }[]).map((rule) => rule.filter_prefix)).toEqual([
      "a/",
      "b/",
    ]);
    expect(Object.keys(template.all("aws_s3_bucket_notification"))).toHaveLength(2);
    expect(Object.keys(template.all("aws_lambda_function"))).toHaveLength(2);
    expect(Object.keys(template.json.data?.["aws_region"] ?? {})).toHaveLength(1);
  });

  it("writes the same notification whatever the order of the sources", () => {
    const [one, two] = [
      { bucket: "my-logs", prefix: "a/" },
      { bucket: "my-logs", prefix: "b/" },
    ];

    const template = hookTemplate({ sources: [one, two] });
    const turned = hookTemplate({ sources: [two, one] });

    expect(turned.only("aws_s3_bucket_notification")).toEqual(template.only("aws_s3_bucket_notification"));
  });

  it('writes nothing on the buckets with the trigger "none", and says what their owner has to write', () => {
    const template = synthesize((stack) => {
      const hook = addHook(stack, "hook", tokenIn(stack), {
        trigger: "none",
        sources: [{ bucket: "my-logs", prefix: "a/", suffix: ".gz" }],
      });
      new TerraformOutput(stack, "documents", {
        value: JSON.stringify(hook.notificationDocuments),
        staticId: true,
      });
    });

    expect(template.all("aws_s3_bucket_notification")).toEqual({});
    expect(statements(template.only("aws_sqs_queue_policy")["policy"])[0]).toMatchObject({
      Principal: { Service: "s3.amazonaws.com" },
    });
    expect(JSON.parse(template.output("documents"))).toEqual({
      "my-logs": {
        QueueConfigurations: [
          {
            Id: expect.stringMatching(/^logzio-s3-hook-[0-9a-f]{8}$/) as string,
            QueueArn: expect.stringMatching(queueArn) as string,
            Events: ["s3:ObjectCreated:*"],
            Filter: {
              Key: {
                FilterRules: [
                  { Name: "prefix", Value: "a/" },
                  { Name: "suffix", Value: ".gz" },
                ],
              },
            },
          },
        ],
      },
    });
  });

  it("describes the notifications of a referenced bucket once", () => {
    const template = synthesize((stack) => {
      const bucket = new S3Bucket(stack, "logs", { bucketPrefix: "logs-" });
      const hook = addHook(stack, "hook", tokenIn(stack), {
        trigger: "none",
        sources: [
          { bucket: bucket.bucket, prefix: "a/" },
          { bucket: bucket.bucket, prefix: "b/" },
        ],
      });
      new TerraformOutput(stack, "documents", {
        value: JSON.stringify(hook.notificationDocuments),
        staticId: true,
      });
    });

    const documents = JSON.parse(template.output("documents")) as Record<string, NotificationDocument>;
    expect(documents["${aws_s3_bucket.logs.bucket}"].QueueConfigurations).toHaveLength(2);
  });

  it.each([
    ["AWSLogs/aws-account-id=123456789012/my app/", "AWSLogs/aws-account-id%3D123456789012/my+app/"],
    ["a+b%20~/", "a%2Bb%2520%7E/"],
    ["héllo/日本/", "h%C3%A9llo/%E6%97%A5%E6%9C%AC/"],
    ["AWSLogs/a-b_c.d!'(e)/", "AWSLogs/a-b_c.d!'(e)/"],
  ])("has S3 filter by %s as %s, and all else by the text itself", (text, encoded) => {
    const template = hookTemplate({ sources: [{ bucket: "my-logs", prefix: text, suffix: text }] });

    expect(template.only("aws_s3_bucket_notification")["queue"]).toMatchObject([
      { filter_prefix: encoded, filter_suffix: encoded },
    ]);
    expect(parse(environmentOf(template)).sources).toEqual([{ bucket: "my-logs", prefix: text }]);
    expect(statements(template.only("aws_iam_role_policy")["policy"])).toContainEqual(
      expect.objectContaining({ Resource: [expect.stringMatching(/:s3:::my-logs\//) as string] }),
    );
  });

  it("has the owner of a bucket filter by encoded text, with references as they are", () => {
    const template = synthesize((stack) => {
      const team = new TerraformVariable(stack, "team", { type: "string" });
      const hook = addHook(stack, "hook", tokenIn(stack), {
        trigger: "none",
        sources: [{ bucket: "my-logs", prefix: `team=${team.stringValue}/x y/`, suffix: "=" }],
      });
      new TerraformOutput(stack, "documents", {
        value: JSON.stringify(hook.notificationDocuments),
        staticId: true,
      });
    });

    expect(template.output("documents")).toContain(
      '[{"Name":"prefix","Value":"team%3D${var.team}/x+y/"},{"Name":"suffix","Value":"%3D"}]',
    );
  });

  it("keeps text that looks like a Terraform template as it stands", () => {
    const template = hookTemplate({
      sources: [{ bucket: "my-logs", prefix: "a${b}/", exclude: ["%{2}", "x${y"] }],
    });

    expect(template.only("aws_s3_bucket_notification")).toMatchObject({
      queue: [{ filter_prefix: "a%24%7Bb%7D/" }],
    });
    expect(environmentOf(template)["SOURCES"]).toBe(
      '[{"bucket":"my-logs","prefix":"a$${b}/","exclude":["%%{2}","x$${y"]}]',
    );
    expect(template.only("aws_iam_role_policy")["policy"]).toContain(":s3:::my-logs/a$${$}{b}/*");
  });

  it("compresses many sources, without Terraform's escapes inside", () => {
    const sources = Array.from({ length: 60 }, (_, index) => ({
      bucket: "my-logs",
      prefix: `team-${index}/`,
      exclude: ["%{2}"],
    }));

    const template = hookTemplate({ sources });

    const environment = environmentOf(template);
    expect(environment["SOURCES"]).toMatch(/^H4sI/);
    expect(parse(environment).sources).toEqual(sources);
  });

  it("repeats no account, region or partition of its own", () => {
    expect(template.text).not.toMatch(/arn:aws[:-]|amazonaws\.com\/|\b\d{12}\b/);
  });
});
