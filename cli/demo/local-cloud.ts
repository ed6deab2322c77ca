import type { S3 as S3Client } from "@aws-sdk/client-s3";
import type { SQS as SqsClient } from "@aws-sdk/client-sqs";
import type { PutObject } from "./notification";

/** An S3 and an SQS inside this process, with the queues and buckets of one hook. */
export interface LocalCloud {
  /** What `AWS_ENDPOINT_URL` must say. */
  readonly endpoint: string;
  readonly sqs: SqsClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  put(bucket: string, key: string, body: Buffer): Promise<PutObject>;
  /** Sends a message to the queue. */
  send(body: string): Promise<void>;
  /** Messages that can be received now, or are in flight. */
  backlog(): Promise<number>;
  /** Bodies of the messages that were sent with a delay which is not over. */
  delayed(): Promise<readonly string[]>;
  /** Bodies of the messages in the dead-letter queue. */
  deadLetters(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface LocalCloudOptions {
  readonly buckets: readonly string[];
  readonly maxReceiveCount: number;
  readonly region: string;
}

const queueName = "demo";
const deadLetterQueueName = "demo-dlq";

export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  // The SDK's advice on Node versions is for the project, not for someone who watches a demo.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  // fauxqs is an ES module; import() stays an import in the CommonJS that tsc writes (module: Node16).
  const [{ buildApp }, { S3 }, { SQS }] = await Promise.all([
    import("fauxqs"),
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-sqs"),
  ]);
  // A queue's URL is "sqs.<region>.<host>", which no resolver knows; with an @ in the host, all before it is a
  // user name that nobody reads, and 127.0.0.1 is left. buildApp, since startFauxqs listens on every interface.
  const server = buildApp({ logger: false, host: "demo@127.0.0.1", defaultRegion: options.region });
  const endpoint = await server.listen({ port: 0, host: "127.0.0.1" });
  const clientOptions = {
    endpoint,
    region: options.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const s3: S3Client = new S3({ ...clientOptions, forcePathStyle: true });
  const sqs: SqsClient = new SQS(clientOptions);
  const messagesOf = async (queue: string): Promise<QueueMessages> => {
    const answer = await server.inject(`/_fauxqs/queues/${queue}`);
    return answer.json<{ messages: QueueMessages }>().messages;
  };

  for (const bucket of options.buckets) await s3.createBucket({ Bucket: bucket });
  const deadLetterQueueUrl = await createQueue(sqs, deadLetterQueueName, {});
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl: deadLetterQueueUrl,
    AttributeNames: ["QueueArn"],
  });
  const redrive = {
    deadLetterTargetArn: Attributes?.QueueArn,
    maxReceiveCount: options.maxReceiveCount,
  };
  const queueUrl = await createQueue(sqs, queueName, { RedrivePolicy: JSON.stringify(redrive) });
  return {
    endpoint,
    sqs,
    queueUrl,
    deadLetterQueueUrl,
    put: async (bucket, key, body) => {
      const eTag = await upload(s3, bucket, key, body);
      return { region: options.region, bucket, key, bytes: body.length, eTag: eTag.replaceAll('"', "") };
    },
    send: async (body) => {
      await sqs.sendMessage({ QueueUrl: queueUrl, MessageBody: body });
    },
    backlog: async () => {
      const { ready, inflight } = await messagesOf(queueName);
      return ready.length + inflight.length;
    },
    delayed: async () => (await messagesOf(queueName)).delayed.map((message) => message.body),
    deadLetters: async () => (await messagesOf(deadLetterQueueName)).ready.map((message) => message.body),
    stop: async () => {
      s3.destroy();
      sqs.destroy();
      await server.close();
    },
  };
}

/** fauxqs takes 11 MiB in one request. */
const partBytes = 8 * 1024 * 1024;

/** Puts an object, in parts where it is large, as AWS's own tools do; returns its ETag. */
async function upload(s3: S3Client, bucket: string, key: string, body: Buffer): Promise<string> {
  const name = { Bucket: bucket, Key: key };
  if (body.length <= partBytes) return (await s3.putObject({ ...name, Body: body })).ETag ?? "";
  const { UploadId } = await s3.createMultipartUpload(name);
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let start = 0; start < body.length; start += partBytes) {
    const part = { PartNumber: parts.length + 1, Body: body.subarray(start, start + partBytes) };
    const { ETag } = await s3.uploadPart({ ...name, UploadId, ...part });
    parts.push({ PartNumber: part.PartNumber, ETag });
  }
  const upload = await s3.completeMultipartUpload({ ...name, UploadId, MultipartUpload: { Parts: parts } });
  return upload.ETag ?? "";
}

/** What fauxqs tells of a queue without receiving from it. */
interface QueueMessages {
  readonly ready: readonly { readonly body: string }[];
  readonly delayed: readonly { readonly body: string }[];
  readonly inflight: readonly unknown[];
}

async function createQueue(
  sqs: SqsClient,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<string> {
  const { QueueUrl = "" } = await sqs.createQueue({ QueueName: name, Attributes: attributes });
  return QueueUrl;
}
