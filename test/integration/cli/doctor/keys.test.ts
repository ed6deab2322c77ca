import {
  account,
  bucketPermissions,
  defaultKeyPolicy,
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
  around.s3.buckets.set("logs", { ...goodBucket, encryption: { algorithm: "aws:kms", keyId: keyArn } });
});
afterEach(() => around.stop());

const withKey = () => around.doctor([...around.words, "--kms-key-arn", keyArn]);
const [listing, reading] = bucketPermissions;

test("proves that the role may decrypt, through S3 and in both forms", async () => {
  const found = await withKey();
  for (const check of ["permission.kms:Decrypt", "key.state", "key.policy", "bucket.encryption"]) {
    expect(found.one(check).status).toBe("proven");
  }
  const contexts = around.iam.questions
    .filter(({ action }) => action === "kms:Decrypt")
    .map(({ context }) => context["kms:EncryptionContext:aws:s3:arn"][0]);
  expect(contexts).toEqual(["arn:aws:s3:::logs", "arn:aws:s3:::logs/AWSLogs/logzio-s3-doctor/any-object.gz"]);
});

test("finds a permission that covers one form of objects only", async () => {
  const Condition = { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::logs/AWSLogs/*" } };
  around.permissions = [listing, reading, { ...keyPermission, Condition }];
  expect((await withKey()).one("permission.kms:Decrypt")).toMatchObject({
    status: "wrong",
    text: containing("(objects written with a bucket key)"),
    fix: { statement: keyPermission },
  });
});

test("says what to add where the key's policy neither names the role nor delegates to its account", async () => {
  around.kms.keys.set(keyArn, {
    policy: policy({
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:role/admin` },
      Action: "kms:*",
      Resource: "*",
    }),
  });
  expect((await withKey()).one("key.policy")).toMatchObject({
    status: "wrong",
    fix: {
      instruction: "add to the key's policy:",
      statement: [{ ...keyPermission, Principal: { AWS: roleArn }, Resource: "*" }],
    },
  });
});

test("takes a key policy that names the role for the role's own, in the same account", async () => {
  around.permissions = [listing, reading];
  around.kms.keys.set(keyArn, {
    policy: policy({ ...keyPermission, Principal: { AWS: roleArn }, Resource: "*" }),
  });
  const found = await withKey();
  expect(found.one("key.policy")).toMatchObject({
    status: "proven",
    text: containing("(statement 1)"),
  });
  expect(found.one("permission.kms:Decrypt").status).toBe("proven");
});

test("finds a key policy that denies, and does not judge what it cannot know", async () => {
  const deny = { Effect: "Deny", Principal: "*", Action: "kms:Decrypt", Resource: "*" };
  around.kms.keys.set(keyArn, { policy: policy(...defaultKeyPolicy.Statement, deny) });
  expect((await withKey()).one("key.policy")).toMatchObject({ status: "wrong", fix: { statement: deny } });
  const Condition = { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } };
  around.kms.keys.set(keyArn, { policy: policy(...defaultKeyPolicy.Statement, { ...deny, Condition }) });
  expect((await withKey()).one("key.policy").status).toBe("not-proven");
});

test.each([
  ["Disabled", "enable-key"],
  ["PendingDeletion", "cancel-key-deletion"],
])("finds a key that is %s", async (state, command) => {
  around.kms.keys.set(keyArn, { policy: defaultKeyPolicy, state });
  expect((await withKey()).one("key.state")).toMatchObject({
    status: "wrong",
    fix: { command: `aws kms ${command} --key-id ${keyArn}` },
  });
});

test("finds a key that does not exist", async () => {
  around.kms.keys.clear();
  expect((await withKey()).one("key.state")).toMatchObject({ status: "wrong" });
});

test("proves nothing where AWS refuses to show the key", async () => {
  around.kms.refused.add("GetKeyPolicy").add("DescribeKey");
  const found = await withKey();
  expect(found.one("key.policy").reason).toContain("kms:GetKeyPolicy");
  expect(found.one("key.state").reason).toContain("kms:DescribeKey");
});

test("finds that the bucket encrypts with a key that is not configured, also by its alias", async () => {
  const expected = {
    status: "wrong",
    text: `New objects are encrypted with the key ${keyArn}, and none is configured`,
    fix: { statement: [keyPermission] },
  };
  expect((await around.doctor()).one("bucket.encryption")).toMatchObject(expected);
  around.s3.buckets.set("logs", { ...goodBucket, encryption: { algorithm: "aws:kms", keyId: "alias/logs" } });
  around.kms.names.set("alias/logs", keyArn);
  expect((await around.doctor()).one("bucket.encryption")).toMatchObject(expected);
  around.kms.refused.add("DescribeKey");
  expect((await around.doctor()).one("bucket.encryption").status).toBe("not-proven");
});

test("knows that AWS's own key asks for nothing in its account, and shuts out others", async () => {
  around.s3.buckets.set("logs", { ...goodBucket, encryption: { algorithm: "aws:kms" } });
  expect((await around.doctor()).one("bucket.encryption").status).toBe("proven");
  around.s3.buckets.set("logs", {
    ...goodBucket,
    encryption: { algorithm: "aws:kms" },
    owner: "999999999999",
  });
  expect((await around.doctor()).one("bucket.encryption").status).toBe("wrong");
});
