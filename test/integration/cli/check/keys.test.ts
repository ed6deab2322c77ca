import fc from "fast-check";
import { alphabetOf, between, compareKeys } from "../../../../cli/check/key-space";
import { KeyLog } from "../../../../cli/check/key-log";
import { dateDefect, dayOf, tokensOf } from "../../../../cli/check/key-tokens";
import { streamLength } from "../../../../cli/check/streams";

const anyKey = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });

function template(key: string): string {
  return tokensOf(key).reduceRight(
    (text, { start, end, placeholder }) => text.slice(0, start) + placeholder + text.slice(end),
    key,
  );
}

describe("the parts of a key", () => {
  it.each([
    ["logs/2026/04/01/12/a.log", "logs/YYYY/MM/DD/HH/a.log"],
    ["logs/2026/04/a.log", "logs/YYYY/MM/a.log"],
    ["logs/2026/4/1/a.log", "logs/YYYY/M/D/a.log"],
    ["logs/2026/4/a.log", "logs/YYYY/M/a.log"],
    ["logs/2026/a.log", "logs/YYYY/a.log"],
    ["logs/202604/a.log", "logs/YYYYMM/a.log"],
    ["logs/2026-04/a.log", "logs/YYYY-MM/a.log"],
    ["logs/2026/Apr/01/a.log", "logs/YYYY/Mon/{n}/a.log"],
    ["web-2026-04-01T12:30:00.123Z.log", "web-YYYY-MM-DDTHH:MM:SS.SSSZ.log"],
    ["web-2026-04-01-12-30-00-00ab.log", "web-YYYY-MM-DD-HH-MM-SS-{n}ab.log"],
    ["logs/year=2026/month=04/day=1/hour=07/a", "logs/year=YYYY/month=MM/day=D/hour=HH/a"],
    ["logs/dt=2026-04-01/a", "logs/dt=YYYY-MM-DD/a"],
    ["web-2026-04-01T12:30:00Z.log", "web-YYYY-MM-DDTHH:MM:SSZ.log"],
    ["web-20260401.log", "web-YYYYMMDD.log"],
    ["web-20260401T1230Z.log", "web-YYYYMMDDTHHMMZ.log"],
    ["01-04-2026/a", "DD-MM-YYYY/a"],
    ["01/Apr/2026/a", "DD/Mon/YYYY/a"],
    ["1775001600.log", "{epoch s}.log"],
    ["1775001600123.log", "{epoch ms}.log"],
    ["0f8fad5b-d9cb-469f-a165-70867728950e.json", "{uuid}.json"],
    ["0190163d-8694-739b-aea5-966c26f8ad91.json", "{uuid v7}.json"],
    ["01ARZ3NDEKTSV4RRFFQ69G5FAV.json", "{ulid}.json"],
    ["AWSLogs/202404011230/CloudTrail/us-gov-west-1/x", "AWSLogs/{account}/CloudTrail/{region}/x"],
    ["part-00012-v2.log", "part-{n}-v{n}.log"],
    ["host-10.0.3.17/a", "host-{ip}/a"],
    ["a/9f86d081884c7d65.log", "a/{random}.log"],
    ["application/production/frontend.log", "application/production/frontend.log"],
  ])("%s is %s", (key, expected) => {
    expect(template(key)).toBe(expected);
  });

  it.each([
    ["YYYY/MM/DD", undefined],
    ["YYYY/M/DD", "not padded"],
    ["YYYY-MM-D", "not padded"],
    ["month=M", "not padded"],
    ["YYYYMMDDTHHMMZ", undefined],
    ["DD-MM-YYYY", "year not first"],
    ["DD/Mon/YYYY", "year not first"],
    ["YYYY/Mon", "month by name"],
    ["YYYY/M", "not padded"],
  ])("a date %s sorts by time, or not: %s", (placeholder, defect) => {
    expect(dateDefect(placeholder)).toBe(defect);
  });

  it.each([
    ["logs/2026/04/01/a", "2026-04-01"],
    ["logs/year=2026/month=4/day=1/a", "2026-04-01"],
    ["logs/1775001600.log", "2026-04-01"],
    ["logs/20260401.log", "2026-04-01"],
    ["logs/2026/11/a", "2026-11-01"],
    ["logs/2026-11/a", "2026-11-01"],
  ])("%s names %s", (key, day) => {
    expect(new Date((dayOf(tokensOf(key)) ?? 0) * 86_400_000).toISOString().slice(0, 10)).toBe(day);
  });

  it.each([
    [
      "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/04/01/x.gz",
      "AWSLogs/123456789012/CloudTrail/eu-central-1/",
    ],
    ["logs/web-01-000123.log", "logs/web-01-"],
    ["logs/web-01-1775001600.log", "logs/web-01-"],
    ["uploads/0f8fad5b-d9cb-469f-a165-70867728950e.json", "uploads/"],
    ["logs/year=2026/month=04/a", "logs/"],
    ["logs/app.log", "logs/"],
    ["app.log", ""],
  ])("%s is of the stream %s", (key, stream) => {
    expect(key.slice(0, streamLength(key, tokensOf(key)))).toBe(stream);
  });
});

describe("keys in memory", () => {
  it("come back as they were, whatever they share", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { maxLength: 120 }), (keys) => {
        const sorted = [...keys].sort(compareKeys);
        const log = new KeyLog();
        for (const key of sorted) log.append(key);
        expect(sorted.map((_, index) => log.at(index))).toEqual(sorted);
      }),
    );
  });

  it("refuse a listing that is not in the order of S3", () => {
    const log = new KeyLog();
    log.append("b");

    expect(() => log.append("a")).toThrow(/not in the order of the keys' bytes.*"a" came after "b"/);
  });
});

describe("a place between two keys", () => {
  it("lies strictly between them, or there is none", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        const [from, to] = [one, other].sort(compareKeys);
        const middle = between(from, to, "", alphabetOf("0123456789abcxyz-/"));
        if (middle === undefined) return;
        expect(compareKeys(from, middle)).toBeLessThan(0);
        expect(compareKeys(middle, to)).toBeLessThan(0);
      }),
    );
  });

  it("is found between keys of different days", () => {
    const middle = between(
      "logs/2024/01/01/a",
      "logs/2026/11/20/b",
      "logs/",
      alphabetOf("0123456789/abglos"),
    );

    expect(middle).toMatch(/^logs\/202[4-6]/);
  });
});
