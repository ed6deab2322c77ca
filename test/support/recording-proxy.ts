import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

/** One call to AWS as it was made. */
export interface RecordedCall {
  /** Name of the service in the signature: `s3`, `sqs`, `secretsmanager`. */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Of the AWS JSON protocols: `AmazonSQS.SendMessage`. */
  readonly target: string | undefined;
  /** The input of an AWS JSON call. */
  readonly input: Readonly<Record<string, unknown>>;
  status: number | undefined;
  /** Key that S3 says it decrypted the object with. */
  kmsKeyArn: string | undefined;
}

/** Stands between a function and an AWS emulator, and writes down what the function calls. */
export class RecordingProxy {
  readonly calls: RecordedCall[] = [];
  private readonly server: Server;

  static async start(emulatorUrl: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(new URL(emulatorUrl));
    await listenOnLoopback(proxy.server);
    return proxy;
  }

  private constructor(private readonly emulator: URL) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return loopbackUrl(this.server);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = recordOf(request, body);
    this.calls.push(call);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = forward(new URL(request.url ?? "/", this.emulator), {
        method: request.method,
        // The emulator writes its own address into the queue URLs that it returns.
        headers: { ...request.headers, host: this.emulator.host },
      });
      sent.once("response", resolve);
      sent.once("error", reject);
      sent.end(body);
    });
    call.status = answer.statusCode;
    const key = answer.headers["x-amz-server-side-encryption-aws-kms-key-id"];
    call.kmsKeyArn = typeof key === "string" ? key : undefined;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  }
}

function recordOf(request: IncomingMessage, body: Buffer): RecordedCall {
  const url = new URL(request.url ?? "/", "http://aws");
  const target = request.headers["x-amz-target"];
  return {
    service: /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "",
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    target: typeof target === "string" ? target : undefined,
    input: target === undefined ? {} : (JSON.parse(body.toString()) as Record<string, unknown>),
    status: undefined,
    kmsKeyArn: undefined,
  };
}
