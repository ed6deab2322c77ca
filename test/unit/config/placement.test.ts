import { refusal, removeFolder, synthesize } from "./configurations";
import { valid } from "./valid";

afterAll(removeFolder);

const boundary = "arn:aws:iam::123456789012:policy/boundary";
const existing = "arn:aws:iam::123456789012:role/logzio";

const everything = `region: us
token: { variable: true }
aws:
  region: us-east-1
  roles: { path: /logging/, permissionsBoundaryArn: "${boundary}" }
hook:
  trigger: none
  sources: [{ bucket: my-logs }]
  vpc: { subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] }
  proxy: { url: "http://proxy.example.com:3128" }
fetcher:
  sources: [{ bucket: other-logs }]
  role: { path: /fetcher/ }
access:
  logzioAccountId: "123456789012"
  externalIds: [logzio:aws:extid:example0nktixxe8q]
  buckets: [{ bucket: third-logs }]
metrics:
  discover: { include: ["AWS/*"] }
  resourceTags: true
  vpc: { subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] }
`;

const rolesOf = (resource: Readonly<Record<string, object>>): Readonly<Record<string, unknown>>[] =>
  Object.values(resource["aws_iam_role"] ?? {}) as Readonly<Record<string, unknown>>[];

describe("Network and roles in logzio.yaml", () => {
  it("reach the functions, and every role of the stack is on the path and in the bounds", () => {
    const { resource } = synthesize(everything);

    const places = rolesOf(resource).map(({ path }) => path);
    expect(places.filter((path) => path === "/fetcher/")).toHaveLength(2);
    // Of the hook, Logz.io's own fetcher, both streams, and the metrics' functions with their schedules.
    expect(places.filter((path) => path === "/logging/")).toHaveLength(8);
    expect(places).toHaveLength(10);
    expect(new Set(rolesOf(resource).map(({ permissions_boundary: bounds }) => bounds))).toEqual(
      new Set([boundary]),
    );
    const functions = Object.values(resource["aws_lambda_function"] ?? {}) as object[];
    expect(functions.filter((one) => "vpc_config" in one)).toHaveLength(3);
    expect(JSON.stringify(functions)).toContain('"HTTPS_PROXY":"http://proxy.example.com:3128"');
  });

  it("give out what a role must be allowed that is there already", () => {
    const { output, resource } = synthesize(
      everything
        .replace("{ path: /fetcher/ }", `{ arn: "${existing}" }\n  schedulerRoleArn: "${existing}"`)
        .replace("  proxy:", `  role: { arn: "${existing}" }\n  proxy:`),
    );

    expect(rolesOf(resource)).toHaveLength(7);
    for (const name of ["hook_function_policy", "fetcher_function_policy"]) {
      const policy = JSON.parse(String(output[name].value)) as { Statement: readonly object[] };
      expect(policy.Statement.length).toBeGreaterThan(3);
    }
  });

  it("are refused with all problems at once, each in its place, and what is said of all roles once", () => {
    const text = refusal(`region: us
token: { variable: true }
aws:
  region: us-east-1
  roles: { path: logging }
hook:
  trigger: none
  sources: [{ bucket: my-logs }]
  vpc: { subnetIds: vpc-1 }
  role: { arn: "${boundary}" }
fetcher:
  sources: [{ bucket: other-logs }]
  proxy: { url: "http://me:secret@proxy.example.com" }
  vpc: { subnetIds: [subnet-1], securityGroupIds: [sg-12345678] }
`);

    expect(text.split("\n").map((line) => /- (.*? \(line \d+\))/.exec(line)?.[1] ?? "")).toEqual([
      "",
      "hook.vpc.subnetIds (line 9)",
      "hook.vpc.securityGroupIds (line 9)",
      "aws.roles.path (line 5)",
      "hook.role.arn (line 10)",
      "fetcher.vpc.subnetIds[0] (line 14)",
      "fetcher.proxy.url (line 13)",
    ]);
    expect(text).not.toContain("secret");
  });

  it("leave a configuration without them as it is", () => {
    const { resource } = synthesize(valid);

    expect(rolesOf(resource)[0]).not.toHaveProperty("path");
    expect(JSON.stringify(resource)).not.toMatch(/vpc_config|HTTPS_PROXY/);
  });
});
