import { accessDenied } from "../../../support/iam-double";
import { goodBucket, keyArn, logzioAccount, roleArn, roleName, Surroundings, trust } from "./surroundings";

/*
 * Whatever call AWS refuses: the report is there, the line says which permission is missing, and nothing is called wrong
 * that is not.
 */

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
  const logzio = `arn:aws:iam::${logzioAccount}:root`;
  around.iam.put({ name: roleName, trustPolicy: trust([logzio, around.sts.callerArn]) });
  around.sts.allows = (arn, externalId) => arn === roleArn && externalId === around.api.externalId;
  const objects = { "AWSLogs/a": { content: "hello", kmsKeyId: keyArn } };
  const encryption = { algorithm: "aws:kms", keyId: keyArn };
  around.s3.buckets.set("logs", { ...goodBucket, objects, encryption });
  around.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, around.api.externalId);
});
afterEach(() => around.stop());

const examine = () => around.doctor([...around.words, "--kms-key-arn", keyArn], { token: true });

const refuse = {
  "iam:GetRole": () => around.iam.fail("GetRole", accessDenied),
  "iam:SimulatePrincipalPolicy": () => around.iam.fail("SimulatePrincipalPolicy", accessDenied),
  "sts:AssumeRole": () => (around.sts.allows = () => false),
  "s3:ListBucket": () => refuseS3("HeadBucket"),
  "s3:GetBucketPolicy": () => refuseS3("GetBucketPolicy"),
  "s3:GetEncryptionConfiguration": () => refuseS3("GetBucketEncryption"),
  "s3:GetBucketOwnershipControls": () => refuseS3("GetBucketOwnershipControls"),
  "s3:GetBucketPublicAccessBlock": () => refuseS3("GetPublicAccessBlock"),
  "kms:DescribeKey": () => around.kms.refused.add("DescribeKey"),
  "kms:GetKeyPolicy": () => around.kms.refused.add("GetKeyPolicy"),
} as const;

function refuseS3(operation: string): void {
  const before = around.s3.refuses;
  around.s3.refuses = (call) => call.operation === operation || before(call);
}

test("proves every line where AWS refuses nothing", async () => {
  const found = await examine();
  expect(found.unproven).toEqual({});
  expect(found.run).toMatchObject({ exitCode: 0, stderr: "" });
});

test.each(Object.entries(refuse))(
  "leaves open what it cannot know without %s, and names it",
  async (permission, now) => {
    now();
    const found = await examine();
    expect(found.report.summary).toMatchObject({ wrong: 0 });
    expect(found.report.summary.notProven).toBeGreaterThan(0);
    const reasons = found.report.sections.flatMap(({ findings }) =>
      findings.map(({ reason = "" }) => reason),
    );
    expect(reasons.filter((reason) => reason !== "").join("\n")).toContain(permission);
    expect(found.run).toMatchObject({ exitCode: 0, stderr: "" });
  },
);

test("reports also where AWS refuses all of it at once", async () => {
  for (const now of Object.values(refuse)) now();
  const found = await examine();
  expect(found.report.summary.wrong).toBe(0);
  expect(found.of("permission.s3:GetObject")[0].status).toBe("not-proven");
  expect(found.one("registration").status).toBe("proven");
  expect(found.run).toMatchObject({ exitCode: 0, stderr: "" });
});
