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
    ["app/", "app/dt=2026-01-05/web-1767614400123.log", "1767614400123.log"],
    ["app/", "app/1767614400/web-1767614401.log", "1767614401.log"],
    // A customer's number is no time beside a date that it does not go with.
    ["app/", "app/1612345678_2026-01-05_a.log", "2026-01-05_a.log"],
    ["app/", "app/1767614400_2026-01-05_a.log", "1767614400_2026-01-05_a.log"],
  ])("below %s: %s", (stream, key, rest) => {
    expect(place(key, stream)).toEqual([rest, true]);
  });

  test.each([
    ["guard/", "guard/2026/01/05/6a7b8c9d-0123-4567-89ab-0123456789ab.jsonl.gz"],
    ["lake/", "lake/dt=2026-01-05/hour=07/part-0001.json"],
    ["app/", "app/123456789012.log"],
    ["app/", "app/2026/01/05/1612345678_a.log"],
    ["app/", "app/dt=2026-01-05/part-1612345678.json"],
  ])("below %s is not told by %s", (stream, key) => {
    expect(place(key, stream)).toEqual([expect.stringMatching(/^[^/]+$/), false]);
  });
});

describe("a dated folder", () => {
  const space = new KeySpace("app/", false);
  test.each([
    ["2026-1-9/", "2026-01-09", "2026-01-10"],
    ["2026-12-9/", "2026-12-09", "2026-12-10"],
    ["2026-1/", "2026-01-01", "2026-02-01"],
    ["2026/1/9/", "2026-01-09", "2026-01-10"],
  ])("that is not padded is the time that it says: %s", (folder, start, end) => {
    expect(space.placeOf(`app/${folder}a.log`).period).toBe(`app/${folder}`);
    expect(space.spanOf(`app/${folder}`)).toMatchObject({ start: Date.parse(start), end: Date.parse(end) });
  });

  test("that is not padded is visited in the order of time", () => {
    const folders = ["2026-1-9/", "2026-1-10/", "2026-2-1/", "2026-10-9/", "2026-10-10/"];
    const keys = folders.map((folder) => `app/${folder}a.log`);
    expect(keys.toReversed().sort((a, b) => space.compare(a, b))).toEqual(keys);
    expect(keys.map((key) => space.isUnpadded(key))).toEqual([true, true, true, true, false]);
  });
});
