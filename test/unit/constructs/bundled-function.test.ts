import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BundledFunction, type BundledFunctionProps } from "../../../constructs";
import { problemsOf, synthesize } from "./stacks";

const props: BundledFunctionProps = {
  bundle: "s3-hook",
  name: "worker",
  description: "Works",
  environment: { LEVEL: "info" },
  statements: [],
  timeoutSeconds: 60,
};

function build(changes: Partial<BundledFunctionProps> = {}): ReturnType<typeof synthesize> {
  return synthesize((stack) => {
    new BundledFunction(stack, "worker", { ...props, ...changes });
  });
}

describe("BundledFunction", () => {
  it("runs the bundle on arm64 under Node 22, with JSON logs in its own log group", () => {
    const template = build();

    expect(template.only("aws_lambda_function")).toMatchObject({
      function_name: "worker",
      architectures: ["arm64"],
      runtime: "nodejs22.x",
      handler: "index.handler",
      memory_size: 512,
      timeout: 60,
      logging_config: { log_format: "JSON", log_group: expect.stringMatching(/\.name\}$/) as string },
      depends_on: [
        expect.stringMatching(/^aws_iam_role_policy\./),
        expect.stringMatching(/^aws_cloudwatch_log_group\./),
      ],
    });
    expect(template.only("aws_cloudwatch_log_group")).toEqual({
      name: "/aws/lambda/worker",
      retention_in_days: 30,
    });
  });

  it("has a role of its own, named for the region since roles are not regional", () => {
    const role = build().only("aws_iam_role");

    expect(role["name"]).toMatch(/^worker-\$\{data\.aws_region\.[\w-]+\.id\}$/);
    expect(JSON.parse(role["assume_role_policy"] as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
  });

  it("refers to its zip from the module's folder, with the hash of its bytes", () => {
    const fn = build().only("aws_lambda_function");

    const zip = readFileSync(resolve("dist/lambdas/s3-hook.zip"));
    expect(fn["source_code_hash"]).toBe(createHash("sha256").update(zip).digest("base64"));
    expect(fn["filename"]).toMatch(
      /^\$\{path\.module\}\/assets\/worker_code_[0-9A-F]{8}\/[0-9A-F]{32}\/s3-hook\.zip$/,
    );
  });

  it("says how to build a bundle that is missing", () => {
    expect(() => build({ bundle: "nothing" })).toThrow(
      /function nothing is not built \(.*\); run npm run build$/,
    );
  });

  it.each<[string, Partial<BundledFunctionProps>, string]>([
    [
      "an environment over 4 KB",
      { environment: { BIG: "x".repeat(4090) } },
      "environment has 4100 bytes; AWS allows",
    ],
    [
      "a timeout over 15 minutes",
      { timeoutSeconds: 901 },
      "timeoutSeconds is 901; write a whole number from 1 to 900",
    ],
    [
      "statements that fill a policy",
      { statements: [{ Effect: "Allow", Action: ["a:B"], Resource: ["x".repeat(10_000)] }] },
      "characters, and a role may have 10240; split what the function has to do into two",
    ],
    ["too much memory", { memory: 10_241 }, "memory is 10241; write a whole number from 128 to 10240 (MB)"],
    ["a long name", { name: "x".repeat(65) }, "the function's name may have 64, the role's name may have 64"],
  ])("refuses %s", (_, changes, expected) => {
    expect(problemsOf(() => build(changes))).toContainEqual(expect.stringContaining(expected));
  });
});
