import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { proxyAgent } from "../../../../lambdas/runtime/proxy/proxy-agent";
import { Poster } from "../../../../lambdas/shipping/http-post";
import { fault } from "../../../support/fault";

/** More than the system takes for a server that does not read. */
const body = Buffer.alloc(16_000_000, "a");
const accepted = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const busy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";

/** A server of which each connection behaves as the next entry says, and all others read everything and accept it. */
class RawServer {
  readonly sockets: Socket[] = [];
  private readonly server: Server;

  constructor(private readonly behaviours: ((socket: Socket) => void)[]) {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      socket.on("error", () => undefined);
      (this.behaviours.shift() ?? acceptAll)(socket);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  get authority(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

function acceptAll(socket: Socket): void {
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes < body.length) return;
    bytes = 0;
    socket.write(accepted);
  });
}

/** Answers as soon as anything comes, and reads no more of it. */
const answerAndStopReading =
  (answer: string) =>
  (socket: Socket): void => {
    socket.once("data", () => {
      socket.pause();
      socket.write(answer);
    });
  };

/** Answers as soon as anything comes, and takes its time to read the rest. */
const answerAndReadOn = (socket: Socket): void => {
  socket.once("data", () => {
    socket.write(accepted);
    socket.pause();
    setTimeout(() => socket.resume(), 300);
    acceptAll(socket);
    socket.pause();
  });
};

describe("connections to the listener", () => {
  let server: RawServer;
  let poster: Poster;
  const start = async (...behaviours: ((socket: Socket) => void)[]): Promise<void> => {
    server = new RawServer(behaviours);
    await server.listen();
    poster = new Poster(new URL(`http://${server.authority}`));
  };
  const post = (timeoutMs: number): Promise<{ status: number; isSentWhole: boolean }> =>
    poster.post("/", {}, body, timeoutMs);
  afterEach(async () => {
    poster.close();
    await server.stop();
  });

  fault(
    48,
    "a server that answers while the bulk is on its way, and reads no more of it",
    "the answer counts, and the next bulk goes over a new connection",
    async () => {
      await start(
        answerAndStopReading(busy),
        answerAndStopReading(busy.replace("\r\n", "\r\nConnection: close\r\n")),
      );

      expect(await post(20_000)).toMatchObject({ status: 503, isSentWhole: false });
      expect(await post(20_000)).toMatchObject({ status: 503, isSentWhole: false });
      expect(await post(20_000)).toMatchObject({ status: 200, isSentWhole: true });
      expect(server.sockets).toHaveLength(3);
    },
  );

  fault(
    44,
    "200 while the bulk is on its way",
    "believed once all of it was sent; where that never is, the bulk is sent again",
    async () => {
      await start(answerAndStopReading(accepted), answerAndReadOn);

      await expect(post(500)).rejects.toThrow("no answer within");
      expect(await post(20_000)).toMatchObject({ status: 200, isSentWhole: true });
    },
  );

  fault(48, "101: the server goes over to another protocol", "as where the connection breaks", async () => {
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    await start((socket) => socket.once("data", () => socket.write(upgrade)).resume());

    await expect(post(20_000)).rejects.toThrow(/closed without an answer/);
    expect(await post(20_000)).toMatchObject({ status: 200 });
  });

  fault(
    43,
    "a proxy that opens no connection in time",
    "the request is over in its time, and not in the proxy's",
    async () => {
      await start((socket) => socket.resume());
      const proxy = new URL(`http://${server.authority}`);
      poster = new Poster(
        new URL("https://listener.example:8071"),
        proxyAgent(1, () => proxy),
      );
      const startedAt = Date.now();

      await expect(post(200)).rejects.toThrow("no answer within");
      expect(Date.now() - startedAt).toBeLessThan(8_000);
    },
  );
});
