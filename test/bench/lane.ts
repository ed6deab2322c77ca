// What it takes to make documents of decompressed bytes, in one process and without zlib and the network: by the
// splitter and the document writer in JavaScript, and by the lane. `BENCH_MB` sets the length of the corpora.
import { readingOf } from "../../lambdas/reading/log-types";
import { append, Bulk } from "../../lambdas/shipping/bulk";
import { DocumentWriter } from "../../lambdas/shipping/document";
import { openSplitter, type FileStart } from "../../lambdas/shipping/file-start";
import { bulkFull, Lane } from "../../lambdas/shipping/lane";
import { corpora, corpus, type Corpus } from "../support/corpora";
import { noChunks } from "../support/two-ways";

const bytes = Number(process.env["BENCH_MB"] ?? 64) * 1e6;
const turns = 5;
/** As gunzip gives them. */
const chunkBytes = 256 * 1024;

const kinds: Readonly<Record<Corpus, { format: string; type: string; log?: string }>> = {
  alb: { format: "text", type: "elb", log: "alb" },
  vpc: { format: "text", type: "vpcflow", log: "vpc-flow" },
  ndjson: { format: "json", type: "s3_hook" },
  cloudtrail: { format: "records", type: "cloudtrail", log: "cloudtrail" },
};

/** Seconds of processor time to make documents of the bytes. */
function seconds(kind: Corpus, raw: Buffer, bulk: Bulk, lane: Lane | undefined): number {
  const before = process.cpuUsage();
  const start: FileStart = {
    ...{ log: undefined, encoding: undefined, offset: 0, line: 0, state: undefined },
    ...kinds[kind],
    chunks: noChunks(),
  };
  const fields = { type: start.type, s3_object_key: "bench-logs/AWSLogs/file.gz", aws_region: "us-east-1" };
  const writer = new DocumentWriter({ fields, time: readingOf(start, start.type).time });
  bulk.clear();
  const splitter =
    lane?.open(start, writer, { bulk: () => bulk, passed: () => undefined }) ?? openSplitter(start, writer);
  for (let at = 0; at < raw.length; at += chunkBytes) {
    for (const slice of splitter.split(raw.subarray(at, at + chunkBytes), false)) {
      if (slice === bulkFull) bulk.clear();
      else while (!append(bulk, slice, writer)) bulk.clear();
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function best(work: () => number): number {
  return Math.min(...Array.from({ length: turns }, work));
}

const lane = new Lane(1);
const results = corpora.map((kind) => {
  const raw = Buffer.concat([...corpus(kind, bytes).generate()]);
  const megabytes = raw.length / 1e6;
  const javaScript = best(() => seconds(kind, raw, new Bulk(), undefined));
  const byLane = best(() => seconds(kind, raw, lane.buffers[0], lane));
  return {
    kind,
    "JavaScript, MB/s": Math.round(megabytes / javaScript),
    "lane, MB/s": Math.round(megabytes / byLane),
    "JavaScript, ms/MB": Number(((javaScript * 1000) / megabytes).toFixed(2)),
    "lane, ms/MB": Number(((byLane * 1000) / megabytes).toFixed(2)),
  };
});
console.table(results);
