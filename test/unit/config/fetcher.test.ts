import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { refusal, removeFolder, synthesize } from "./configurations";
import { valid } from "./valid";

/** The shortest useful configuration for the fetcher. */
const validFetcher = `region: us
token:
  variable: true
aws:
  region: us-east-1
fetcher:
  sources:
    - bucket: my-logs
      prefix: AWSLogs/
`;

afterAll(removeFolder);

describe("The fetcher in logzio.yaml", () => {
  it("is a function with its schedule, table and alarms, and outputs to find them by", () => {
    const { resource, output } = synthesize(validFetcher);

    expect(Object.keys(resource)).toEqual(
      expect.arrayContaining(["aws_scheduler_schedule", "aws_dynamodb_table", "aws_cloudwatch_metric_alarm"]),
    );
    expect(Object.keys(output).sort()).toEqual(["checkpoint_table", "fetcher_function_name"]);
  });

  it("stands beside the hook, with one token for both", () => {
    const { resource } = synthesize(
      `${valid}fetcher: { sources: [{ bucket: other-logs }], alarms: false }\n`,
    );

    expect(Object.keys(resource["aws_lambda_function"] ?? {})).toHaveLength(2);
    expect(Object.keys(resource["aws_secretsmanager_secret"] ?? {})).toHaveLength(1);
    const alarms = Object.values(resource["aws_cloudwatch_metric_alarm"] ?? {}) as { alarm_name: string }[];
    expect(alarms.filter(({ alarm_name: name }) => !name.startsWith("logzio-s3-hook-"))).toEqual([]);
  });

  it("is described by the example, once the lines are no comment", () => {
    const example = readFileSync(resolve(__dirname, "../../../logzio.example.yaml"), "utf8");
    const [commented = ""] = /^# fetcher:\n(#.*\n)+/m.exec(example) ?? [];
    const block = commented.replace(/^# ?/gm, "");
    const head = validFetcher.slice(0, validFetcher.indexOf("fetcher:"));

    expect(synthesize(head + block).resource).toHaveProperty("aws_scheduler_schedule");
  });

  it.each([
    [
      "a start that is no date",
      `${validFetcher}      start: yesterday\n`,
      'fetcher.sources[0].start (line 10) is "yesterday"; write "now"',
    ],
    [
      "a key of another region",
      `${validFetcher}      kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555\n`,
      "fetcher.sources[0].kmsKeyArn (line 10)",
    ],
    [
      "sources that hold the same keys",
      `${validFetcher}    - bucket: my-logs\n      prefix: AWSLogs/1/\n`,
      "fetcher.sources[1] (line 10) ",
    ],
    ["a misspelt key", `${validFetcher}      settleSecond: 5\n`, "settleSeconds"],
    ["no token", validFetcher.replace(/token:\n.*\n/, ""), "token is missing, and the fetcher cannot ship"],
    ["alarms that are text", `${validFetcher}  alarms: yes please\n`, "fetcher.alarms (line 10)"],
  ])("is refused with place and advice for %s", (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });
});
