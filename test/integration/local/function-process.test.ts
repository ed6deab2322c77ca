import { strToU8, zipSync } from "fflate";
import { existsSync } from "node:fs";
import { FunctionProcess, type FunctionProcessOptions } from "../../../cli/local/function-process";
import { findNode22 } from "../../../cli/local/node-runtime";

const code = `
exports.handler = async (event, context) => {
  console.log("started", event.say);
  if (event.loop) await new Promise((done) => setTimeout(done, 60_000));
  if (event.fail) throw new RangeError(event.fail);
  if (event.exit) process.exit(3);
  if (event.nothing) return;
  console.error("to stderr");
  return {
    event,
    remaining: context.getRemainingTimeInMillis(),
    context: { name: context.functionName, id: context.awsRequestId, memory: context.memoryLimitInMB },
    environment: process.env,
    flags: process.execArgv,
    version: process.versions.node,
    pid: process.pid,
  };
};
exports.broken = 1;
`;

interface Seen {
  readonly event: unknown;
  readonly remaining: number;
  readonly context: Record<string, string>;
  readonly environment: Record<string, string>;
  readonly flags: string[];
  readonly version: string;
  readonly pid: number;
}

const started: FunctionProcess[] = [];

async function start(options: Partial<FunctionProcessOptions> = {}): Promise<FunctionProcess> {
  const process = await FunctionProcess.start({
    zip: zipSync({ "index.js": strToU8(code) }),
    environment: { SOURCES: "[]" },
    memoryMegabytes: 256,
    timeoutSeconds: 10,
    functionName: "hook",
    ...options,
  });
  started.push(process);
  return process;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop()));
});

test("runs the zip under the deployed runtime with Lambda's environment, and none of its own", async () => {
  process.env["NOT_FOR_THE_FUNCTION"] = "secret";
  const hook = await start();
  const { result, log, error } = await hook.invoke({ say: "hello" });
  delete process.env["NOT_FOR_THE_FUNCTION"];

  expect(error).toBeUndefined();
  const seen = result as Seen;
  expect(seen.event).toEqual({ say: "hello" });
  expect(seen.version).toBe(findNode22().version);
  expect(seen.flags).toEqual(["--max-semi-space-size=12", "--max-old-space-size=230"]);
  expect(seen.environment).toMatchObject({
    SOURCES: "[]",
    AWS_LAMBDA_FUNCTION_NAME: "hook",
    AWS_REGION: "us-east-1",
  });
  expect(seen.environment).not.toHaveProperty("NOT_FOR_THE_FUNCTION");
  expect(seen.environment).not.toHaveProperty("HOME");
  expect(seen.context).toMatchObject({ name: "hook", memory: "256" });
  expect(seen.remaining).toBeGreaterThan(8000);
  expect(seen.remaining).toBeLessThanOrEqual(10_000);
  expect([...log].sort()).toEqual(["started hello", "to stderr"]);
});

test("gives each invocation its own log and reports what the handler throws", async () => {
  const hook = await start();
  const first = await hook.invoke({ say: 1, fail: "too far" });
  const second = await hook.invoke({ say: 2, nothing: true });

  expect(first.error).toMatchObject({ name: "RangeError", message: "too far" });
  expect(first.log).toEqual(["started 1"]);
  expect(second).toMatchObject({ result: null, log: ["started 2"] });
});

test("ends an invocation that is over its time, and serves the next one in a fresh process", async () => {
  const hook = await start();
  const before = (await hook.invoke({})).result as Seen;
  const late = await hook.invoke({ say: "late", loop: true }, { timeoutSeconds: 0.2 });

  expect(late.error).toMatchObject({ name: "Sandbox.Timedout" });
  expect(late.error?.message).toMatch(/Task timed out after 0\.20 seconds$/);
  expect(late.log).toEqual(["started late"]);
  expect(late.durationMilliseconds).toBeLessThan(5000);
  const after = (await hook.invoke({})).result as Seen;
  expect(after.pid).not.toBe(before.pid);
});

test("reports a process that ends by itself, and goes on with a fresh one", async () => {
  const hook = await start();
  const gone = await hook.invoke({ say: "bye", exit: true });
  expect(gone.error).toMatchObject({ name: "Runtime.ExitError" });
  expect(gone.error?.message).toMatch(/exit status 3$/);
  expect((await hook.invoke({})).error).toBeUndefined();
});

test("fails every invocation of a handler that cannot be loaded", async () => {
  const hook = await start({ handler: "index.broken" });
  expect((await hook.invoke({})).error?.message).toMatch(/index\.broken is undefined or not exported/);
});

test("works one invocation after the other", async () => {
  const hook = await start();
  const [first, second] = await Promise.all([hook.invoke({ say: "a" }), hook.invoke({ say: "b" })]);
  expect((first.result as Seen).event).toEqual({ say: "a" });
  expect((second.result as Seen).event).toEqual({ say: "b" });
});

test("tells its peak memory where there is a /proc, and leaves nothing behind", async () => {
  const hook = await start();
  const { result } = await hook.invoke({});
  const { environment, pid } = result as Seen;
  if (existsSync("/proc/self/status")) expect(hook.peakResidentBytes()).toBeGreaterThan(20_000_000);
  expect(existsSync(environment["LAMBDA_TASK_ROOT"] ?? "")).toBe(true);

  await hook.stop();

  expect(existsSync(environment["LAMBDA_TASK_ROOT"] ?? "")).toBe(false);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});
