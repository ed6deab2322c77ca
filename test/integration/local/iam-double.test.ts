import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { accessDenied, IamDouble, throttling } from "../../support/iam-double";
import { assumedAccessKey, StsDouble } from "../../support/sts-double";

const trustPolicy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }] };
const readPolicy = {
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" }],
};
const managedArn = "arn:aws:iam::123456789012:policy/read";

let double: IamDouble;
let iam: IAM;

beforeEach(async () => {
  double = await IamDouble.start({
    name: "fetcher",
    path: "/logzio/",
    trustPolicy,
    tags: { project: "<logzio> & co" },
    maxSessionDuration: 7200,
    inlinePolicies: { read: readPolicy },
    attachedPolicies: { [managedArn]: readPolicy },
  });
  iam = new IAM(settings(double));
});

afterEach(async () => {
  iam.destroy();
  await double.stop();
});

function settings({ url }: { url: string }) {
  const credentials = { accessKeyId: "AKIALOCAL", secretAccessKey: "local" };
  return { region: "us-east-1", endpoint: url, credentials, maxAttempts: 2 };
}

test("describes a role as IAM does, its trust policy URL-encoded", async () => {
  const { Role } = await iam.getRole({ RoleName: "fetcher" });
  expect(Role).toMatchObject({
    Arn: "arn:aws:iam::123456789012:role/logzio/fetcher",
    MaxSessionDuration: 7200,
    Tags: [{ Key: "project", Value: "<logzio> & co" }],
  });
  expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version/);
  expect((await iam.listRoleTags({ RoleName: "fetcher" })).Tags).toHaveLength(1);
  await expect(iam.getRole({ RoleName: "other" })).rejects.toMatchObject({ name: "NoSuchEntityException" });
});

test("returns inline and managed policies", async () => {
  expect((await iam.listRolePolicies({ RoleName: "fetcher" })).PolicyNames).toEqual(["read"]);
  const inline = await iam.getRolePolicy({ RoleName: "fetcher", PolicyName: "read" });
  expect(JSON.parse(decodeURIComponent(inline.PolicyDocument ?? ""))).toEqual(readPolicy);
  const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName: "fetcher" });
  expect(AttachedPolicies).toEqual([{ PolicyName: "read", PolicyArn: managedArn }]);
  const { Policy } = await iam.getPolicy({ PolicyArn: managedArn });
  const version = { PolicyArn: managedArn, VersionId: Policy?.DefaultVersionId };
  const { PolicyVersion } = await iam.getPolicyVersion(version);
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toEqual(readPolicy);
});

test("keeps every change of a trust policy, and tells of it before it answers", async () => {
  const told: string[] = [];
  double.onUpdate = ({ document }) => void told.push(document);
  const change = { RoleName: "fetcher", PolicyDocument: JSON.stringify({ ...trustPolicy, Id: "new" }) };

  await iam.updateAssumeRolePolicy(change);
  const malformed = iam.updateAssumeRolePolicy({ ...change, PolicyDocument: "{" });

  await expect(malformed).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  expect(told).toEqual([change.PolicyDocument]);
  expect(double.updates).toEqual([{ roleName: "fetcher", document: change.PolicyDocument }]);
  expect(double.trustPolicy("fetcher")).toBe(change.PolicyDocument);
});

test("refuses, throttles and breaks off as told; what was lost has happened all the same", async () => {
  double.script("GetRole", accessDenied, throttling, "reset");
  await expect(iam.getRole({ RoleName: "fetcher" })).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(iam.getRole({ RoleName: "fetcher" })).rejects.toThrow("ECONNRESET");
  await expect(iam.getRole({ RoleName: "fetcher" })).resolves.toBeDefined();
  double.fail("UpdateAssumeRolePolicy", "lost");
  const change = iam.updateAssumeRolePolicy({ RoleName: "fetcher", PolicyDocument: "{}" });
  await expect(change).rejects.toThrow("ECONNRESET");
  expect(double.trustPolicy("fetcher")).toBe("{}");
});

test("simulates by the test's own rules, and keeps what was asked", async () => {
  double.simulate = ({ action }) =>
    action === "s3:GetObject"
      ? { decision: "allowed", matched: [{ policyId: "read", type: "IAM Policy" }] }
      : { decision: "implicitDeny", missingContext: ["kms:ViaService"] };

  const { EvaluationResults } = await iam.simulatePrincipalPolicy({
    PolicySourceArn: double.arn("fetcher"),
    ActionNames: ["s3:GetObject", "kms:Decrypt"],
    ResourceArns: ["arn:aws:s3:::logs/a"],
    ContextEntries: [
      { ContextKeyName: "aws:SecureTransport", ContextKeyValues: ["true"], ContextKeyType: "boolean" },
    ],
  });

  expect(EvaluationResults).toMatchObject([
    { EvalDecision: "allowed", MatchedStatements: [{ SourcePolicyId: "read" }] },
    {
      EvalDecision: "implicitDeny",
      ResourceSpecificResults: [{ MissingContextValues: ["kms:ViaService"] }],
    },
  ]);
  expect(double.questions).toHaveLength(2);
  expect(double.questions[0]).toMatchObject({ context: { "aws:SecureTransport": ["true"] } });
});

test("STS tells who calls, and lets a role be assumed as told", async () => {
  const double = await StsDouble.start();
  const sts = new STS(settings(double));
  double.allows = (_, externalId) => externalId === "right";
  const assume = (ExternalId?: string) =>
    sts.assumeRole({
      RoleArn: "arn:aws:iam::123456789012:role/logzio/fetcher",
      RoleSessionName: "test",
      ExternalId,
    });

  expect(await sts.getCallerIdentity({})).toMatchObject({ Account: "123456789012", Arn: double.callerArn });
  expect((await assume("right")).Credentials?.AccessKeyId).toBe(assumedAccessKey);
  await expect(assume("wrong")).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });

  expect(double.assumed.map(({ externalId }) => externalId)).toEqual(["right", "wrong", undefined]);
  sts.destroy();
  await double.stop();
});
