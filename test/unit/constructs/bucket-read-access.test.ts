import { TerraformOutput } from "cdktf";
import {
  BucketReadAccess,
  renderPolicy,
  type BucketReadAccessProps,
  type PolicyStatement,
} from "../../../constructs";
import { statements, type Statement } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
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
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
      { Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: [bucket] },
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
        StringEquals: { "kms:ViaService": "s3.<id>.<dns_suffix>" },
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
    expect(bucketPolicy.map(({ Action, Principal }) => [Action, Principal])).toEqual([
      [["s3:ListBucket"], principal],
      [["s3:GetBucketLocation"], principal],
      [["s3:GetObject", "s3:GetObjectVersion"], principal],
    ]);
    expect(keyPolicy).toMatchObject([{ Action: ["kms:Decrypt"], Resource: ["*"], Principal: principal }]);
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
