import type { PollOutcome } from "../local/event-source";
import type { NodeRuntime } from "../local/node-runtime";
import type { FunctionLog } from "./function-log";
import type { PutObject } from "./notification";
import type { DeployedHook, NotificationRule } from "./synthesized-stack";
import { count, cutEnd, cutMiddle, paint, printable, type Style, type Terminal } from "../terminal/terminal";

/** What happens on the way, for whoever watches. */
export interface Progress {
  synthesized(seconds: number): void;
  started(hook: DeployedHook, runtime: NodeRuntime): void;
  put(object: PutObject, rule: NotificationRule | undefined): void;
  /** So many messages wait, and the function gets so many of them. */
  polling(backlog: number, batch: number): void;
  accepted(documents: number): void;
  invoked(outcome: PollOutcome, log: FunctionLog): void;
  ended(): void;
}

interface Output {
  write(text: string): unknown;
}

/** A line for each thing that happens, and on a terminal one more at the bottom that tells where everything is. */
export class TerminalProgress implements Progress {
  private inBucket = 0;
  private inQueue = 0;
  private inFunction = 0;
  private atListener = 0;

  constructor(
    private readonly output: Output,
    private readonly terminal: Terminal,
  ) {}

  synthesized(seconds: number): void {
    this.line("stack", `synthesized in ${seconds.toFixed(1)} s, the one that "cdktf deploy" would make`);
  }

  started(hook: DeployedHook, runtime: NodeRuntime): void {
    const { memoryMegabytes, timeoutSeconds, maxReceiveCount, rules, functionName } = hook;
    this.line(
      "function",
      `${functionName}: ${memoryMegabytes} MB, ${timeoutSeconds} s, ${maxReceiveCount} tries, Node ${runtime.version}`,
    );
    if (!runtime.deployedRuntime) {
      this.line("function", `deployed it runs on ${hook.runtime}, which this machine does not have`);
    }
    const prefixes = rules.map((rule) => `${rule.prefix || "(all)"}${rule.suffix ? ` *${rule.suffix}` : ""}`);
    this.line("queue", `gets new objects under ${prefixes.sort().join(", ")}`);
  }

  put(object: PutObject, rule: NotificationRule | undefined): void {
    this.inBucket += 1;
    if (rule === undefined) this.line("bucket", `no rule matches ${this.keyOf(object.key, 15)}`);
    else this.inQueue += 1;
    this.status();
  }

  polling(backlog: number, batch: number): void {
    this.inFunction = Math.min(backlog, batch);
    this.inQueue = backlog - this.inFunction;
    this.status();
  }

  accepted(documents: number): void {
    this.atListener += documents;
    this.status();
  }

  invoked(outcome: PollOutcome, log: FunctionLog): void {
    this.inFunction = 0;
    const seconds = ((outcome.invocation?.durationMilliseconds ?? 0) / 1000).toFixed(2);
    const failed = outcome.failed.length === 0 ? "" : `, ${outcome.failed.length} failed`;
    this.line("queue", `${count(outcome.received, "message")} to the function, ${seconds} s${failed}`);
    // In a pipe the table at the end says it all.
    for (const account of this.terminal.live ? log.accounts : []) {
      const documents = count(account.accepted, "document");
      this.line("listener", `${documents.padStart(14)}  ${this.keyOf(account.key, 17)}`);
    }
    for (const failure of log.failures) this.line("function", failure.reason, "red");
    const { error } = outcome.invocation ?? {};
    if (error !== undefined) this.line("function", error.message, "red");
  }

  ended(): void {
    if (this.terminal.live) this.output.write("\r\x1b[K");
  }

  private keyOf(key: string, taken: number): string {
    return cutMiddle(printable(key), this.terminal.columns - 10 - taken);
  }

  private line(place: string, text: string, style?: Style): void {
    this.ended();
    const cut = cutEnd(printable(text), this.terminal.columns - 10);
    const line = style === undefined ? cut : paint(this.terminal, style, cut);
    this.output.write(`${paint(this.terminal, "cyan", place.padEnd(9))} ${line}\n`);
    this.status();
  }

  private status(): void {
    if (!this.terminal.live) return;
    const flow = `bucket ${this.inBucket} ─▶ queue ${this.inQueue} ─▶ function ${this.inFunction} ─▶ listener ${count(this.atListener, "document")}`;
    this.output.write(`\r\x1b[K${paint(this.terminal, "dim", cutEnd(flow, this.terminal.columns - 1))}`);
  }
}

/** Says nothing: for `--json`. */
export const silentProgress: Progress = {
  synthesized: () => undefined,
  started: () => undefined,
  put: () => undefined,
  polling: () => undefined,
  accepted: () => undefined,
  invoked: () => undefined,
  ended: () => undefined,
};
