import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

export interface DoubleBucket {
  readonly region?: string;
  /** Account that it belongs to. */
  readonly owner: string;
  /** A document, or the text of one that is not well formed. */
  readonly policy?: object | string;
  readonly encryption?: { readonly algorithm: string; readonly keyId?: string };
  readonly ownership?: string;
  readonly notifications?: {
    readonly eventBridge?: boolean;
    readonly rules?: readonly DoubleRule[];
  };
  /** The switches that are on. */
  readonly publicAccessBlock?: readonly string[];
  readonly objects?: Readonly<Record<string, DoubleObject>>;
}

export interface DoubleObject {
  readonly content: string;
  readonly kmsKeyId?: string;
  /** @default "STANDARD" */
  readonly storageClass?: string;
  /** The error that reading it ends with. */
  readonly fails?: { readonly status: number; readonly code: string };
}

interface DoubleRule {
  /** ARN of a queue, topic or function. */
  readonly destination: string;
  readonly id?: string;
  /** @default s3:ObjectCreated:* */
  readonly event?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface BucketCall {
  /** As `GetBucketPolicy`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** The access key that signed the call. */
  readonly accessKeyId: string;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** The settings of buckets on loopback, with the listing and reading that goes with them. Path style only. */
export class BucketDouble {
  readonly buckets = new Map<string, DoubleBucket>();
  readonly calls: BucketCall[] = [];
  /** Whether S3 answers a call with AccessDenied. */
  refuses: (call: BucketCall) => boolean = () => false;
  private readonly server: Server;

  static async start(): Promise<BucketDouble> {
    const double = new BucketDouble();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => this.serve(request, response));
  }

  /** For `AWS_ENDPOINT_URL_S3`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const url = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    const key = rest.join("/");
    const call = {
      operation: operationOf(request.method ?? "", key, url.searchParams),
      bucket,
      key,
      accessKeyId: /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "",
    };
    this.calls.push(call);
    const region = this.buckets.get(bucket)?.region ?? "us-east-1";
    response.setHeader("Content-Type", "application/xml");
    response.setHeader("x-amz-request-id", "LOCAL");
    if (this.buckets.has(bucket)) response.setHeader("x-amz-bucket-region", region);
    try {
      const expected = request.headers["x-amz-expected-bucket-owner"];
      response.end(this.answer(call, typeof expected === "string" ? expected : undefined, url, response));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.statusCode = error.status;
      const text = `<Error><Code>${error.code}</Code><Message>${error.code} by the double</Message></Error>`;
      response.end(request.method === "HEAD" ? undefined : text);
    }
  }

  private answer(
    call: BucketCall,
    expectedOwner: string | undefined,
    url: URL,
    response: ServerResponse,
  ): string {
    const found = this.buckets.get(call.bucket);
    if (found === undefined) throw new Refusal(404, "NoSuchBucket");
    if (this.refuses(call)) throw new Refusal(403, "AccessDenied");
    if (expectedOwner !== undefined && expectedOwner !== found.owner) throw new Refusal(403, "AccessDenied");
    switch (call.operation) {
      case "HeadBucket":
        return "";
      case "GetBucketPolicy":
        return policyOf(found);
      case "GetBucketEncryption":
        return encryptionOf(found);
      case "GetBucketNotificationConfiguration":
        return notificationsOf(found);
      case "GetBucketOwnershipControls":
        return ownershipOf(found);
      case "GetPublicAccessBlock":
        return publicAccessOf(found);
      case "ListObjectsV2":
        return listing(call.bucket, found, url.searchParams.get("prefix") ?? "");
      case "GetObject":
        return objectOf(found, call.key, response);
      default:
        throw new Refusal(501, "NotImplemented");
    }
  }
}

function operationOf(method: string, key: string, query: URLSearchParams): string {
  if (key !== "") return method === "GET" ? "GetObject" : method;
  if (method === "HEAD") return "HeadBucket";
  const settings: Readonly<Record<string, string>> = {
    policy: "GetBucketPolicy",
    notification: "GetBucketNotificationConfiguration",
    encryption: "GetBucketEncryption",
    ownershipControls: "GetBucketOwnershipControls",
    publicAccessBlock: "GetPublicAccessBlock",
    "list-type": "ListObjectsV2",
  };
  return Object.entries(settings).find(([name]) => query.has(name))?.[1] ?? method;
}

function policyOf({ policy }: DoubleBucket): string {
  if (policy === undefined) throw new Refusal(404, "NoSuchBucketPolicy");
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}

function encryptionOf({ encryption }: DoubleBucket): string {
  if (encryption === undefined) throw new Refusal(404, "ServerSideEncryptionConfigurationNotFoundError");
  const { algorithm, keyId } = encryption;
  const key = keyId === undefined ? "" : `<KMSMasterKeyID>${keyId}</KMSMasterKeyID>`;
  return (
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>" +
    `<SSEAlgorithm>${algorithm}</SSEAlgorithm>${key}` +
    "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
  );
}

function notificationsOf({ notifications: { eventBridge = false, rules = [] } = {} }: DoubleBucket): string {
  const parts = rules.map(({ destination, id = "rule", event = "s3:ObjectCreated:*", prefix, suffix }) => {
    const kind = { sqs: "Queue", sns: "Topic", lambda: "CloudFunction" }[destination.split(":")[2]] ?? "";
    const filters = Object.entries({ prefix, suffix })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<FilterRule><Name>${name}</Name><Value>${value ?? ""}</Value></FilterRule>`);
    const filter = filters.length === 0 ? "" : `<Filter><S3Key>${filters.join("")}</S3Key></Filter>`;
    const where = `<${kind}>${destination}</${kind}>`;
    return `<${kind}Configuration><Id>${id}</Id>${where}<Event>${event}</Event>${filter}</${kind}Configuration>`;
  });
  const on = eventBridge ? "<EventBridgeConfiguration/>" : "";
  return `<NotificationConfiguration>${parts.join("")}${on}</NotificationConfiguration>`;
}

function ownershipOf({ ownership }: DoubleBucket): string {
  if (ownership === undefined) throw new Refusal(404, "OwnershipControlsNotFoundError");
  return `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;
}

function publicAccessOf({ publicAccessBlock }: DoubleBucket): string {
  if (publicAccessBlock === undefined) throw new Refusal(404, "NoSuchPublicAccessBlockConfiguration");
  const switches = publicAccessBlock.map((name) => `<${name}>true</${name}>`);
  return `<PublicAccessBlockConfiguration>${switches.join("")}</PublicAccessBlockConfiguration>`;
}

function listing(bucket: string, { objects = {} }: DoubleBucket, prefix: string): string {
  const contents = Object.entries(objects)
    .filter(([key]) => key.startsWith(prefix))
    .map(
      ([key, { content, storageClass = "STANDARD" }]) =>
        `<Contents><Key>${key}</Key><Size>${content.length}</Size><StorageClass>${storageClass}</StorageClass></Contents>`,
    );
  return `<ListBucketResult><Name>${bucket}</Name>${contents.join("")}<IsTruncated>false</IsTruncated></ListBucketResult>`;
}

function objectOf({ objects = {} }: DoubleBucket, key: string, response: ServerResponse): string {
  const object = objects[key] as DoubleObject | undefined;
  if (object === undefined) throw new Refusal(404, "NoSuchKey");
  if (object.fails !== undefined) throw new Refusal(object.fails.status, object.fails.code);
  if (object.kmsKeyId !== undefined) {
    response.setHeader("x-amz-server-side-encryption", "aws:kms");
    response.setHeader("x-amz-server-side-encryption-aws-kms-key-id", object.kmsKeyId);
  }
  response.setHeader("Content-Type", "binary/octet-stream");
  return object.content;
}
