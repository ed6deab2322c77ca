import { refusal, removeFolder } from "./configurations";
import { valid } from "./valid";

const otherKey = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** A block of tags, `first-0: x` and so on. */
function tagLines(start: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `    ${start}-${index}: x\n`).join("");
}

const withTags = (lines: string): string => valid.replace("us-east-1\n", `us-east-1\n  tags:\n${lines}`);

afterAll(removeFolder);

describe("What is wrong with the configuration", () => {
  it("is named at once: keys, kinds of values, and the values of every block", () => {
    const message = refusal(
      valid
        .replace("variable: true", "variable: true\n  version: 0")
        .replace("us-east-1", "us-east-1\n  tags: { aws:team: x }")
        .replace("trigger: s3", "trigger: s4\n  memory: 64\n  logLevel: loud")
        .replace("prefix: AWSLogs/", "prefix: /AWSLogs/\n      color: red"),
    );

    expect(message.split("\n")).toHaveLength(8);
    expect(message).toContain("token.version (line 4) is 0");
    expect(message).toContain('aws.tags (line 7) has the key "aws:team"');
    expect(message).toContain('hook.trigger (line 9) is "s4"');
    expect(message).toContain("hook.memory (line 10) is 64");
    expect(message).toContain('hook.logLevel (line 11) is "loud"');
    expect(message).toContain('hook.sources[0].prefix (line 14) is "/AWSLogs/"');
    expect(message).toContain("hook.sources[0].color (line 15) is not a known key");
  });

  it("is not named twice: a misspelt key counts as what it was meant to be", () => {
    const misspelt = valid
      .replace("region: us\n", "regoin: us\n")
      .replace("variable: true", "varaible: true")
      .replace("prefix: AWSLogs/", "prefx: A/\n    - bucket: my-logs\n      prefix: B/");

    expect(refusal(misspelt).split("\n").slice(1)).toEqual([
      expect.stringContaining("token.varaible (line 3) is not a known key; did you mean variable?"),
      expect.stringContaining("hook.sources[0].prefx (line 10) is not a known key; did you mean prefix?"),
      expect.stringContaining("regoin (line 1) is not a known key; did you mean region?"),
    ]);
  });

  it.each([
    ["the token is text", valid.replace(/token:\n.*\n/, "token: SECRET-TOKEN\n"), "token (line 2)"],
    ["aws is missing", valid.replace(/aws:\n.*\n/, ""), "aws is missing"],
    ["the AWS region is wrong", valid.replace("us-east-1", "us"), "aws.region (line 5)"],
    ["the region is wrong", valid.replace("region: us\n", "region: nl\n"), "region (line 1)"],
    ["the stack's name is wrong", `${valid}stack: 5\n`, "stack (line"],
    ["the backend is wrong", `${valid}backend:\n  type: gcs\n`, "backend.type (line"],
    ["a bucket is a number", valid.replace("my-logs", "123"), "hook.sources[0].bucket (line 11)"],
    ["a source is text", valid.replace("- bucket", "- my-logs\n    - bucket"), "hook.sources[0] (line 11)"],
  ])("leaves the rest to be checked where %s", (_, text, expected) => {
    const message = refusal(text.replace("trigger: s3", `trigger: s3\n  memory: 64\n  tags: { "": x }`));

    expect(message.split("\n")).toHaveLength(4);
    expect(message).toContain(expected);
    expect(message).toContain("hook.memory");
    expect(message).toContain("hook.tags");
    expect(message).not.toContain("SECRET-TOKEN");
  });
});

describe("Tags of every resource", () => {
  it("are text, and no template of Terraform", () => {
    const message = refusal(withTags("    team: ${team}\n    share: 10 %{if}\n"));

    expect(message).toContain('aws.tags.team (line 7) is "${team}"; IAM allows letters, digits, spaces and');
    expect(message).toContain('aws.tags.share (line 8) is "10 %{if}"; IAM allows');
  });

  it("follow AWS's rules", () => {
    const message = refusal(withTags(`    aws:team: x\n    long: ${"x".repeat(257)}\n`));

    expect(message).toContain('aws.tags (line 7) has the key "aws:team"; write 1 to 128 characters');
    expect(message).toContain("aws.tags.long (line 8) has 257 characters; AWS allows 256");
  });

  it("are at most 50 together with the hook's", () => {
    const hookTags = (start: string): string =>
      withTags(tagLines("first", 30)).replace(
        "trigger: s3\n",
        `trigger: s3\n  tags:\n${tagLines(start, 21)}`,
      );

    expect(refusal(hookTags("other"))).toContain(
      "hook.tags (line 40) has 21 entries, which makes 51 with those of aws.tags; AWS allows 50 on a resource",
    );
    expect(refusal(hookTags("first"))).toBe("");
  });
});

describe("The key of a bucket", () => {
  it("is refused where it is in another region than the bucket", () => {
    expect(refusal(`${valid}      kmsKeyArn: ${otherKey}\n`)).toContain(
      `hook.sources[0].kmsKeyArn (line 11) is "${otherKey}", a key in eu-west-1, and the bucket is in us-east-1 ` +
        "(aws.region); write the ARN of the key that encrypts the objects, which is in the bucket's region",
    );
  });

  it("is not held against a region that cannot be read", () => {
    const message = refusal(`${valid.replace("us-east-1", "us")}      kmsKeyArn: ${otherKey}\n`);

    expect(message).not.toContain("kmsKeyArn");
  });
});
