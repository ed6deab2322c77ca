import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { SelfSigned } from "./certificates";

/** Puts TLS before a double that speaks plain HTTP. */
export class TlsFront {
  /** How many clients completed the handshake, so that they could send something. */
  accepted = 0;
  private readonly sockets = new Set<Socket>();

  static async start(double: { readonly url: string }, certificate: SelfSigned): Promise<TlsFront> {
    const port = Number(new URL(double.url).port);
    const server = createServer({ key: certificate.key, cert: certificate.cert });
    const front = new TlsFront(server);
    server.on("secureConnection", (client) => {
      front.accepted++;
      const behind = connect(port, "127.0.0.1");
      for (const socket of [client, behind]) {
        front.sockets.add(socket);
        socket.on("error", () => socket.destroy()).on("close", () => front.sockets.delete(socket));
      }
      client.pipe(behind).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  private constructor(private readonly server: Server) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
