import {
  account,
  bucketPermissions,
  goodBucket,
  policy,
  roleArn,
  roleName,
  Surroundings,
  containing,
  trust,
} from "./surroundings";

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

const other = "999999999999";

function withBucket(changes: object) {
  around.s3.buckets.set("logs", { ...goodBucket, ...changes });
  return around.doctor();
}

function statement(changes: object) {
  return { Effect: "Allow", Principal: { AWS: roleArn }, Action: "s3:*", Resource: "*", ...changes };
}

test("proves what can be proven of a bucket without a key", async () => {
  const found = await around.doctor();
  const section = found.report.sections.find(({ kind }) => kind === "bucket");
  expect(section?.name).toBe("logs, prefix AWSLogs/");
  expect(section?.findings.filter(({ status }) => status === "proven").map(({ check }) => check)).toEqual([
    ...["permission.s3:ListBucket", "permission.s3:GetBucketLocation", "permission.s3:GetObject"],
    ...["bucket.policy", "bucket.encryption", "bucket.region", "bucket.ownership", "bucket.public-access"],
  ]);
  // Without API token and test principals.
  expect(found.unproven).toEqual({
    "trust.assume": "not-proven",
    registration: "not-proven",
    "read.object": "not-proven",
  });
});

test("asks AWS for what Logz.io does, with the condition keys that go with it", async () => {
  await around.doctor();
  const asked = (action: string) => around.iam.questions.find((question) => question.action === action);
  expect(asked("s3:ListBucket")).toMatchObject({
    principalArn: roleArn,
    resource: "arn:aws:s3:::logs",
    context: { "s3:prefix": ["AWSLogs/"], "aws:SecureTransport": ["true"] },
  });
  expect(asked("s3:GetObject")).toMatchObject({
    resource: "arn:aws:s3:::logs/AWSLogs/logzio-s3-doctor/any-object.gz",
  });
});

test("names the permission that is missing, as a statement to add", async () => {
  around.permissions = [bucketPermissions[0]];
  const found = await around.doctor();
  expect(found.one("permission.s3:GetObject")).toEqual({
    check: "permission.s3:GetObject",
    status: "wrong",
    text: "No policy of the role allows s3:GetObject on objects under AWSLogs/",
    fix: {
      instruction: "add to the permissions of the role:",
      statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/AWSLogs/*" },
    },
  });
  expect(found.one("permission.s3:ListBucket").status).toBe("proven");
  expect(found.run.exitCode).toBe(1);
});

test("takes the bucket's own policy for the role's, where it names the role in its own account", async () => {
  around.permissions = [bucketPermissions[0]];
  const found = await withBucket({ policy: policy(statement({ Action: "s3:GetObject" })) });
  expect(found.one("permission.s3:GetObject")).toMatchObject({
    status: "proven",
    text: containing("The resource's own policy allows"),
  });
});

test.each([
  ["a plain refusal", statement({ Effect: "Deny", Principal: "*" }), "wrong"],
  [
    "a refusal of calls without TLS",
    statement({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    "proven",
  ],
  [
    "a refusal from outside an endpoint",
    statement({
      Effect: "Deny",
      Principal: "*",
      Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
    }),
    "not-proven",
  ],
  [
    "a refusal from outside an organization",
    statement({
      Effect: "Deny",
      Principal: "*",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } },
    }),
    "not-proven",
  ],
  [
    "a refusal of other principals",
    statement({ Effect: "Deny", Principal: "*", Condition: { ArnNotLike: { "aws:PrincipalArn": roleArn } } }),
    "proven",
  ],
  [
    "a refusal of other objects",
    statement({ Effect: "Deny", Resource: "arn:aws:s3:::logs/private/*" }),
    "proven",
  ],
])("judges a bucket policy with %s", async (_, denial, status) => {
  const finding = (await withBucket({ policy: policy(denial) })).one("bucket.policy");
  expect(finding.status).toBe(status);
  if (status === "wrong") expect(finding.fix?.statement).toEqual(denial);
});

test("says what the owner of a bucket in another account has to add", async () => {
  const found = await withBucket({ owner: other });
  const finding = found.one("bucket.policy");
  expect(finding).toMatchObject({ status: "wrong", text: containing("belongs to another account") });
  expect(finding.fix?.statement).toContainEqual({
    ...{ Effect: "Allow", Principal: { AWS: roleArn } },
    ...{ Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/AWSLogs/*" },
  });
  const allowed = await withBucket({
    owner: other,
    policy: policy(statement({ Principal: { AWS: account } })),
  });
  expect(allowed.one("bucket.policy").status).toBe("proven");
});

test("knows that a statement for everyone may shut out other accounts, and none of its own", async () => {
  const everyone = statement({ Sid: "Open", Principal: "*", Action: "s3:GetObject" });
  const both = policy(statement({}), everyone);
  expect((await withBucket({ owner: other, policy: both })).one("bucket.policy")).toMatchObject({
    status: "wrong",
    text: containing("statement 2 (Open)".replace("s", "S")),
    fix: { statement: everyone },
  });
  const open = { owner: other, policy: both, publicAccessBlock: [] };
  expect((await withBucket(open)).one("bucket.policy").status).toBe("not-proven");
  expect((await withBucket({ policy: both })).one("bucket.policy").status).toBe("proven");
  const named = policy(statement({}), {
    ...everyone,
    Effect: "Deny",
    Resource: "arn:aws:s3:::logs/private/*",
  });
  expect((await withBucket({ owner: other, policy: named })).one("bucket.policy").status).toBe("proven");
});

test("knows what was revoked in the past, and what has run out", async () => {
  const denial = (key: string, operator: string, date: string) =>
    withBucket({ policy: policy(statement({ Effect: "Deny", Condition: { [operator]: { [key]: date } } })) });
  const [past, future] = ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"];
  for (const key of ["aws:TokenIssueTime", "aws:CurrentTime"]) {
    expect((await denial(key, "DateLessThan", past)).one("bucket.policy").status).toBe("proven");
    expect((await denial(key, "DateLessThan", future)).one("bucket.policy").status).toBe("wrong");
  }
  const revoked = { Effect: "Deny", Action: "*", Resource: "*" };
  const Condition = { DateLessThan: { "aws:TokenIssueTime": past } };
  around.permissions.push({ ...revoked, Condition });
  expect((await around.doctor()).one("permission.s3:GetObject").status).toBe("proven");
  around.iam.put({
    name: roleName,
    trustPolicy: trust(undefined, { DateLessThan: { "aws:CurrentTime": past } }),
  });
  expect((await around.doctor()).one("trust.external-id").status).toBe("wrong");
});

test("compares regions, and knows those that Logz.io's fetcher lacks", async () => {
  const north = await withBucket({ region: "eu-north-1" });
  expect(north.one("bucket.region")).toMatchObject({
    status: "wrong",
    text: "The bucket is in eu-north-1, and Logz.io's fetcher does not read from that region",
  });
  const central = await withBucket({ region: "eu-central-1" });
  expect(central.one("bucket.region")).toMatchObject({
    status: "proven",
    text: containing("EU_CENTRAL_1"),
  });
});

test("says that objects of other accounts may be out of reach, and that public access is not blocked", async () => {
  const found = await withBucket({ ownership: "ObjectWriter", publicAccessBlock: ["BlockPublicAcls"] });
  expect(found.one("bucket.ownership").status).toBe("not-proven");
  expect(found.one("bucket.public-access")).toMatchObject({
    status: "not-proven",
    reason: containing("IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets is off"),
  });
});

test("says that a bucket does not exist, and asks no more about it", async () => {
  around.s3.buckets.clear();
  const found = await around.doctor();
  expect(found.one("bucket.exists")).toMatchObject({ status: "wrong", text: "There is no bucket logs" });
  expect(around.iam.questions).toEqual([]);
});

test.each([
  ["GetBucketPolicy", "bucket.policy", "s3:GetBucketPolicy"],
  ["GetBucketEncryption", "bucket.encryption", "s3:GetEncryptionConfiguration"],
  ["GetBucketOwnershipControls", "bucket.ownership", "s3:GetBucketOwnershipControls"],
  ["GetPublicAccessBlock", "bucket.public-access", "s3:GetBucketPublicAccessBlock"],
])("proves nothing where AWS refuses %s, and names the permission", async (operation, check, permission) => {
  around.s3.refuses = (call) => call.operation === operation;
  const found = await around.doctor();
  expect(found.one(check)).toMatchObject({
    status: "not-proven",
    reason: `AWS refuses ${permission} to the credentials in use; allow it to them`,
  });
  expect(found.run.exitCode).toBe(0);
});

test("learns the region from a refusal too, and does not guess the owner", async () => {
  around.s3.refuses = () => true;
  around.s3.buckets.set("logs", { ...goodBucket, region: "eu-west-1" });
  const found = await around.doctor();
  expect(found.one("bucket.region")).toMatchObject({
    status: "proven",
    text: containing("eu-west-1"),
  });
  around.s3.refuses = ({ operation }) => operation === "HeadBucket";
  expect((await around.doctor()).one("bucket.policy")).toMatchObject({
    status: "not-proven",
    reason: containing("which account the bucket belongs to is not known here"),
  });
});
