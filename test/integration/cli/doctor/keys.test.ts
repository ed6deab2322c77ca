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

const call = (name: string) => `aws kms ${name} --key-id ${keyArn} --region us-east-1`;

test.each([
  ["Disabled", call("enable-key")],
  ["PendingDeletion", `${call("cancel-key-deletion")} && ${call("enable-key")}`],
  ["PendingImport", undefined],
])("finds a key that is %s, and says how it is enabled where that helps", async (state, command) => {
  around.kms.keys.set(keyArn, { policy: defaultKeyPolicy, state });
  const finding = (await withKey()).one("key.state");
  expect(finding.status).toBe("wrong");
  expect(finding.fix?.command).toBe(command);
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

describe("where the key of new objects is not configured", () => {
  const forms = [
    ["its ARN", keyArn],
    ["an alias", "alias/logs"],
    ["an alias's ARN", `arn:aws:kms:us-east-1:${account}:alias/logs`],
    ["an ID", "11111111-2222-3333-4444-555555555555"],
  ] as const;
  beforeEach(() => {
    for (const [, name] of forms) around.kms.names.set(name, keyArn);
  });
  const named = (keyId: string, changes: object = {}) => {
    around.s3.buckets.set("logs", { ...goodBucket, encryption: { algorithm: "aws:kms", keyId }, ...changes });
    return around.doctor();
  };

  test.each(forms)("says what the role lacks for it, by %s", async (_, keyId) => {
    around.permissions = [listing, reading];
    const found = await named(keyId);
    expect(found.one("bucket.encryption")).toMatchObject({
      status: "wrong",
      text: `By default, new objects are encrypted with the key ${keyArn}, and none is configured`,
      fix: { instruction: containing(`write kmsKeyArn: ${keyArn}`), statement: [keyPermission] },
    });
    expect(found.one("key.state").status).toBe("proven");
  });

  test.each(forms)("judges it as if it were, by %s", async (_, keyId) => {
    const found = await named(keyId);
    for (const check of ["permission.kms:Decrypt", "key.state", "key.policy", "bucket.encryption"]) {
      expect(found.one(check).status).toBe("proven");
    }
    expect(found.run.exitCode).toBe(0);
    around.kms.keys.set(keyArn, { policy: defaultKeyPolicy, state: "Disabled" });
    expect((await named(keyId)).one("key.state").status).toBe("wrong");
  });

  test("does not know the key where AWS refuses to describe it", async () => {
    around.kms.refused.add("DescribeKey");
    expect((await named("alias/logs")).one("bucket.encryption")).toMatchObject({
      status: "not-proven",
      reason: containing("kms:DescribeKey"),
    });
    around.permissions = [listing, reading];
    expect((await named(keyArn)).one("bucket.encryption")).toMatchObject({
      status: "not-proven",
      reason: containing("only AWS's own key (aws/s3) needs no permission"),
    });
  });

  test("knows AWS's own key by each of its names, and asks for nothing", async () => {
    around.permissions = [listing, reading];
    around.kms.keys.set(keyArn, { policy: {}, manager: "AWS" });
    const own = [keyArn, "alias/aws/s3", `arn:aws:kms:us-east-1:${account}:alias/aws/s3`];
    for (const keyId of own) {
      const found = await named(keyId);
      expect(found.one("bucket.encryption")).toMatchObject({
        status: "proven",
        text: containing("AWS's own key (aws/s3), which needs no permission"),
      });
      expect(found.run.exitCode).toBe(0);
      const elsewhere = await named(keyId, { owner: "999999999999" });
      expect(elsewhere.one("bucket.encryption").status).toBe("wrong");
    }
  });
});

test("says nothing of objects whose writers name a key", async () => {
  around.s3.buckets.set("logs", goodBucket);
  expect((await around.doctor()).one("bucket.encryption")).toMatchObject({
    status: "proven",
    text:
      "By default, new objects need no KMS key; those of a writer that names one, as a CloudTrail trail can, are " +
      "not looked at",
  });
  expect((await withKey()).one("bucket.encryption").text).toContain("for those whose writers name it");
});

test("knows that AWS's own key asks for nothing in its account, and shuts out others", async () => {
  const aws = { algorithm: "aws:kms" };
  around.s3.buckets.set("logs", { ...goodBucket, encryption: aws });
  expect((await around.doctor()).one("bucket.encryption").status).toBe("proven");
  around.s3.buckets.set("logs", { ...goodBucket, encryption: aws, owner: "999999999999" });
  expect((await around.doctor()).one("bucket.encryption").status).toBe("wrong");
});
