import { dateOfKey, overlap } from "../../../../cli/backfill/key-date";

const hour = 3_600_000;

describe("the date of a key", () => {
  test.each([
    [
      "AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/05/x_20260106T0000Z.json.gz",
      "2026-01-05T00:00Z",
      24,
    ],
    ["logs/2026/01/05/06/x.gz", "2026-01-05T06:00Z", 1],
    ["logs/year=2026/month=1/day=5/hour=06/x.gz", "2026-01-05T06:00Z", 1],
    ["logs/dt=2026-01-05/x.gz", "2026-01-05T00:00Z", 24],
    ["access2026-01-05-06-30-00-ABCDEF", "2026-01-05T06:00Z", 1],
    ["E123.2026-01-05-06.abcd.gz", "2026-01-05T06:00Z", 1],
    ["app-2026-01-05.log", "2026-01-05T00:00Z", 24],
    ["app/20260105.log", "2026-01-05T00:00Z", 24],
    ["123456789012_CloudTrail_us-east-1_20260105T0610Z_x.json.gz", "2026-01-05T06:00Z", 1],
    // No such day: the next place that looks like one counts.
    ["2026/02/30/2026-03-01.log", "2026-03-01T00:00Z", 24],
  ])("%s", (key, from, hours) => {
    const start = Date.parse(from);
    expect(dateOfKey(key)).toEqual({ from: start, until: start + hours * hour });
  });

  test.each(["app.log", "AWSLogs/120260105123/x", "2026/13/01/x", "1/2/3/x"])("none: %s", (key) => {
    expect(dateOfKey(key)).toBeUndefined();
  });

  test("touches a time that begins within it, and not one that begins at its end", () => {
    const day = { from: 0, until: 24 * hour };
    expect(overlap(day, { from: 23 * hour, until: 99 * hour })).toBe(true);
    expect(overlap(day, { from: 24 * hour, until: 99 * hour })).toBe(false);
    expect(overlap(day, { from: -hour, until: 0 })).toBe(false);
  });
});
