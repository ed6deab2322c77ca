import { SQS } from "@aws-sdk/client-sqs";
import { failedIds, pollOnce } from "../../../cli/local/event-source";
import type { Invocation } from "../../../cli/local/function-process";
import { AwsDouble } from "../../support/aws-double";

interface HandedOver {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string };
  }[];
}

let aws: AwsDouble;
let sqs: SQS;
let queueUrl: string;
const handedOver: HandedOver[] = [];

/** A function that answers as the test says. */
function answering(answer: (event: HandedOver) => Partial<Invocation>) {
  return {
    invoke: (event: unknown): Promise<Invocation> => {
      handedOver.push(event as HandedOver);
      return Promise.resolve({ log: [], durationMilliseconds: 0, ...answer(event as HandedOver) });
    },
  };
}

beforeAll(async () => {
  aws = await AwsDouble.start();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sqs = new SQS({ region: "us-east-1", endpoint: aws.url, credentials });
});

beforeEach(() => {
  handedOver.length = 0;
  queueUrl = aws.queueUrl(`hook-${expect.getState().currentTestName ?? ""}`.replace(/\W/g, "-"));
});

afterAll(async () => {
  sqs.destroy();
  await aws.stop();
});

test("hands a batch over in Lambda's shape and deletes it when nothing failed", async () => {
  aws.send(queueUrl, "one");
  aws.send(queueUrl, "two");

  const outcome = await pollOnce({ sqs, queueUrl, function: answering(() => ({ result: null })) });

  expect(handedOver[0]?.Records).toMatchObject([
    {
      body: "one",
      eventSource: "aws:sqs",
      awsRegion: "us-east-1",
      attributes: { ApproximateReceiveCount: "1" },
    },
    { body: "two", messageAttributes: {} },
  ]);
  expect(outcome).toMatchObject({ received: 2, failed: [], deadLettered: [] });
  expect(aws.messages(queueUrl)).toEqual([]);
});

test("gives back the failed messages of a batch alone", async () => {
  for (const body of ["one", "two", "three"]) aws.send(queueUrl, body);
  const second = aws.messages(queueUrl)[1]?.messageId ?? "";

  const outcome = await pollOnce({
    sqs,
    queueUrl,
    function: answering(() => ({ result: { batchItemFailures: [{ itemIdentifier: second }] } })),
  });

  expect(outcome.failed).toEqual([second]);
  expect(aws.messages(queueUrl)).toMatchObject([{ body: "two", visible: true }]);
});

test("gives back the whole batch when the function throws", async () => {
  aws.send(queueUrl, "one");
  const error = { name: "Error", message: "no" };
  await pollOnce({ sqs, queueUrl, function: answering(() => ({ error })) });
  await pollOnce({ sqs, queueUrl, function: answering(() => ({ error })) });

  expect(handedOver[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe("2");
  expect(aws.messages(queueUrl)).toHaveLength(1);
});

test("does not call the function for an empty queue", async () => {
  const outcome = await pollOnce({ sqs, queueUrl, function: answering(() => ({})) });
  expect(outcome).toMatchObject({ received: 0, invocation: undefined });
  expect(handedOver).toEqual([]);
});

test("moves a message to the dead-letter queue after its last receive", async () => {
  const deadLetterQueueUrl = aws.queueUrl("dead");
  aws.send(queueUrl, "poison");
  const failing = answering(() => ({ error: { name: "Error", message: "no" } }));
  const options = { sqs, queueUrl, deadLetterQueueUrl, maxReceiveCount: 2, function: failing };

  await pollOnce(options);
  await pollOnce(options);
  const third = await pollOnce(options);

  expect(third).toMatchObject({ received: 0 });
  expect(third.deadLettered).toHaveLength(1);
  expect(handedOver).toHaveLength(2);
  expect(aws.messages(queueUrl)).toEqual([]);
  expect(aws.messages(deadLetterQueueUrl)).toMatchObject([{ body: "poison" }]);
});

describe("batch responses", () => {
  const judge = (result: unknown) => [...failedIds({ result, log: [], durationMilliseconds: 0 }, ["a", "b"])];

  test.each([[null], [undefined], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    "%j is a complete success",
    (result) => {
      expect(judge(result)).toEqual([]);
    },
  );

  test.each([
    ["done"],
    [{ batchItemFailures: "a" }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: "a" }] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "unknown" }] }],
  ])("%j is a complete failure", (result) => {
    expect(judge(result)).toEqual(["a", "b"]);
  });
});
