import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { LocalListener, type LocalListenerOptions } from "../../../cli/local/listener";

const token = "t".repeat(32);
let listener: LocalListener;

async function start(options: Partial<LocalListenerOptions> = {}): Promise<void> {
  listener = await LocalListener.start({ token, ...options });
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function post(body: string | Buffer, options: { path?: string; gzip?: boolean; method?: string } = {}) {
  return new Promise<Reply>((resolve, reject) => {
    const sent = request(
      listener.url + (options.path ?? `/?token=${token}`),
      {
        method: options.method ?? "POST",
        headers: options.gzip === false ? {} : { "Content-Encoding": "gzip" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers });
        });
      },
    );
    sent.on("error", reject);
    sent.end(options.gzip === false ? body : gzipSync(body, { level: 1 }));
  });
}

/** A JSON object of exactly so many bytes. */
function lineOf(bytes: number): string {
  return `{"m":"${"x".repeat(bytes - 8)}"}`;
}

afterEach(async () => {
  await listener.stop();
});

describe("answers", () => {
  test("accepts a gzip bulk and keeps its lines in order", async () => {
    await start();
    const answer = await post('{"n":1}\n{"n":2}\n');

    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(listener.documents).toEqual(['{"n":1}', '{"n":2}']);
    expect(listener.requests).toMatchObject([
      { method: "POST", lines: 2, accepted: 2, bodyBytes: 16, status: 200, path: `/?token=${token}` },
    ]);
  });

  test("accepts an uncompressed bulk whose last line has no newline", async () => {
    await start();
    expect((await post('{"n":1}\n{"n":2}', { gzip: false })).status).toBe(200);
    expect(listener.documentCount).toBe(2);
  });

  test("refuses a missing and a wrong token by Logz.io's texts", async () => {
    await start();
    expect(await post("{}", { path: "/" })).toMatchObject({ status: 401, body: "Logging token is missing" });
    expect(await post("{}", { path: "/?token=other" })).toMatchObject({
      status: 401,
      body: "Logging token is not valid",
    });
    expect(listener.documentCount).toBe(0);
  });

  test("knows no other path and no other method", async () => {
    await start();
    expect((await post("{}", { path: `/bulk?token=${token}` })).status).toBe(404);
    expect((await post("{}", { method: "PUT" })).status).toBe(404);
  });

  test("accepts the valid lines of a bulk with bad ones and answers the four counts", async () => {
    await start();
    const answer = await post(`{"n":1}\n[1]\nnot json\n\n${lineOf(500_000)}\n{"n":2}\n`);

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      malformedLines: 2,
      successfulLines: 2,
      oversizedLines: 1,
      emptyLogLines: 1,
    });
    expect(listener.documents).toEqual(['{"n":1}', '{"n":2}']);
  });

  test("refuses a body that is not gzip though it says so, and one that is cut short", async () => {
    await start();
    const cut = gzipSync('{"n":1}\n').subarray(0, 20);
    const send = (body: Buffer) =>
      fetch(`${listener.url}/?token=${token}`, {
        method: "POST",
        headers: { "Content-Encoding": "gzip" },
        body: new Uint8Array(body),
      });
    expect((await send(Buffer.from("plain"))).status).toBe(400);
    expect((await send(cut)).status).toBe(400);
    expect(listener.documentCount).toBe(0);
  });
});

describe("limits", () => {
  test.each([
    [499_999, 200],
    [500_000, 400],
  ])("a line of %i bytes is answered %i", async (bytes, status) => {
    await start();
    expect((await post(`${lineOf(bytes)}\n`)).status).toBe(status);
  });

  test.each([
    [10_485_760, 200],
    [10_485_761, 413],
  ])("an uncompressed body of %i bytes is answered %i", async (bytes, status) => {
    await start({ keepDocuments: false });
    const lines = `${lineOf(99_999)}\n`.repeat(104);
    const body = `${lines}${lineOf(bytes - lines.length)}`;

    expect((await post(body)).status).toBe(status);
    expect(listener.documentCount).toBe(status === 200 ? 105 : 0);
    expect(listener.documents).toEqual([]);
  });

  test("a decompression bomb is answered 413 without being kept", async () => {
    await start();
    const answer = await post(Buffer.alloc(200 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(listener.requests[0]?.bodyBytes).toBeLessThan(200 * 1024 * 1024);
  });
});

describe("options", () => {
  test("cheap validation tells braces from none", async () => {
    await start({ validate: "cheap", keepDocuments: false });
    expect(JSON.parse((await post('{"n":\n{"n":1}\n{not json}\n')).body)).toMatchObject({
      successfulLines: 2,
      malformedLines: 1,
    });
  });

  test("reports what each request added", async () => {
    const added: (readonly string[])[] = [];
    await start({ onAccepted: (documents) => added.push(documents) });
    await post('{"n":1}\n');
    await post('{"n":2}\n{"n":3}\n');
    expect(added).toEqual([['{"n":1}'], ['{"n":2}', '{"n":3}']]);
  });
});

describe("scripts", () => {
  test("answers as told, once each, then judges for itself again", async () => {
    await start();
    listener.script({ status: 503, body: "busy", headers: { "Retry-After": "1" } }, { status: 429 });

    expect(await post("{}")).toMatchObject({ status: 503, body: "busy", headers: { "retry-after": "1" } });
    expect((await post("{}")).status).toBe(429);
    expect(listener.documentCount).toBe(0);
    expect((await post("{}")).status).toBe(200);
    expect(listener.documentCount).toBe(1);
  });

  test("answers as told for as long as told", async () => {
    await start();
    listener.always({ status: 500 });
    listener.script({ status: 502 });
    expect((await post("{}")).status).toBe(502);
    expect((await post("{}")).status).toBe(500);
    listener.always(undefined);
    expect((await post("{}")).status).toBe(200);
  });

  test("resets before the body without accepting, and after it with", async () => {
    await start();
    listener.script("reset", "reset-after-body");

    await expect(post("{}")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(listener.documentCount).toBe(0);
    await expect(post("{}")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(listener.documentCount).toBe(1);
    expect(listener.requests.map((seen) => seen.status)).toEqual([undefined, undefined]);
  });

  test("hangs until the client gives up, and answers slowly when told", async () => {
    await start();
    listener.script("hang", { slowMs: 30 });
    const options = { method: "POST", body: "{}", signal: AbortSignal.timeout(100) };
    await expect(fetch(`${listener.url}/?token=${token}`, options)).rejects.toThrow();

    expect((await post("{}")).status).toBe(200);
    const slow = listener.requests[1];
    expect((slow.finishedAt ?? 0) - slow.startedAt).toBeGreaterThanOrEqual(29);
    expect(listener.documentCount).toBe(1);
  });
});
