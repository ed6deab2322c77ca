import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { jsonSchemaText } from "../../../config/json-schema";
import { loadConfig, parseConfig } from "../../../config/load";
import { ConfigError } from "../../../config/problems";
import { valid } from "./valid";

const root = resolve(__dirname, "../../..");
const example = readFileSync(resolve(root, "logzio.example.yaml"), "utf8");

/** The message that a configuration is refused with. */
function refusal(text: string): string {
  try {
    const { problems, error } = parseConfig(text, "logzio.yaml");
    return problems.length > 0 ? error().message : "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe("The configuration", () => {
  it("is read as it is written", () => {
    const { config } = parseConfig(valid, "logzio.yaml");

    expect(config).toEqual({
      region: "us",
      token: { variable: true },
      aws: { region: "us-east-1" },
      hook: { trigger: "s3", sources: [{ bucket: "my-logs", prefix: "AWSLogs/" }] },
    });
  });

  it("may be the example as it stands", () => {
    expect(parseConfig(example, "logzio.example.yaml").config?.hook?.sources).toHaveLength(2);
  });

  it("has a JSON Schema for editors that is up to date (npm run schema writes it)", () => {
    expect(readFileSync(resolve(root, "config/logzio.schema.json"), "utf8")).toBe(jsonSchemaText());
  });

  it("says what to copy where the file is missing", () => {
    expect(() => loadConfig("nowhere.yaml")).toThrow(
      "nowhere.yaml does not exist; copy logzio.example.yaml to logzio.yaml and adapt it, or name your file in LOGZIO_CONFIG",
    );
  });

  it("says that a folder is no file", () => {
    expect(() => loadConfig(root)).toThrow(`${root} is a folder; name the file in it in LOGZIO_CONFIG`);
  });

  it("says why a file cannot be read", () => {
    const folder = mkdtempSync(join(tmpdir(), "logzio-load-"));
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);

    try {
      expect(() => loadConfig(loop)).toThrow(ConfigError);
      expect(() => loadConfig(loop)).toThrow(
        /loop.yaml cannot be read \(ELOOP.*\); name a file in LOGZIO_CONFIG/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("may use anchors", () => {
    const { config, problems } = parseConfig(
      `${valid}      suffix: &end .gz\n    - { bucket: other, suffix: *end }\n`,
      "logzio.yaml",
    );

    expect(problems).toEqual([]);
    expect(config?.hook?.sources.map(({ suffix }) => suffix)).toEqual([".gz", ".gz"]);
  });

  it("knows what is behind an anchor", () => {
    const message = refusal(
      valid
        .replace("us-east-1\n", "us-east-1\n  tags: &tags { team: 5 }\n")
        .replace("trigger: s3\n", "trigger: s3\n  tags: *tags\n"),
    );

    expect(message).toContain("aws.tags.team (line 6) is 5 (a number); write text");
    expect(message).toContain("hook.tags.team (line 9) is 5 (a number); write text");
  });

  it.each([
    [
      "a suffix",
      `${valid}      suffix: *.gz\n`,
      "hook.sources[0].suffix (line 11) is *.gz, which YAML takes for a reference to an anchor; put it in quotes, " +
        'without the star, as S3 knows no wildcards: ".gz"',
    ],
    [
      "a list",
      `${valid}      exclude: [ "a", *.tmp ]\n`,
      "hook.sources[0].exclude[1] (line 11) is *.tmp, which YAML takes for a reference to an anchor; put it in " +
        "quotes, as a regular expression: '\\.tmp$'",
    ],
    [
      "another value",
      `${valid}      type: *logs\n`,
      "hook.sources[0].type (line 11) is *logs, which YAML takes for a reference to an anchor; put it in quotes: " +
        '"*logs"',
    ],
    ["a key", `${valid}*x : 1\n`, "*x (line 11) is *x, which YAML takes for a reference to an anchor"],
    [
      "a lone star",
      `${valid}      suffix: *\n`,
      "line 11: Alias cannot be an empty string; put text that starts with",
    ],
  ])("is refused with place and advice for a star without quotes: %s", (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it("does not repeat a token that starts with a star", () => {
    const message = refusal(valid.replace("variable: true", "secretArn: *SECRET-TOKEN"));

    expect(message).toContain("token.secretArn (line 3) starts with *");
    expect(message).not.toContain("SECRET-TOKEN");
  });

  it("is refused where anchors multiply it", () => {
    const lists = [1, 2, 3, 4, 5, 6].map((n) => `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}]\n`).join("");

    expect(refusal(`a0: &a0 [x]\n${lists}`)).toMatch(
      /^logzio.yaml cannot be used as it is: Excessive alias count/,
    );
  });

  it.each<[string, string, string]>([
    [
      "a misspelt key",
      valid.replace("prefix:", "prefx:"),
      "hook.sources[0].prefx (line 10) is not a known key; did you mean prefix?",
    ],
    [
      "an unknown key",
      `${valid}zebra: 1\n`,
      "zebra (line 11) is not a known key; write one of stack, region, listener",
    ],
    [
      "a key of a backend that is not known",
      `${valid}backend:\n  type: local\n  path: x\n  fil: y\n`,
      "backend.fil (line 14) is not a known key; write one of type, path",
    ],
    [
      "a value of another kind",
      valid.replace("my-logs", "123"),
      "hook.sources[0].bucket (line 9) is 123 (a number); write text",
    ],
    [
      "a missing key",
      valid.replace("  trigger: s3\n", ""),
      "hook.trigger (line 7) is missing; write one of s3, eventbridge, sns, none",
    ],
    ["a missing block", valid.replace(/aws:\n.*\n/, ""), "aws is missing; write a block of keys"],
    [
      "text in place of a list",
      valid.replace(/sources:\n(.*\n)+/, "sources: my-logs\n"),
      'hook.sources (line 8) is "my-logs" (text); write a list',
    ],
    [
      "an unknown region",
      valid.replace("region: us\n", "region: nl\n"),
      'region (line 1) is "nl" (text); write one of us, au, ca, eu, uk',
    ],
    [
      "an unknown backend",
      `${valid}backend:\n  type: gcs\n`,
      'backend.type (line 12) is "gcs" (text); write one of local, s3, cloud',
    ],
    [
      "a cloud backend without a workspace",
      `${valid}backend:\n  type: cloud\n  organization: me\n`,
      "backend.workspace (line 12) is missing; write either workspace or tags, and not both",
    ],
    [
      "a Logz.io region as AWS region",
      valid.replace("us-east-1", "us"),
      'aws.region (line 5) is "us" (text); write the code of an AWS region, such as us-east-1',
    ],
    [
      "a stack name with a space",
      `${valid}stack: my stack\n`,
      'stack (line 11) is "my stack" (text); write letters, digits, hyphens and underscores',
    ],
    [
      "a pattern in double quotes",
      `${valid}      multiline: "^\\d"\n`,
      "logzio.yaml is not YAML:\n  - line 11: Invalid escape sequence \\d; write patterns in single quotes: '^\\d'",
    ],
    ["text that is no YAML", `${valid}  : [\n`, "logzio.yaml is not YAML:\n  - line "],
    [
      "an empty file",
      "",
      "logzio.yaml cannot be used as it is:\n  - the file is missing; write a block of keys",
    ],
  ])("is refused with place, value and advice for %s", (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it("names everything that is wrong at once", () => {
    const message = refusal(valid.replace("trigger: s3", "trigger: 5").replace("prefix:", "perfix:"));

    expect(message).toContain("hook.trigger (line 7)");
    expect(message).toContain("hook.sources[0].perfix (line 10)");
  });

  it.each([
    ["in place of the block", valid.replace(/token:\n.*\n/, "token: SECRET-TOKEN\n")],
    ["in place of the switch", valid.replace("variable: true", "variable: SECRET-TOKEN")],
    ["under a key that is not known", valid.replace("variable: true", "value: SECRET-TOKEN")],
  ])("does not repeat a token that was written %s", (_, text) => {
    const message = refusal(text);

    expect(message).toContain("token");
    expect(message).not.toContain("SECRET-TOKEN");
  });
});
