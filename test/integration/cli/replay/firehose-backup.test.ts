import { createServer, type IncomingMessage, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { addReplay } from "../../../../cli/commands/replay";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { closeServer, listenOnLoopback, loopbackUrl } from "../../../support/loopback";
import { S3Double } from "../../../support/s3-double";

const bucket = "metrics-backup";
const folder = "http-endpoint-failed/2026/01/05/10/";
const token = "a-metrics-token-for-tests";

interface FirehoseRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly requestId: string;
  readonly records: readonly string[];
}

/** Logz.io's receiver of what Firehose delivers: 200 with the request's ID, unless told otherwise. */
class ReceiverDouble {
  readonly requests: FirehoseRequest[] = [];
  /** What an answer is; undefined for acceptance. */
  answer: (request: FirehoseRequest) => Answer | undefined = () => undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        const { requestId, records } = JSON.parse(text) as Body;
        const data = records.map((record) => record.data);
        const seen = { path: request.url ?? "", headers: request.headers, requestId, records: data };
        this.requests.push(seen);
        const { status, body, headers } = this.answer(seen) ?? { status: 200 };
        response.writeHead(status, headers);
        response.end(body ?? JSON.stringify({ requestId, timestamp: Date.now() }));
      });
    });
  }

  start(): Promise<void> {
    return listenOnLoopback(this.server);
  }
  get url(): string {
    return loopbackUrl(this.server);
  }
  /** The records of requests that were accepted. */
  get accepted(): string[] {
    return this.requests.filter((one) => this.answer(one) === undefined).flatMap(({ records }) => records);
  }
  stop(): Promise<void> {
    return closeServer(this.server);
  }
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Body {
  readonly requestId: string;
  readonly records: readonly { readonly data: string }[];
}

const record = (text: string): string => Buffer.from(text).toString("base64");
/** A line as Firehose writes it. */
const line = (rawData: string, errorCode = "HttpEndpoint.DestinationException"): string =>
  JSON.stringify({
    attemptsMade: 5,
    arrivalTimestamp: 1767607200000,
    errorCode,
    errorMessage: "The following response was received from the endpoint destination. 503: {}",
    attemptEndingTimestamp: 1767607500000,
    rawData,
  });

let s3: S3Double;
let receiver: ReceiverDouble;
beforeEach(async () => {
  s3 = await S3Double.start();
  receiver = new ReceiverDouble();
  await receiver.start();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
afterEach(async () => {
  await Promise.all([s3.stop(), receiver.stop()]);
});

/** Puts an object with these records into the backup. */
function put(name: string, records: readonly string[], options = {}): void {
  s3.put(bucket, folder + name, gzipSync(`${records.map((one) => line(one)).join("\n")}\n`), options);
}

function replay(words: readonly string[] = ["--yes"], signal?: AbortSignal): Promise<CommandRun> {
  const env = { LOGZIO_METRICS_TOKEN: token };
  const where = ["--endpoint", `${receiver.url}/v1`, "--config", "/dev/null"];
  return runCommand(addReplay, ["replay", "--firehose-backup", bucket, ...where, ...words], env, signal);
}

const left = (): string[] => ["a.gz", "b.gz", "c.gz"].filter((name) => s3.has(bucket, folder + name));

describe("logzio-s3 replay --firehose-backup", () => {
  test("sends each record once more as Firehose does, and removes what was accepted", async () => {
    put("a.gz", [record("one"), record("two")]);
    put("b.gz", [record("three")]);
    s3.put(bucket, "elsewhere/c.gz", "not to be touched");

    const { exitCode, stdout, stderr } = await replay();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(receiver.requests.map(({ records }) => records)).toEqual([
      [record("one"), record("two")],
      [record("three")],
    ]);
    const [{ path, headers, requestId }] = receiver.requests;
    expect(path).toBe("/v1");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-amz-firehose-protocol-version": "1.0",
      "x-amz-firehose-request-id": requestId,
      "x-amz-firehose-access-key": token,
      "x-amz-firehose-common-attributes":
        '{"commonAttributes":{"P8S_LOGZIO_NAME":"logzio-otlp-metrics-stream"}}',
    });
    expect(left()).toEqual([]);
    expect(s3.has(bucket, "elsewhere/c.gz")).toBe(true);
    expect(stdout).toContain("2 objects");
    expect(stdout).toContain("3 records: HttpEndpoint.DestinationException");
    expect(stdout).toContain("3 records accepted, 2 objects removed.");
    expect(stdout + stderr).not.toContain(token);
  });

  test("removes the version that was read where the bucket has versions", async () => {
    put("a.gz", [record("one")], { versionId: "v1" });
    expect((await replay()).exitCode).toBe(0);
    expect(s3.requests.filter(({ method }) => method === "DELETE")).toMatchObject([{ versionId: "v1" }]);
    expect(left()).toEqual([]);
  });

  test("leaves an object that was overwritten while it was sent", async () => {
    put("a.gz", [record("one")]);
    receiver.answer = () => {
      put("a.gz", [record("new")]);
      return undefined;
    };
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("PreconditionFailed");
    expect(left()).toEqual(["a.gz"]);
  });

  test("bounds its requests, and loses the order of nothing", async () => {
    const records = Array.from({ length: 1200 }, (_, index) => record(`record ${index}`));
    put("a.gz", records);
    const large = Array.from({ length: 3 }, (_, index) => record(String(index).repeat(400_000)));
    put("b.gz", large);
    expect((await replay()).exitCode).toBe(0);
    expect(receiver.requests.map((request) => request.records.length)).toEqual([500, 500, 200, 1, 1, 1]);
    expect(receiver.accepted).toEqual([...records, ...large]);
  });

  test("tries again what the endpoint does not take now", async () => {
    put("a.gz", [record("one")]);
    let tries = 0;
    const later = { status: 503, headers: { "Retry-After": "0" } };
    receiver.answer = () => (++tries < 3 ? later : undefined);
    expect((await replay()).exitCode).toBe(0);
    expect(new Set(receiver.requests.map(({ requestId }) => requestId)).size).toBe(1);
    expect(receiver.requests).toHaveLength(3);
  });

  test("keeps what was not accepted; the same command goes on", async () => {
    put("a.gz", [record("one")]);
    put("b.gz", [record("two")]);
    put("c.gz", [record("three")]);
    receiver.answer = ({ records }) =>
      records[0] === record("one") ? undefined : { status: 500, headers: { "Retry-After": "0" } };
    const first = await replay();
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain("1 record accepted, 1 object removed; 2 objects left");
    expect(first.stderr).toContain("did not take 1 records in 6 tries (status 500)");
    expect(left()).toEqual(["b.gz", "c.gz"]);
    receiver.answer = () => undefined;
    expect((await replay()).exitCode).toBe(0);
    expect(left()).toEqual([]);
  });

  test("parts a batch where it is refused, so that one bad record keeps back its own object alone", async () => {
    put("a.gz", ["one", "two", "bad", "four"].map(record));
    put("b.gz", [record("five")]);
    receiver.answer = ({ records }) => (records.includes(record("bad")) ? { status: 400 } : undefined);
    const { exitCode, stdout, stderr } = await replay(["--yes", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      objects: 2,
      records: 5,
      accepted: 4,
      removed: 1,
      left: 1,
      failed: [{ key: `${folder}a.gz`, reason: "1 record refused for good (status 400)" }],
    });
    expect(stderr).toContain("a.gz: 1 record refused for good");
    expect(receiver.accepted).toEqual(["one", "two", "four", "five"].map(record));
    expect(left()).toEqual(["a.gz"]);
  });

  test.each([
    ["the token", { status: 401 }, /does not accept the token.*metrics shipping token/],
    ["the request's ID", { status: 200, body: "OK" }, /without the request's ID.*no endpoint for Firehose/],
    ["such a path", { status: 404 }, /with status 404, and so is no endpoint/],
  ])("stops at once where what answers does not know %s", async (_, answer, message) => {
    put("a.gz", [record("one")]);
    put("b.gz", [record("two")]);
    receiver.answer = () => ({ body: token, ...answer });
    const { exitCode, stdout, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
    expect(receiver.requests).toHaveLength(1);
    expect(left()).toEqual(["a.gz", "b.gz"]);
    expect(stdout + stderr).not.toContain(token);
  });

  test("leaves objects that Firehose did not write, and says so", async () => {
    s3.put(bucket, `${folder}a.gz`, "a line of text\n");
    s3.put(bucket, `${folder}b.gz`, gzipSync(line(record("one"))).subarray(0, 60));
    put("c.gz", [record("two")]);
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("a.gz: not what Firehose writes: it has a line that is no JSON");
    expect(stderr).toContain("b.gz: not what Firehose writes: the compressed data is cut off");
    expect(left()).toEqual(["a.gz", "b.gz"]);
  });

  test("says what it may not remove", async () => {
    put("a.gz", [record("one")]);
    receiver.answer = () => {
      s3.script(`${folder}a.gz`, { status: 403, code: "AccessDenied" });
      return undefined;
    };
    const { exitCode, stderr } = await replay();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("allow them s3:DeleteObject");
  });

  test("only says what there is with --dry-run, without a token", async () => {
    put("a.gz", [record("one"), record("two")]);
    delete process.env["LOGZIO_METRICS_TOKEN"];
    const words = [
      "replay",
      "--firehose-backup",
      bucket,
      "--endpoint",
      receiver.url,
      "--config",
      "/dev/null",
    ];
    const { exitCode, stdout } = await runCommand(addReplay, [...words, "--dry-run"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("2 records: HttpEndpoint.DestinationException");
    expect(receiver.requests).toEqual([]);
    expect(left()).toEqual(["a.gz"]);
  });

  test("interrupted, finishes the request under way, and removes nothing that is not done", async () => {
    put(
      "a.gz",
      Array.from({ length: 600 }, (_, index) => record(String(index))),
    );
    const interrupted = new AbortController();
    receiver.answer = () => {
      interrupted.abort();
      return undefined;
    };
    const { exitCode, stdout } = await replay(["--yes"], interrupted.signal);
    expect(exitCode).toBe(130);
    expect(stdout).toContain("500 records accepted, 0 objects removed; 1 object left");
    expect(left()).toEqual(["a.gz"]);
  });

  test.each([
    [["--endpoint", "http://example.com"], /--endpoint is no endpoint/],
    [["--logzio-region", "xx"], /region of the Logz.io account is "xx"/],
  ])("refuses %j", async (words, message) => {
    const all = ["replay", "--firehose-backup", bucket, "--config", "/dev/null", ...words];
    const { exitCode, stderr } = await runCommand(addReplay, all, { LOGZIO_METRICS_TOKEN: token });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});
