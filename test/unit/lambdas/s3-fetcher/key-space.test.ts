import { KeySpace } from "../../../../lambdas/s3-fetcher/streams/key-space";

describe("the writer of a key", () => {
  const place = (key: string, stream: string): unknown => {
    const { start, ordered } = new KeySpace(stream, false).placeOf(key);
    return [key.slice(start.length), ordered];
  };
  const elb = "AWSLogs/1/elasticloadbalancing/us-east-1/";

  test.each([
    [
      elb,
      `${elb}2026/01/05/201612312359_app.shop.50dc6c_20260105T0005Z_10.0.0.1_a.log.gz`,
      "20260105T0005Z_10.0.0.1_a.log.gz",
    ],
    // A date of the writer's own name is none of the file's.
    [elb, `${elb}2026/01/05/1_app.until-2025-12-31.50dc_20260105T0005Z_a.log.gz`, "20260105T0005Z_a.log.gz"],
    ["cdn/", "cdn/EABC.2026-01-05-12.6a7b8c9d.gz", "2026-01-05-12.6a7b8c9d.gz"],
    ["access/", "access/2026-01-05-12-00-01-0123456789ABCDEF", "2026-01-05-12-00-01-0123456789ABCDEF"],
    ["app/", "app/web-1767614400123.log", "1767614400123.log"],
  ])("below %s: %s", (stream, key, rest) => {
    expect(place(key, stream)).toEqual([rest, true]);
  });

  test.each([
    ["guard/", "guard/2026/01/05/6a7b8c9d-0123-4567-89ab-0123456789ab.jsonl.gz"],
    ["lake/", "lake/dt=2026-01-05/hour=07/part-0001.json"],
    ["app/", "app/123456789012.log"],
  ])("below %s is not told by %s", (stream, key) => {
    expect(place(key, stream)).toEqual([expect.stringMatching(/^[^/]+$/), false]);
  });
});
