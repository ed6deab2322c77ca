import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { refusal, removeFolder, synthesize } from "./configurations";
import { valid } from "./valid";

const example = (name: string): string =>
  readFileSync(join(resolve(__dirname, "../../../examples"), `${name}.yaml`), "utf8");

afterAll(removeFolder);

/** The names of the outputs, without those that every hook has. */
function documentsOf(name: string): string[] {
  const common = ["dead_letter_queue_url", "function_name", "queue_url"];
  return Object.keys(synthesize(example(name)).output).filter((output) => !common.includes(output));
}

describe("A hook in logzio.yaml", () => {
  it.each([
    ["notifications-taken", []],
    ["bucket-topic", ["topic_policy_statements"]],
    ["notifications-written-elsewhere", ["notification_document"]],
    ["customer-keys", ["hook_key_policy_statements"]],
    [
      "log-archive-account",
      ["bucket_policy_statements", "event_forwarding", "object_key_policy_statements", "read_role_policies"],
    ],
  ])("gives out what others have to allow, and nothing that is empty: %s", (name, expected) => {
    expect(documentsOf(name)).toEqual(expected);
  });

  it("gives it out as JSON, by what it is for", () => {
    const { output } = synthesize(example("log-archive-account"));
    const document = (name: string): object => JSON.parse(String(output[name].value)) as object;

    expect(Object.keys(document("bucket_policy_statements"))).toEqual(["organization-trail"]);
    expect(Object.keys(document("object_key_policy_statements"))).toEqual([
      "arn:aws:kms:us-east-1:444455556666:key/11111111-2222-3333-4444-555555555555",
    ]);
    expect(document("read_role_policies")).toMatchObject({
      "arn:aws:iam::444455556666:role/logzio-reader": {
        trust: [{ Condition: { StringEquals: { "sts:ExternalId": "our-external-id" } } }],
      },
    });
  });

  it("gives out the policies of the roles that read for the fetcher", () => {
    const role = "arn:aws:iam::444455556666:role/reader";
    const fetcher = `fetcher:\n  sources:\n    - { bucket: my-logs, readRoleArn: "${role}" }\n`;
    const text = `${valid.slice(0, valid.indexOf("hook:"))}${fetcher}`;

    const document = JSON.parse(
      String(synthesize(text).output["fetcher_read_role_policies"].value),
    ) as object;

    expect(Object.keys(document)).toEqual([role]);
  });

  it("is refused with every problem and its place", () => {
    const text = valid
      .replace("trigger: s3", "trigger: sns")
      .replace(
        "prefix: AWSLogs/\n",
        "prefix: AWSLogs/\n      accountId: 12345678901\n      readRoleExternalId: id\n",
      );

    const message = refusal(text);

    expect(message).toContain(
      'hook.sources[0].accountId (line 11) is 12345678901 (a number); write the 12 digits in quotes: "012345678901"',
    );
    expect(message).toContain("hook.topicArns (line 7) is missing; write the topics that the buckets notify");
    expect(message).toContain("hook.sources[0].readRoleExternalId (line 12) is given without readRoleArn");
  });

  it("is refused a pattern that fits the backup of its own metrics", () => {
    const metrics = "metrics:\n  namespaces: [AWS/S3]\n";
    const text = `${valid.replace("trigger: s3", "trigger: eventbridge").replace("my-logs", '"logzio-*"')}${metrics}`;

    expect(refusal(text)).toContain(
      'hook.sources[0].bucket (line 9) is "logzio-*", which fits the bucket of logzio-s3/metrics',
    );
  });
});
