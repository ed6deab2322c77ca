import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformVariable, type TerraformStack } from "cdktf";
import {
  ListenerToken,
  MetricStream,
  ResourceTags,
  S3Fetcher,
  type S3FetcherProps,
} from "../../../constructs";
import type { FunctionPlacement } from "../../../constructs";
import { statements, type Arguments, type Template } from "../../support/template";
import { addHook, hookProblems, hookTemplate, problemsOf, synthesize, tokenIn, untyped } from "./stacks";

const vpc = {
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupIds: ["sg-0123456789abcdef0"],
};
const boundary = "arn:aws:iam::123456789012:policy/boundary";
const existing = "arn:aws:iam::123456789012:role/platform/logzio";
const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:logzio-AbCdEf";

function fetcherTemplate(changes: Partial<S3FetcherProps>): Template {
  return synthesize((stack) => {
    const token = new ListenerToken(stack, "token", { secretArn });
    new S3Fetcher(stack, "fetcher", { region: "eu", token, sources: [{ bucket: "my-logs" }], ...changes });
  });
}

function variablesOf(template: Template): Record<string, string> {
  const { environment } = template.only("aws_lambda_function");
  return (environment as { variables: Record<string, string> }).variables;
}

describe("A function in a VPC", () => {
  it("has its interfaces in the subnets, with the security groups", () => {
    expect(hookTemplate({ vpc }).only("aws_lambda_function")["vpc_config"]).toEqual({
      subnet_ids: vpc.subnetIds,
      security_group_ids: vpc.securityGroupIds,
    });
    expect(hookTemplate().only("aws_lambda_function")).not.toHaveProperty("vpc_config");
  });

  it("takes lists that Terraform alone knows, and then lets Lambda choose among the region's subnets", () => {
    const template = synthesize((stack) => {
      const list = (id: string): string[] =>
        new TerraformVariable(stack, id, { type: "list(string)" }).listValue;
      addHook(stack, "hook", tokenIn(stack), {
        vpc: { subnetIds: list("subnets"), securityGroupIds: list("groups") },
      });
    });

    expect(template.only("aws_lambda_function")["vpc_config"]).toEqual({
      subnet_ids: "${var.subnets}",
      security_group_ids: "${var.groups}",
    });
    const create = statements(template.only("aws_iam_role_policy")["policy"]).find(({ Action }) =>
      Action.includes("ec2:CreateNetworkInterface"),
    );
    expect(create?.Resource.map((arn) => arn.replace(/\$\{[^}]*\}/g, "X"))).toEqual([
      "arn:X:ec2:X:X:network-interface/*",
      "arn:X:ec2:X:*:subnet/*",
      "arn:X:ec2:X:*:security-group/*",
    ]);
  });

  it("is refused with everything that is wrong, also what only JavaScript can pass", () => {
    const many = Array.from({ length: 6 }, (_, index) => `sg-0000000${index}`);

    expect(hookProblems({ vpc: { subnetIds: [], securityGroupIds: ["subnet-12345678", ...many] } })).toEqual([
      "vpc.subnetIds has 0 entries; write 1 to 16 ids",
      "vpc.securityGroupIds has 7 entries; write 1 to 5 ids",
      'vpc.securityGroupIds[0] is "subnet-12345678"; write an id such as sg-0123456789abcdef0',
    ]);
    expect(hookProblems(untyped({ vpc: { subnetIds: "subnet-12345678" } }))).toEqual([
      'vpc.subnetIds is "subnet-12345678"; write a list of ids such as subnet-0123456789abcdef0',
      'vpc.securityGroupIds is missing; write { subnetIds: ["subnet-…"], securityGroupIds: ["sg-…"] }',
    ]);
    expect(hookProblems(untyped({ vpc: true }))).toEqual([
      'vpc is true; write { subnetIds: ["subnet-…"], securityGroupIds: ["sg-…"] }',
    ]);
  });
});

describe("A function behind a proxy", () => {
  it("is told of it, and that AWS is reached without it", () => {
    const variables = variablesOf(hookTemplate({ proxy: { url: "http://proxy.example.com:3128" } }));

    expect(variables["HTTPS_PROXY"]).toBe("http://proxy.example.com:3128");
    expect(variables["NO_PROXY"]).toMatch(/^\.\$\{data\.aws_partition\.[\w-]+\.dns_suffix\},\.api\.aws$/);
  });

  it("reaches AWS through it as well where no host is excepted", () => {
    const proxy = { url: "https://proxy.example.com", except: [] };

    expect(variablesOf(fetcherTemplate({ proxy }))).toMatchObject({ HTTPS_PROXY: proxy.url, NO_PROXY: "" });
  });

  it("is refused a password, which whoever may look at the function could read", () => {
    const [problem = "", ...more] = hookProblems({ proxy: { url: "http://user:hunter2@proxy.example.com" } });

    expect(problem).toMatch(
      /^proxy\.url holds more than scheme, host and port; write http:.*subnets or security group/,
    );
    expect(problem).not.toContain("hunter2");
    expect(more).toEqual([]);
  });

  it.each([
    [
      "socks5://proxy.example.com:1080",
      'proxy.url is "socks5://proxy.example.com:1080"; write scheme, host and port',
    ],
    ["proxy.example.com:3128", 'proxy.url is "proxy.example.com:3128"; write scheme, host and port'],
    [
      "http://proxy.example.com/path",
      'proxy.url is "http://proxy.example.com/path"; write scheme, host and port',
    ],
  ])("is refused %s", (url, expected) => {
    expect(hookProblems({ proxy: { url, except: ["*.example.com"] } })).toEqual([
      expect.stringContaining(expected),
      'proxy.except[0] is "*.example.com"; write a host\'s name, or the end of names such as .example.com',
    ]);
  });

  it("has an environment that counts the proxy's variables", () => {
    const except = Array.from({ length: 300 }, (_, index) => `host-${index}.example.com`);
    const proxy = { url: "http://proxy.example.com:3128", except };

    expect(hookProblems({ proxy })).toEqual([
      expect.stringMatching(/^sources need an environment of \d+ bytes/),
    ]);
  });
});

describe("The roles of a function and of its schedules", () => {
  it("are on the path and in the bounds that the account asks for", () => {
    const role = { namePrefix: "corp-logzio-", path: "/logging/", permissionsBoundaryArn: boundary };
    const roles = Object.values(fetcherTemplate({ role }).all("aws_iam_role"));

    expect(roles).toHaveLength(2);
    for (const made of roles) {
      expect(made).toMatchObject({
        name_prefix: "corp-logzio-",
        path: "/logging/",
        permissions_boundary: boundary,
      });
      expect(made).not.toHaveProperty("name");
    }
  });

  it("are none where they are there already, and what they need is known before anything is made", () => {
    const made: S3Fetcher[] = [];
    const template = synthesize((stack) => {
      const token = new ListenerToken(stack, "token", { secretArn });
      const props = { region: "eu", token, role: { arn: existing }, schedulerRoleArn: existing } as const;
      made.push(new S3Fetcher(stack, "fetcher", { ...props, sources: [{ bucket: "my-logs" }], vpc }));
    });

    expect(template.all("aws_iam_role")).toEqual({});
    expect(template.all("aws_iam_role_policy")).toEqual({});
    expect(template.only("aws_lambda_function")["role"]).toBe(existing);
    expect(template.only("aws_scheduler_schedule")["target"]).toMatchObject({ role_arn: existing });
    const needed = made[0].function.statements;
    expect(needed.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining([
        "dynamodb:PutItem",
        "s3:GetObject",
        "logs:PutLogEvents",
        "ec2:CreateNetworkInterface",
      ]),
    );
    expect(JSON.stringify(needed.map(({ Resource }) => Resource))).not.toMatch(/aws_(dynamodb|cloudwatch)/);
  });

  it("are refused where both a role and what a new one is like are given", () => {
    const role = { arn: existing, path: "/logging/" };

    expect(hookProblems({ role })).toEqual([
      "role.path is given beside arn, and is for a new role alone; keep one of the two",
    ]);
    expect(
      problemsOf(() =>
        fetcherTemplate({ role: { arn: boundary, path: "logging" }, schedulerRoleArn: "logzio" }),
      ),
    ).toEqual([
      'schedulerRoleArn is "logzio"; write the ARN of a role, such as arn:aws:iam::123456789012:role/logging/logzio',
      `role.arn is "${boundary}"; write the ARN of a role, such as arn:aws:iam::123456789012:role/logging/logzio`,
      expect.stringMatching(/^role\.path is "logging"; write a path that begins and ends with/) as string,
      "role.path is given beside arn, and is for a new role alone; keep one of the two",
    ]);
  });
});

describe("Instances in several regions of one stack", () => {
  const far = (stack: TerraformStack): AwsProvider =>
    new AwsProvider(stack, "far", { alias: "far", region: "eu-west-1" });
  const providersOf = (template: Template, pick: (name: string) => boolean): Set<unknown> => {
    const { resource = {}, data = {} } = template.json;
    const all = [resource, data].flatMap((kinds) =>
      Object.values(kinds).flatMap((named) => Object.entries(named)),
    );
    return new Set(
      all.filter(([name]) => pick(name)).map(([, { provider }]: [string, Arguments]) => provider),
    );
  };

  it("have all that they are made of in theirs, each under the same names", () => {
    const template = synthesize((stack) => {
      const token = tokenIn(stack);
      addHook(stack, "near", token, { sources: [{ bucket: "near-logs" }] });
      addHook(stack, "far-hook", token, { sources: [{ bucket: "far-logs" }], provider: far(stack), vpc });
    });

    const ofFar = (name: string): boolean => /far/.test(name);
    expect(providersOf(template, ofFar)).toEqual(new Set(["aws.far"]));
    expect(providersOf(template, (name) => !ofFar(name))).toEqual(new Set([undefined]));
    const roles = Object.values(template.all("aws_iam_role")).map(({ name }) => String(name));
    expect(roles.map((name) => /aws_region\.([\w-]+?)_region/.exec(name)?.[1]).sort()).toEqual([
      "logzio-aws",
      "logzio-aws-far",
    ]);
  });

  it("are made by every construct that makes functions, with the secret where it is asked for", () => {
    const template = synthesize((stack) => {
      const provider = far(stack);
      const token = new ListenerToken(stack, "far-token", { token: tokenOf(stack), provider });
      const placement: FunctionPlacement = { provider, role: { path: "/logging/" } };
      const common = { region: "eu", token, ...placement } as const;
      new S3Fetcher(stack, "far-fetcher", { ...common, sources: [{ bucket: "my-logs" }] });
      new ResourceTags(stack, "far-tags", { ...common, namespaces: ["AWS/EC2"], p8sLogzioName: "far" });
      new MetricStream(stack, "far-metrics", {
        ...common,
        token: new ListenerToken(stack, "far-metrics-token", { purpose: "metrics", secretArn }),
        discover: { include: ["AWS/*"] },
        resourceTags: true,
      });
    });

    expect(providersOf(template, () => true)).toEqual(new Set(["aws.far"]));
    expect(Object.values(template.all("aws_iam_role")).map(({ path }) => path)).toEqual(
      Array(10).fill("/logging/"),
    );
  });

  it("are refused what is no provider of AWS", () => {
    expect(hookProblems(untyped({ provider: "aws.far" }))).toEqual([
      expect.stringMatching(/^provider is "aws\.far"; write an AwsProvider with an alias/),
    ]);
  });

  function tokenOf(stack: TerraformStack): string {
    const variable = new TerraformVariable(stack, "logzio_token", { type: "string", sensitive: true });
    variable.addOverride("ephemeral", true);
    return variable.stringValue;
  }
});
