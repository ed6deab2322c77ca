import { writeFileSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findNode22 } from "../../cli/local/node-runtime";
import { corpora } from "../support/corpora";
import { findCores, moveTo } from "./cores";
import { measureCores } from "./parts/both-cores";
import { measureMemory } from "./parts/memory";
import { measureSpeed } from "./parts/speed";
import { measureStart } from "./parts/start";
import { intoDocument, render, type Report } from "./report";

const parts = ["speed", "start", "cores", "memory"];
const help = `npm run bench -- [PART…] [--json] [--write]

Parts: ${parts.join(", ")}; all of them where none is named. \`npm run bench -- fetcher\` is another program.
  --format NAME  only this format (${corpora.join(", ")}); may be repeated
  --json         the figures as JSON
  --write        the tables into docs/performance.md
BENCH_MB (128): size of an object whose speed is measured. BENCH_TURNS (3): how often.
BENCH_MEMORY_MB (100,1000,4000): sizes at which memory is measured.`;

async function main(): Promise<void> {
  const [root = ".", ceilingProgram = "", ...args] = process.argv.slice(2);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      write: { type: "boolean" },
      help: { type: "boolean" },
      format: { type: "string", multiple: true },
    },
  });
  const unknown = positionals.find((part) => !parts.includes(part));
  if (unknown !== undefined) throw new Error(`there is no part "${unknown}" of the benchmark\n${help}`);
  if (values.help === true) {
    console.log(help);
    return;
  }
  const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
  const formats = corpora.filter((kind) => values.format?.includes(kind) ?? true);
  const megabytes = Number(process.env["BENCH_MB"] ?? 128);
  const turns = Number(process.env["BENCH_TURNS"] ?? 3);
  const sizes = (process.env["BENCH_MEMORY_MB"] ?? "100,1000,4000").split(",").map(Number);
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);

  const cores = findCores();
  const common = { root, megabytes, turns, cores, formats, progress, ceilingProgram };
  const report: Report = {
    machine: `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB`,
    node: findNode22().version,
    pinned: cores !== undefined,
    turns,
    ...(wanted("start") ? { start: await measureStart({ root, turns: turns + 2, progress }) } : {}),
    ...(wanted("speed") ? { speed: await measureSpeed(common) } : {}),
    ...(wanted("cores") && cores ? { cores: await measureCores({ ...common, cores }) } : {}),
  };
  if (cores) moveTo(cores.all);
  if (wanted("memory"))
    report.memory = await measureMemory({
      root,
      sizes,
      extremeMegabytes: Math.min(1000, Math.max(...sizes)),
      progress,
    });
  if (values.json === true) console.log(JSON.stringify(report, null, 2));
  else console.log(render(report));
  if (values.write === true) {
    const path = join(root, "docs/performance.md");
    writeFileSync(path, intoDocument(readFileSync(path, "utf8"), report));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
