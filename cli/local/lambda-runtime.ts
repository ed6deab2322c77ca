/** What the parent sends for one invocation. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: unknown;
  /** Milliseconds since 1970 at which the function's time is over. */
  readonly deadline: number;
  readonly context: Readonly<Record<string, string>>;
}

export interface InvocationFault {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** What the child answers: once after loading, then once an invocation. */
export type RuntimeMessage =
  | { readonly kind: "loaded"; readonly milliseconds: number }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: InvocationFault };

/** Ends an invocation's output on stdout and stderr, which are not in step with the messages. */
export const endOfOutput = "\u0000end-of-invocation ";

/**
 * Runs in the child, as Lambda's runtime client does there. It is handed over as its own source text (see
 * {@link runtimeSource}), so it may use nothing of this module, and of Node only what is global.
 */
function lambdaRuntime(marker: string, load: (id: string) => unknown): void {
  const fault = (thrown: unknown): object =>
    thrown instanceof Error
      ? { name: thrown.name, message: thrown.message, stack: thrown.stack }
      : { name: "Error", message: String(thrown) };
  const tell = (message: object): void => {
    process.send?.(message);
  };
  type Handler = (event: unknown, context: object) => unknown;
  let handler: Handler | undefined;
  let loadFault: object | undefined;
  try {
    const started = process.cpuUsage();
    const [file = "", name = ""] = (process.env["_HANDLER"] ?? "").split(".");
    const loaded = load(`${process.env["LAMBDA_TASK_ROOT"] ?? ""}/${file}.js`) as Record<string, Handler>;
    if (typeof loaded[name] !== "function") throw new Error(`${file}.${name} is undefined or not exported`);
    handler = loaded[name];
    const { user, system } = process.cpuUsage(started);
    tell({ kind: "loaded", milliseconds: (user + system) / 1000 });
  } catch (thrown) {
    loadFault = fault(thrown);
    tell({ kind: "loaded", milliseconds: 0 });
  }
  const run = async (message: InvokeMessage): Promise<object> => {
    if (handler === undefined) return { kind: "error", error: loadFault };
    try {
      const result = await handler(message.event, {
        ...message.context,
        awsRequestId: message.requestId,
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
      });
      return { kind: "result", result: result ?? null };
    } catch (thrown) {
      return { kind: "error", error: fault(thrown) };
    }
  };
  process.on("disconnect", () => process.exit());
  process.on("message", (message: InvokeMessage) => {
    void run(message).then((answer) => {
      process.stdout.write(`\n${marker}${message.requestId}\n`);
      process.stderr.write(`\n${marker}${message.requestId}\n`);
      tell(answer);
    });
  });
}

/** The child's program. As text, it is the same whether this file runs compiled or under a test runner. */
export function runtimeSource(): string {
  return `(${lambdaRuntime.toString()})(${JSON.stringify(endOfOutput)}, require);\n`;
}
