import { gunzipSync, gzipSync } from "node:zlib";
import { join } from "node:path";
import { corpus, type Corpus } from "../support/corpora";
import type { S3Content } from "../support/s3-double";
import { shipWithZip } from "../support/zip-bench";

const root = join(__dirname, "../..");
const megabyte = 1_000_000;

/** The corpus as chunks that are ready to be sent. */
function plain(kind: Corpus, bytes: number): { content: S3Content; records: number } {
  const { length, records, generate } = corpus(kind, bytes);
  return {
    content: {
      length,
      generate: async function* () {
        for (const chunk of generate()) yield await Promise.resolve(chunk);
      },
    },
    records,
  };
}

/** One gzip member after the other, as ALB writes them; each holds whole lines. */
function gzipped(bytes: number): { content: S3Content; records: number } {
  const { records, generate } = corpus("alb", 4 * megabyte);
  const member = gzipSync(Buffer.concat([...generate()]), { level: 1 });
  const members = Math.ceil(bytes / gunzipSync(member).length);
  return {
    content: {
      length: members * member.length,
      generate: async function* () {
        for (let index = 0; index < members; index++) yield await Promise.resolve(member);
      },
    },
    records: members * records,
  };
}

describe("memory", () => {
  it.each([
    ["plain text", (bytes: number) => plain("alb", bytes)],
    ["gzip", gzipped],
    ["CloudTrail on one line", (bytes: number) => plain("cloudtrail", bytes)],
    ["JSON lines", (bytes: number) => plain("ndjson", bytes)],
  ])(
    "at 1 GB is within a fifth of that at 100 MB, and under 200 MB: %s",
    async (name, make) => {
      const peaks: number[] = [];
      // When the collector runs differs from run to run, most of all in short ones: the highest of three counts.
      for (const size of [100, 100, 100, 1000]) {
        const { content, records } = make(size * megabyte);
        const run = await shipWithZip(root, "AWSLogs/123456789012/CloudTrail/us-east-1/file", content);
        expect(run.invocation.error).toBeUndefined();
        expect(run.documents).toBe(records);
        if (run.peakBytes === undefined) {
          console.warn("no /proc here: skipping the measure of memory");
          return;
        }
        peaks.push(Math.round(run.peakBytes / megabyte));
      }
      const large = peaks[3];
      const small = Math.max(...peaks.slice(0, 3));
      console.log(`${name}: ${peaks.slice(0, 3).join(", ")} MB at 100 MB, ${large} MB at 1 GB`);
      expect(large).toBeLessThan(200);
      expect(large).toBeLessThan(small * 1.2);
    },
    600_000,
  );
});
