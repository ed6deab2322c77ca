import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";
import { passOn } from "./pass-on";

const missing =
  "<Error><Code>NoSuchConfiguration</Code><Message>The specified configuration does not exist.</Message></Error>";

/**
 * S3 with the request metrics of buckets, and everything else at an emulator: moto 5.2.1 returns none of what was put,
 * and takes the deletion of a metrics configuration for that of its bucket.
 */
export class BucketMetrics {
  /** The configurations as they were put, by bucket and name. */
  readonly configurations = new Map<string, string>();
  private readonly server: Server;

  static async start(emulatorUrl: string): Promise<BucketMetrics> {
    const metrics = new BucketMetrics(new URL(emulatorUrl));
    await listenOnLoopback(metrics.server);
    return metrics;
  }

  private constructor(private readonly emulator: URL) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return loopbackUrl(this.server);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url ?? "/", this.emulator);
    if (!searchParams.has("metrics")) {
      await passOn(request, body, this.emulator, response);
      return;
    }
    const id = `${pathname.replaceAll("/", "")}/${searchParams.get("id") ?? ""}`;
    const known = this.configurations.get(id);
    if (request.method === "PUT") this.configurations.set(id, body.toString());
    if (request.method === "DELETE") this.configurations.delete(id);
    if (request.method === "PUT") response.end();
    else if (known === undefined) response.writeHead(404, { "Content-Type": "application/xml" }).end(missing);
    else if (request.method === "DELETE") response.writeHead(204).end();
    else response.writeHead(200, { "Content-Type": "application/xml" }).end(known);
  }
}
