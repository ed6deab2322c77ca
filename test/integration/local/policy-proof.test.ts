import {
  decryptCall,
  iamCalls,
  isAllowed,
  type IamCall,
  type PolicyDocument,
} from "../../support/policy-proof";
import type { RecordedCall } from "../../support/recording-proxy";

const roleArn = "arn:aws:iam::123456789012:role/hook";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const objectArn = "arn:aws:s3:::logs/AWSLogs/a.gz";

function recorded(call: Partial<RecordedCall>): RecordedCall {
  const base = { service: "s3", method: "GET", path: "/", query: {}, target: undefined, input: {} };
  return { ...base, status: 200, kmsKeyArn: undefined, ...call };
}

function decryptPolicy(contexts: readonly string[], operator = "StringLike"): PolicyDocument {
  const Condition: Record<string, Record<string, string | readonly string[]>> = {
    StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
    [operator]: { "kms:EncryptionContext:aws:s3:arn": contexts },
  };
  const statement = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [keyArn], Condition };
  return { Version: "2012-10-17", Statement: [statement] };
}

const judge = (call: IamCall, policy: PolicyDocument) => isAllowed(call, roleArn, [policy]);

test("takes a read of an encrypted object for the reads and decryptions that it is", () => {
  const path = "/logs/AWSLogs/a%20b.gz";
  expect(iamCalls(recorded({ path, query: { versionId: "v1" } }))).toMatchObject([
    { action: "s3:GetObjectVersion", resource: "arn:aws:s3:::logs/AWSLogs/a b.gz" },
  ]);
  expect(iamCalls(recorded({ path: "/logs/AWSLogs/a.gz", kmsKeyArn: keyArn }))).toEqual([
    { action: "s3:GetObject", resource: objectArn, context: {} },
    decryptCall(keyArn, objectArn),
    decryptCall(keyArn, "arn:aws:s3:::logs"),
  ]);
});

test("takes a batch for its single calls, and refuses a call that it does not know", () => {
  const QueueUrl = "http://127.0.0.1:1/123456789012/hook";
  expect(
    iamCalls(recorded({ service: "sqs", target: "AmazonSQS.SendMessageBatch", input: { QueueUrl } })),
  ).toEqual([
    { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:123456789012:hook", context: {} },
  ]);
  expect(() => iamCalls(recorded({ service: "sqs", target: "AmazonSQS.PurgeQueue" }))).toThrow(/PurgeQueue/);
  expect(() => iamCalls(recorded({ method: "PUT", path: "/logs/a" }))).toThrow(/no IAM action/);
});

test("allows an object by its prefix, and nothing beside it", async () => {
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/AWSLogs/*" }],
  };
  const read = (resource: string) => judge({ action: "s3:GetObject", resource, context: {} }, policy);
  expect(await read(objectArn)).toBe(true);
  expect(await read("arn:aws:s3:::logs/AWSLogs-2/a.gz")).toBe(false);
  expect(await read("arn:aws:s3:::logs-2/AWSLogs/a.gz")).toBe(false);
});

test("judges the encryption context with the other conditions of its statement", async () => {
  const policy = decryptPolicy(["arn:aws:s3:::logs", "arn:aws:s3:::logs/AWSLogs/*"]);
  expect(await judge(decryptCall(keyArn, objectArn), policy)).toBe(true);
  expect(await judge(decryptCall(keyArn, "arn:aws:s3:::logs"), policy)).toBe(true);
  expect(await judge(decryptCall(keyArn, "arn:aws:s3:::logs/other/a.gz"), policy)).toBe(false);
  expect(await judge(decryptCall(keyArn, objectArn, "s3.eu-central-1"), policy)).toBe(false);
  expect(await judge(decryptCall(keyArn.replace("1111", "9999"), objectArn), policy)).toBe(false);
  const bare = {
    ...decryptCall(keyArn, objectArn),
    context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
  };
  expect(await judge(bare, policy)).toBe(false);
});

test("takes a wildcard for text where the condition compares for equality", async () => {
  const policy = decryptPolicy(["arn:aws:s3:::logs/AWSLogs/*"], "StringEquals");
  expect(await judge(decryptCall(keyArn, objectArn), policy)).toBe(false);
  await expect(
    judge(decryptCall(keyArn, objectArn), decryptPolicy([objectArn], "StringNotLike")),
  ).rejects.toThrow(/StringNotLike/);
});
