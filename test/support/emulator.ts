import type { S3 } from "@aws-sdk/client-s3";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What the emulators take for a login. */
export const emulatorCredentials = { accessKeyId: "test", secretAccessKey: "test" } as const;
export const emulatorAccount = "123456789012";

/** How long `moto_server` may take to answer; it loads in two seconds, in more on a busy machine. */
const startTimeoutMs = 60_000;

/** AWS on this machine: a moto_server of our own, or what `AWS_ENDPOINT_URL` names (such as LocalStack). */
export class Emulator {
  private constructor(
    readonly url: string,
    private readonly server: ChildProcess | undefined,
  ) {}

  static async start(): Promise<Emulator> {
    const given = process.env["AWS_ENDPOINT_URL"];
    if (given !== undefined && given !== "") return new Emulator(given, undefined);
    const port = await freePort();
    const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const emulator = new Emulator(`http://127.0.0.1:${port}`, server);
    try {
      await emulator.awaitAnswer(server);
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return emulator;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    await ended;
  }

  /**
   * A call that no SDK client among our dependencies makes. The emulators read the service from the signature's
   * scope and check no more of it.
   */
  async call(service: string, method: string, path: string, body?: object | string): Promise<unknown> {
    const scope = `${emulatorCredentials.accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
        "Content-Type": typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json",
      },
      body: text,
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${service} ${method} ${path}: ${response.status} ${answer}`);
    return answer.startsWith("{") ? (JSON.parse(answer) as unknown) : answer;
  }

  /** A call of a service that speaks AWS JSON, such as `TrentService.CreateKey`. */
  async jsonCall(service: string, target: string, input: object): Promise<Record<string, unknown>> {
    const scope = `${emulatorCredentials.accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": target,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  private async awaitAnswer(server: ChildProcess): Promise<void> {
    let failure: Error | undefined;
    server.once("error", (error) => (failure = error));
    const deadline = Date.now() + startTimeoutMs;
    while (Date.now() < deadline) {
      if (failure !== undefined) throw failure;
      if (server.exitCode !== null) throw new Error(`moto_server ended with status ${server.exitCode}`);
      const answer = await fetch(`${this.url}/moto-api/`).catch(() => undefined);
      if (answer?.ok === true) return;
      await wait(100);
    }
    throw new Error(`moto_server gave no answer at ${this.url} within ${startTimeoutMs / 1000} s`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Makes a bucket whose objects are encrypted with a key of its own; returns the key's ARN. */
export async function createEncryptedBucket(emulator: Emulator, s3: S3, name: string): Promise<string> {
  const answer = await emulator.jsonCall("kms", "TrentService.CreateKey", { Description: name });
  const { Arn: keyArn } = answer["KeyMetadata"] as { Arn: string };
  await s3.createBucket({ Bucket: name });
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } as const;
  await s3.putBucketEncryption({
    Bucket: name,
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
  });
  return keyArn;
}
