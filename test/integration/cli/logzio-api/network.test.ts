import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ApiError } from "../../../../cli/logzio-api/errors";
import { LogzioApi } from "../../../../cli/logzio-api/logzio-api";
import { ConnectProxy } from "../../../support/connect-proxy";
import { LogzioApiDouble } from "../../../support/logzio-api-double";

const proxyVariables = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"];
let saved: Record<string, string | undefined>;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  saved = Object.fromEntries(proxyVariables.map((name) => [name, process.env[name]]));
  for (const name of proxyVariables) Reflect.deleteProperty(process.env, name);
});
afterEach(async () => {
  for (const name of proxyVariables) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(saved)) if (value !== undefined) process.env[name] = value;
  for (const end of ends.splice(0)) await end();
});

const token = "api-token-of-the-double";

function api(url: string, requestTimeoutMs = 300, signal = new AbortController().signal): LogzioApi {
  return new LogzioApi({
    url,
    token,
    signal,
    requestTimeoutMs,
    backoff: { attempts: 2, baseMs: 1, capMs: 2 },
  });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => {
      throw new Error("nothing failed");
    },
    (error: unknown) => error as ApiError,
  );
}

/** A server that treats each connection so. */
async function server(treat: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const listening: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    treat(socket);
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => listening.close(resolve));
  });
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

async function startProxy(): Promise<ConnectProxy> {
  const proxy = await ConnectProxy.start();
  ends.push(() => proxy.stop());
  process.env["HTTPS_PROXY"] = proxy.url;
  return proxy;
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 2_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("it did not come to hold");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("requests to Logz.io's API", () => {
  test.each([301, 302, 303, 307, 308])(
    "do not follow a redirect (%d), so the token stays",
    async (status) => {
      const [double, other] = [await LogzioApiDouble.start(), await LogzioApiDouble.start()];
      ends.push(
        () => double.stop(),
        () => other.stop(),
      );
      double.fail({ status, headers: { location: `${other.url}/v1/log-shipping/s3-buckets` } });
      expect((await failure(api(double.url).listFetchers())).message).toMatch(
        new RegExp(`with ${status}.*redirect`),
      );
      expect(other.requests).toEqual([]);
    },
  );

  test("end in time where the server takes the connection and says nothing", async () => {
    const url = await server(() => undefined);
    const started = Date.now();
    const { message } = await failure(api(url).listFetchers());
    expect(message).toMatch(/no answer from .* in 2 tries \(nothing within 0\.3 s/);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test("end in time where the answer stalls in its middle", async () => {
    const url = await server((socket) => {
      socket.once("data", () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"id":1'));
    });
    const started = Date.now();
    expect((await failure(api(url).listFetchers())).message).toMatch(/within 0\.3 s/);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test("do not take half an answer for a whole one", async () => {
    const url = await server((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]"));
    });
    expect((await failure(api(url).listFetchers())).message).toMatch(/no answer/);
  });

  test("end where the answer does not", async () => {
    const url = await server((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const chunk = `${(1_000_000).toString(16)}\r\n${" ".repeat(1_000_000)}\r\n`;
        const pour = (): void => {
          while (!socket.destroyed && socket.write(chunk));
          if (!socket.destroyed) socket.once("drain", pour);
        };
        pour();
      });
    });
    expect((await failure(api(url, 10_000).listFetchers())).message).toMatch(/too long/);
  });

  test("stop at once when interrupted, also inside a request", async () => {
    const url = await server(() => undefined);
    const interrupt = new AbortController();
    const listing = failure(api(url, 10_000, interrupt.signal).listFetchers());
    setTimeout(() => interrupt.abort(new Error("interrupted by SIGINT")), 50);
    const started = Date.now();
    expect((await listing).message).toBe("interrupted by SIGINT");
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  test("do not wait for hours where the server asks for it", async () => {
    const double = await LogzioApiDouble.start();
    ends.push(() => double.stop());
    double.fail({ status: 429, headers: { "retry-after": "7200" } });
    expect((await failure(api(double.url).listFetchers())).message).toMatch(/429.*in 7200 s/);
  });
});

describe("behind a proxy", () => {
  test.each([407, 403, 401, 502])("its refusal (%d) is not taken for Logz.io's", async (status) => {
    const proxy = await startProxy();
    proxy.fault = { status };
    const error = await failure(api("https://api.logz.io").listFetchers());
    expect(error.name).toBe("ApiError");
    expect(error.message).toMatch(new RegExp(`proxy 127\\.0\\.0\\.1:\\d+ refused the connection: ${status}`));
    expect(proxy.tunnels).toContain("api.logz.io:443");
    expect(proxy.seen).not.toContain(token);
  });

  test("its user and password reach it and no message", async () => {
    const proxy = await startProxy();
    process.env["HTTPS_PROXY"] = proxy.url.replace("//", "//me:s%40fe@");
    proxy.fault = { status: 407 };
    const { message } = await failure(api("https://api.logz.io").listFetchers());
    expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from("me:s@fe").toString("base64")}`);
    expect(message).not.toMatch(/s@fe|s%40fe/);
  });

  test("time is bounded where it says nothing, and no connection stays open", async () => {
    const proxy = await startProxy();
    proxy.fault = "silent";
    const started = Date.now();
    expect((await failure(api("https://api.logz.io").listFetchers())).message).toMatch(/within 0\.3 s/);
    expect(Date.now() - started).toBeLessThan(2_000);
    await until(() => proxy.open === 0);
  });

  test("it speaks HTTP where it is named without a scheme, as for curl", async () => {
    const proxy = await startProxy();
    process.env["HTTPS_PROXY"] = new URL(proxy.url).host;
    await failure(api("https://127.0.0.1:9").listFetchers());
    expect(proxy.tunnels).toContain("127.0.0.1:9");
  });

  test("it speaks TLS where it is named so, though another variable names it without a scheme", async () => {
    const proxy = await startProxy();
    const { host } = new URL(proxy.url);
    Object.assign(process.env, {
      HTTPS_PROXY: `https://me:pass-word@${host}`,
      ALL_PROXY: `me:pass-word@${host}`,
    });
    await failure(api("https://127.0.0.1:9").listFetchers());
    expect(proxy.authorizations).toEqual([]);
    expect(proxy.tunnels).toEqual([]);
  });

  test("a host of NO_PROXY goes without it", async () => {
    const proxy = await startProxy();
    process.env["NO_PROXY"] = "localhost,127.0.0.1";
    const url = await server((socket) => socket.destroy());
    await failure(api(url.replace("http:", "https:")).listFetchers());
    expect(proxy.tunnels).toEqual([]);
  });

  test.each(["socks5://127.0.0.1:1080", "proxy.example.com:80:80", "ftp://user:pass-word@h"])(
    "says that %s is none, without repeating it",
    async (named) => {
      process.env["HTTPS_PROXY"] = named;
      const listing = async (): Promise<unknown> => api("https://api.logz.io").listFetchers();
      const { name, message } = await failure(listing());
      expect(name).toBe("UsageError");
      expect(message).toMatch(/proxy of the environment/);
      expect(message).not.toContain("pass-word");
    },
  );
});
