import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

export interface DoubleKey {
  /** @default "Enabled" */
  readonly state?: string;
  /** Who made it. @default "CUSTOMER" */
  readonly manager?: "AWS" | "CUSTOMER";
  readonly policy: object;
}

/** The keys of KMS on loopback, as far as they are looked at: description and policy. */
export class KmsDouble {
  /** By ARN. */
  readonly keys = new Map<string, DoubleKey>();
  /** ARNs by alias or ID. */
  readonly names = new Map<string, string>();
  /** The calls that are answered with AccessDenied, as `GetKeyPolicy`. */
  readonly refused = new Set<string>();
  private readonly server: Server;

  static async start(): Promise<KmsDouble> {
    const double = new KmsDouble();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** For `AWS_ENDPOINT_URL_KMS`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
    const target = request.headers["x-amz-target"];
    const action = (typeof target === "string" ? target : "").split(".")[1] ?? "";
    const { KeyId: name } = JSON.parse(text) as { KeyId: string };
    const arn = this.names.get(name) ?? name;
    const key = this.keys.get(arn);
    response.setHeader("Content-Type", "application/x-amz-json-1.1");
    const fail = (code: string): void => {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: code, message: `${code} by the double` }));
    };
    if (this.refused.has(action)) fail("AccessDeniedException");
    else if (key === undefined) fail("NotFoundException");
    else if (action === "DescribeKey") {
      const { state: KeyState = "Enabled", manager: KeyManager = "CUSTOMER" } = key;
      const KeyMetadata = { Arn: arn, KeyId: arn.split("/").at(-1), KeyState, KeyManager };
      response.end(JSON.stringify({ KeyMetadata }));
    } else if (action === "GetKeyPolicy") {
      response.end(JSON.stringify({ Policy: JSON.stringify(key.policy), PolicyName: "default" }));
    } else fail("UnknownOperationException");
  }
}
