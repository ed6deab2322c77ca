import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SQS } from "@aws-sdk/client-sqs";
import { AwsDouble } from "../../support/aws-double";

let aws: AwsDouble;
let sqs: SQS;
let secrets: SecretsManager;

beforeEach(async () => {
  aws = await AwsDouble.start();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const options = { region: "us-east-1", endpoint: aws.url, credentials, maxAttempts: 1 };
  sqs = new SQS(options);
  secrets = new SecretsManager(options);
});

afterEach(async () => {
  sqs.destroy();
  secrets.destroy();
  await aws.stop();
});

test("returns a secret, and Secrets Manager's error for one that is not there", async () => {
  aws.secrets.set("arn:token", "abc");
  expect((await secrets.getSecretValue({ SecretId: "arn:token" })).SecretString).toBe("abc");
  await expect(secrets.getSecretValue({ SecretId: "other" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("records messages, and fails the entries of a batch that it is told to", async () => {
  const QueueUrl = aws.queueUrl("hook");
  aws.script("SendMessageBatch", { failEntries: [1] });
  const Entries = ["a", "b", "c"].map((MessageBody, index) => ({ Id: String(index), MessageBody }));

  const answer = await sqs.sendMessageBatch({ QueueUrl, Entries });
  await sqs.sendMessage({ QueueUrl, MessageBody: "later", DelaySeconds: 60 });

  expect(answer.Failed).toMatchObject([{ Id: "1", Code: "InternalError", SenderFault: false }]);
  expect(aws.messages(QueueUrl)).toMatchObject([
    { body: "a" },
    { body: "c" },
    { body: "later", delaySeconds: 60 },
  ]);
  expect(aws.callsOf("SendMessage")).toHaveLength(1);
});

test("answers with a service's error, once", async () => {
  const QueueUrl = aws.queueUrl("hook");
  aws.script("SendMessage", { status: 403, code: "AccessDenied", message: "not allowed" });
  const send = () => sqs.sendMessage({ QueueUrl, MessageBody: "x" });
  await expect(send()).rejects.toMatchObject({ name: "AccessDenied", message: "not allowed" });
  await expect(send()).resolves.toBeDefined();
});

test("hides a received message until its visibility is set to zero", async () => {
  const QueueUrl = aws.queueUrl("hook");
  aws.send(QueueUrl, "x");
  const receive = async () => (await sqs.receiveMessage({ QueueUrl })).Messages?.[0];
  const first = await receive();
  expect(await receive()).toBeUndefined();
  await sqs.changeMessageVisibility({
    QueueUrl,
    ReceiptHandle: first?.ReceiptHandle,
    VisibilityTimeout: 0,
  });
  expect((await receive())?.Body).toBe("x");
});
