import { TerraformOutput, type TerraformStack } from "cdktf";
import { BackupBucket, type EventForwarding, type HookSource } from "../../../constructs";
import { fault } from "../../support/fault";
import { Template } from "../../support/template";
import {
  addHook,
  hookProblems,
  hookTemplate,
  problemsOf,
  synthesize,
  tokenIn,
  type HookChanges,
} from "./stacks";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:bucket-events";
const other = "444455556666";
const bus = "arn:aws:events:eu-central-1:123456789012:event-bus/default";

/** The pattern of the hook's rule, with the stack's account as `own`. */
function patternOf(template: Template): unknown {
  const text = String(template.only("aws_cloudwatch_event_rule")["event_pattern"]);
  return JSON.parse(text.replace(/\$\{data\.aws_caller_identity\.[^}]*\}/g, "own"));
}

function patternFor(sources: readonly HookSource[]): unknown {
  return patternOf(hookTemplate({ trigger: "eventbridge", sources }));
}

const events = { source: ["aws.s3"], "detail-type": ["Object Created"] };

describe('The trigger "eventbridge"', () => {
  it.each<[string, HookSource[], object]>([
    ["a whole bucket", [{ bucket: "logs" }], { detail: { bucket: { name: ["logs"] } } }],
    [
      "a prefix, which is not encoded",
      [{ bucket: "logs", prefix: "a b/+" }],
      { detail: { bucket: { name: ["logs"] }, object: { key: [{ prefix: "a b/+" }] } } },
    ],
    [
      "a suffix",
      [{ bucket: "logs", suffix: ".gz" }],
      { detail: { bucket: { name: ["logs"] }, object: { key: [{ suffix: ".gz" }] } } },
    ],
    [
      "a prefix and a suffix as one wildcard, with what it would read as one escaped",
      [{ bucket: "logs", prefix: "a\\b/", suffix: ".gz" }],
      { detail: { bucket: { name: ["logs"] }, object: { key: [{ wildcard: "a\\\\b/*.gz" }] } } },
    ],
    [
      "several prefixes of one bucket, of which any is enough",
      [
        { bucket: "logs", prefix: "a/" },
        { bucket: "logs", prefix: "a/b/", suffix: ".gz" },
      ],
      {
        detail: { bucket: { name: ["logs"] }, object: { key: [{ prefix: "a/" }, { wildcard: "a/b/*.gz" }] } },
      },
    ],
    [
      "a bucket that is whole in one source, whatever the others pick",
      [{ bucket: "logs", prefix: "a/" }, { bucket: "logs" }],
      { detail: { bucket: { name: ["logs"] } } },
    ],
    [
      "buckets by name and by pattern with the same keys",
      [
        { bucket: "logs", prefix: "a/" },
        { bucket: "org-logs-*", prefix: "a/" },
      ],
      {
        detail: {
          bucket: { name: ["logs", { wildcard: "org-logs-*" }] },
          object: { key: [{ prefix: "a/" }] },
        },
      },
    ],
  ])("has one rule of the stack's account for %s", (_, sources, expected) => {
    expect(patternFor(sources)).toEqual({ ...events, account: ["own"], ...expected });
  });

  it("tells accounts and keys of different buckets apart in one rule", () => {
    const pattern = patternFor([
      { bucket: "logs", prefix: "a/" },
      { bucket: "more-logs" },
      { bucket: "archive", accountId: other },
    ]);

    expect(pattern).toEqual({
      ...events,
      $or: [
        { account: ["own"], detail: { bucket: { name: ["logs"] }, object: { key: [{ prefix: "a/" }] } } },
        { account: ["own"], detail: { bucket: { name: ["more-logs"] } } },
        { account: [other], detail: { bucket: { name: ["archive"] } } },
      ],
    });
  });

  it("keeps text that Terraform would read as a template", () => {
    const template = hookTemplate({ trigger: "eventbridge", sources: [{ bucket: "logs", prefix: "${a}/" }] });

    expect(template.only("aws_cloudwatch_event_rule")["event_pattern"]).toContain('{"prefix":"$${a}/"}');
  });

  it("sends to the queue, and to the dead-letter queue what the queue does not take, once both policies are there", () => {
    const template = hookTemplate({ trigger: "eventbridge" });
    const target = template.only("aws_cloudwatch_event_target");
    const queues = template.all("aws_sqs_queue_policy");

    expect(target).toMatchObject({
      arn: expect.stringMatching(/^\$\{aws_sqs_queue\.hook_queue_\w+\.arn\}$/) as string,
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      dead_letter_config: { arn: expect.stringMatching(/hook_dead-letter-queue_/) as string },
    });
    expect(Object.keys(queues)).toHaveLength(2);
    expect([...(target["depends_on"] as string[])].sort()).toEqual(
      Object.keys(queues)
        .map((name) => `aws_sqs_queue_policy.${name}`)
        .sort(),
    );
  });

  it("writes nothing on the buckets unless it is asked to", () => {
    const left = hookTemplate({ trigger: "eventbridge" });
    const asked = hookTemplate({ trigger: "eventbridge", enableEventBridge: true });

    expect(left.all("aws_s3_bucket_notification")).toEqual({});
    expect(asked.only("aws_s3_bucket_notification")).toMatchObject({ bucket: "my-logs", eventbridge: true });
    expect(asked.only("aws_s3_bucket_notification")["queue"]).toBeUndefined();
  });

  it("lets each other account send events to the bus, and says what it has to send", () => {
    const template = synthesize((stack) => {
      const sources = [
        { bucket: "logs" },
        { bucket: "archive", accountId: other },
        { bucket: "org-*", accountId: other, region: "us-east-1" },
      ];
      const { eventRule } = addHook(stack, "hook", tokenIn(stack), { trigger: "eventbridge", sources });
      new TerraformOutput(stack, "forwarding", { value: eventRule?.forwarding, staticId: true });
    });

    expect(template.only("aws_cloudwatch_event_permission")).toMatchObject({
      principal: other,
      statement_id: `logzio-s3-hook-${other}`,
    });
    const { EventBusArn, EventPattern } = template.json.output?.["forwarding"].value as EventForwarding;
    const values = ["aws", "eu-central-1", "123456789012"];
    expect(EventBusArn.replace(/\$\{[^}]*\}/g, () => values.shift() ?? "")).toBe(bus);
    expect(JSON.parse(EventPattern)).toEqual({
      ...events,
      account: [other],
      detail: { bucket: { name: ["archive", { wildcard: "org-*" }] } },
    });
  });

  it("shares a bucket's notifications with a hook that writes rules on it", () => {
    const template = synthesize((stack) => {
      const token = tokenIn(stack);
      addHook(stack, "one", token, { name: "one", sources: [{ bucket: "shared", prefix: "a/" }] });
      addHook(stack, "two", token, {
        name: "two",
        trigger: "eventbridge",
        enableEventBridge: true,
        sources: [{ bucket: "shared", prefix: "a/b/" }],
      });
    });

    const notification = template.only("aws_s3_bucket_notification");
    expect(notification).toMatchObject({ bucket: "shared", eventbridge: true });
    expect(notification["queue"]).toMatchObject([{ filter_prefix: "a/" }]);
  });
});

describe('The trigger "sns"', () => {
  const sns = (changes: HookChanges = {}): Template =>
    hookTemplate({ trigger: "sns", topicArns: [topicArn], ...changes });
  const filterOf = (sources: readonly HookSource[]): unknown => {
    const policy = sns({ sources }).only("aws_sns_topic_subscription")["filter_policy"];
    return policy === undefined ? undefined : (JSON.parse(policy as string) as unknown);
  };
  const filter = (bucket: unknown, key?: unknown): object => ({
    Records: {
      s3: {
        ...(bucket === undefined ? {} : { bucket: { name: bucket } }),
        ...(key === undefined ? {} : { object: { key } }),
      },
    },
  });

  it("subscribes the queue to each topic, with S3's messages as they are", () => {
    const subscription = sns().only("aws_sns_topic_subscription");

    expect(subscription).toMatchObject({
      topic_arn: topicArn,
      protocol: "sqs",
      endpoint: expect.stringMatching(/^\$\{aws_sqs_queue\.hook_queue_\w+\.arn\}$/) as string,
      raw_message_delivery: true,
      filter_policy_scope: "MessageBody",
      redrive_policy: expect.stringMatching(/deadLetterTargetArn.*hook_dead-letter-queue_/) as string,
    });
    expect(subscription["depends_on"]).toHaveLength(2);
  });

  it.each<[string, HookSource[], unknown]>([
    ["the bucket", [{ bucket: "logs" }], filter(["logs"])],
    [
      "bucket and prefix, which is encoded",
      [{ bucket: "logs", prefix: "a b/" }],
      filter(["logs"], [{ prefix: "a+b/" }]),
    ],
    [
      "a prefix up to characters that S3 may encode in two ways",
      [{ bucket: "logs", prefix: "app/(old)/" }],
      filter(["logs"], [{ prefix: "app/" }]),
    ],
    ["a pattern up to its star", [{ bucket: "org-*-logs" }], filter([{ prefix: "org-" }])],
    [
      "no bucket where a pattern begins with a star",
      [{ bucket: "*-logs", prefix: "a/" }],
      filter(undefined, [{ prefix: "a/" }]),
    ],
    ["nothing where nothing can be kept off", [{ bucket: "*-logs" }], undefined],
    [
      "no keys where one source has every key",
      [{ bucket: "logs", prefix: "a/" }, { bucket: "more-logs" }],
      filter(["logs", "more-logs"]),
    ],
    [
      "buckets alone where keys would be too many combinations",
      Array.from({ length: 10 }, (_, index) => ({ bucket: `logs-${index}`, prefix: "a/" })),
      filter(Array.from({ length: 10 }, (_, index) => `logs-${index}`)),
    ],
  ])("keeps off by %s", (_, sources, expected) => {
    expect(filterOf(sources)).toEqual(expected);
  });

  it("leaves suffixes to the function", () => {
    const sources = [{ bucket: "logs", suffix: ".gz" }];
    const variables = (template: Template): string => JSON.stringify(template.only("aws_lambda_function"));

    expect(variables(sns({ sources }))).toContain('\\"suffix\\":\\".gz\\"');
    expect(variables(hookTemplate({ sources }))).not.toContain("suffix");
  });
});

describe("Triggers refuse", () => {
  const pattern = [{ bucket: "org-logs-*" }];

  it.each<[string, HookChanges, string]>([
    [
      "a pattern where notifications are written",
      { sources: pattern },
      'sources[0].bucket is the pattern "org-logs-*", and notifications are written on buckets by their names; write trigger: "eventbridge"',
    ],
    [
      "a pattern that is to be switched on",
      { trigger: "eventbridge", enableEventBridge: true, sources: pattern },
      "leave enableEventBridge out, and switch the buckets on when they are made",
    ],
    [
      "a pattern that fits nearly everything",
      { trigger: "eventbridge", sources: [{ bucket: "a*" }] },
      'sources[0].bucket is "a*", which nearly every bucket fits',
    ],
    [
      "what is no pattern",
      { trigger: "eventbridge", sources: [{ bucket: "org-**" }] },
      'sources[0].bucket is "org-**", which is no pattern of names',
    ],
    [
      "the switch beside another trigger",
      { enableEventBridge: true },
      'enableEventBridge is for the trigger "eventbridge" alone',
    ],
    ["topics beside another trigger", { topicArns: [topicArn] }, 'topicArns is for the trigger "sns" alone'],
    [
      "sns without topics",
      { trigger: "sns" },
      "topicArns is missing; write the topics that the buckets notify",
    ],
    ["no topic", { trigger: "sns", topicArns: [] }, "topicArns is empty; write at least one topic"],
    [
      "a topic twice",
      { trigger: "sns", topicArns: [topicArn, topicArn] },
      "topicArns has an ARN twice; write each once",
    ],
    [
      "what is no topic",
      { trigger: "sns", topicArns: ["events.fifo"] },
      'topicArns[0] is "events.fifo"; write the ARN of a standard SNS topic',
    ],
    [
      "a bucket of another region",
      { sources: [{ bucket: "logs", region: "us-east-1" }] },
      'sources[0].region is "us-east-1", and the stack is in eu-central-1: S3 sends to queues of the bucket\'s own region alone',
    ],
    [
      "a bucket of another region that is to be switched on",
      { trigger: "eventbridge", enableEventBridge: true, sources: [{ bucket: "logs", region: "us-east-1" }] },
      "whose provider cannot switch the bucket on for EventBridge; leave enableEventBridge out",
    ],
    [
      "what is no account",
      { sources: [{ bucket: "logs", accountId: "12" }] },
      'sources[0].accountId is "12"; write the 12 digits',
    ],
    [
      "what is no role",
      { sources: [{ bucket: "logs", readRoleArn: "arn:aws:iam::444455556666:root" }] },
      'sources[0].readRoleArn is "arn:aws:iam::444455556666:root"; write the ARN of a role',
    ],
    [
      "an external ID without its role",
      { sources: [{ bucket: "logs", readRoleExternalId: "our-id" }] },
      "sources[0].readRoleExternalId is given without readRoleArn",
    ],
    [
      "an external ID with a star",
      {
        sources: [
          { bucket: "logs", readRoleArn: `arn:aws:iam::${other}:role/reader`, readRoleExternalId: "*" },
        ],
      },
      'sources[0].readRoleExternalId is "*"; external IDs have 2 to 1224',
    ],
    [
      "a key of another region than the bucket's",
      {
        trigger: "eventbridge",
        sources: [
          {
            bucket: "logs",
            region: "us-east-1",
            kmsKeyArn: `arn:aws:kms:eu-west-1:${other}:key/11111111-2222`,
          },
        ],
      },
      "sources[0].kmsKeyArn is a key of eu-west-1, and the bucket is in us-east-1",
    ],
    [
      "an alias for the queues",
      { kmsKeyArn: `arn:aws:kms:eu-central-1:${other}:alias/queues` },
      "is an alias; write the key's ARN",
    ],
    [
      "more than one pattern holds",
      {
        trigger: "eventbridge",
        sources: Array.from({ length: 60 }, (_, index) => ({
          bucket: `a-bucket-with-a-long-name-${index}-${"x".repeat(20)}`,
        })),
      },
      "EventBridge allows 2048; write a pattern of names in place of buckets",
    ],
    [
      "one prefix of a bucket twice",
      {
        trigger: "eventbridge",
        sources: [
          { bucket: "logs", suffix: ".a" },
          { bucket: "logs", suffix: ".b" },
        ],
      },
      "sources[1] has the bucket and prefix of sources[0]",
    ],
  ])("%s", (_, changes, expected) => {
    expect(hookProblems(changes)).toContainEqual(expect.stringContaining(expected));
  });

  it.each([
    [
      "before",
      ["s3", "eventbridge"] as const,
      "has its notifications written by test/one, without EventBridge, from which this hook learns",
    ],
    [
      "behind",
      ["eventbridge", "s3"] as const,
      "has its notifications written by this hook, without EventBridge, from which test/one learns",
    ],
  ])(
    "a hook that would be switched off by another one of the stack, made %s it",
    (_, [first, second], expected) => {
      const problems = problemsOf(() =>
        synthesize((stack) => {
          const token = tokenIn(stack);
          addHook(stack, "one", token, { name: "one", trigger: first, sources: [{ bucket: "shared" }] });
          addHook(stack, "two", token, { name: "two", trigger: second, sources: [{ bucket: "shared" }] });
        }),
      );

      expect(problems).toEqual([expect.stringContaining(expected)]);
    },
  );

  it("nothing of sources that nest, which a rule announces once", () => {
    const sources = [{ bucket: "logs" }, { bucket: "logs", prefix: "a/" }];

    expect(hookProblems({ trigger: "eventbridge", sources })).toEqual([]);
    expect(hookProblems({ trigger: "none", sources })).toHaveLength(1);
  });
});

describe("Buckets of our own", () => {
  /** What a stack is refused for, whose hook is made before or behind the backup of its metrics. */
  function refusal(sourceOf: (backup: string) => string, hookFirst = false): string {
    const add = (stack: TerraformStack, bucket: string): unknown =>
      addHook(stack, "hook", tokenIn(stack), { trigger: "eventbridge", sources: [{ bucket }] });
    try {
      synthesize((stack) => {
        if (hookFirst) add(stack, sourceOf(""));
        const backup = new BackupBucket(stack, "backup", { streamName: "logzio-metrics" });
        if (!hookFirst) add(stack, sourceOf(backup.bucketName));
      });
    } catch (error) {
      return String(error);
    }
    return "";
  }

  fault(
    79,
    "the bucket of the metrics' backup is a source of logs",
    "refused when the app is synthesized",
    () => {
      expect(refusal((backup) => backup)).toContain(
        "sources[0].bucket is the bucket of test/backup, and what this package itself writes there would be shipped as logs",
      );
    },
  );

  it.each([
    ["logzio-*", true],
    ["logzio-metrics-backup-2*", true],
    ["*-backup-*", true],
    ["org-*", false],
    ["logzio-*-logs", false],
  ])("are refused where a pattern fits them, whichever is made first: %s", (pattern, refused) => {
    const expected = refused ? "which fits the bucket of test/backup" : "";

    for (const hookFirst of [true, false]) {
      const text = refusal(() => pattern, hookFirst);
      expect(text === "").toBe(!refused);
      expect(text).toContain(expected);
    }
  });
});

describe("A customer key", () => {
  const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";

  it("encrypts queue, dead-letter queue and log, in place of SQS's own", () => {
    const template = hookTemplate({ kmsKeyArn });

    for (const queue of Object.values(template.all("aws_sqs_queue"))) {
      expect(queue["kms_master_key_id"]).toBe(kmsKeyArn);
      expect(queue["sqs_managed_sse_enabled"]).toBeUndefined();
    }
    expect(Object.keys(template.all("aws_sqs_queue"))).toHaveLength(2);
    expect(template.only("aws_cloudwatch_log_group")["kms_key_id"]).toBe(kmsKeyArn);
  });

  it("comes with a warning of what its policy needs, and none is given without it", () => {
    const warnings = (changes: HookChanges): string[] => {
      const found: string[] = [];
      synthesize((stack) => {
        const { node } = addHook(stack, "hook", tokenIn(stack), changes);
        found.push(...node.metadata.map(({ data }) => String(data)));
      });
      return found;
    };

    expect(warnings({ kmsKeyArn })).toEqual([expect.stringContaining("hook_key_policy_statements")]);
    expect(warnings({})).toEqual([]);
  });
});
