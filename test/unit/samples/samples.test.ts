import { unzipSync } from "fflate";
import { gunzipSync } from "node:zlib";
import { writeSamples, type Sample } from "../../../cli/samples";

const samples = writeSamples(1);

function find(title: RegExp): Sample {
  const found = samples.find((sample) => title.test(sample.title));
  if (found === undefined) throw new Error(`no sample is called ${title.source}`);
  return found;
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

describe("the sample files", () => {
  it("are the same for the same seed and others for another", () => {
    const again = writeSamples(1);
    const other = writeSamples(2);

    expect(again).toEqual(samples);
    expect(other.map((sample) => sample.title)).toEqual(samples.map((sample) => sample.title));
    expect(other.map((sample) => sample.body)).not.toEqual(samples.map((sample) => sample.body));
  });

  it("have keys of their own", () => {
    expect(new Set(samples.map((sample) => sample.key)).size).toBe(samples.length);
  });

  it.each([1, 2, 3, 4, 5])("hold the texts that must arrive unchanged, with seed %d", (seed) => {
    for (const { body, expected, key } of writeSamples(seed)) {
      const text = key.endsWith(".gz") ? gunzipSync(body).toString() : body.toString();
      for (const verbatim of expected.verbatim) expect(text).toContain(verbatim);
    }
  });

  it.each([/^CloudTrail: /, /^CloudTrail Insights/])(
    "%s: one line, as many records as documents",
    (title) => {
      const { body, expected, key } = find(title);
      const text = gunzipSync(body).toString();

      const { Records } = JSON.parse(text) as { Records: unknown[] };

      expect(Records).toHaveLength(expected.documents);
      expect(text).not.toContain("\n");
      expect(key).toMatch(
        /^AWSLogs\/111122223333\/CloudTrail(-Insight)?\/us-east-1\/2026\/11\/20\/111122223333_CloudTrail(-Insight)?_us-east-1_20261120T12\d\dZ_[A-Za-z0-9]{16}\.json\.gz$/,
      );
    },
  );

  it("CloudTrail digest: one object without Records", () => {
    const { body, expected } = find(/digest/);

    expect(JSON.parse(gunzipSync(body).toString())).not.toHaveProperty("Records");
    expect(expected.documents).toBe(1);
  });

  it("ALB: 30 fields in every line, in more than one gzip member", () => {
    const { body, expected } = find(/^ALB/);
    const entries = lines(gunzipSync(body).toString());

    expect(entries).toHaveLength(expected.documents);
    for (const entry of entries) {
      const fields = entry.match(/"[^"]*"|\S+/g) ?? [];
      expect(fields).toHaveLength(30);
      expect(fields[0]).toBe("h2");
    }
    expect(body.toString("latin1").split("\x1f\x8b\x08")).toHaveLength(4);
  });

  it("VPC flow: 14 fields in every line, the header's names among them", () => {
    const { body, expected } = find(/^VPC/);
    const entries = lines(gunzipSync(body).toString());

    expect(entries[0]).toMatch(/^version account-id /);
    expect(entries).toHaveLength(1 + expected.documents);
    for (const entry of entries) expect(entry.split(" ")).toHaveLength(14);
  });

  it("S3 access: 26 fields in every line", () => {
    const { body, expected } = find(/^S3 server access/);
    const entries = lines(body.toString());

    expect(entries).toHaveLength(expected.documents);
    for (const entry of entries) expect(entry.match(/"[^"]*"|\[[^\]]*\]|\S+/g)).toHaveLength(26);
  });

  it("JSON lines: every line is JSON but one", () => {
    const { body, expected } = find(/^JSON lines/);
    const entries = lines(body.toString());
    const broken = entries.filter((entry) => {
      try {
        JSON.parse(entry);
        return false;
      } catch {
        return true;
      }
    });

    expect(entries).toHaveLength(expected.documents);
    expect(broken).toHaveLength(1);
  });

  it("JSON array and object: as many elements as documents", () => {
    const array = find(/^One JSON array/);
    const object = find(/^One JSON object/);

    expect(JSON.parse(array.body.toString())).toHaveLength(array.expected.documents);
    expect(lines(object.body.toString()).length).toBeGreaterThan(5);
    expect(JSON.parse(object.body.toString())).toHaveProperty("service");
  });

  it("plain text: one line is longer than one field may be, the last has no end", () => {
    const { body, expected } = find(/^Plain text/);
    const entries = lines(body.toString());
    const long = entries.filter((entry) => Buffer.byteLength(entry) > 32_700);

    expect(long).toHaveLength(1);
    // The long line becomes two documents.
    expect(entries).toHaveLength(expected.documents - 1);
    expect(body.toString()).toMatch(/\r\n\r\nlast line, not terminated$/);
  });

  it("zip: the lines of both entries", () => {
    const { body, expected } = find(/^Zip/);
    const entries = Object.values(unzipSync(body)).map((entry) => lines(Buffer.from(entry).toString()));

    expect(entries).toHaveLength(2);
    expect(entries.flat()).toHaveLength(expected.documents);
  });

  it("nothing comes of an empty object, a folder marker and a key outside of the prefixes", () => {
    const nothing = samples.filter((sample) => sample.expected.documents === 0);

    expect(nothing.map((sample) => sample.key)).toEqual([
      expect.stringMatching(/empty\.log$/),
      expect.stringMatching(/\/$/),
      "private/notes.txt",
    ]);
    expect(nothing.every((sample) => sample.expected.type === undefined)).toBe(true);
  });
});
