import { accessDenied, type SimulatedDecision } from "../../../support/iam-double";
import { throttling } from "../../../support/query-double";
import {
  account,
  bucketPermissions,
  goodBucket,
  keyArn,
  keyPermission,
  policy,
  roleArn,
  Surroundings,
  containing,
} from "./surroundings";

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

const fence = { policyId: "fence", type: "IAM Policy" };
const [listing] = bucketPermissions;

async function reading(decision: SimulatedDecision) {
  around.iam.simulate = ({ action }) => (action === "s3:GetObject" ? decision : { decision: "allowed" });
  return (await around.doctor()).one("permission.s3:GetObject");
}

test("tells policies that deny from boundaries and organizations that do not allow", async () => {
  around.iam.simulate = ({ action }) =>
    action === "s3:GetObject"
      ? { decision: "explicitDeny", matched: [{ policyId: "freeze", type: "IAM Policy" }] }
      : action === "s3:ListBucket"
        ? { decision: "implicitDeny", permissionsBoundaryAllows: false }
        : { decision: "implicitDeny", organizationsAllow: false };
  const found = await around.doctor();
  expect(found.one("permission.s3:GetObject")).toMatchObject({
    status: "wrong",
    fix: { instruction: containing("freeze") },
  });
  expect(found.one("permission.s3:ListBucket").text).toContain("permissions boundary");
  expect(found.one("permission.s3:GetBucketLocation").text).toContain("organization's policies");
});

test("does not blame the role's policies for a statement of the organization's that denies", async () => {
  const finding = await reading({ decision: "explicitDeny", organizationsAllow: false, matched: [fence] });
  expect(finding).toMatchObject({ status: "wrong", text: containing("The organization's policies") });
});

describe("what depends on condition keys that are not known", () => {
  test.each([
    ["implicitDeny", "aws:SourceVpce", "it depends on aws:SourceVpce, which is not known here"],
    [
      "explicitDeny",
      "aws:SourceVpce",
      "a policy denies it to calls without aws:SourceVpce, which is not known here (fence)",
    ],
    [
      "allowed",
      "aws:SourceVpce",
      "AWS simulates it as allowed, and a policy asks for aws:SourceVpce, which is not known here",
    ],
    [
      "allowed",
      "s3:ExistingObjectTag/class",
      "AWS simulates it as allowed, and a policy asks for s3:ExistingObjectTag/class, which is not known here",
    ],
    [
      "allowed",
      "s3:TlsVersion",
      "AWS simulates it as allowed, and a policy asks for s3:TlsVersion, which is not known here",
    ],
  ] as const)("is not certain: %s without %s", async (decision, key, reason) => {
    const finding = await reading({ decision, matched: [fence], missingContext: [key] });
    expect(finding).toMatchObject({ status: "not-proven", reason });
  });

  test.each([false, true])(
    "is not certain where a boundary may ask for them (it allows: %s)",
    async (allows) => {
      const missingContext = ["aws:SourceIp"];
      const decision = allows ? "allowed" : "implicitDeny";
      const finding = await reading({ decision, permissionsBoundaryAllows: allows, missingContext });
      expect(finding.status).toBe("not-proven");
    },
  );

  test("is not made certain by the bucket's policy, since a policy of the role may deny", async () => {
    const allow = { Effect: "Allow", Principal: { AWS: roleArn }, Action: "s3:*", Resource: "*" };
    around.s3.buckets.set("logs", { ...goodBucket, policy: policy(allow) });
    const finding = await reading({ decision: "implicitDeny", missingContext: ["aws:SourceVpce"] });
    expect(finding.status).toBe("not-proven");
  });

  const ofOtherCalls = ["kms:ViaService", "s3:prefix", "s3:x-amz-server-side-encryption", "sts:ExternalId"];

  test.each([
    ["allowed", "proven"],
    ["implicitDeny", "wrong"],
    ["explicitDeny", "wrong"],
  ] as const)("is certain all the same where they are keys of other calls: %s", async (decision, status) => {
    expect((await reading({ decision, missingContext: ofOtherCalls })).status).toBe(status);
  });

  test("names what is missing also for a role that has conditions on its key", async () => {
    around.permissions = [listing, keyPermission];
    const found = await around.doctor([...around.words, "--kms-key-arn", keyArn]);
    expect(found.one("permission.s3:GetObject")).toMatchObject({
      status: "wrong",
      fix: { statement: { Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/AWSLogs/*" } },
    });
    expect(found.one("permission.kms:Decrypt").status).toBe("proven");
  });
});

test("lets a bucket's policy reach a user over the boundary, and no role", async () => {
  const userArn = `arn:aws:iam::${account}:user/logzio`;
  around.iam.putUser("logzio");
  around.iam.simulate = () => ({ decision: "implicitDeny", permissionsBoundaryAllows: false });
  const allow = { Effect: "Allow", Principal: { AWS: [userArn, roleArn] }, Action: "s3:*", Resource: "*" };
  around.s3.buckets.set("logs", { ...goodBucket, policy: policy(allow) });
  const user = await around.doctor(["doctor", "--user-arn", userArn, "--bucket", "logs"]);
  expect(user.one("permission.s3:GetObject").status).toBe("proven");
  expect((await around.doctor()).one("permission.s3:GetObject").status).toBe("wrong");
});

test("tells AWS whose bucket and key it is about", async () => {
  await around.doctor([...around.words, "--kms-key-arn", keyArn]);
  const owners = around.iam.questions.map(({ context }) => context["aws:ResourceAccount"]);
  expect(new Set(owners.flat())).toEqual(new Set([account]));
  expect(owners).toHaveLength(5);
});

test("asks nothing about a role of another account, which AWS would not tell from one that is not there", async () => {
  const elsewhere = roleArn.replace(account, "222222222222");
  const found = await around.doctor(["doctor", "--role-arn", elsewhere, "--bucket", "logs"]);
  expect(found.one("permission.s3:GetObject")).toMatchObject({
    status: "not-proven",
    reason: containing("use credentials of its account"),
  });
  expect(around.iam.questions).toEqual([]);
});

test("believes AWS that a role is not there, also where it does not show roles", async () => {
  around.iam.fail("GetRole", accessDenied);
  around.iam.fail("SimulatePrincipalPolicy", { status: 404, code: "NoSuchEntity" });
  const found = await around.doctor();
  expect(found.one("permission.s3:GetObject")).toMatchObject({
    status: "wrong",
    text: containing(`There is no role ${roleArn}`),
  });
  expect(found.run.exitCode).toBe(1);
});

test("proves nothing where AWS refuses the simulation, and tries again where it throttles", async () => {
  around.iam.script("SimulatePrincipalPolicy", throttling);
  expect((await around.doctor()).one("permission.s3:GetObject").status).toBe("proven");
  around.iam.fail("SimulatePrincipalPolicy", accessDenied);
  expect((await around.doctor()).one("permission.s3:GetObject")).toMatchObject({
    status: "not-proven",
    reason: "AWS refuses iam:SimulatePrincipalPolicy to the credentials in use; allow it to them",
  });
});
