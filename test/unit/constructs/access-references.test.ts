import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { Fn, TerraformVariable, type TerraformStack } from "cdktf";
import {
  BucketReadAccess,
  FetcherConnector,
  FetcherRole,
  FetcherUser,
  type FetcherBucket,
  type FetcherRoleProps,
} from "../../../constructs";
import type { Arguments, Template } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const props: FetcherRoleProps = {
  logzioAccountId: "123456789012",
  externalIds: ["logzio:aws:extid:example0nktixxe8q"],
  buckets: [{ bucket: "my-logs" }],
};

/** What only Terraform knows, with the name of a variable. */
type Later = (name: string) => string;

function laterIn(stack: TerraformStack): Later {
  return (name) => new TerraformVariable(stack, name, { type: "string" }).stringValue;
}

function withRole(changes: (later: Later, stack: TerraformStack) => Partial<FetcherRoleProps>): Template {
  return synthesize((stack) => {
    new FetcherRole(stack, "fetcher", { ...props, ...changes(laterIn(stack), stack) });
  });
}

/** What Terraform checks before it makes a resource: the regular expression, by the reference that it is for. */
function checked(resource: Arguments): Record<string, RegExp> {
  const { precondition = [] } = (resource["lifecycle"] ?? {}) as {
    precondition?: readonly { condition: string; error_message: string }[];
  };
  return Object.fromEntries(
    precondition.flatMap(({ condition, error_message: message }) => {
      const found = /^\$\{can\(regex\("(.*)", (.*)\)\)\}$/.exec(condition);
      if (found === null) return [];
      expect(message).toMatch(/; write .*\.$/);
      return [[found[2], new RegExp(found[1], "u")]];
    }),
  );
}

describe("What Terraform knows later", () => {
  it.each<[keyof FetcherRoleProps, (value: string) => Partial<FetcherRoleProps>, string, readonly string[]]>([
    [
      "logzioAccountId",
      (value) => ({ logzioAccountId: value }),
      "111122223333",
      ["", "*", "11112222333", '111122223333:root"},"Action":"sts:AssumeRole"},{"Effect":"Allow'],
    ],
    [
      "externalIds",
      (value) => ({ externalIds: ["old", value] }),
      "logzio:aws:extid:example0nktixxe8q",
      ["", "*", "x", '","y', "a b", "${aws:username}"],
    ],
    [
      "testPrincipals",
      (value) => ({ testPrincipals: [value] }),
      "arn:aws:iam::123456789012:role/teams/engineer",
      [
        "",
        "*",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws-cn:iam::123456789012:role/me",
        'arn:aws:iam::123456789012:role/a"},"Action":"sts:*"},{"x":{"y/b',
      ],
    ],
  ])("of a trust policy is checked for what would widen it: %s", (_, changes, right, wrong) => {
    const template = withRole((later) => changes(later("later")));

    const { "var.later": form } = checked(template.only("aws_iam_role"));
    expect(right).toMatch(form);
    for (const value of wrong) expect(value).not.toMatch(form);
  });

  it.each<[keyof FetcherBucket, readonly string[], readonly string[]]>([
    ["bucket", ["my-logs", "My_old.logs"], ["", "*", "my-logs*", "arn:aws:s3:::my-logs", "a/b", 'a"']],
    [
      "prefix",
      ["", "AWSLogs/123456789012/", "a & 'b' (c)/é=1,2;<>", "~^_`{|}@!#%+"],
      ["*", "a?", "${aws:username}/", 'a"', "a\\", "a\nb", "日本/"],
    ],
    ["region", ["eu-central-1", "us-gov-west-1"], ["", "*", "eu-central-1.evil", "EU"]],
    [
      "kmsKeyArn",
      ["arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"],
      [
        "",
        "*",
        "11111111-2222-3333-4444-555555555555",
        "arn:aws:kms:us-east-1:123456789012:alias/logs",
        "arn:aws:kms:us-east-1:123456789012:key/*",
      ],
    ],
  ])("of a bucket is checked before there is any policy: %s", (key, right, wrong) => {
    const bucketWith = (value: string): FetcherBucket => ({ bucket: "my-logs", [key]: value });
    const role = withRole((value) => ({ buckets: [bucketWith(value("later")), { bucket: "others" }] }));
    const user = synthesize((stack) => {
      new FetcherUser(stack, "fetcher", { buckets: [bucketWith(laterIn(stack)("later"))] });
    });

    expect(checked(role.only("aws_iam_role"))).toEqual({});
    for (const policy of [role.only("aws_iam_role_policy"), user.only("aws_iam_user_policy")]) {
      const { "var.later": form, ...others } = checked(policy);
      expect(others).toEqual({});
      for (const value of right) expect(value).toMatch(form);
      for (const value of wrong) expect(value).not.toMatch(form);
    }
  });

  it("is checked once, and by the policy that all others wait for", () => {
    const template = withRole((value) => {
      const kmsKeyArn = value("key");
      const buckets = Array.from({ length: 200 }, (_, index) => ({
        bucket: `my-company-logs-of-team-${index}`,
        kmsKeyArn,
      }));
      return { buckets, archiveBuckets: [{ bucket: value("archive") }] };
    });

    const policies = Object.entries({
      ...template.all("aws_iam_policy"),
      ...template.all("aws_iam_role_policy"),
    });
    const [[, first] = ["", {}], ...others] = policies.filter(([, policy]) => "lifecycle" in policy);
    expect(others).toEqual([]);
    expect(first).not.toHaveProperty("depends_on");
    expect(policies.filter(([, policy]) => !("depends_on" in policy))).toHaveLength(1);
    expect(Object.keys(checked(first)).sort()).toEqual(["var.archive", "var.key"]);
  });

  it("is not checked where it is the name of a bucket, or the ARN of a key, whatever it is", () => {
    // Neither could the bucket's or key's own policy name the role then, which would wait for them.
    const template = withRole((_, stack) => {
      const key = new KmsKey(stack, "key", {});
      const alias = new KmsAlias(stack, "alias", { targetKeyId: key.keyId });
      const { bucket } = new S3Bucket(stack, "logs", {});
      const { id } = new S3Bucket(stack, "more-logs", {});
      return {
        buckets: [
          { bucket, kmsKeyArn: key.arn },
          { bucket: id, kmsKeyArn: alias.targetKeyArn },
        ],
      };
    });

    expect(template.only("aws_iam_role_policy")).not.toHaveProperty("lifecycle");
  });
});

describe("A reference to another attribute than the one that is needed", () => {
  const ofBucket = "is a reference to the arn of a bucket; write its name, such as bucket.bucket";

  it.each<[string, (stack: TerraformStack) => Partial<FetcherBucket>, string]>([
    ["a bucket's ARN", (stack) => ({ bucket: new S3Bucket(stack, "logs", {}).arn }), `bucket ${ofBucket}`],
    [
      "a key's ID",
      (stack) => ({ kmsKeyArn: new KmsKey(stack, "key", {}).keyId }),
      "kmsKeyArn is a reference to the key_id of a key; write its ARN, such as key.arn",
    ],
    [
      "an alias",
      (stack) => ({ kmsKeyArn: new KmsAlias(stack, "alias", { targetKeyId: "key" }).arn }),
      "kmsKeyArn is a reference to an alias, and a policy's resource is compared with the key's own ARN; write " +
        "alias.targetKeyArn",
    ],
  ])("is refused: %s", (_, changes, problem) => {
    const access = (): unknown =>
      synthesize((stack) => {
        new BucketReadAccess(stack, "access", { bucket: "my-logs", ...changes(stack) });
      });
    const role = (): unknown =>
      withRole((_, stack) => ({ archiveBuckets: [{ bucket: "my-archive", ...changes(stack) }] }));

    expect(problemsOf(access)).toEqual([problem]);
    expect(problemsOf(role)).toEqual([`archiveBuckets[0].${problem}`]);
  });

  it("is refused where a bucket is registered", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        const { arn } = new S3Bucket(stack, "logs", {});
        const roleArn = "arn:aws:iam::123456789012:role/fetcher";
        new FetcherConnector(stack, "connector", { roleArn, bucket: arn, region: "us-east-1", type: "elb" });
      });

    expect(problemsOf(build)).toEqual([`bucket ${ofBucket}`]);
  });
});

describe("A prefix that may do another thing than was meant", () => {
  it.each([
    ["AWSLogs/", []],
    ["café/", []],
    [
      "AWSLogs/*",
      [/^The prefix "AWSLogs\/\*" is taken as it stands: \* and \? are characters of keys, and no/],
    ],
    ["AWSLogs/\n", [/^The prefix "AWSLogs\/\\n" has line breaks or other control characters/]],
    [
      "日本",
      [
        /^IAM takes no characters beyond Latin-1: .* "日本" the policy has \*, .* every key that fits "\*\*"\. /,
      ],
    ],
    ["logs/ü日/", [/every key that fits "logs\/ü\*\/\*"\. Where that is too much/]],
  ])("is warned of, and others are not: %j", (prefix, expected) => {
    const warnings: unknown[] = [];
    synthesize((stack) => {
      const { node } = new BucketReadAccess(stack, "access", { bucket: "my-logs", prefix });
      warnings.push(...node.metadata.map(({ data }) => data as unknown));
    });

    expect(warnings).toEqual(expected.map((text) => expect.stringMatching(text) as unknown));
  });

  it("is not taken for its references", () => {
    synthesize((stack) => {
      const { node } = new BucketReadAccess(stack, "access", { bucket: "my-logs", prefix: `${Fn.uuid()}/` });

      expect(node.metadata).toEqual([]);
    });
  });
});
