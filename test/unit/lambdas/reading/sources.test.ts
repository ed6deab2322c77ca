import { isOfBucket, Sources } from "../../../../lambdas/reading/sources";
import type { SourceSettings } from "../../../../lambdas/runtime/environment";

/** The type of the source that an object gets, or why it gets none. */
function typeOf(sources: readonly SourceSettings[], bucket: string, key = "a/b.log"): string {
  const match = new Sources(sources).find(bucket, key);
  return "source" in match ? (match.source.type ?? "") : match.skipped;
}

describe("a source whose bucket is a pattern", () => {
  it.each([
    ["org-logs-*", "org-logs-eu", true],
    ["org-logs-*", "org-logs-", true],
    ["org-logs-*", "org-logs", false],
    ["org-logs-*", "my-org-logs-eu", false],
    ["*-logs", "eu-logs", true],
    ["*-logs", "eu-logs-2", false],
    ["org-*-logs-*", "org-eu-logs-1", true],
    ["org.logs-*", "org-logs-1", false],
    ["org-logs", "org-logs", true],
    ["org-logs", "org-logs-eu", false],
  ])("%s of %s: %s", (pattern, bucket, expected) => {
    expect(isOfBucket(pattern, bucket)).toBe(expected);
  });

  const sources = [
    { bucket: "org-*", type: "org" },
    { bucket: "org-logs-*", type: "logs" },
    { bucket: "org-logs-*", prefix: "a/", type: "logs-a" },
    { bucket: "org-logs-eu", prefix: "x/", type: "eu-x" },
  ];

  it.each([
    ["the name goes before patterns", "org-logs-eu", "x/1.log", "eu-x"],
    ["a pattern takes what the name's prefix leaves", "org-logs-eu", "a/1.log", "logs-a"],
    ["the longest prefix of one pattern wins", "org-logs-us", "a/1.log", "logs-a"],
    ["the longer pattern wins, whatever the prefixes", "org-logs-us", "b/1.log", "logs"],
    ["the shorter pattern takes the rest", "org-trail", "a/1.log", "org"],
    ["nothing takes what fits none", "other", "a/1.log", "no source"],
  ])("%s", (_, bucket, key, expected) => {
    expect(typeOf(sources, bucket, key)).toBe(expected);
  });

  it("is refused twice with one prefix", () => {
    expect(() => new Sources([{ bucket: "org-*" }, { bucket: "org-*" }])).toThrow(
      'SOURCES has the prefix "" of bucket "org-*" twice',
    );
  });
});

describe("a source with a suffix", () => {
  const sources = [
    { bucket: "logs", prefix: "a/", suffix: ".gz", type: "packed" },
    { bucket: "logs", prefix: "a/b/", suffix: ".log", type: "plain" },
  ];

  it.each([
    ["takes its own", "a/b/1.log", "plain"],
    ["leaves the rest to the one with a shorter prefix", "a/b/1.gz", "packed"],
    ["leaves out what has another end", "a/b/1.json", "excluded by its source"],
    ["is no source of what is beside its prefix", "c/1.gz", "no source"],
  ])("%s", (_, key, expected) => {
    expect(typeOf(sources, "logs", key)).toBe(expected);
  });
});
