import { mostRepeatedBulks } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-writer";
import { FetcherBench, Killed } from "./fetcher-bench";
import type { Call, Cut } from "./lifeline";

export interface CrashScenario {
  /** Small objects of the stream that is shipped first. */
  readonly objects: number;
  /** Lines of an object of several bulks. */
  readonly lines: number;
}

interface CrashRun {
  /** What the run that was to be killed called. */
  readonly calls: readonly Call[];
  readonly killed: boolean;
  /** Bulks that came more than once. */
  readonly repeated: number;
}

const settings = { bulkBytes: 2500, source: { settleSeconds: 0, setAsideAfterMinutes: 10 } };
const broken = "a/2026/01/05/10-broken.log";
const denied = { status: 403, code: "AccessDenied" };

/**
 * A run with every kind of effect, killed at one of its calls, and then runs until nothing is left.
 * @throws where a line is missing or out of order, or anything came that is no line, or what was set aside was shipped
 */
export async function crashAt(scenario: CrashScenario, cut: Cut): Promise<CrashRun> {
  const seen = new Set<string>();
  let repeated = 0;
  const bench = await FetcherBench.start({
    onAccepted: (documents) => {
      const messages = documents.map((document) => (JSON.parse(document) as { message: string }).message);
      if (messages.some((message) => seen.has(message))) repeated++;
      for (const message of messages) seen.add(message);
    },
  });
  try {
    const order: string[] = [];
    const put = (key: string, lines: number): void => {
      const messages = Array.from({ length: lines }, (_, line) => `${key} line ${line} ${"x".repeat(40)}`);
      bench.put(key, messages.join("\n"));
      order.push(...messages);
    };
    put("a/2026/01/05/10-.log", 2);
    bench.put(broken, `${broken} line 0`);
    // Once before, and once in the run that is killed, by when it is to be set aside.
    bench.s3.script(broken, denied, denied);
    await bench.run(settings).catch(() => undefined);
    // One that comes late, many small ones, nothing, one of several bulks, and a stream that is new.
    put("a/2026/01/05/09-late.log", 2);
    for (let index = 0; index < scenario.objects; index++)
      put(`a/2026/01/05/11-${String(index).padStart(3, "0")}.log`, 1);
    bench.put("a/2026/01/05/12-empty.log", "");
    put("a/2026/01/05/13-large.log", scenario.lines);
    put("b/2026/01/05/10.log", 2);
    bench.now += 1_000_000;
    let killed = false;
    try {
      await bench.run({ ...settings, cut });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
    }
    const calls = bench.line?.calls ?? [];
    await bench.settle();
    bench.now += 1_000_000;
    await bench.run(settings);
    const { shipped } = await bench.run(settings);
    if (shipped > 0) throw new Error("the second quiet run still found something");
    const aside = (await bench.checkpoints().aside()).map(({ key }) => key);
    const isAside = aside.join() === broken;
    if (aside.length > 0 && !isAside) throw new Error(`${aside.join(", ")} were set aside`);
    const expected = [...order];
    // Behind the late one, which sorts before it.
    if (!isAside) expected.splice(4, 0, `${broken} line 0`);
    check([...seen], expected);
    if (repeated > (killed ? mostRepeatedBulks : 0)) throw new Error(`${repeated} bulks came again`);
    return { calls, killed, repeated };
  } catch (error) {
    throw new Error(`${JSON.stringify(cut)}: ${(error as Error).message}`, { cause: error });
  } finally {
    await bench.stop();
  }
}

/** Each line once, those of a stream in the order in which they were put. */
function check(first: readonly string[], expected: readonly string[]): void {
  for (const stream of ["a/", "b/"]) {
    const got = first.filter((message) => message.startsWith(stream));
    const wanted = expected.filter((message) => message.startsWith(stream));
    if (got.join("\n") !== wanted.join("\n")) throw new Error(`${stream} came as ${JSON.stringify(got)}`);
  }
  if (first.length !== expected.length) throw new Error("something came that nobody wrote");
}
