import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { App, TerraformVariable, type TerraformStack } from "cdktf";
import {
  FetcherConnector,
  FetcherRole,
  fetcherRegions,
  LogzioProvider,
  type FetcherBucket,
  type FetcherConnectorProps,
  type FetcherRoleProps,
  type LogzioProviderProps,
} from "../../../constructs";
import type { Arguments, Template } from "../../support/template";
import { ephemeralVariable, problemsOf, stackIn, synthesize } from "./stacks";

const roleArn = "arn:aws:iam::123456789012:role/logzio-s3-fetcher";
const props = { bucket: "my-logs", prefix: "AWSLogs/", region: "eu-central-1", type: "elb" };

function provider(stack: TerraformStack, changes: Partial<LogzioProviderProps> = {}): LogzioProvider {
  return new LogzioProvider(stack, "logzio", { apiToken: ephemeralVariable(stack).stringValue, ...changes });
}

function roleIn(stack: TerraformStack, changes: Partial<FetcherRoleProps> = {}): FetcherRole {
  return new FetcherRole(stack, "fetcher", {
    logzioAccountId: "123456789012",
    externalIds: ["logzio:aws:extid:example0nktixxe8q"],
    buckets: [{ bucket: "my-logs" }],
    ...changes,
  });
}

/** A stack with a role and connectors that differ from each other by their changes. */
function withRole(
  connectors: readonly Partial<FetcherConnectorProps>[] = [{}],
  role: Partial<FetcherRoleProps> = {},
): Template {
  return synthesize((stack) => {
    provider(stack);
    const made = roleIn(stack, role);
    connectors.forEach((changes, index) => {
      new FetcherConnector(stack, `connector-${index}`, { role: made, ...props, ...changes });
    });
  });
}

/** A stack with a connector of a role that is made elsewhere. */
function withArn(changes: object = {}): Template {
  return synthesize((stack) => {
    provider(stack);
    new FetcherConnector(stack, "connector", { roleArn, ...props, ...changes });
  });
}

function waits(template: Template): Arguments[] {
  return Object.values(template.all("terraform_data")).filter((resource) => "provisioner" in resource);
}

describe("FetcherConnector", () => {
  const template = withRole();

  it("makes the resources at addresses that do not change", () => {
    expect(template.addresses).toMatchSnapshot();
  });

  it("registers the bucket with the role", () => {
    expect(template.only("logzio_s3_fetcher")).toMatchObject({
      bucket_name: "my-logs",
      prefix: "AWSLogs/",
      aws_arn: expect.stringMatching(/^\$\{aws_iam_role\.fetcher_role_[0-9A-F]{8}\.arn\}$/) as string,
      aws_region: "EU_CENTRAL_1",
      logs_type: "elb",
      active: true,
      add_s3_object_key_as_log_field: false,
    });
  });

  it("passes on what is asked for", () => {
    const changed = withArn({ prefix: undefined, sourceFilePath: true, active: false });

    const fetcher = changed.only("logzio_s3_fetcher");
    expect(fetcher).toMatchObject({ aws_arn: roleArn, active: false, add_s3_object_key_as_log_field: true });
    expect(fetcher).not.toHaveProperty("prefix");
  });

  it("takes references, and text as it stands", () => {
    const taken = synthesize((stack) => {
      provider(stack);
      const bucket = new S3Bucket(stack, "logs").bucket;
      new FetcherConnector(stack, "connector", { roleArn, ...props, bucket, prefix: "${a}/" });
    });

    expect(taken.only("logzio_s3_fetcher")).toMatchObject({
      bucket_name: expect.stringMatching(/^\$\{aws_s3_bucket\.logs/) as string,
      prefix: "$${a}/",
    });
  });

  it("waits once for all connectors of a role, after its policies, and again when these change", () => {
    const many = withRole([{}, { prefix: "app/" }], { settleSeconds: 20 });

    const [wait, ...others] = waits(many);
    expect(others).toEqual([]);
    expect(wait).toEqual({
      depends_on: [
        expect.stringMatching(/^aws_iam_role\.fetcher_role_/),
        expect.stringMatching(/^aws_iam_role_policy\.fetcher_policies_inline_/),
      ],
      triggers_replace: {
        role: expect.stringMatching(/^\$\{aws_iam_role\.fetcher_role_\w+\.unique_id\}$/) as string,
        trust: expect.stringMatching(/^\$\{sha256\(aws_iam_role\.\w+\.assume_role_policy\)\}$/) as string,
        permissions: expect.stringMatching(
          /^\$\{sha256\(join\("", \[aws_iam_role_policy\.\w+\.policy\]\)\)\}$/,
        ) as string,
      },
      provisioner: [{ "local-exec": { command: "sleep 20" } }],
    });
    for (const fetcher of Object.values(many.all("logzio_s3_fetcher")))
      expect(fetcher["depends_on"]).toEqual([
        expect.stringMatching(/^terraform_data\.fetcher_settling_wait_/),
      ]);
  });

  it("depends on the role's policies where it is not to wait", () => {
    const hasty = withRole([{}], { settleSeconds: 0 });

    expect(waits(hasty)).toEqual([]);
    expect(hasty.only("logzio_s3_fetcher")["depends_on"]).toEqual([
      expect.stringMatching(/^aws_iam_role\.fetcher_role_/),
      expect.stringMatching(/^aws_iam_role_policy\.fetcher_policies_inline_/),
    ]);
  });

  it("leaves no wait in a stack without connectors", () => {
    expect(waits(withRole([]))).toEqual([]);
  });

  it("is made anew when a prefix appears or goes away, which the provider cannot do, and not when it changes", () => {
    const keysOf = (prefix: string | undefined): unknown =>
      withArn({ prefix }).only("terraform_data")["input"];

    expect(withArn().only("logzio_s3_fetcher")["lifecycle"]).toEqual({
      replace_triggered_by: [expect.stringMatching(/^terraform_data\.connector_keys_[0-9A-F]{8}$/)],
    });
    expect(keysOf("a/")).toEqual(keysOf("b/"));
    expect(keysOf("")).toEqual(keysOf(undefined));
    expect(keysOf("a/")).not.toEqual(keysOf(undefined));
  });

  it("knows the API's 15 regions", () => {
    const names = Object.entries(fetcherRegions);

    expect(names).toHaveLength(15);
    for (const [code, name] of names) {
      expect(name).toBe(code.toUpperCase().replaceAll("-", "_"));
      expect(withArn({ region: code }).only("logzio_s3_fetcher")["aws_region"]).toBe(name);
    }
  });

  it.each<[string, object, RegExp]>([
    [
      "a region that the API lacks",
      { region: "eu-north-1" },
      /^region is "eu-north-1", from which .* reads from us-east-1, .*, ca-central-1\. S3Hook and S3Fetcher of this package have no such limit/,
    ],
    [
      "the API's own name",
      { region: "US_EAST_1" },
      /^region is "US_EAST_1", which is no AWS region; write us-east-1$/,
    ],
    ["a city", { region: "Frankfurt" }, /^region is "Frankfurt", which is no AWS region; write its code/],
    ["no region", { region: undefined }, /^region is missing; write the bucket's region/],
    ["no type", { type: undefined }, /^type is missing/],
    ["a type with spaces", { type: "my logs" }, /^type is "my logs"; write a type without spaces/],
    ["no bucket", { bucket: undefined }, /^bucket is missing/],
    ["a bucket's ARN", { bucket: "arn:aws:s3:::my-logs" }, /^bucket is the ARN/],
    ["a leading slash", { prefix: "/AWSLogs/" }, /^prefix is "\/AWSLogs\/", and keys begin with "\/" only/],
    [
      "a role's name",
      { roleArn: "logzio-s3-fetcher" },
      /^roleArn is "logzio-s3-fetcher"; write the ARN of a role/,
    ],
    [
      "a role of another partition",
      { roleArn: "arn:aws-cn:iam::123456789012:role/fetcher" },
      /^roleArn is .*, of the partition aws-cn: Logz\.io has its AWS account in the partition aws/,
    ],
    ["no role", { roleArn: undefined }, /^role is missing, and so is roleArn/],
    ["an ARN as role", { roleArn: undefined, role: roleArn }, /^role is "arn.*"; give a FetcherRole/],
  ])("refuses %s", (_, changes, expected) => {
    expect(problemsOf(() => withArn(changes))).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, Partial<FetcherConnectorProps>, readonly FetcherBucket[], RegExp]>([
    ["both a role and an ARN", { roleArn }, [{ bucket: "my-logs" }], /^role and roleArn are both given/],
    [
      "a bucket that the role may not read",
      {},
      [{ bucket: "my-other-logs" }],
      /^bucket is "my-logs", which the role test\/fetcher may not read; add it to the role's buckets$/,
    ],
    [
      "a prefix that the role may not read",
      {},
      [{ bucket: "my-logs", prefix: "AWSLogs/1/" }],
      /^prefix is "AWSLogs\/", and the role test\/fetcher may read other prefixes of "my-logs" alone/,
    ],
    [
      "a region that the role has the bucket in no more",
      {},
      [{ bucket: "my-logs", region: "us-east-1" }],
      /^region is "eu-central-1", and the role test\/fetcher has the bucket in us-east-1$/,
    ],
  ])("refuses %s", (_, changes, buckets, expected) => {
    expect(problemsOf(() => withRole([changes], { buckets }))).toEqual([expect.stringMatching(expected)]);
  });

  it("refuses a role of another stack, for which it could not wait", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        provider(stack);
        const role = roleIn(stackIn(App.of(stack), "other"));
        new FetcherConnector(stack, "connector", { role, ...props });
      });

    expect(problemsOf(build)).toEqual([
      "role is other/fetcher, of another stack; give its ARN as roleArn: role.role.arn",
    ]);
  });

  it("knows a bucket by name and by reference, and leaves prefixes that are references to AWS", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        provider(stack);
        const { bucket } = new S3Bucket(stack, "logs", { bucket: "my-logs" });
        const prefix = new TerraformVariable(stack, "prefix", { type: "string" }).stringValue;
        const role = roleIn(stack, { buckets: [{ bucket, prefix }] });
        new FetcherConnector(stack, "connector", { role, ...props });
      });

    expect(problemsOf(build)).toEqual([]);
  });

  it.each<[string, string | undefined, string | undefined]>([
    ["the same", "AWSLogs/", "AWSLogs/"],
    ["none, in two ways", "", undefined],
    ["the whole bucket and a part", undefined, "app/"],
    ["a part and the whole bucket", "app/", undefined],
    ["one inside the other", "AWSLogs/", "AWSLogs/123456789012/"],
  ])("refuses prefixes of two connectors that have objects in common: %s", (_, one, other) => {
    expect(problemsOf(() => withRole([{ prefix: one }, { prefix: other }]))).toEqual([
      "bucket and prefix have objects in common with those of test/connector-0/fetcher, and Logz.io would fetch these " +
        "twice; write prefixes of which none starts with another, or keep one of the two",
    ]);
  });

  it("takes a prefix inside that of a connector that is switched off, but not the same one", () => {
    const off = { prefix: "AWSLogs/", active: false };

    expect(problemsOf(() => withRole([off, { prefix: "AWSLogs/1/" }]))).toEqual([]);
    expect(problemsOf(() => withRole([off, { prefix: "AWSLogs/" }]))).toHaveLength(1);
  });

  it("takes one bucket for two Logz.io accounts", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        provider(stack);
        const apiToken = ephemeralVariable(stack, {}, "other_token").stringValue;
        const other = new LogzioProvider(stack, "other", { apiToken, alias: "other" });
        new FetcherConnector(stack, "a", { roleArn, ...props });
        new FetcherConnector(stack, "b", { roleArn, ...props, provider: other });
      });

    expect(problemsOf(build)).toEqual([]);
  });
});

describe("LogzioProvider", () => {
  it("serves several Logz.io accounts of one stack", () => {
    const template = synthesize((stack) => {
      const first = provider(stack);
      const apiToken = ephemeralVariable(stack, {}, "other_token").stringValue;
      const second = new LogzioProvider(stack, "other", { apiToken, region: "eu", alias: "other" });
      new FetcherConnector(stack, "a", { roleArn, ...props, provider: first });
      new FetcherConnector(stack, "b", { roleArn, ...props, prefix: "app/", provider: second });
    });

    expect(template.json["provider"]).toMatchObject({
      logzio: [
        { api_token: "${var.logzio_token}" },
        { api_token: "${var.other_token}", region: "eu", alias: "other" },
      ],
    });
    const providers = Object.values(template.all("logzio_s3_fetcher")).map((fetcher) => fetcher["provider"]);
    expect(providers).toEqual(["logzio", "logzio.other"]);
  });

  it("takes the token of an ephemeral variable, and a range of versions", () => {
    const { json } = withArn();

    expect(json["provider"]).toMatchObject({ logzio: [{ api_token: "${var.logzio_token}" }] });
    expect(json["terraform"]).toMatchObject({
      required_providers: { logzio: { source: "logzio/logzio", version: ">= 1.26.0, < 2.0.0" } },
    });
  });

  it.each<[string, Partial<LogzioProviderProps>]>([
    ["a region", { region: "eu" }],
    ["a proxy", { customApiUrl: "https://proxy.example/logzio" }],
    ["a double on this machine", { customApiUrl: "http://127.0.0.1:8080" }],
  ])("takes %s", (_, changes) => {
    const template = synthesize((stack) => {
      provider(stack, changes);
    });

    const { region, customApiUrl } = changes;
    expect(template.json["provider"]).toMatchObject({
      logzio: [{ ...(region && { region }), ...(customApiUrl && { custom_api_url: customApiUrl }) }],
    });
  });

  it.each<[string, object, RegExp]>([
    ["a literal token", { apiToken: "SECRET" }, /^apiToken is literal text, .* variable\.stringValue$/],
    ["no token", { apiToken: undefined }, /^apiToken is missing/],
    ["a region that is none", { region: "nl" }, /^region is "nl"; write one of us, au, ca, eu, uk$/],
    [
      "two APIs",
      { region: "eu", customApiUrl: "https://proxy.example" },
      /^region and customApiUrl are both given/,
    ],
    [
      "plain http",
      { customApiUrl: "http://proxy.example" },
      /^customApiUrl is "http:.*"; write an https URL/,
    ],
    ["an alias with spaces", { alias: "my account" }, /^alias is "my account"; write letters/],
    ["no URL", { customApiUrl: "proxy" }, /^customApiUrl is "proxy"; write an https URL/],
    [
      "a password",
      { customApiUrl: "https://me:SECRET@proxy.example" },
      /^customApiUrl holds more than scheme/,
    ],
    ["a query", { customApiUrl: "https://proxy.example/?token=SECRET" }, /^customApiUrl holds more than/],
  ])("refuses %s, without repeating what may be secret", (_, changes, expected) => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        provider(stack, changes);
      }),
    );

    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toContain("SECRET");
  });

  it("refuses a variable that is made to be stored afterwards", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        const variable = ephemeralVariable(stack);
        new LogzioProvider(stack, "logzio", { apiToken: variable.stringValue });
        variable.addOverride("ephemeral", false);
      });

    expect(build).toThrow(/apiToken refers to var\.logzio_token, whose value Terraform stores in plan files/);
  });
});
