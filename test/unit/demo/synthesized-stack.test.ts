import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { localEnvironment } from "../../../cli/demo/run";
import { synthesize } from "../../../cli/demo/synthesize";
import {
  describeHook,
  readDeployedHook,
  resolveTemplate,
  StackError,
} from "../../../cli/demo/synthesized-stack";
import { parse } from "../../../lambdas/s3-hook/environment";

/** A stack with what the demo reads, in the shape that cdktf writes. */
function stack(): {
  provider: object;
  resource: Record<string, Record<string, Record<string, unknown>>>;
} {
  return {
    provider: { aws: [{ region: "eu-central-1" }] },
    resource: {
      aws_lambda_event_source_mapping: {
        mapping: {
          batch_size: 10,
          event_source_arn: "${aws_sqs_queue.hook_queue.arn}",
          function_name: "${aws_lambda_function.hook.arn}",
        },
      },
      aws_lambda_function: {
        hook: {
          function_name: "hook",
          handler: "index.handler",
          runtime: "nodejs22.x",
          memory_size: 512,
          timeout: 300,
          filename: "${path.module}/assets/hook/1/s3-hook.zip",
          environment: {
            variables: { QUEUE_URL: "${aws_sqs_queue.hook_queue.url}", SOURCES: '[{"include":["^$${x}"]}]' },
          },
        },
      },
      aws_sqs_queue: {
        hook_queue: {
          redrive_policy:
            '{"deadLetterTargetArn":"${aws_sqs_queue.hook_dead-letter.arn}","maxReceiveCount":5}',
        },
        "hook_dead-letter": {},
      },
      aws_s3_bucket_notification: {
        one: {
          bucket: "one",
          queue: [
            {
              id: "a",
              queue_arn: "${aws_sqs_queue.hook_queue.arn}",
              filter_prefix: "a%3D1/%24%7Bb%7D+%C3%A9/",
            },
            { id: "b", queue_arn: "${aws_sqs_queue.hook_queue.arn}", filter_suffix: ".gz" },
            { id: "c", queue_arn: "${aws_sqs_queue.other.arn}" },
          ],
        },
      },
    },
  };
}

describe("reading the synthesized stack", () => {
  it("finds the function, its limits and its zip", () => {
    expect(describeHook(stack(), "/synthesized")).toMatchObject({
      zip: "/synthesized/assets/hook/1/s3-hook.zip",
      region: "eu-central-1",
      functionName: "hook",
      handler: "index.handler",
      runtime: "nodejs22.x",
      memoryMegabytes: 512,
      timeoutSeconds: 300,
      batchSize: 10,
      maxReceiveCount: 5,
      queueAddress: "aws_sqs_queue.hook_queue",
      deadLetterQueueAddress: "aws_sqs_queue.hook_dead-letter",
    });
  });

  it("takes the notification rules of its own queue, with their filters as S3 sees them", () => {
    expect(describeHook(stack(), "/").rules).toEqual([
      { id: "a", bucket: "one", prefix: "a=1/${b} é/", suffix: "" },
      { id: "b", bucket: "one", prefix: "", suffix: ".gz" },
    ]);
  });

  it("reads the tries out of a policy that Terraform encodes", () => {
    const encoded = stack();
    encoded.resource["aws_sqs_queue"]["hook_queue"]["redrive_policy"] =
      '${jsonencode({"deadLetterTargetArn" = "${aws_sqs_queue.dead.arn}", "maxReceiveCount" = 7})}';

    expect(describeHook(encoded, "/").maxReceiveCount).toBe(7);
  });

  it.each<[string, (resource: Record<string, Record<string, unknown>>) => void, RegExp]>([
    ["no mapping", (r) => (r["aws_lambda_event_source_mapping"] = {}), /needs one aws_lambda_event_source/],
    ["no such function", (r) => (r["aws_lambda_function"] = {}), /aws_lambda_function\.hook is not in/],
    [
      "a queue without a dead-letter queue",
      (r) => (r["aws_sqs_queue"] = { hook_queue: {} }),
      /redrive_policy/,
    ],
  ])("says what is missing: %s", (_, damage, message) => {
    const damaged = stack();
    damage(damaged.resource);

    expect(() => describeHook(damaged, "/")).toThrow(StackError);
    expect(() => describeHook(damaged, "/")).toThrow(message);
  });

  it("puts local values for references and reads escaped text", () => {
    const values = new Map([["aws_sqs_queue.q.url", "http://queue"]]);

    expect(resolveTemplate("a ${aws_sqs_queue.q.url} $${b} %%{c}", values)).toBe("a http://queue ${b} %{c}");
    expect(() => resolveTemplate("${aws_x.y.z}", values)).toThrow("no local value for ${aws_x.y.z}");
  });
});

describe("the demo's own stack", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-stack-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("gives an environment that the function accepts, with local values alone", async () => {
    const hook = await readDeployedHook(synthesize(folder));

    const environment = localEnvironment(
      hook,
      {
        queueUrl: "http://127.0.0.1:1/q",
        deadLetterQueueUrl: "http://127.0.0.1:1/d",
        endpoint: "http://127.0.0.1:1",
      },
      "http://127.0.0.1:2",
    );
    const settings = parse(environment);

    expect(isAbsolute(hook.zip)).toBe(true);
    expect(settings.listener.href).toBe("http://127.0.0.1:2/");
    expect(settings.tokenSecretArn).toBeUndefined();
    expect(settings.queueUrl).toBe("http://127.0.0.1:1/q");
    expect(settings.deadLetterQueueUrl).toBe("http://127.0.0.1:1/d");
    expect(settings.sources.map((source) => source.prefix)).toEqual(
      expect.arrayContaining(hook.rules.map((rule) => rule.prefix)),
    );
    expect(JSON.stringify(environment)).not.toContain("${");
  });
});
