import { Fn, TerraformOutput } from "cdktf";
import {
  BucketReadAccess,
  renderPolicy,
  type BucketReadAccessProps,
  type PolicyStatement,
} from "../../../constructs";
import { statements, type Statement } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
/** What Terraform knows later. */
const later = Fn.uuid();
const readerArn = "arn:aws:iam::210987654321:role/reader";

/** The statements that an access yields, as Terraform sees them, with the context's attributes by their name. */
function synthesized(
  props: BucketReadAccessProps,
  pick: (access: BucketReadAccess) => readonly PolicyStatement[],
): readonly Statement[] {
  const template = synthesize((stack) => {
    const access = new BucketReadAccess(stack, "access", props);
    new TerraformOutput(stack, "policy", { value: renderPolicy(pick(access)), staticId: true });
  });
  return statements(template.output("policy").replace(/(?<!\$)\$\{data\.[\w-]+\.[\w-]+\.(\w+)\}/g, "<$1>"));
}

describe("BucketReadAccess", () => {
  it("lists and locates the whole bucket, and reads objects under the prefix", () => {
    const policy = synthesized({ bucket: "my-logs", prefix: "a/" }, (access) => access.identityStatements);

    const bucket = "arn:<partition>:s3:::my-logs";
    expect(policy).toEqual([
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [bucket] },
      { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: [`${bucket}/a/*`] },
    ]);
  });

  it("lists under the prefix alone where that is asked for", () => {
    const props = { bucket: "my-logs", prefix: "a*/", restrictListing: true };

    const policy = synthesized(props, (access) => access.identityStatements);

    expect(policy[0]).toEqual({
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: ["arn:<partition>:s3:::my-logs"],
      Condition: { StringLike: { "s3:prefix": ["a$${*}/*"] } },
    });
  });

  it("decrypts through S3, with the bucket or its objects as context", () => {
    const policy = synthesized(
      { bucket: "my-logs", prefix: "a/", kmsKeyArn },
      (access) => access.identityStatements,
    );

    expect(policy.at(-1)).toEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [kmsKeyArn],
      Condition: {
        StringEquals: { "kms:ViaService": "s3.eu-central-1.<dns_suffix>" },
        StringLike: {
          "kms:EncryptionContext:aws:s3:arn": [
            "arn:<partition>:s3:::my-logs",
            "arn:<partition>:s3:::my-logs/a/*",
          ],
        },
      },
    });
  });

  it("yields the same for the policies of a bucket and a key of another account", () => {
    const props = { bucket: "my-logs", kmsKeyArn };

    const bucketPolicy = synthesized(props, (access) => access.bucketPolicyStatements(readerArn));
    const keyPolicy = synthesized(props, (access) => access.keyPolicyStatements(readerArn));

    const principal = { AWS: readerArn };
    const ofReader = synthesized(props, (access) => access.identityStatements).map((statement) => ({
      ...statement,
      Principal: principal,
    }));
    expect(bucketPolicy).toEqual(ofReader.slice(0, 2));
    expect(keyPolicy).toEqual([{ ...ofReader[2], Resource: ["*"] }]);
  });

  it("yields no statement for the policy of a key where there is none", () => {
    const keyPolicy = synthesized({ bucket: "my-logs" }, (access) => access.keyPolicyStatements(readerArn));

    expect(keyPolicy).toEqual([]);
  });

  it("takes an account's root and a reference as reader", () => {
    const root = "arn:aws:iam::210987654321:root";
    const readers = (arn: string): unknown[] =>
      synthesized({ bucket: "my-logs" }, (access) => access.bucketPolicyStatements(arn)).map(
        ({ Principal }) => Principal,
      );

    expect(readers(root)).toEqual([{ AWS: root }, { AWS: root }]);
    expect(readers(later)).toEqual([{ AWS: "${uuid()}" }, { AWS: "${uuid()}" }]);
  });

  it.each([
    ["*", /^readerArn is "\*", and a wildcard would let in principals that nobody named; write the ARN/],
    ["arn:aws:iam::210987654321:role/*", /^readerArn is .*, and a wildcard would let in/],
    [
      "arn:aws:sts::210987654321:assumed-role/reader/me",
      /write the role itself, arn:aws:iam::210987654321:role\/reader, with its path/,
    ],
    ["210987654321", /^readerArn is "210987654321", which stands for every principal of the account/],
    ["s3.amazonaws.com", /^readerArn is "s3.amazonaws.com"; write the ARN of an IAM role or user/],
  ])("refuses %s as reader", (arn, expected) => {
    for (const pick of ["bucketPolicyStatements", "keyPolicyStatements"] as const) {
      const problems = problemsOf(() =>
        synthesized({ bucket: "my-logs", kmsKeyArn }, (access) => access[pick](arn)),
      );

      expect(problems).toEqual([expect.stringMatching(expected)]);
    }
  });

  it.each<[string, Omit<BucketReadAccessProps, "bucket">, string]>([
    ["the region that is given", { kmsKeyArn: later, region: "us-east-1" }, "us-east-1"],
    ["the region of the key", { kmsKeyArn }, "eu-central-1"],
    ["the stack's region where the key is a reference", { kmsKeyArn: later }, "<id>"],
  ])("uses the key through S3 in %s", (_, props, region) => {
    const policy = synthesized({ bucket: "my-logs", ...props }, (access) => access.identityStatements);

    expect(policy.at(-1)?.Condition).toMatchObject({
      StringEquals: { "kms:ViaService": `s3.${region}.<dns_suffix>` },
    });
  });

  it("refuses a key of another region, and what is no region, with what it may have meant", () => {
    const refused = (region: string): string[] =>
      problemsOf(() =>
        synthesized({ bucket: "my-logs", kmsKeyArn, region }, (access) => access.identityStatements),
      );

    expect(refused("us-east-1")).toEqual([
      expect.stringMatching(
        /^kmsKeyArn is a key of eu-central-1, and the bucket is in us-east-1; S3 encrypts/,
      ),
    ]);
    expect(refused("EU_CENTRAL_1")[0]).toBe(
      'region is "EU_CENTRAL_1", which is no AWS region; write eu-central-1',
    );
    expect(refused("Frankfurt")[0]).toBe(
      'region is "Frankfurt", which is no AWS region; write its code, such as eu-central-1',
    );
  });

  it("takes characters of a prefix that policies give a meaning as they stand", () => {
    const policy = synthesized(
      { bucket: "my-logs", prefix: "a*b?c${d}/" },
      (access) => access.identityStatements,
    );

    // Terraform turns the doubled $ into one: ${*}, ${?} and ${$}{d}, which IAM reads as the characters.
    expect(policy.at(-1)?.Resource).toEqual(["arn:<partition>:s3:::my-logs/a$${*}b$${?}c$${$}{d}/*"]);
  });

  it.each([undefined, ""])("refuses to restrict listing to the prefix %p", (prefix) => {
    const problems = problemsOf(() =>
      synthesized(
        { bucket: "my-logs", prefix, restrictListing: true },
        (access) => access.identityStatements,
      ),
    );

    expect(problems).toEqual([
      "restrictListing restricts nothing without a prefix; write the prefix whose keys may be listed, or leave it out",
    ]);
  });

  it("refuses an ARN, a leading slash and an alias at once", () => {
    const problems = problemsOf(() =>
      synthesized(
        { bucket: "arn:aws:s3:::my-logs", prefix: "/a", kmsKeyArn: "alias/logs" },
        (access) => access.identityStatements,
      ),
    );

    expect(problems).toEqual([
      expect.stringMatching(/^bucket is the ARN/),
      expect.stringMatching(/^prefix is "\/a"/),
      expect.stringMatching(/^kmsKeyArn \("alias\/logs"\) is an alias/),
    ]);
  });
});
