import type { PlannedChange } from "../support/deployment";
import type { PolicyDocument } from "../support/policy-proof";
import { describeEndToEnd } from "../support/requirements";
import { examine } from "./examined-access";
import { DeployedAccess, fetched, region, type RoleInIam } from "./deployed-access";

const roleName = "logzio-s3-fetcher";
const s3 = (place: string): string => `arn:aws:s3:::${place}`;

let access: DeployedAccess;
let secondPlan: readonly PlannedChange[];
let first: RoleInIam;

/** The trust policy that lets Logz.io and the test principal in, with these external IDs and never without. */
function trustWith(externalId: string | readonly string[]): PolicyDocument | object {
  const allow = (principal: string): object => ({
    Effect: "Allow",
    Principal: { AWS: principal },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": externalId } },
  });
  return {
    Version: "2012-10-17",
    Statement: [allow(`arn:aws:iam::${fetched.logzioAccountId}:root`), allow(fetched.testPrincipal)],
  };
}

/** Each action on each resource, with the conditions it is under; whatever statements they come in. */
function grants(statements: PolicyDocument["Statement"]): string[] {
  return statements
    .flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource]
            .flat()
            .map((resource) => `${Effect} ${action} ${resource} ${JSON.stringify(Condition ?? {})}`),
        ),
    )
    .sort();
}

describeEndToEnd("access for Logz.io's fetcher, deployed by cdktf", () => {
  beforeAll(async () => {
    access = await DeployedAccess.start("logzio-access-e2e");
    await access.deploy();
    secondPlan = (await access.deployment.plan()).changes;
    first = await access.role(roleName);
  }, 480_000);

  afterAll(async () => {
    await (access as DeployedAccess | undefined)?.stop();
  }, 60_000);

  test("plans nothing after the deployment", () => {
    expect(secondPlan).toEqual([]);
  });

  test("makes the role that the outputs name, tagged as asked", async () => {
    const { outputs } = await access.deployment.state();

    expect(outputs).toMatchObject({
      fetcher_role_arn: first.arn,
      fetcher_account_id: fetched.logzioAccountId,
      fetcher_external_ids: [fetched.externalId],
    });
    expect(first.arn).toMatch(new RegExp(`:role/logging/${roleName}$`));
    expect(first.tags).toMatchObject({ project: "logzio", team: "platform" });
    expect(first.maxSessionSeconds).toBe(3600);
  });

  test("lets nobody in but Logz.io and the test principal, with the external ID", () => {
    expect(first.trustPolicy).toEqual(trustWith(fetched.externalId));
  });

  test("allows what the buckets need, and nothing else", () => {
    const { plainBucket, encryptedBucket, archiveBucket } = fetched;
    const ofKey = JSON.stringify({
      StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": [s3(encryptedBucket), s3(`${encryptedBucket}/*`)] },
    });

    expect(grants(first.statements)).toEqual(
      [
        ...[plainBucket, encryptedBucket, archiveBucket].flatMap((bucket) => [
          `Allow s3:ListBucket ${s3(bucket)} {}`,
          `Allow s3:GetBucketLocation ${s3(bucket)} {}`,
        ]),
        ...[`${plainBucket}/AWSLogs/*`, `${encryptedBucket}/*`].flatMap((objects) => [
          `Allow s3:GetObject ${s3(objects)} {}`,
          `Allow s3:GetObjectVersion ${s3(objects)} {}`,
        ]),
        `Allow s3:PutObject ${s3(archiveBucket)}/* {}`,
        `Allow s3:GetObject ${s3(archiveBucket)}/* {}`,
        `Allow kms:Decrypt ${access.keyArn} ${ofKey}`,
      ].sort(),
    );
  });

  test("gives out the policy that IAM has", async () => {
    const policy = JSON.parse(await access.deployment.textOutput("fetcher_policy")) as PolicyDocument;

    expect(grants(policy.Statement)).toEqual(grants(first.statements));
  });

  test("stands up to logzio-s3 doctor: nothing is wrong, and trust and permissions are proven", async () => {
    const findings = await examine(access, first);

    expect(findings.filter(({ status }) => status === "wrong")).toEqual([]);
    const proven = findings.filter(({ status }) => status === "proven").map(({ check }) => check);
    expect(proven).toEqual(
      expect.arrayContaining([
        ...["trust.external-id", "trust.other-external-id", "trust.no-external-id", "trust.others"],
        ...["permission.s3:ListBucket", "permission.s3:GetBucketLocation", "permission.s3:GetObject"],
        ...["permission.kms:Decrypt", "bucket.region", "bucket.encryption", "key.state", "key.policy"],
      ]),
    );
    // The role lets in one test principal, and the emulator's caller is another one.
    expect(proven).not.toContain("trust.assume");
  }, 60_000);

  test("accepts a second external ID and lets go of it in the same role", async () => {
    const { externalId, nextExternalId } = fetched;
    await access.deploy([externalId, nextExternalId]);
    const both = await access.role(roleName);
    await access.deploy([nextExternalId]);
    const moved = await access.role(roleName);

    expect(both.trustPolicy).toEqual(trustWith([externalId, nextExternalId]));
    expect(moved.trustPolicy).toEqual(trustWith(nextExternalId));
    expect([both.id, moved.id]).toEqual([first.id, first.id]);
    expect(moved.statements).toEqual(first.statements);
  }, 240_000);

  test("leaves nothing when it is destroyed", async () => {
    expect(await access.leftovers()).not.toEqual([]);
    await access.deployment.destroy();
    expect(await access.leftovers()).toEqual([]);
  }, 120_000);
});
