import { gunzipSync, gzipSync } from "node:zlib";
import { readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { JsonElements, recordsFrame } from "../../lambdas/reading/formats/json-elements";
import { JsonObjects } from "../../lambdas/reading/formats/json-objects";
import { TextLines } from "../../lambdas/reading/formats/text-lines";
import { DocumentWriter } from "../../lambdas/shipping/document";
import { corpora, corpus, type Corpus } from "../support/corpora";
import { shipWithZip } from "../support/zip-bench";
import { findNode22 } from "../../cli/local/node-runtime";

const megabyte = 1_000_000;
const bytes = Number(process.env["BENCH_MB"] ?? 128) * megabyte;
const root = process.argv[2] ?? ".";

/** Raw MB per second that zlib alone allows: gunzip the object, gzip the documents at level 1. */
function ceiling(kind: Corpus, compressed: Buffer, raw: Buffer): number {
  const documents = documentsOf(kind, raw);
  const seconds = (work: () => unknown): number => {
    const times = [0, 1, 2].map(() => {
      const startedAt = performance.now();
      work();
      return (performance.now() - startedAt) / 1000;
    });
    return Math.min(...times);
  };
  const inflate = seconds(() => gunzipSync(compressed, { chunkSize: 256 * 1024 }));
  const deflate = seconds(() => gzipSync(documents, { level: 1 }));
  return raw.length / megabyte / (inflate + deflate);
}

/** The documents of a sample, as the function would make them. */
function documentsOf(kind: Corpus, raw: Buffer): Buffer {
  const writer = new DocumentWriter({
    fields: { type: "s3_hook", s3_object_key: "bench-logs/AWSLogs/file", aws_region: "us-east-1" },
  });
  const start = { offset: 0, lines: 0, state: undefined };
  const splitter =
    kind === "cloudtrail"
      ? new JsonElements(start, writer, recordsFrame)
      : kind === "ndjson"
        ? new JsonObjects(start, writer)
        : new TextLines(start);
  const target = Buffer.allocUnsafe(raw.length * 3 + 2_000_000);
  let at = 0;
  for (const slice of splitter.split(raw, true)) at = writer.write(slice, target, at);
  return target.subarray(0, at);
}

async function main(): Promise<void> {
  const results = [];
  for (const kind of corpora) {
    const { generate, length } = corpus(kind, bytes);
    const raw = Buffer.concat([...generate()]);
    const compressed = gzipSync(raw, { level: 6 });
    const run = await shipWithZip(root, "AWSLogs/file.gz", compressed);
    if (run.invocation.error) throw new Error(run.invocation.error.message);
    const sample = raw.subarray(0, Math.min(raw.length, 32 * megabyte));
    const limit = ceiling(kind, gzipSync(sample, { level: 6 }), sample);
    const perCpuSecond = length / megabyte / (run.cpuSeconds ?? NaN);
    results.push({
      format: kind,
      rawMegabytes: Math.round(length / megabyte),
      perCpuSecond: Math.round(perCpuSecond),
      ceiling: Math.round(limit),
      ratio: Number((perCpuSecond / limit).toFixed(2)),
      loadMilliseconds: Math.round(run.loadMilliseconds ?? NaN),
      peakMegabytes: Math.round((run.peakBytes ?? NaN) / megabyte),
      requests: run.requests,
    });
  }
  const runtime = findNode22();
  const summary = {
    machine: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${runtime.version}`,
    zipKilobytes: Math.round(statSync(`${root}/dist/lambdas/s3-hook.zip`).size / 1000),
    bundleKilobytes: Math.round(readFileSync(`${root}/dist/lambdas/s3-hook/index.js`).length / 1000),
    results,
  };
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else {
    console.log(`${summary.machine}; zip ${summary.zipKilobytes} KB`);
    console.table(results);
  }
}

void main();
