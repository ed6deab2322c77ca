import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { unzipSync } from "fflate";
import {
  runtimeSource,
  type InvocationFault,
  type InvokeMessage,
  type RuntimeMessage,
} from "./lambda-runtime";
import { findNode22, type NodeRuntime } from "./node-runtime";
import { InvocationOutput } from "./process-output";

export interface FunctionProcessOptions {
  /** The deployment package: its path or its bytes. */
  readonly zip: string | Uint8Array;
  /** The function's environment; of this process's own variables the function sees none. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly functionName: string;
  /** @default "index.handler" */
  readonly handler?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** Credentials of the function's role. @default "local" for both */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** @default {@link findNode22} */
  readonly runtime?: NodeRuntime;
  readonly extraNodeFlags?: readonly string[];
}

export interface Invocation {
  /** What the handler returned; undefined where it failed. */
  readonly result?: unknown;
  readonly error?: InvocationFault;
  /** Lines that the function wrote to stdout and stderr, each in its order. */
  readonly log: readonly string[];
  readonly durationMilliseconds: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly output: InvocationOutput;
  readonly loadMilliseconds: number;
}

/** Runs a function's zip as Lambda would: in a process of its own, with the memory and time it has there. */
export class FunctionProcess {
  readonly runtime: NodeRuntime;
  private readonly folder: string;
  private running: Running | undefined;
  private peak: number | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /** Unpacks the zip, starts the process and waits until the module is loaded. */
  static async start(options: FunctionProcessOptions): Promise<FunctionProcess> {
    const process = new FunctionProcess(options);
    process.running = await process.spawn();
    return process;
  }

  private constructor(private readonly options: FunctionProcessOptions) {
    this.runtime = options.runtime ?? findNode22();
    this.folder = mkdtempSync(join(tmpdir(), "function-"));
    const zip = typeof options.zip === "string" ? readFileSync(options.zip) : options.zip;
    for (const [name, content] of Object.entries(unzipSync(zip))) {
      const path = resolve(this.folder, "task", name);
      mkdirSync(dirname(path), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(path, content);
    }
    writeFileSync(join(this.folder, "runtime.js"), runtimeSource());
  }

  get functionName(): string {
    return this.options.functionName;
  }

  /** What loading the module took of a processor in the present process, whatever else the machine did. */
  get loadMilliseconds(): number | undefined {
    return this.running?.loadMilliseconds;
  }

  /** The process's id, undefined after a timeout or a crash until the next invocation. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /** One invocation; as in one of Lambda's execution environments, the next one waits for its end. */
  invoke(event: unknown, options: { readonly timeoutSeconds?: number } = {}): Promise<Invocation> {
    const turn = this.queue.then(() =>
      this.run(event, options.timeoutSeconds ?? this.options.timeoutSeconds),
    );
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** The most memory that any of its processes held (VmHWM); undefined where the system has no /proc. */
  peakResidentBytes(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.pid ?? "none"}/status`, "utf8");
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kilobytes !== undefined) this.peak = Math.max(this.peak ?? 0, Number(kilobytes) * 1024);
    } catch {
      // No such process, or no /proc: what was measured before stands.
    }
    return this.peak;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(event: unknown, timeoutSeconds: number): Promise<Invocation> {
    if (this.running !== undefined && hasEnded(this.running.child)) this.running = undefined;
    const { child, output } = (this.running ??= await this.spawn());
    const requestId = randomUUID();
    const started = Date.now();
    const log = output.collect(requestId);
    let timer: NodeJS.Timeout | undefined;
    const answer = await Promise.race([
      new Promise<Pick<Invocation, "result" | "error">>((done) => {
        child.once("message", (message: RuntimeMessage) => {
          if (message.kind === "result") done({ result: message.result });
          else if (message.kind === "error") done({ error: message.error });
        });
        child.once("exit", (code, signal) => {
          const reason = signal === null ? `exit status ${code ?? 0}` : `signal: ${signal}`;
          const message = `RequestId: ${requestId} Error: Runtime exited with error: ${reason}`;
          done({ error: { name: "Runtime.ExitError", message } });
        });
        child.send(this.message(requestId, event, started + timeoutSeconds * 1000));
      }),
      new Promise<Pick<Invocation, "error">>((done) => {
        timer = setTimeout(() => {
          const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
          done({ error: { name: "Sandbox.Timedout", message } });
        }, timeoutSeconds * 1000);
      }),
    ]);
    clearTimeout(timer);
    const durationMilliseconds = Date.now() - started;
    this.peakResidentBytes();
    child.removeAllListeners("message");
    child.removeAllListeners("exit");
    if (answer.error?.name === "Sandbox.Timedout" || hasEnded(child)) await this.kill();
    return { ...answer, log: await log, durationMilliseconds };
  }

  private message(requestId: string, event: unknown, deadline: number): InvokeMessage {
    const { functionName, memoryMegabytes, region = "us-east-1" } = this.options;
    return {
      requestId,
      event,
      deadline,
      context: {
        functionName,
        functionVersion: "$LATEST",
        memoryLimitInMB: String(memoryMegabytes),
        invokedFunctionArn: `arn:aws:lambda:${region}:123456789012:function:${functionName}`,
        logGroupName: `/aws/lambda/${functionName}`,
        logStreamName: `local/[$LATEST]${String(this.pid)}`,
      },
    };
  }

  private async spawn(): Promise<Running> {
    const { memoryMegabytes, extraNodeFlags = [] } = this.options;
    // The share of the function's memory that Lambda's own start script gives to the two heap spaces.
    const flags = [
      `--max-semi-space-size=${Math.floor(memoryMegabytes * 0.05)}`,
      `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
      ...extraNodeFlags,
    ];
    const child = spawn(this.runtime.path, [...flags, join(this.folder, "runtime.js")], {
      cwd: join(this.folder, "task"),
      env: { ...this.lambdaVariables(), ...this.options.environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const output = new InvocationOutput(child);
    const loadMilliseconds = await new Promise<number>((done, reject) => {
      child.once("message", (message: RuntimeMessage) => {
        done(message.kind === "loaded" ? message.milliseconds : 0);
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        const lines = output.lines.join("\n");
        reject(
          new Error(`the function's process ended (${String(code ?? signal)}) while loading:\n${lines}`),
        );
      });
    });
    child.removeAllListeners("exit");
    return { child, output, loadMilliseconds };
  }

  private lambdaVariables(): Record<string, string> {
    const { functionName, memoryMegabytes, handler = "index.handler", region = "us-east-1" } = this.options;
    const { accessKeyId, secretAccessKey } = this.options.credentials ?? {
      accessKeyId: "local",
      secretAccessKey: "local",
    };
    return {
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      LAMBDA_TASK_ROOT: join(this.folder, "task"),
      _HANDLER: handler,
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
    };
  }

  private async kill(): Promise<void> {
    const child = this.running?.child;
    this.peakResidentBytes();
    this.running = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
