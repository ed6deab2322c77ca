import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Fn, TerraformOutput, TerraformVariable, type TerraformStack } from "cdktf";
import { FetcherRole, type FetcherRoleProps } from "../../../constructs";
import { statements, type Template } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const externalId = "logzio:aws:extid:example0nktixxe8q";
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const engineer = "arn:aws:iam::210987654321:role/teams/engineer";

const props: FetcherRoleProps = {
  logzioAccountId: "123456789012",
  externalIds: [externalId],
  buckets: [{ bucket: "my-logs", prefix: "AWSLogs/" }],
};

function withRole(changes: Partial<FetcherRoleProps> = {}): Template {
  return synthesize((stack) => {
    new FetcherRole(stack, "fetcher", { ...props, ...changes });
  });
}

/** What JavaScript and configuration files can pass where the types say no. */
const untyped = (changes: object): Partial<FetcherRoleProps> => changes;

function roleProblems(changes: Partial<FetcherRoleProps>): string[] {
  return problemsOf(() => withRole(changes));
}

function trustOf(template: Template): unknown {
  const policy = template.only("aws_iam_role")["assume_role_policy"] as string;
  return JSON.parse(policy.replace(/\$\{data\.aws_partition\.[\w-]+\.partition\}/g, "aws"));
}

/** A statement that lets someone assume the role with external IDs. */
function assume(principal: string, ids: string | readonly string[]): object {
  return {
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": ids } },
  };
}

const logzio = "arn:aws:iam::123456789012:root";

const inPartition = {
  condition: expect.stringMatching(/^\$\{\(data\.aws_partition\.\S+\.partition == "aws"\)\}$/) as string,
  error_message: expect.stringMatching(/partition aws.*S3Hook and S3Fetcher.*\.$/) as string,
};

describe("FetcherRole", () => {
  const template = withRole();

  it("makes the resources at addresses that do not change", () => {
    const large = withRole({
      buckets: Array.from({ length: 200 }, (_, index) => ({ bucket: `my-company-logs-of-team-${index}` })),
      archiveBuckets: [{ bucket: "my-archive", kmsKeyArn }],
    });

    expect(template.addresses).toMatchSnapshot();
    expect(large.addresses).toMatchSnapshot();
  });

  it("lets Logz.io's account assume it with the external ID, and nobody else", () => {
    expect(trustOf(template)).toEqual({ Version: "2012-10-17", Statement: [assume(logzio, externalId)] });
  });

  it("takes the old and the new external ID while configurations are moved", () => {
    const moved = withRole({ externalIds: ["my-company", externalId] });

    expect(trustOf(moved)).toMatchObject({ Statement: [assume(logzio, ["my-company", externalId])] });
  });

  it("takes external IDs that Terraform knows later", () => {
    const template = synthesize((stack) => {
      const id = new TerraformVariable(stack, "external_id", { type: "string" }).stringValue;
      new FetcherRole(stack, "fetcher", { ...props, externalIds: ["old", id] });
    });

    expect(trustOf(template)).toMatchObject({ Statement: [assume(logzio, ["old", "${var.external_id}"])] });
    expect(template.only("aws_iam_role")["lifecycle"]).toEqual({
      precondition: [
        inPartition,
        {
          condition: '${can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.external_id))}',
          error_message: expect.stringMatching(/^An external ID has 2 to 1224 letters.*q\.$/) as string,
        },
      ],
    });
  });

  it("has Terraform refuse an account of a partition that Logz.io is not in", () => {
    expect(template.only("aws_iam_role")["lifecycle"]).toEqual({ precondition: [inPartition] });
  });

  it.each([
    [{ buckets: [{ bucket: "my-logs", region: "cn-north-1" }] }, "buckets[0].region"],
    [
      { archiveBuckets: [{ bucket: "one" }, { bucket: "my-archive", region: "us-gov-west-1" }] },
      "archiveBuckets[1].region",
    ],
    [
      {
        buckets: [
          { bucket: "my-logs", kmsKeyArn: kmsKeyArn.replace(/aws:kms:[^:]+/, "aws-cn:kms:cn-north-1") },
        ],
      },
      "buckets[0].region",
    ],
  ])("refuses buckets of such a partition, and says what works there: %j", (changes, path) => {
    const [problem, ...others] = roleProblems(changes);

    expect(problem).toContain(`${path} is `);
    expect(problem).toMatch(/IAM lets nobody of one partition into another.*S3Hook and S3Fetcher/);
    expect(others).toEqual([]);
  });

  it("lets principals of one's own test it with the same external ID", () => {
    const tested = withRole({ testPrincipals: [engineer] });

    expect(trustOf(tested)).toEqual({
      Version: "2012-10-17",
      Statement: [assume(logzio, externalId), assume(engineer, externalId)],
    });
  });

  it("reads the buckets", () => {
    const policy = statements(template.only("aws_iam_role_policy")["policy"]);

    const arn = (path: string): string => expect.stringMatching(new RegExp(`:s3:::${path}$`)) as string;
    expect(policy).toEqual([
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [arn("my-logs")] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [arn("my-logs/AWSLogs/\\*")],
      },
    ]);
  });

  it("writes archives and reads them back, with the key for the bucket's objects", () => {
    const archive = withRole({ buckets: [], archiveBuckets: [{ bucket: "my-archive", kmsKeyArn }] });

    const arn = (path: string): string => expect.stringMatching(new RegExp(`:s3:::${path}$`)) as string;
    expect(statements(archive.only("aws_iam_role_policy")["policy"])).toEqual([
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [arn("my-archive")] },
      { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: [arn("my-archive/\\*")] },
      {
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: [kmsKeyArn],
        Condition: {
          StringEquals: { "kms:ViaService": expect.stringMatching(/^s3\.eu-central-1\./) as string },
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": [arn("my-archive"), arn("my-archive/\\*")],
          },
        },
      },
    ]);
  });

  it("has a name, and a tag that says who manages it", () => {
    expect(template.only("aws_iam_role")).toMatchObject({
      name: "logzio-s3-fetcher",
      description: "Lets Logz.io read logs from S3 buckets",
      tags: { "managed-by": "cdktf-logzio-s3" },
    });
  });

  it("passes on what is asked for", () => {
    const boundary = "arn:aws:iam::210987654321:policy/boundary";
    const changed = withRole({
      namePrefix: "logs-",
      path: "/logging/",
      permissionsBoundaryArn: boundary,
      maxSessionDurationSeconds: 43_200,
      tags: { team: "platform" },
    }).only("aws_iam_role");

    expect(changed).toMatchObject({
      name_prefix: "logs-",
      path: "/logging/",
      permissions_boundary: boundary,
      max_session_duration: 43_200,
      tags: { team: "platform", "managed-by": "cdktf-logzio-s3" },
    });
    expect(changed).not.toHaveProperty("name");
  });

  it("takes principals and boundaries under paths with characters that names have not", () => {
    const tested = withRole({
      testPrincipals: ["arn:aws:iam::210987654321:user/a!b~c|d/e:f/me@example.com"],
      permissionsBoundaryArn: "arn:aws:iam::210987654321:policy/a!b/boundary",
    });

    expect(JSON.stringify(trustOf(tested))).toContain(":user/a!b~c|d/e:f/me@example.com");
  });

  it("leaves the tag to the user who has one, in whatever case", () => {
    const tagged = withRole({ tags: { "Managed-By": "me" } });

    expect(tagged.only("aws_iam_role")["tags"]).toEqual({ "Managed-By": "me" });
  });

  it("says what must exist before it can be used", () => {
    const waiting = synthesize((stack) => {
      const { dependables } = new FetcherRole(stack, "fetcher", props);
      new TerraformOutput(stack, "ready", { value: "yes", dependsOn: dependables, staticId: true });
    });

    expect(waiting.json.output?.["ready"]).toEqual({
      value: "yes",
      depends_on: [
        expect.stringMatching(/^\$\{aws_iam_role\.fetcher_role_/),
        expect.stringMatching(/^\$\{aws_iam_role_policy\.fetcher_policies_inline_/),
      ],
    });
  });

  it("warns of a trust policy that needs a raised quota, and refuses one that no quota allows", () => {
    const testPrincipals = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${engineer}-${String(index).padStart(3, "0")}`);
    const warnings: string[] = [];
    const build = (count: number) => () =>
      synthesize((stack) => {
        const role = new FetcherRole(stack, "fetcher", { ...props, testPrincipals: testPrincipals(count) });
        warnings.push(...role.node.metadata.map(({ data }) => String(data)));
      });

    expect(problemsOf(build(20))).toEqual([]);
    expect(warnings).toEqual([]);
    expect(problemsOf(build(50))).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/has up to \d{4} characters; AWS allows more than 2048 only/),
    ]);
    expect(problemsOf(build(90))).toEqual([
      expect.stringMatching(/^externalIds and testPrincipals make a trust policy of up to \d{4} characters/),
    ]);
  });

  it.each<[string, Partial<FetcherRoleProps>, RegExp]>([
    ["no external ID", { externalIds: [] }, /^externalIds is empty, and without an external ID any customer/],
    ["an empty external ID", { externalIds: [""] }, /^externalIds\[0\] is empty, and without/],
    ["a wildcard", { externalIds: ["logzio:*"] }, /^externalIds\[0\] is "logzio:\*", and IAM compares/],
    ["one character", { externalIds: ["x"] }, /^externalIds\[0\] is "x"; external IDs have 2 to 1224/],
    ["too many characters", { externalIds: ["x".repeat(1225)] }, /; external IDs have 2 to 1224/],
    ["other characters", { externalIds: ["a b"] }, /^externalIds\[0\] is "a b"; external IDs have/],
    [
      "the start of a template",
      { externalIds: ["${x}"] },
      /^externalIds\[0\] is "\$\{x\}"; external IDs have/,
    ],
    [
      "three",
      { externalIds: ["aa", "bb", "cc"] },
      /^externalIds has 3 entries; write the one that is in use/,
    ],
    ["one twice", { externalIds: ["aa", "aa"] }, /^externalIds has an external ID twice/],
    ["a list that is not known", { externalIds: Fn.split(",", "a") }, /^externalIds is a reference/],
    ["a text", untyped({ externalIds: externalId }), /^externalIds is "logzio.*; write a list/],
    ["nothing", untyped({ externalIds: undefined }), /^externalIds is missing; write the external ID/],
  ])("refuses %s as external IDs", (_, changes, expected) => {
    expect(roleProblems(changes)).toEqual([expect.stringMatching(expected)]);
  });

  it("refuses the same reference twice as external IDs", () => {
    const build = (stack: TerraformStack): void => {
      const id = new TerraformVariable(stack, "external_id", { type: "string" });
      new FetcherRole(stack, "fetcher", { ...props, externalIds: [id.stringValue, id.stringValue] });
    };

    expect(problemsOf(() => synthesize(build))).toEqual([expect.stringMatching(/an external ID twice/)]);
  });

  it.each<[string, Partial<FetcherRoleProps>, RegExp]>([
    [
      "an account that is no 12 digits",
      { logzioAccountId: "1234" },
      /^logzioAccountId is "1234"; write the 12/,
    ],
    [
      "an account as a number",
      untyped({ logzioAccountId: 123456789012 }),
      /^logzioAccountId is 123456789012; write text/,
    ],
    ["no account", untyped({ logzioAccountId: undefined }), /^logzioAccountId is missing/],
    ["no bucket", { buckets: [] }, /^buckets and archiveBuckets have no entry; write at least one, such as/],
    ["both names", { name: "a", namePrefix: "b" }, /^name and namePrefix are both given/],
    ["a long name", { name: "x".repeat(65) }, /^name is ".*"; write 1 to 64 letters/],
    ["a long prefix", { namePrefix: "x".repeat(39) }, /^namePrefix is ".*"; write 1 to 38 letters/],
    ["a name with a slash", { name: "a/b" }, /^name is "a\/b"; write 1 to 64/],
    ["a path without slashes", { path: "logging" }, /^path is "logging"; write a path that begins and ends/],
    [
      "a boundary's name",
      { permissionsBoundaryArn: "boundary" },
      /^permissionsBoundaryArn is "boundary"; write the ARN/,
    ],
    [
      "a short session",
      { maxSessionDurationSeconds: 900 },
      /^maxSessionDurationSeconds is 900; write a whole number from 3600/,
    ],
    ["a long wait", { settleSeconds: 301 }, /^settleSeconds is 301; write a whole number from 0 to 300/],
    ["a tag of AWS's", { tags: { "aws:x": "y" } }, /^tags has the key "aws:x"/],
    [
      "an account to test with",
      { testPrincipals: [logzio] },
      /^testPrincipals\[0\] is .*:root", which stands for every principal/,
    ],
    ["everyone to test with", { testPrincipals: ["*"] }, /^testPrincipals\[0\] is "\*", and a wildcard/],
    [
      "a session to test with",
      { testPrincipals: ["arn:aws:sts::210987654321:assumed-role/engineer/me"] },
      /write the role itself, arn:aws:iam::210987654321:role\/engineer, with its path/,
    ],
    ["one principal twice", { testPrincipals: [engineer, engineer] }, /^testPrincipals has an ARN twice/],
    [
      "a principal of another partition",
      { testPrincipals: ["arn:aws-cn:iam::210987654321:role/me"] },
      /^testPrincipals\[0\] is .*, of the partition aws-cn: Logz\.io has .* begins with arn:aws:$/,
    ],
    ["a path that Terraform would read", { path: "/${team}/" }, /^path is "\/\$\{team\}\/"; write a path/],
    ["null for buckets", untyped({ buckets: null }), /^buckets and archiveBuckets have no entry/],
    ["null for an entry", untyped({ buckets: [null] }), /^buckets\[0\] is null; write \{ bucket/],
    [
      "half of a character",
      { buckets: [{ bucket: "my-logs", prefix: "a\ud800/" }] },
      /^buckets\[0\]\.prefix is "a\\ud800\/", which is not valid Unicode$/,
    ],
    [
      "one bucket in two regions",
      {
        buckets: [{ bucket: "my-logs" }, { bucket: "my-logs", prefix: "b/", region: "us-east-1" }],
        archiveBuckets: [{ bucket: "my-logs", kmsKeyArn }],
      },
      /^archiveBuckets\[0\]\.region is "eu-central-1", where buckets\[1\] has the same bucket in "us-east-1"; write/,
    ],
    ["a bucket's ARN", { buckets: [{ bucket: "arn:aws:s3:::my-logs" }] }, /^buckets\[0\]\.bucket is the ARN/],
    ["an entry without bucket", { buckets: [untyped({}) as never] }, /^buckets\[0\]\.bucket is missing/],
    [
      "a key of another region",
      { archiveBuckets: [{ bucket: "my-archive", region: "us-east-1", kmsKeyArn }] },
      /^archiveBuckets\[0\]\.kmsKeyArn is a key of eu-central-1, and the bucket is in us-east-1/,
    ],
  ])("refuses %s", (_, changes, expected) => {
    expect(roleProblems(changes)).toEqual([expect.stringMatching(expected)]);
  });

  it("refuses 50 tags, to which its own would be added", () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, "x"]));

    expect(roleProblems({ tags })).toEqual([
      "tags has 50 entries, and managed-by is added to them; AWS allows 50",
    ]);
  });

  it("refuses the name of a role that the stack has already", () => {
    const build = (stack: TerraformStack): void => {
      // IAM's names differ in more than case.
      new IamRole(stack, "mine", { name: "Logzio-S3-Fetcher", assumeRolePolicy: "{}" });
      new FetcherRole(stack, "fetcher", props);
    };

    expect(problemsOf(() => synthesize(build))).toEqual([
      'name is "logzio-s3-fetcher", the name of test/mine; write another name',
    ]);
  });

  it("reports everything at once", () => {
    const problems = roleProblems({ externalIds: [], name: "a b", buckets: [{ bucket: "x" }] });

    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "externalIds",
      "buckets[0].bucket",
      "name",
    ]);
  });
});
