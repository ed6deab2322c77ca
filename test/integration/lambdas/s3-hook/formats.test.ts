import { gzipSync } from "node:zlib";
import type { SourceSettings } from "../../../../lambdas/runtime/environment";
import { s3Event, sqsEvent } from "../../../support/events";
import { fault } from "../../../support/fault";
import { bucket, HookBench } from "../../../support/hook-bench";
import {
  albLine,
  cloudFrontHeader,
  cloudFrontLine,
  vpcFlowHeader,
  vpcFlowLine,
} from "../../../support/log-lines";

const done = { batchItemFailures: [] };
const sources = [{ bucket }];
const logs = "AWSLogs/123456789012";
const flowLogs = `${logs}/vpcflowlogs/us-east-1/2026/01/05/a.log`;
const ours = { type: "s3_hook", aws_region: "us-east-1" };
const asUtf16 = {
  "utf-16le": (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le"),
  "utf-16be": (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
};

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

/** Ships an object, slowly where told so, in as many small chunks. */
async function ship(key: string, body: string | Buffer, bytesPerSecond?: number): Promise<void> {
  bench.s3.put(bucket, key, body);
  if (bytesPerSecond !== undefined) bench.s3.script(key, { bytesPerSecond });
  await bench.run(s3Event({ bucket, key }), { sources });
}

/** Ships an object in two runs: the first ends in the middle. Returns the continuation. */
async function shipInTwo(
  key: string,
  body: string | Buffer,
  settings: readonly SourceSettings[] = sources,
): Promise<Record<string, unknown>> {
  const bytes = Buffer.from(body);
  bench.s3.put(bucket, key, bytes);
  bench.s3.script(key, { bytesPerSecond: bytes.length * 3 });
  const half = bench.hasSent(key, bytes.length / 2);
  expect(await bench.run(sqsEvent(s3Event({ bucket, key })), { sources: settings, until: half })).toEqual(
    done,
  );
  const [{ body: left }] = bench.aws.messages(bench.queueUrl);
  expect(await bench.run(sqsEvent(left), { sources })).toEqual(done);
  expect(bench.aws.messages(bench.queueUrl)).toHaveLength(1);
  return JSON.parse(left) as Record<string, unknown>;
}

const account = (): unknown =>
  bench
    .logged("object shipped")
    .map(({ log, type, headerLines, records, accepted }) => [log, type, headerLines, records, accepted]);
const times = (): unknown[] => bench.documents.map((document) => document["@timestamp"]);

describe("a flow log", () => {
  it("leaves its header out, and dates the records by their start", async () => {
    await ship(flowLogs, gzipSync([vpcFlowHeader, vpcFlowLine(0), vpcFlowLine(1), ""].join("\n")));

    expect(bench.messages).toEqual([vpcFlowLine(0), vpcFlowLine(1)]);
    expect(times()).toEqual(["2026-01-05T10:00:00Z", "2026-01-05T10:00:01Z"]);
    expect(account()).toEqual([["vpc-flow", "vpcflow", 1, 2, 2]]);
  });

  it("with other fields is no `vpcflow`, and the header says where its time is", async () => {
    const lines = ["vpc-id tcp-flags start action", "vpc-1 2 1767607200 ACCEPT", "vpc-1 - - NODATA"];

    await ship(flowLogs, lines.join("\n"));

    expect(bench.messages).toEqual(lines.slice(1));
    expect(times()).toEqual(["2026-01-05T10:00:00Z", undefined]);
    expect(account()).toEqual([["vpc-flow-custom", "s3_hook", 1, 2, 2]]);
  });

  it("is known behind its header too, where a later run goes on", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `vpc-1 ${1_767_607_200 + index} OK`);

    const continuation = await shipInTwo(flowLogs, ["vpc-id start log-status", ...lines].join("\n"));

    expect(continuation).toMatchObject({ log: "vpc-flow-custom", columns: "vpc-id start log-status" });
    expect(bench.messages).toEqual(lines);
    expect(times()).toEqual(
      lines.map((_, index) => new Date((1_767_607_200 + index) * 1000).toISOString().replace(".000Z", "Z")),
    );
    expect(account()).toEqual([["vpc-flow-custom", "s3_hook", 0, expect.any(Number), expect.any(Number)]]);
  });
});

describe("CloudFront", () => {
  it("leaves its comments out, also in the middle of files that were joined", async () => {
    const part = [...cloudFrontHeader, cloudFrontLine(1), cloudFrontLine(2)];

    await ship("E2EXAMPLE123.2026-01-05-10.0a1b2c3d.gz", gzipSync([...part, ...part, ""].join("\n")));

    expect(bench.messages).toEqual([1, 2, 1, 2].map((index) => cloudFrontLine(index)));
    expect(times()).toEqual([1, 2, 1, 2].map((index) => `2026-01-05T10:00:0${index}Z`));
    expect(account()).toEqual([["cloudfront", "cloudfront", 4, 4, 4]]);
  });

  it("may have a file of comments alone", async () => {
    await ship("E2EXAMPLE123.2026-01-05-10.0a1b2c3d.gz", cloudFrontHeader.join("\n"));

    expect(bench.listener.requests).toEqual([]);
    expect(account()).toEqual([["cloudfront", "cloudfront", 2, 0, 0]]);
  });
});

describe("a source with `parse: true`", () => {
  const parsing = [{ bucket, parse: true }];

  it("adds fields to lines, and counts those that have none", async () => {
    const key = `${logs}/elasticloadbalancing/us-east-1/2026/01/05/a.log.gz`;
    bench.s3.put(bucket, key, gzipSync([albLine, "h2 2026-01-05T10:00:01Z", ""].join("\n")));

    await bench.run(s3Event({ bucket, key }), { sources: parsing });

    expect(bench.documents).toMatchObject([
      { message: albLine, type: "elb", log_type: "https", client_ip: "192.0.2.10", elb_status_code: 200 },
      { message: "h2 2026-01-05T10:00:01Z", type: "elb" },
    ]);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 2, accepted: 2, unparsed: 1 }]);
  });

  it("knows the columns also where a later run goes on behind the header", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `vpc-${index} ${index} ACCEPT`);

    await shipInTwo(flowLogs, ["vpc-id bytes action", ...lines].join("\n"), parsing);

    expect(bench.documents.map(({ vpc_id, bytes, action }) => [vpc_id, bytes, action].join(" "))).toEqual(
      lines,
    );
  });

  it("leaves JSON as it is", async () => {
    bench.s3.put(bucket, "a.json", '{"a":1}');

    await bench.run(s3Event({ bucket, key: "a.json" }), { sources: parsing });

    expect(bench.documents).toEqual([{ a: 1, ...ours, s3_object_key: `${bucket}/a.json` }]);
    expect(bench.logged("object shipped")).toMatchObject([{ unparsed: 0 }]);
  });
});

describe("AWS Config", () => {
  const items = [
    { configurationItemCaptureTime: "2026-01-05T10:00:00.123Z", resourceId: "i-1", tags: {} },
    { configurationItemCaptureTime: "2026-01-05T10:00:01.000Z", resourceId: "i-2", tags: { a: "]}" } },
  ];

  it.each([
    ["history", { fileVersion: "1.0", configurationItems: items }, undefined],
    ["a snapshot", { fileVersion: "1.0", configSnapshotId: "1-2-3", configurationItems: items }, undefined],
    ["pretty-printed", { fileVersion: "1.0", configSnapshotId: "1-2-3", configurationItems: items }, 2],
  ])("becomes a document an item: %s", async (_, file, space) => {
    const key = `${logs}/Config/us-east-1/2026/1/5/ConfigHistory/a.json.gz`;

    await ship(key, gzipSync(JSON.stringify(file, null, space)));

    expect(bench.documents).toEqual(
      items.map((item) => ({
        "@timestamp": item.configurationItemCaptureTime,
        ...item,
        ...ours,
        s3_object_key: `${bucket}/${key}`,
      })),
    );
    expect(account()).toEqual([["config", "s3_hook", 0, 2, 2]]);
  });
});

it("GuardDuty's findings keep the type that says what was found", async () => {
  const finding = { schemaVersion: "2.0", id: "1", updatedAt: "2026-01-05T10:00:00.000Z" };
  const line = JSON.stringify({ ...finding, type: "Recon:EC2/Portscan" });

  await ship(`${logs}/GuardDuty/us-east-1/2026/01/05/a.jsonl.gz`, gzipSync(`${line}\n`.repeat(20)));

  expect(account()).toEqual([["guardduty", "guardduty", 0, 20, 20]]);
  expect(bench.documents[19]).toMatchObject({
    ...finding,
    type: "guardduty",
    log_type: "Recon:EC2/Portscan",
    "@timestamp": "2026-01-05T10:00:00.000Z",
  });
});

it("Firehose's objects with nothing between them become a document each", async () => {
  const records = Array.from({ length: 500 }, (_, index) => ({ index, text: 'a } and a "{' }));

  await ship(
    "firehose/2026/01/05/10/stream-1-2026-01-05-10-00-00-x",
    records.map((record) => JSON.stringify(record)).join(""),
  );

  expect(bench.documents.map(({ index }) => index)).toEqual(records.map(({ index }) => index));
  expect(account()).toEqual([[undefined, "s3_hook", 0, 500, 500]]);
});

it("lines of RDS and MSK are documents as they are", async () => {
  const lines = [
    "2026-01-05 10:00:00 UTC:10.0.0.1(4711):app@shop:[123]:LOG:  checkpoint complete",
    "\tat indented",
    "[2026-01-05 10:00:00,123] INFO [Partition a-0 broker=1] Log loaded (kafka.cluster.Partition)",
  ];

  await ship(
    `${logs}/KafkaBrokerLogs/us-east-1/a/2026-01-05-10/Broker-1_10-00_x.log.gz`,
    gzipSync(lines.join("\n")),
  );

  expect(bench.messages).toEqual(lines);
  expect(times()).toEqual([undefined, undefined, undefined]);
});

fault(
  35,
  "bytes that are no UTF-8",
  "one U+FFFD for each bad run, the rest of the line as it is",
  async () => {
    const line = Buffer.concat([
      Buffer.from("caf\u00e9 "),
      Buffer.from([0xff, 0xfe, 0x20, 0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x98, 0x41, 0xc0, 0xaf]),
      Buffer.from(' end\n{"json":"\u20ac '),
      Buffer.from([0x80]),
      Buffer.from('"}\n'),
    ]);

    await ship("a.log", line);

    const bad = "\ufffd";
    expect(bench.messages).toEqual([
      `caf\u00e9 ${bad}${bad} ${bad} ${bad}A${bad}${bad} end`,
      `{"json":"\u20ac ${bad}"}`,
    ]);
  },
);

fault(
  35,
  "bytes that are no UTF-8 in a JSON record",
  "one U+FFFD for each bad run, and it is JSON",
  async () => {
    const record = Buffer.concat([
      Buffer.from('{"a":"x '),
      Buffer.from([0xe2, 0x82]),
      Buffer.from('y","b":1}\n'),
    ]);

    await ship("a.json", record);

    expect(bench.documents).toMatchObject([{ a: "x \ufffdy", b: 1 }]);
  },
);

fault(35, "a byte order mark of UTF-8", "it is left out, and the format is told behind it", async () => {
  await ship("mark.log", '\ufeff{"a":1}\n{"a":2}\n');
  await ship("mark.txt", "\ufefffirst\nsecond \ufeff\n");

  expect(bench.documents.slice(0, 2)).toMatchObject([{ a: 1 }, { a: 2 }]);
  expect(bench.messages.slice(2)).toEqual(["first", "second \ufeff"]);
});

fault(35, "a byte order mark of UTF-16, little- or big-endian", "the text arrives as UTF-8", async () => {
  const lines = ["first \u20ac", "\ud83d\ude00 second", "third"];
  for (const encode of Object.values(asUtf16)) {
    await ship("plain.txt", encode(lines.join("\r\n")));
    await ship("small-chunks.txt", encode(lines.join("\r\n")), 400);
    await ship("zipped.log", gzipSync(encode(`${vpcFlowHeader}\r\n${vpcFlowLine(0)}\r\n`)));
    await ship("a.json", encode('[{"a":"\u20ac"},{"a":"\ud83d"}]'));

    const documents = bench.documents.slice(-9);
    expect(documents.slice(0, 7).map(({ message }) => message)).toEqual([...lines, ...lines, vpcFlowLine(0)]);
    expect(documents.slice(7)).toMatchObject([{ a: "\u20ac" }, { a: "\ufffd" }]);
  }
});

fault(35, "a UTF-16 file that takes two runs", "the second one goes on behind the last line", async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `\u20ac line ${index} \ud83d\ude00`);

  const continuation = await shipInTwo("big.txt", asUtf16["utf-16be"](lines.join("\n")));

  expect(continuation).toMatchObject({ encoding: "utf-16be", compression: "none" });
  expect(bench.messages).toEqual(lines);
});

fault(35, "a UTF-16 file that ends inside a character", "U+FFFD for what is there of it", async () => {
  await ship("odd.txt", Buffer.concat([asUtf16["utf-16be"]("one\ntwo"), Buffer.from([0x20])]));
  await ship("half.txt", asUtf16["utf-16le"]("one\n\ud83d"));

  expect(bench.messages).toEqual(["one", "two\ufffd", "one", "\ufffd"]);
});

fault(35, "NUL bytes in text", "they arrive as \\u0000, and the line is whole", async () => {
  await ship("nul.log", "a\u0000b\n\u0000\u0000\nc\n");

  expect(bench.messages).toEqual(["a\u0000b", "\u0000\u0000", "c"]);
});

fault(35, "a character that is cut where a chunk ends", "it arrives whole", async () => {
  const line = "\u00e9\u20ac\ud83d\ude00".repeat(40);

  // 20 chunks a second of 17 bytes: each of them ends inside another character.
  await ship("cut.log", `${line}\n${line}`, 17 * 20);

  expect(bench.messages).toEqual([line, line]);
});

fault(36, "CRLF, and a last line without newline", "the lines without their ends", async () => {
  await ship("a.log", "one\r\ntwo\n three \r\n\r\n\nlast");

  expect(bench.messages).toEqual(["one", "two", " three ", "last"]);
});

fault(36, "a lone CR", "it is part of its line", async () => {
  await ship("a.log", "10 %\r50 %\r100 %\nnext\r");

  expect(bench.messages).toEqual(["10 %\r50 %\r100 %", "next"]);
});

fault(36, "nothing but newlines", "no document, and nothing is sent", async () => {
  await ship("a.log", "\n\r\n\n\r\n");
  await ship("b.json", "\n \n\t\r\n");

  expect(bench.listener.requests).toEqual([]);
  expect(bench.logged("object shipped")).toMatchObject([{ records: 0 }, { records: 0 }]);
});

fault(37, "invalid JSON in a JSON file", "those lines as text, the others as JSON", async () => {
  await ship("a.json", '{"a":1}\n{"a":\nplain\n{"a":2,}\n{"a":3}\n');

  expect(bench.documents.map(({ a, message }) => a ?? message)).toEqual([1, '{"a":', "plain", '{"a":2,}', 3]);
  expect(bench.logged("object shipped")).toMatchObject([{ records: 5, accepted: 5, refused: 0 }]);
});

fault(37, "CloudTrail's Records are missing: a digest", "one JSON document of type s3_hook", async () => {
  const digest = {
    awsAccountId: "123456789012",
    digestEndTime: "2026-01-05T10:00:00Z",
    logFiles: [{ a: 1 }],
  };
  const key = `${logs}/CloudTrail-Digest/us-east-1/2026/01/05/a.json.gz`;

  await ship(key, gzipSync(JSON.stringify(digest)));

  expect(bench.documents).toEqual([
    { "@timestamp": "2026-01-05T10:00:00Z", ...digest, ...ours, s3_object_key: `${bucket}/${key}` },
  ]);
});

fault(
  37,
  "CloudTrail's Records are null, empty or no array",
  "what is there arrives, nothing fails",
  async () => {
    const key = (name: string): string => `${logs}/CloudTrail/us-east-1/2026/01/05/${name}.json`;

    await ship(key("null"), '{"Records":null}');
    await ship(key("empty"), '{"Records":[]}');
    await ship(key("object"), '{"Records":{"a":1}}');
    await ship(key("broken"), '{"Records":[{"a":1 "b":2}]}');

    expect(bench.documents).toMatchObject([
      { Records: null },
      { Records: { a: 1 } },
      { message: '{"Records":[{"a":1 "b":2}]}' },
    ]);
    expect(bench.logged("object failed")).toEqual([]);
  },
);

fault(37, "CloudTrail Insights", "a document an event, with its time", async () => {
  const key = `${logs}/CloudTrail-Insight/us-east-1/2026/01/05/a.json.gz`;

  await ship(key, gzipSync('{"Records":[{"eventVersion":"1.07","eventTime":"2026-01-05T10:00:00Z"}]}'));

  expect(bench.documents).toMatchObject([{ type: "cloudtrail", "@timestamp": "2026-01-05T10:00:00Z" }]);
});

fault(
  37,
  "JSON that is nested 100,000 deep",
  "it arrives as text, in parts, and what follows as JSON",
  async () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

    await ship("a.json", `${deep}\n{"b":1}\n`);

    const parts = bench.documents.slice(0, -1);
    expect(parts.map(({ message }) => message).join("")).toBe(deep);
    expect(parts.at(-1)).toMatchObject({ line_part: parts.length, line_last: true });
    expect(bench.documents.at(-1)).toMatchObject({ b: 1 });
  },
);
