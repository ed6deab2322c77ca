import { join } from "node:path";
import { bomb, endlessObject, oneLine, type BenchObject } from "../bench/objects";
import { corpora } from "../support/corpora";
import { shipWithZip } from "../support/zip-bench";

const root = join(__dirname, "../..");
const megabyte = 1_000_000;

const makers: [string, (bytes: number) => BenchObject][] = [
  ...corpora.map((kind): (typeof makers)[number] => [kind, (bytes) => endlessObject(kind, bytes)]),
  ["one line", oneLine],
  ["gzip that unpacks to a thousand times its size", bomb],
];

describe("memory", () => {
  // 4 GB are measured by `npm run bench`: see docs/performance.md.
  it.each(makers)(
    "at 1 GB is within a fifth of that at 100 MB, and under 180 MB: %s",
    async (name, make) => {
      const peaks: number[] = [];
      // When the collector runs differs from run to run, most of all in short ones: the highest of two counts.
      for (const size of [100, 100, 1000]) {
        const { key, content, rawBytes, records } = make(size * megabyte);
        const run = await shipWithZip(root, key, content);
        const account = run.invocation.log.find((line) => line.includes('"object shipped"')) ?? "{}";
        expect(JSON.parse(account)).toMatchObject({
          bytesDecompressed: rawBytes,
          records: records ?? run.documents,
          accepted: run.documents,
        });
        if (run.peakBytes === undefined) {
          console.warn("no /proc here: skipping the measure of memory");
          return;
        }
        peaks.push(Math.round(run.peakBytes / megabyte));
      }
      const large = peaks[2];
      console.log(`${name}: ${peaks.slice(0, 2).join(", ")} MB at 100 MB, ${large} MB at 1 GB`);
      expect(large).toBeLessThan(180);
      expect(large).toBeLessThan(Math.max(peaks[0], peaks[1]) * 1.2);
    },
    600_000,
  );
});
