import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { removeFolder, synthesize, type Synthesized } from "./configurations";
import { valid, validAccess } from "./valid";

const withRegister = `region: eu\n${validAccess}      register: { type: elb, sourceFilePath: true }\n`;
const withUser = validAccess.replace(/  logzioAccountId: .*\n  externalIds: .*\n/, "  user: {}\n");

/** The resources of a type, by name. */
function all(template: Synthesized, type: string): Readonly<Record<string, Record<string, unknown>>> {
  return (template.resource[type] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
}

afterAll(removeFolder);

describe("Access for Logz.io's fetcher", () => {
  it("is a role, and nothing that the hook needs", () => {
    const template = synthesize(validAccess);

    expect(Object.keys(template.resource).sort()).toEqual(["aws_iam_role", "aws_iam_role_policy"]);
    expect(template.variable).toBeUndefined();
    expect(Object.values(all(template, "aws_iam_role"))).toMatchObject([{ name: "logzio-s3-fetcher" }]);
    expect(Object.keys(template.output)).toEqual([
      "fetcher_account_id",
      "fetcher_external_ids",
      "fetcher_policy",
      "fetcher_role_arn",
    ]);
  });

  it("gives out Logz.io's account, the external IDs and the policy", () => {
    const template = synthesize(validAccess.replace("[logzio", "[logzio:aws:extid:old, logzio"));
    const { output } = template;

    expect(output["fetcher_account_id"].value).toBe("123456789012");
    expect(output["fetcher_external_ids"].value).toEqual([
      "logzio:aws:extid:old",
      "logzio:aws:extid:example0nktixxe8q",
    ]);
    const [policy] = Object.values(all(template, "aws_iam_role_policy"));
    expect(output["fetcher_policy"].value).toBe(policy["policy"]);
    const [role] = Object.keys(all(template, "aws_iam_role"));
    expect(output["fetcher_role_arn"].value).toBe(`\${aws_iam_role.${role}.arn}`);
  });

  it("passes on what the file says of the role", () => {
    const template = synthesize(
      `${validAccess}  role:\n    namePrefix: fetch-\n    path: /logging/\n    maxSessionDurationSeconds: 7200\n` +
        "    permissionsBoundaryArn: arn:aws:iam::123456789012:policy/boundary\n" +
        "    testPrincipals: [arn:aws:iam::123456789012:role/me]\n    tags: { team: platform }\n",
    );

    expect(Object.values(all(template, "aws_iam_role"))).toMatchObject([
      {
        name_prefix: "fetch-",
        path: "/logging/",
        max_session_duration: 7200,
        permissions_boundary: "arn:aws:iam::123456789012:policy/boundary",
        tags: { team: "platform" },
        assume_role_policy: expect.stringContaining("arn:aws:iam::123456789012:role/me") as string,
      },
    ]);
  });

  it("takes a bucket to be in aws.region, unless it says where it is", () => {
    const key = (region: string): string =>
      `arn:aws:kms:${region}:123456789012:key/11111111-2222-3333-4444-555555555555`;
    const { output } = synthesize(
      `${validAccess}      kmsKeyArn: ${key("eu-central-1")}\n` +
        `    - { bucket: other, region: us-east-1, kmsKeyArn: "${key("us-east-1")}" }\n` +
        `  archiveBuckets: [{ bucket: arch, region: us-west-2, kmsKeyArn: "${key("us-west-2")}" }]\n`,
    );

    const services = String(output["fetcher_policy"].value).match(/"kms:ViaService":"s3\.[^.]+/g);
    expect(services?.map((service) => service.split("s3.")[1]).sort()).toEqual([
      "eu-central-1",
      "us-east-1",
      "us-west-2",
    ]);
  });

  it("stands beside the hook, each with its outputs", () => {
    const template = synthesize(
      `${valid.replace("my-logs", "hooked-logs")}${validAccess.replace(/aws:\n.*\n/, "")}`,
    );

    expect(Object.keys(template.output)).toEqual(
      expect.arrayContaining(["queue_url", "function_name", "fetcher_role_arn"]),
    );
    expect(Object.keys(all(template, "aws_iam_role"))).toHaveLength(2);
  });

  it("takes the region for the API beside the hook's own listener", () => {
    const text = `${valid.replace("region: us\n", "region: us\nlistener: https://logs.example:8443\n")}${validAccess
      .replace(/aws:\n.*\n/, "")
      .replace("my-logs", "fetched-logs")
      .concat("      register: { type: elb }\n")}`;
    const template = synthesize(text);

    expect(template.provider.logzio).toMatchObject([{ region: "us" }]);
    expect(JSON.stringify(template.resource["aws_lambda_function"])).toContain("https://logs.example:8443");
  });

  it("is a user where the file says so, whose keys are nowhere", () => {
    const template = synthesize(withUser);

    expect(Object.keys(template.resource).sort()).toEqual(["aws_iam_user", "aws_iam_user_policy"]);
    expect(Object.keys(template.output)).toEqual(["fetcher_policy", "fetcher_user_name"]);
  });

  it("is described by the example, once the lines are no comment", () => {
    const example = readFileSync(resolve(__dirname, "../../../logzio.example.yaml"), "utf8");
    const [commented = ""] = /^# access:\n(#.*\n)+/m.exec(example) ?? [];
    expect(commented).toContain("register:");

    const template = synthesize(example.replace(commented, commented.replace(/^# ?/gm, "")));

    expect(Object.keys(all(template, "logzio_s3_fetcher"))).toHaveLength(1);
    expect(Object.keys(template.output)).toEqual(expect.arrayContaining(["fetcher_role_arn", "queue_url"]));
  });
});

describe("A bucket that is registered", () => {
  it("is one resource of Logz.io's provider, which nobody else downloads", () => {
    const template = synthesize(withRegister);

    expect(Object.values(all(template, "logzio_s3_fetcher"))).toMatchObject([
      {
        bucket_name: "my-logs",
        prefix: "AWSLogs/",
        aws_region: "EU_CENTRAL_1",
        logs_type: "elb",
        add_s3_object_key_as_log_field: true,
        active: true,
      },
    ]);
    expect(template.terraform.required_providers).toMatchObject({ logzio: { source: "logzio/logzio" } });
    expect(synthesize(validAccess).terraform.required_providers).not.toHaveProperty("logzio");
    expect(synthesize(validAccess).provider).not.toHaveProperty("logzio");
  });

  it("needs the API token from a variable of its own, which is sensitive and ephemeral", () => {
    const { variable, provider } = synthesize(withRegister);

    expect(provider.logzio).toMatchObject([{ api_token: "${var.logzio_api_token}", region: "eu" }]);
    expect(variable).toEqual({
      logzio_api_token: {
        type: "string",
        description: "Logz.io API token",
        sensitive: true,
        ephemeral: true,
        nullable: false,
        // Terraform asks for a variable without one, and waits.
        default: "",
        validation: [
          {
            condition:
              '${var.logzio_api_token != "" && trimspace(var.logzio_api_token) == var.logzio_api_token}',
            error_message:
              "The token is missing, or has white space around it; set the environment variable TF_VAR_logzio_api_token (in HCP Terraform, the workspace variable logzio_api_token).",
          },
        ],
      },
    });
  });

  it("keeps its address when the list is put in another order", () => {
    const entry = (prefix: string): string =>
      `    - { bucket: my-logs, prefix: "${prefix}", register: { type: elb } }\n`;
    const buckets = (...prefixes: readonly string[]): Synthesized =>
      synthesize(`region: eu\n${validAccess}${prefixes.map(entry).join("")}`);
    const addresses = (template: Synthesized): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(all(template, "logzio_s3_fetcher")).map(([name, { prefix }]) => [name, prefix]),
      );

    const [before, after] = [buckets("a/", "b/", "a b/"), buckets("c/", "a b/", "b/", "a/")];

    expect(Object.keys(addresses(before))).toHaveLength(3);
    expect(addresses(after)).toMatchObject(addresses(before));
  });
});
