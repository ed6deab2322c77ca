import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { TerraformOutput, type TerraformStack } from "cdktf";
import fc from "fast-check";
import {
  ArchiveAccess,
  BucketReadAccess,
  FetcherRole,
  FetcherUser,
  renderPolicy,
  type ArchiveBucket,
  type FetcherBucket,
  type PolicyStatement,
} from "../../../constructs";
import { policyLength } from "../../../constructs/foundation/policy-length";
import { packPolicies } from "../../../constructs/foundation/policy-packing";
import { statements, type Arguments, type Template } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const contextKey = "kms:EncryptionContext:aws:s3:arn";

/**
 * What statements allow, as a set: an action on a resource under a condition each. Two lists of statements with the
 * same set allow the same, whatever their shape.
 */
function grants(list: readonly PolicyStatement[]): Set<string> {
  return new Set(
    list.flatMap(({ Action, Resource, Condition }) => {
      const like = Condition?.["StringLike"] ?? {};
      const conditions =
        contextKey in like
          ? [like[contextKey]]
              .flat()
              .map((context) => ({ ...Condition, StringLike: { ...like, [contextKey]: context } }))
          : [Condition];
      return Action.flatMap((action) =>
        Resource.flatMap((resource) =>
          conditions.map((condition) => JSON.stringify([action, resource, condition])),
        ),
      );
    }),
  );
}

const keyArn = (number: number): string =>
  `arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-${String(number).padStart(12, "0")}`;

/** Buckets with names and prefixes of common lengths. */
function buckets(
  count: number,
  more: (index: number) => Partial<FetcherBucket> = () => ({}),
): FetcherBucket[] {
  return Array.from({ length: count }, (_, index) => ({
    bucket: `my-company-logs-of-team-${String(index).padStart(3, "0")}`,
    ...more(index),
  }));
}

const prefix = "AWSLogs/123456789012/CloudTrail/";

interface Packed {
  readonly template: Template;
  readonly inline: Arguments;
  /** From the first to the last. */
  readonly managed: readonly Arguments[];
}

function packed(list: readonly FetcherBucket[], archiveBuckets: readonly ArchiveBucket[] = []): Packed {
  const template = synthesize((stack) => {
    addRole(stack, list, archiveBuckets);
  });
  return { template, inline: template.only("aws_iam_role_policy"), managed: managedOf(template) };
}

function addRole(
  stack: TerraformStack,
  list: readonly FetcherBucket[],
  archiveBuckets: readonly ArchiveBucket[] = [],
): FetcherRole {
  return new FetcherRole(stack, "fetcher", {
    logzioAccountId: "123456789012",
    externalIds: ["logzio:aws:extid:example0nktixxe8q"],
    buckets: list,
    archiveBuckets,
  });
}

function managedOf(template: Template): Arguments[] {
  const numberOf = (name: string): number => Number(/managed-(\d+)/.exec(name)?.[1]);
  return Object.entries(template.all("aws_iam_policy"))
    .sort(([one], [other]) => numberOf(one) - numberOf(other))
    .map(([, policy]) => policy);
}

/** Characters of a policy as Terraform deploys it where the partition has the longest name. */
function deployedLength(policy: Arguments): number {
  return String(policy["policy"])
    .replace(/\$\{data\.aws_partition\.[\w-]+\.partition\}/g, "aws-us-gov")
    .replace(/\$\{data\.aws_partition\.[\w-]+\.dns_suffix\}/g, "amazonaws.com.cn")
    .replace(/\$\{aws_s3_bucket\.[\w-]+\.\w+\}/g, "b".repeat(63)).length;
}

/** What the accesses allow that the policies are made from, each rendered by itself: nothing is merged or packed. */
function unpacked(list: readonly FetcherBucket[], archives: readonly ArchiveBucket[] = []): Set<string> {
  const template = synthesize((stack) => {
    const accesses = [
      ...list.map((bucket, index) => new BucketReadAccess(stack, `access-${index}`, bucket)),
      ...archives.map((archive, index) => new ArchiveAccess(stack, `archive-${index}`, archive)),
    ];
    for (const { identityStatements, node } of accesses) {
      const value = renderPolicy(identityStatements);
      new TerraformOutput(stack, `${node.id}-policy`, { value, staticId: true });
    }
  });
  const outputs = Object.keys(template.json.output ?? {});
  expect(outputs).toHaveLength(list.length + archives.length);
  return grants(outputs.flatMap((name) => statements(template.output(name)) as PolicyStatement[]));
}

function grantsOf({ inline, managed }: Packed): Set<string> {
  return grants([inline, ...managed].flatMap(({ policy }) => statements(policy) as PolicyStatement[]));
}

describe("The policies of a role with 200 buckets", () => {
  const kinds: readonly [string, (index: number) => Partial<FetcherBucket>, number][] = [
    ["without prefixes and keys", () => ({}), 2],
    ["with prefixes", () => ({ prefix }), 3],
    ["with one key", () => ({ kmsKeyArn: keyArn(1) }), 6],
    ["with prefixes and one key", () => ({ prefix, kmsKeyArn: keyArn(1) }), 8],
    [
      "with prefixes and keys for half of them",
      (index) => (index % 2 ? { prefix, kmsKeyArn: keyArn(index) } : {}),
      10,
    ],
  ];

  it.each(kinds)("allow %s what one role a bucket would, and fit", (_, more, count) => {
    const list = buckets(200, more);
    const archives = [{ bucket: "my-archive", kmsKeyArn: keyArn(999) }];

    const role = packed(list, archives);

    expect(role.managed).toHaveLength(count);
    expect(grantsOf(role)).toEqual(unpacked(list, archives));
    expect(deployedLength(role.inline)).toBeLessThanOrEqual(10_240);
    for (const policy of role.managed) expect(deployedLength(policy)).toBeLessThanOrEqual(6144);
    expect(Object.keys(role.template.all("aws_iam_role_policy_attachment"))).toHaveLength(count);
  });

  it("are counted with the longest names where buckets are references", () => {
    const template = synthesize((stack) => {
      const list = Array.from({ length: 200 }, (_, index) => ({
        bucket: new S3Bucket(stack, `logs-${index}`).bucket,
      }));
      addRole(stack, list);
    });

    expect(deployedLength(template.only("aws_iam_role_policy"))).toBeLessThanOrEqual(10_240);
    const lengths = managedOf(template).map(deployedLength);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(6144);
    // All but the last are full.
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(5900);
  });

  it("are refused where they are 2,000, with the number of roles that would hold them", () => {
    const list = buckets(2000, () => ({ prefix, kmsKeyArn: keyArn(1) }));

    const [problem = "", ...others] = problemsOf(() => packed(list));
    const [, roles] = /split them between (\d+) roles, or write fewer entries/.exec(problem) ?? [];
    expect(others).toEqual([]);
    expect(problemsOf(() => packed(list.slice(0, Math.ceil(2000 / Number(roles)))))).toEqual([]);
  });

  it("are refused where each has its own prefix and key, with what helps", () => {
    const list = buckets(200, (index) => ({ prefix, kmsKeyArn: keyArn(index) }));

    expect(problemsOf(() => packed(list))).toEqual([
      expect.stringMatching(
        /^buckets and archiveBuckets need policies of up to 1\d{5} characters, an inline one of 10240 and 1\d managed ones of 6144, and a role may have 10 of these; split them between 2 roles, or/,
      ),
    ]);
  });
});

describe("The policies of a role", () => {
  it("stay as they are, but for the last, when a bucket is added at the end", () => {
    const list = buckets(150, () => ({ prefix }));
    const longer = [...list, { bucket: "my-new-logs", prefix }];

    const before = packed(list);
    const after = packed(longer);

    expect(before.managed.length).toBeGreaterThan(1);
    expect(after.inline).toEqual(before.inline);
    expect(after.managed.slice(0, before.managed.length - 1)).toEqual(before.managed.slice(0, -1));
    expect(grantsOf(after)).toEqual(new Set([...grantsOf(before), ...unpacked(longer.slice(-1))]));
  });

  it("keep the inline policy when managed ones are added", () => {
    const alone = packed(buckets(50));
    const both = packed(buckets(120));

    expect(alone.managed).toEqual([]);
    expect(both.managed.length).toBeGreaterThan(0);
    const withinInline = grants(statements(both.inline["policy"]) as PolicyStatement[]);
    for (const grant of grantsOf(alone)) expect(withinInline).toContain(grant);
  });

  it("are changed from the last to the first, so that what moves back is allowed before it is taken away in front", () => {
    const { template, inline, managed } = packed(buckets(200));

    const attachment = (number: number): string =>
      expect.stringMatching(
        new RegExp(`^aws_iam_role_policy_attachment\\.fetcher_policies_attachment-${number}_`),
      ) as string;
    expect(inline["depends_on"]).toEqual([attachment(1)]);
    expect(managed.map((policy) => policy["depends_on"])).toEqual([[attachment(2)], undefined]);
    expect(Object.keys(template.all("aws_iam_role_policy_attachment"))).toHaveLength(2);
  });

  it("have the role's path and tags, and names that begin with its name", () => {
    const template = synthesize((stack) => {
      new FetcherRole(stack, "fetcher", {
        logzioAccountId: "123456789012",
        externalIds: ["aa"],
        buckets: buckets(100),
        path: "/logging/",
        name: "logs",
        tags: { team: "platform" },
      });
    });

    expect(template.only("aws_iam_policy")).toMatchObject({
      name_prefix: "logs-",
      path: "/logging/",
      tags: { team: "platform", "managed-by": "cdktf-logzio-s3" },
    });
  });
});

describe("The policies of a user", () => {
  it("allow what a role's would, in a shorter inline policy", () => {
    const list = buckets(60, () => ({ prefix, kmsKeyArn: keyArn(1) }));

    const template = synthesize((stack) => {
      new FetcherUser(stack, "fetcher", { buckets: list });
    });

    const inline = template.only("aws_iam_user_policy");
    const managed = managedOf(template);
    expect(deployedLength(inline)).toBeLessThanOrEqual(2048);
    for (const policy of managed) expect(deployedLength(policy)).toBeLessThanOrEqual(6144);
    expect(grantsOf({ template, inline, managed })).toEqual(unpacked(list));
  });

  it("are managed ones alone where not even one statement fits inline", () => {
    const template = synthesize((stack) => {
      new FetcherUser(stack, "fetcher", { buckets: [{ bucket: "my-logs", prefix: "*".repeat(600) }] });
    });

    const policies = managedOf(template);
    expect(Object.keys(template.all("aws_iam_user_policy"))).toHaveLength(1);
    expect(policies.map(deployedLength).some((length) => length > 2048)).toBe(true);
  });
});

describe("packPolicies", () => {
  const words = fc.constantFrom("a", "b", "c", "d".repeat(300), "e".repeat(900), "f".repeat(1500));
  const statement: fc.Arbitrary<PolicyStatement> = fc.record({
    Effect: fc.constant("Allow" as const),
    Action: fc.uniqueArray(fc.constantFrom("s3:GetObject", "s3:ListBucket", "kms:Decrypt"), { minLength: 1 }),
    Resource: fc.uniqueArray(words, { minLength: 1 }),
    Condition: fc.option(
      fc.record({ StringLike: fc.record({ [contextKey]: fc.uniqueArray(words, { minLength: 1 }) }) }),
      { nil: undefined },
    ),
  });

  it("loses and adds nothing, keeps the order, and overruns no policy that holds more than one statement", () => {
    synthesize((stack) => {
      const lengthOf = policyLength(stack);
      const property = fc.property(fc.array(statement, { maxLength: 25 }), (list) => {
        const { inline, managed } = packPolicies(stack, list, 2048);

        expect([...inline, ...managed.flat()]).toEqual(list);
        expect(inline.length === 0 || lengthOf(inline) <= 2048).toBe(true);
        for (const policy of managed) {
          expect(policy.length).toBeGreaterThan(0);
          expect(policy.length === 1 || lengthOf(policy) <= 6144).toBe(true);
        }
      });
      fc.assert(property, { numRuns: 200 });
    });
  });

  it("merges statements into what allows the same", () => {
    const property = fc.property(fc.array(statement, { maxLength: 25 }), (list) => {
      const merged = statements(renderPolicy(list)) as PolicyStatement[];

      expect(grants(merged)).toEqual(grants(list));
    });
    fc.assert(property, { numRuns: 200 });
  });
});
