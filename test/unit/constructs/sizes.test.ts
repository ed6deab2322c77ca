import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { TerraformVariable, type TerraformStack } from "cdktf";
import { createHash } from "node:crypto";
import { ListenerToken, renderPolicy, type HookSource, type PolicyStatement } from "../../../constructs";
import { statements } from "../../support/template";
import {
  addHook,
  ephemeralVariable,
  hookProblems,
  hookTemplate,
  problemsOf,
  synthesize,
  tokenIn,
} from "./stacks";

const keyArn = (digit: number): string =>
  `arn:aws:kms:eu-central-1:123456789012:key/${String(digit).repeat(8)}-2222-3333-4444-555555555555`;

/** Text that does not compress. */
const hash = (seed: string): string => createHash("sha256").update(seed).digest("hex");

function sources(count: number, bucketOf: (index: number) => string): HookSource[] {
  return Array.from({ length: count }, (_, index) => ({
    bucket: bucketOf(index),
    prefix: `team-${index}/`,
    // Their own keys, which the environment does not have, make the policy the first to be full.
    kmsKeyArn: keyArn(index % 10),
  }));
}

/** The policy as long as Terraform makes it where names are the longest there are. */
function deployedLength(policy: unknown): number {
  const values: readonly [RegExp, string][] = [
    [/\$\{data\.aws_partition\.[\w-]+\.partition\}/g, "aws-us-gov"],
    [/\$\{data\.aws_partition\.[\w-]+\.dns_suffix\}/g, "amazonaws.com.cn"],
    [/\$\{data\.aws_region\.[\w-]+\.id\}/g, "ap-southeast-2"],
    [/\$\{aws_s3_bucket\.[\w-]+\.\w+\}/g, "b".repeat(63)],
    [
      /\$\{aws_sqs_queue\.hook_queue_\w+\.arn\}/g,
      "arn:aws-us-gov:sqs:ap-southeast-2:123456789012:logzio-s3-hook",
    ],
    [
      /\$\{aws_sqs_queue\.hook_dead-letter-queue_\w+\.arn\}/g,
      "arn:aws-us-gov:sqs:ap-southeast-2:123456789012:logzio-s3-hook-dlq",
    ],
    [
      /\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}/g,
      "arn:aws-us-gov:logs:ap-southeast-2:123456789012:log-group:/aws/lambda/logzio-s3-hook",
    ],
    [
      /\$\{aws_secretsmanager_secret\.[\w-]+\.arn\}/g,
      "arn:aws-us-gov:secretsmanager:ap-southeast-2:123456789012:secret:logzio-token-20260101000000000000000001-AbCdEf",
    ],
  ];
  return values.reduce((text, [pattern, value]) => text.replace(pattern, value), policy as string).length;
}

/** The last number for which it holds, given that it holds at `low` and not at `high`. */
function bisect(low: number, high: number, holds: (count: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

describe("The policy of the function's role", () => {
  const hookOf = (count: number) => (stack: TerraformStack) => {
    const bucketOf = (index: number): string => new S3Bucket(stack, `logs-${index}`).bucket;
    addHook(stack, "hook", tokenIn(stack), { sources: sources(count, bucketOf) });
  };
  /** The most sources on referenced buckets that are taken. */
  const most = bisect(1, 41, (count) => problemsOf(() => synthesize(hookOf(count))).length === 0);

  it("is taken as long as it fits wherever it is deployed, and not a source longer", () => {
    const lengthWith = (count: number): number =>
      deployedLength(synthesize(hookOf(count)).only("aws_iam_role_policy")["policy"]);

    const oneSource = lengthWith(most) - lengthWith(most - 1);
    expect(lengthWith(most)).toBeLessThanOrEqual(10_240);
    expect(lengthWith(most) + oneSource).toBeGreaterThan(10_240);
  });

  it("is refused with advice for a hook", () => {
    expect(problemsOf(() => synthesize(hookOf(most + 1)))).toEqual([
      expect.stringMatching(
        /^sources make a policy of up to 10\d{3} characters, and a role may have 10240; split the hook into two with/,
      ),
    ]);
  });

  it("counts a bucket that is a variable with the longest name of a bucket", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const bucketOf = (index: number): string =>
          new TerraformVariable(stack, `logs${index}`, { type: "string" }).stringValue;
        addHook(stack, "hook", tokenIn(stack), { sources: sources(most + 1, bucketOf) });
      }),
    );

    expect(problems).toEqual([expect.stringContaining("split the hook into two")]);
  });

  it("has one statement for each key, with the objects of all its sources", () => {
    const list = [
      { bucket: "my-logs", prefix: "a/", kmsKeyArn: keyArn(1) },
      { bucket: "my-logs", prefix: "b/", kmsKeyArn: keyArn(2) },
      { bucket: "my-logs", prefix: "c/", kmsKeyArn: keyArn(1) },
    ];

    const policy = statements(hookTemplate({ sources: list }).only("aws_iam_role_policy")["policy"]);

    const contexts = policy
      .filter(({ Action }) => Action.includes("kms:Decrypt"))
      .map(({ Resource, Condition }) => {
        const { StringLike } = Condition as { StringLike: Record<string, string[]> };
        const arns = StringLike["kms:EncryptionContext:aws:s3:arn"];
        return [Resource, arns.map((arn) => arn.replace(/^.*:::/, ""))];
      });
    expect(contexts).toEqual([
      [[keyArn(1)], ["my-logs", "my-logs/a/*", "my-logs/c/*"]],
      [[keyArn(2)], ["my-logs", "my-logs/b/*"]],
    ]);
  });

  it("keeps statements apart whose conditions differ in more than the objects of a key", () => {
    const statement = (via: string): PolicyStatement => ({
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [keyArn(1)],
      Condition: {
        StringEquals: { "kms:ViaService": via },
        StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::a" },
      },
    });

    expect(statements(renderPolicy([statement("s3"), statement("other")]))).toHaveLength(2);
  });

  it("has no characters that IAM does not take", () => {
    const template = hookTemplate({ sources: [{ bucket: "my-logs", prefix: "é/日本/x/" }] });

    const { Resource } = statements(template.only("aws_iam_role_policy")["policy"])[4];
    expect(Resource).toEqual([expect.stringMatching(/:s3:::my-logs\/é\/\*\/x\/\*$/)]);
  });

  it("escapes such characters where it cannot do without them", () => {
    const statement: PolicyStatement = { Effect: "Allow", Action: ["a:B"], Resource: ["é日😀"] };

    const policy = renderPolicy([statement]);

    expect(policy).toContain('"é\\u65e5\\ud83d\\ude00"');
    expect(statements(policy)[0]).toEqual(statement);
  });
});

describe("The environment of the function", () => {
  const list = Array.from({ length: 66 }, (_, index) => ({ bucket: "my-logs", prefix: hash(String(index)) }));
  const problemsWith = (namePrefix: string): string[] =>
    problemsOf(() =>
      synthesize((stack) => {
        const token = new ListenerToken(stack, "token", {
          token: ephemeralVariable(stack).stringValue,
          namePrefix,
        });
        addHook(stack, "hook", token, { sources: list });
      }),
    );

  it("counts the secret with the length of its name", () => {
    expect(problemsWith("short-")).toEqual([]);
    expect(problemsWith("x".repeat(486))).toEqual([
      expect.stringMatching(/^sources need an environment of 4\d{3} bytes/),
    ]);
  });

  it("counts the queues with the length of their names", () => {
    const more = Array.from({ length: 300 }, (_, index) => ({
      bucket: "my-logs",
      prefix: hash(String(index)),
    }));
    const bytes = (name: string): number =>
      Number(/environment of (\d+) bytes/.exec(hookProblems({ name, sources: more }).join())?.[1]);

    expect(bytes("x".repeat(40)) - bytes("x".repeat(10))).toBe(2 * 30);
  });
});
