import { gzipSync } from "node:zlib";
import type { SourceSettings } from "../../../../lambdas/runtime/environment";
import { s3Event, sqsEvent } from "../../../support/events";
import { fault } from "../../../support/fault";
import { bucket, HookBench } from "../../../support/hook-bench";

const done = { batchItemFailures: [] };
const ours = { type: "s3_hook", aws_region: "us-east-1", s3_object_key: `${bucket}/file` };

let bench: HookBench;
beforeEach(async () => {
  bench = await HookBench.start();
});
afterEach(() => bench.stop());

/** Ships one object of a source with these settings. */
async function ship(body: string | Buffer, settings: Partial<SourceSettings>): Promise<void> {
  bench.s3.put(bucket, "file", body);
  await bench.run(s3Event({ bucket, key: "file" }), { sources: [{ bucket, ...settings }] });
}

/** Ships an object in two runs: the first ends in the middle. Returns the continuation. */
async function shipInTwo(
  body: string | Buffer,
  settings: Partial<SourceSettings>,
): Promise<Record<string, unknown>> {
  const bytes = Buffer.from(body);
  const event = sqsEvent(s3Event({ bucket, key: "file" }));
  bench.s3.put(bucket, "file", bytes);
  bench.s3.script("file", { bytesPerSecond: bytes.length * 3 });
  const until = bench.hasSent("file", bytes.length / 2);
  expect(await bench.run(event, { sources: [{ bucket, ...settings }], until })).toEqual(done);
  const [{ body: left }] = bench.aws.messages(bench.queueUrl);
  // By then the configuration says something else.
  expect(await bench.run(sqsEvent(left), { sources: [{ bucket, dropRecords: ["x"] }] })).toEqual(done);
  expect(bench.aws.messages(bench.queueUrl)).toHaveLength(1);
  return JSON.parse(left) as Record<string, unknown>;
}

/** The accounts of all runs together. */
function account(): Record<"records" | "accepted" | "filtered" | "refused", number> {
  const runs = bench.log.filter(({ message }) => /^object (shipped|interrupted)/.test(message));
  const sum = (field: string): number => runs.reduce((total, run) => total + Number(run[field]), 0);
  return {
    records: sum("records"),
    accepted: sum("accepted"),
    filtered: sum("filtered"),
    refused: sum("refused"),
  };
}

describe("a source of tables", () => {
  it("ships a document a row, a field a column, and dates it by the column that is named", async () => {
    const table = 'when,level,text\r\n2026-01-05T10:00:00Z,warn,"a, ""b""\r\nc"\r\n1767607201,info,\r\n';

    await ship(gzipSync(table), { format: "csv", timeField: "when" });

    expect(bench.documents).toEqual([
      {
        ...ours,
        "@timestamp": "2026-01-05T10:00:00Z",
        when: "2026-01-05T10:00:00Z",
        level: "warn",
        text: 'a, "b"\r\nc',
      },
      { ...ours, "@timestamp": "2026-01-05T10:00:01Z", when: "1767607201", level: "info" },
    ]);
    expect(bench.logged("object shipped")).toMatchObject([
      { format: "csv", headerLines: 1, records: 2, accepted: 2 },
    ]);
  });

  it("takes another delimiter, and names where the files have none", async () => {
    await ship("1;2\n", { format: "csv", delimiter: ";", columns: ["a", "b"] });

    expect(bench.documents).toEqual([{ ...ours, a: "1", b: "2" }]);
  });

  it("lets its own fields stand in place of columns of their names, and none is sent twice", async () => {
    await ship("type,message,aws_region\nx,y,z\n", { format: "csv", fields: { team: "t" } });

    expect(bench.listener.documents.map(String)).toEqual([
      `{"team":"t","type":"s3_hook","s3_object_key":"${bucket}/file","aws_region":"us-east-1","message":"y"}`,
    ]);
  });

  it("goes on in the middle of a table with the names of its header", async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},"two\nlines ${row}",end`);

    const left = await shipInTwo(`id,text,end\n${rows.join("\n")}`, { format: "csv" });

    expect(left).toMatchObject({
      format: "csv",
      state: { table: { delimiter: ",", columns: ["id", "text", "end"] } },
    });
    expect(
      bench.documents.map(({ id, text, end }) => `${String(id)},"${String(text)}",${String(end)}`),
    ).toEqual(rows);
  });
});

describe("a source of events of several lines", () => {
  const multiline = "^\\d{4}-";

  it("ships a document an event", async () => {
    await ship("2026-01 boom\n\tat a\n\tat b\n2026-02 calm\n", { multiline });

    expect(bench.messages).toEqual(["2026-01 boom\n\tat a\n\tat b", "2026-02 calm"]);
  });

  it("does so whatever the files hold", async () => {
    await ship('{"a":1}\n{"b":2}\n', { multiline: "b" });

    expect(bench.messages).toEqual(['{"a":1}', '{"b":2}']);
  });

  it("goes on in the middle of an event", async () => {
    const lines = Array.from({ length: 400 }, (_, line) => `\tat ${line} `.padEnd(8_000, "."));
    const event = `2026-01 boom\n${lines.join("\n")}`;

    const left = await shipInTwo(`${event}\n2026-02 calm`, { multiline });

    expect(left).toMatchObject({ format: "multiline", state: { multiline: { pattern: multiline } } });
    const { event: open } = (left["state"] as { multiline: { event: { lines: number; parts: number } } })
      .multiline;
    expect(open.lines).toBeGreaterThan(50);
    expect(bench.messages.slice(0, -1).join("")).toBe(event);
    expect(bench.messages.at(-1)).toBe("2026-02 calm");
    const parts = bench.documents.map(({ line_part: part }) => part);
    expect(parts).toEqual([...parts.slice(0, -1).map((_, index) => index + 1), undefined]);
    expect(bench.documents.filter(({ line_last: last }) => last)).toHaveLength(1);
  });
});

describe("a source that chooses records", () => {
  it("ships those that match what is to be kept, and nothing of what is to be dropped, and counts the rest", async () => {
    const lines = ["GET /a 200", "GET /health 200", "POST /a 500", "GET /b 404"];

    await ship(lines.join("\n"), { keepRecords: ["GET", "500$"], dropRecords: ["/health", "404"] });

    expect(bench.messages).toEqual(["GET /a 200", "POST /a 500"]);
    expect(account()).toEqual({ records: 4, accepted: 2, filtered: 2, refused: 0 });
    expect(bench.metricLines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { Records: 4, RecordsAccepted: 2, RecordsFiltered: 2, RecordsRefused: 0 },
    ]);
  });

  it.each<[string, string, Partial<SourceSettings>, number]>([
    ["JSON as it stands", '{"level": "debug"}\n{"level": "warn"}', {}, 1],
    ["rows as they stand, not their header", 'level\n"debug"\nwarn\n', { format: "csv" }, 1],
    ["events with all their lines", "2026\n debug\n2026\n warn", { multiline: "^\\d" }, 1],
  ])("looks at %s", async (_, body, settings, left) => {
    await ship(body, { ...settings, dropRecords: ['"?debug"?'] });

    expect(bench.documents).toHaveLength(left);
    expect(account()).toMatchObject({ records: 2, filtered: 1 });
  });

  it("gets through an object of which it ships nothing", async () => {
    await ship("a\nb\n", { keepRecords: ["c"] });

    expect(bench.documents).toEqual([]);
    expect(bench.logged("object shipped")).toMatchObject([{ records: 2, filtered: 2, accepted: 0 }]);
  });

  it("counts what it leaves out once, also where the listener is down for a run", async () => {
    const lines = Array.from({ length: 60 }, (_, line) => `${line % 3 === 0 ? "drop" : "keep"} ${line}`);
    const bulks = { bytes: 700, count: 2 };
    const sources = [{ bucket, dropRecords: ["drop"] }];
    bench.s3.put(bucket, "file", lines.join("\n"));
    bench.listener.script({ slowMs: 0 }, { slowMs: 0 });
    bench.listener.always({ status: 500 });
    const event = sqsEvent(s3Event({ bucket, key: "file" }));

    expect(await bench.run(event, { sources, bulks })).toEqual(done);
    const counted = bench.measured("RecordsFiltered");
    bench.listener.always(undefined);
    const [{ body }] = bench.aws.messages(bench.queueUrl);
    expect(await bench.run(sqsEvent(body), { sources, bulks })).toEqual(done);

    expect(bench.documents).toHaveLength(40);
    expect(counted).toBeGreaterThan(0);
    expect(bench.measured("RecordsFiltered")).toBe(20);
    expect(bench.measured("Records")).toBe(60);
    const [{ records, accepted, filtered }] = bench.logged("object failed");
    expect(records).toBeGreaterThan(Number(accepted) + Number(filtered));
  });

  it("decides on a long record once, also where its parts are of two runs", async () => {
    const long = "drop me ".padEnd(3_000_000, "and keep what is behind ");

    const left = await shipInTwo(`first\n${long}\nlast`, { dropRecords: ["^drop"], keepRecords: ["[a-z]"] });

    expect(left).toMatchObject({ state: { dropped: true, long: { kind: "line" } } });
    expect(bench.messages).toEqual(["first", "last"]);
    const { records, accepted, filtered } = account();
    expect([accepted, filtered]).toEqual([2, records - 2]);
  });
});

fault(
  38,
  "CSV with a byte order mark, quotes, line breaks in cells, ragged rows",
  "a field a column, as RFC 4180 has it; fewer cells are fewer fields, and more are numbered",
  async () => {
    await ship('\ufeffid,text\r\n1,"a ""b"",\r\nc"\r\n2\r\n3,x,y\r\n', { format: "csv" });

    expect(bench.documents).toEqual([
      { ...ours, id: "1", text: 'a "b",\r\nc' },
      { ...ours, id: "2" },
      { ...ours, id: "3", text: "x", column_3: "y" },
    ]);
  },
);

fault(
  38,
  "CSV with a quote that is never closed",
  "its line arrives as text, and the rows behind it as rows",
  async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => `${row},${"x".repeat(100)}`);

    await ship(["id,text", '-1,"open', ...rows].join("\n"), { format: "csv" });

    expect(bench.messages[0]).toBe('-1,"open');
    expect(bench.documents.slice(1).map(({ id }) => Number(id))).toEqual(rows.map((_, row) => row));
    expect(bench.logged("object shipped")).toMatchObject([{ oddRecords: 1, records: rows.length + 1 }]);
  },
);

fault(
  39,
  "a pattern for events of several lines that never matches",
  "events end after 500 lines, and nothing is lost",
  async () => {
    const lines = Array.from({ length: 1_200 }, (_, line) => `line ${line}`);

    await ship(lines.join("\n"), { multiline: "^never" });

    expect(bench.messages.map((message) => String(message).split("\n").length)).toEqual([500, 500, 200]);
    expect(bench.messages.join("\n")).toBe(lines.join("\n"));
    expect(bench.logged("object shipped")).toMatchObject([{ oddRecords: 2, records: 3 }]);
  },
);

fault(
  39,
  "regular expressions that take exponential time elsewhere, and lines made for them",
  "they are matched in linear time: every record is decided and shipped",
  async () => {
    const lines = Array.from({ length: 100 }, (_, line) => `${"a".repeat(30_000)}${line}!`);

    await ship(lines.join("\n"), {
      multiline: "^(a|aa)+\\d",
      dropRecords: ["(a+)+$", "(a*)*b", "(.*a){20}\\?"],
    });

    expect(bench.messages).toEqual(lines);
  },
);

fault(
  39,
  "a pattern that cannot be matched in bounded time",
  "the function says so at its cold start, and reads nothing",
  async () => {
    await expect(ship("a", { keepRecords: ["(?=a)a"] })).rejects.toThrow(
      `a pattern in keepRecords of bucket "${bucket}" is "(?=a)a", which looks ahead or behind`,
    );
    expect(bench.s3.requests).toEqual([]);
  },
);
