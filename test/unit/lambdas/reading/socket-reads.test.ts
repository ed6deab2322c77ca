import { Agent, createServer, get, type IncomingMessage, type Server } from "node:http";
import { Agent as TlsAgent, createServer as createTlsServer, get as getByTls } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { SocketReads } from "../../../../lambdas/reading/socket-reads";
import { missingForCertificates, selfSigned } from "../../../support/certificates";
import { describeWhere } from "../../../support/requirements";

const content = Buffer.from(Array.from({ length: 400_000 }, (_, line) => `line ${line}\n`).join(""));
/** Before Node 21 memory is the collector's alone. */
const canRelease = "transfer" in ArrayBuffer.prototype;

/** What comes of a body, as object-body.ts reads it. */
async function read(body: Readable): Promise<Buffer> {
  const reads = new SocketReads(body);
  const pieces: Buffer[] = [];
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      reads.releaseBehind(chunk);
      pieces.push(Buffer.from(chunk));
    }
  } finally {
    reads.close();
  }
  return Buffer.concat(pieces);
}

/** What the reads of the body's socket lay in, from here on. */
function heard(body: IncomingMessage): ArrayBufferLike[] {
  const memory: ArrayBufferLike[] = [];
  const { socket } = body;
  const note = (bytes: Buffer): void => void memory.push(bytes.buffer);
  socket.on("data", note);
  body.once("end", () => socket.off("data", note));
  return memory;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

describe.each(["http", "https"])("the reads of a body's socket, over %s", (scheme) => {
  const isTls = scheme === "https";
  const missing = isTls ? missingForCertificates() : undefined;
  describeWhere("with bodies one after the other", [missing], () => {
    it("are given back while a body is read", async () => {
      const certificate = selfSigned();
      const { key, cert } = certificate;
      const server = isTls ? createTlsServer({ key, cert }) : createServer();
      server.on("request", (_, response) => response.end(content));
      const port = await listen(server);
      const agent = isTls
        ? new TlsAgent({ keepAlive: true, maxSockets: 1, ca: cert })
        : new Agent({ keepAlive: true, maxSockets: 1 });
      const sockets = new Set<unknown>();
      try {
        for (let turn = 0; turn < 3; turn++) {
          const body = await new Promise<IncomingMessage>((resolve, reject) => {
            const options = { host: "127.0.0.1", port, agent };
            (isTls ? getByTls(options, resolve) : get(options, resolve)).on("error", reject);
          });
          const { socket } = body;
          sockets.add(socket);
          const memory = heard(body);

          expect((await read(body)).equals(content)).toBe(true);

          expect(memory.length).toBeGreaterThan(10);
          const kept = memory.filter(({ byteLength }) => byteLength > Buffer.poolSize);
          if (canRelease) expect(kept.length).toBeLessThanOrEqual(1);
          expect(socket.listenerCount("data")).toBe(0);
        }
        expect(sockets.size).toBe(1);
      } finally {
        agent.destroy();
        await close(server);
        certificate.remove();
      }
    });
  });
});

describe("the reads of a body's socket", () => {
  it("stay where the body lies in them: a parser may copy it no more one day", async () => {
    const server = createServer((_, response) => response.end(content));
    const socket = connect(await listen(server), "127.0.0.1");
    try {
      const body = Object.assign(new Readable({ read: () => undefined }), { socket });
      let bytes = 0;
      socket.on("data", (chunk) => {
        body.push(chunk);
        bytes += chunk.length;
        if (bytes > content.length) body.push(null);
      });
      socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

      const text = await read(body);

      expect(text.subarray(-content.length).equals(content)).toBe(true);
    } finally {
      socket.destroy();
      await close(server);
    }
  });

  it("are another body's once this one has ended, though its last chunk is still being worked", async () => {
    const server = createServer((_, response) => response.end(content));
    const port = await listen(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const open = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        get({ host: "127.0.0.1", port, agent }, resolve).on("error", reject);
      });
    try {
      const first = await open();
      const reads = new SocketReads(first);
      const { socket } = first;
      const ofHttp = socket.listenerCount("data") - 1;
      let left = content.length;
      for await (const chunk of first as AsyncIterable<Buffer>) {
        reads.releaseBehind(chunk);
        left -= chunk.length;
        if (left > 0) continue;
        const second = await open();

        expect(second.socket === socket).toBe(true);
        expect(socket.listenerCount("data")).toBe(ofHttp);

        expect((await read(second)).equals(content)).toBe(true);
      }
      reads.close();
    } finally {
      agent.destroy();
      await close(server);
    }
  });

  it("are none where the body has no socket", async () => {
    expect(await read(Readable.from([Buffer.from("a"), Buffer.from("b")]))).toEqual(Buffer.from("ab"));
  });
});
