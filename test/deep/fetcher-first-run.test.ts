import { join } from "node:path";
import { bucket, FetcherZip } from "../support/fetcher-zip";

const root = join(__dirname, "../..");
const keys = 1_000_000;
const megabyte = 1_000_000;

describe("the first run on a million keys", () => {
  test.each([
    ["now", undefined],
    ["a date, behind most of them", "2026-02-01T00:00:00Z"],
  ])(
    "pages over many invocations in bounded memory: start %s",
    async (_, start) => {
      // Of each invocation's 20 s half is for work.
      const fetcher = await FetcherZip.start(root, { type: "s3_hook", start, streams: "single" }, 20);
      try {
        const wanted = start === undefined ? 0 : 300;
        const etag = fetcher.s3.put(bucket, keyOf(keys), "a line\n");
        for (let index = keys - wanted; index < keys; index++)
          fetcher.s3.put(bucket, keyOf(index), "a line\n");
        fetcher.s3.list(bucket, {
          length: keys,
          at: (index) => {
            const lastModified = new Date(
              index < keys - wanted ? "2026-01-05T00:00:00Z" : "2026-02-05T00:00:00Z",
            );
            return { key: keyOf(index), etag, size: 7, lastModified };
          },
        });
        let runs = 0;
        let shipped = 0;
        for (;;) {
          const before = fetcher.s3.requests.length;
          shipped += (await fetcher.run()).shipped;
          runs++;
          if (fetcher.s3.requests.length - before <= 2) break;
        }
        const peak = fetcher.process.peakResidentBytes();
        console.log(
          `start ${String(start)}: ${runs} runs, ${fetcher.table.calls} calls of the table, peak ${peak === undefined ? "unknown" : Math.round(peak / megabyte)} MB`,
        );
        expect(runs).toBeGreaterThan(2);
        expect(shipped).toBe(wanted);
        expect(fetcher.listener.documentCount).toBe(wanted);
        // The state, one checkpoint, and the window of the last keys.
        expect(fetcher.table.items.size).toBeLessThan(20);
        expect(peak ?? 0).toBeLessThan(220 * megabyte);
      } finally {
        await fetcher.stop();
      }
    },
    600_000,
  );
});

function keyOf(index: number): string {
  return `logs/2026/01/${String(index).padStart(8, "0")}.log`;
}
