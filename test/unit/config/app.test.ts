import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { folder, removeFolder, synthesize, synthesizeInto } from "./configurations";
import { valid } from "./valid";

const root = resolve(__dirname, "../../..");
const surroundings = { ...process.env };

/** What the cdktf command line reads of a synthesized app before it runs Terraform. */
interface Manifest {
  readonly stacks: {
    readonly "logzio-s3": {
      readonly annotations: readonly { readonly constructPath: string; readonly message: string }[];
    };
  };
}

beforeEach(() => {
  process.env = { ...surroundings };
  delete process.env["AWS_ENDPOINT_URL"];
});

afterAll(() => {
  process.env = surroundings;
  removeFolder();
});

describe("The app", () => {
  it("synthesizes the example as it stands", () => {
    const template = synthesize(readFileSync(join(root, "logzio.example.yaml"), "utf8"));

    expect(Object.keys(template.resource["aws_s3_bucket_notification"] ?? {})).toHaveLength(2);
    expect(Object.keys(template.output)).toEqual(["dead_letter_queue_url", "function_name", "queue_url"]);
    expect(template.provider.aws).toEqual([
      { region: "us-east-1", default_tags: [{ tags: { project: "logzio" } }] },
    ]);
  });

  it("asks for versions that know write-only arguments, and forces no backend", () => {
    const { terraform } = synthesize(valid);

    expect(terraform).toEqual({
      required_version: ">= 1.11",
      required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" } },
    });
  });

  it("takes the token from a sensitive and ephemeral variable", () => {
    const { variable } = synthesize(valid);

    expect(variable).toEqual({
      logzio_token: {
        type: "string",
        description: "Logz.io log shipping token",
        sensitive: true,
        ephemeral: true,
        nullable: false,
        // Terraform asks for a variable without one, and waits.
        default: "",
        validation: [
          {
            condition: '${var.logzio_token != "" && trimspace(var.logzio_token) == var.logzio_token}',
            error_message:
              "The token is missing, or has white space around it; set the environment variable TF_VAR_logzio_token (in HCP Terraform, the workspace variable logzio_token).",
          },
        ],
      },
    });
  });

  const cloud = `${valid}backend:\n  type: cloud\n  organization: me\n  workspace: logs\n`;

  it.each([
    ["is not set", valid, undefined, ["logzio_token"]],
    ["is empty", valid, "", ["logzio_token"]],
    ["is set", valid, "SECRET-TOKEN", []],
    ["may be set in a workspace of HCP Terraform", cloud, undefined, []],
  ])(
    "warns before Terraform runs of a token that is missing: the variable %s",
    (_, text, token, expected) => {
      delete process.env["TF_VAR_logzio_token"];
      if (token !== undefined) process.env["TF_VAR_logzio_token"] = token;

      const outdir = synthesizeInto(mkdtempSync(join(folder, "out-")), text);

      const manifest = readFileSync(join(outdir, "manifest.json"), "utf8");
      const { annotations } = (JSON.parse(manifest) as Manifest).stacks["logzio-s3"];
      expect(annotations.map(({ constructPath }) => constructPath)).toEqual(
        expected.map((name) => `logzio-s3/${name}`),
      );
      for (const { message } of annotations)
        expect(message).toMatch(/^TF_VAR_logzio_token is not set: .*read -rs TF_VAR_logzio_token && export/);
    },
  );

  it("has no variable where a secret is named", () => {
    const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";

    expect(synthesize(valid.replace("variable: true", `secretArn: ${arn}`)).variable).toBeUndefined();
  });

  it('gives out the notifications to write with the trigger "none"', () => {
    const { output } = synthesize(valid.replace("trigger: s3", "trigger: none"));

    const document = JSON.parse(String(output["notification_document"].value)) as Record<string, object>;
    expect(Object.keys(document)).toEqual(["my-logs"]);
  });

  it("passes on version, recovery window and listener", () => {
    const template = synthesize(
      valid
        .replace("region: us\n", "listener: https://logs.example:8443\n")
        .replace("variable: true", "variable: true\n  version: 3\n  recoveryWindowInDays: 0"),
    );

    expect(Object.values(template.resource["aws_secretsmanager_secret_version"] ?? {})).toMatchObject([
      { secret_string_wo: "${var.logzio_token}", secret_string_wo_version: 3 },
    ]);
    expect(Object.values(template.resource["aws_secretsmanager_secret"] ?? {})).toMatchObject([
      { recovery_window_in_days: 0 },
    ]);
    expect(JSON.stringify(template.resource["aws_lambda_function"])).toContain("https://logs.example:8443");
  });

  it.each([
    [
      "local",
      "  type: local\n  path: ../../../my.tfstate\n",
      { backend: { local: { path: "../../../my.tfstate" } } },
    ],
    [
      "s3",
      "  type: s3\n  bucket: b\n  key: k\n  region: eu-west-1\n",
      { backend: { s3: { bucket: "b", key: "k", region: "eu-west-1", use_lockfile: true } } },
    ],
    [
      "cloud, by name",
      "  type: cloud\n  organization: me\n  workspace: logs\n  project: p\n",
      { cloud: { organization: "me", workspaces: { name: "logs", project: "p" } } },
    ],
    [
      "cloud, by tags",
      "  type: cloud\n  organization: me\n  hostname: tfe.example\n  tags: [logs]\n",
      { cloud: { organization: "me", hostname: "tfe.example", workspaces: { tags: ["logs"] } } },
    ],
  ])("keeps its state where it is told: %s", (_, backend, expected) => {
    expect(synthesize(`${valid}backend:\n${backend}`).terraform).toMatchObject(expected);
  });

  it("writes no path of this machine, no token, and the zip beside the stack", () => {
    process.env["TF_VAR_logzio_token"] = "SECRET-TOKEN";
    const outdir = synthesizeInto(mkdtempSync(join(folder, "out-")), valid);

    const files = readdirSync(outdir, { recursive: true, encoding: "utf8" });
    const texts = files
      .filter((name) => name.endsWith(".json"))
      .map((name) => readFileSync(join(outdir, name), "utf8"));
    expect(texts.length).toBeGreaterThanOrEqual(2);
    for (const text of texts) {
      expect(text).not.toContain(root);
      expect(text).not.toContain(folder);
      expect(text).not.toContain("SECRET-TOKEN");
    }
    expect(files.filter((name) => name.endsWith("/s3-hook.zip"))).toHaveLength(1);
  });

  it("synthesizes the same bytes every time", () => {
    const [one, other] = [synthesize(valid), synthesize(valid)];

    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it("names the place in the file for what the constructs refuse", () => {
    const text = valid
      .replace("prefix: AWSLogs/", "prefix: /AWSLogs/")
      .replace("region: us\n", "listener: http://logs.example\n")
      .replace("trigger: s3", "trigger: s3\n  memory: 64");

    expect(() => synthesize(text)).toThrow(
      [
        "logzio.yaml cannot be used as it is:",
        '  - hook.sources[0].prefix (line 11) is "/AWSLogs/", and keys begin with "/" only where their writer puts one there; write "AWSLogs/", or no prefix for such keys',
        '  - listener (line 1) is "http://logs.example", which must use https, since it carries the token; write the ' +
          "listener of your region, such as https://listener.logz.io:8071",
        "  - hook.memory (line 8) is 64; write a whole number from 128 to 10240 (MB)",
      ].join("\n"),
    );
  });

  it("names the token's version by its name in the file", () => {
    expect(() => synthesize(valid.replace("variable: true", "variable: true\n  version: 0"))).toThrow(
      "token.version (line 4) is 0; write a whole number from 1",
    );
  });

  it("names the sources for a policy that a role cannot hold", () => {
    const key = (index: number): string =>
      `arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-${String(index).padStart(12, "0")}`;
    const sources = Array.from(
      { length: 40 },
      (_, index) => `    - { bucket: my-logs, prefix: "team-${index}/", kmsKeyArn: "${key(index)}" }\n`,
    );

    expect(() => synthesize(`${valid}${sources.join("")}`)).toThrow(
      /hook\.sources \(line \d+\) make a policy of up to \d+ characters, and a role may have 10240; split the hook/,
    );
  });

  it.each([
    ["is missing", "nowhere.yaml", "nowhere.yaml does not exist; copy logzio.example.yaml"],
    ["is a folder", ".", ". is a folder; name the file in it in LOGZIO_CONFIG"],
    ["is not named", "", "logzio.yaml does not exist; copy logzio.example.yaml"],
  ])("ends with one clear message and no stack trace where the file %s", (_, file, message) => {
    const program = join(root, "dist/main.js");
    expect(existsSync(program)).toBe(true);

    const { status, stderr, stdout } = spawnSync(process.execPath, [program], {
      cwd: mkdtempSync(join(folder, "cwd-")),
      env: { ...process.env, LOGZIO_CONFIG: file, CDKTF_OUTDIR: join(folder, "out") },
      encoding: "utf8",
    });

    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
