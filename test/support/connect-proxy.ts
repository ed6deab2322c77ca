import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** What a proxy does with a CONNECT, in place of the tunnel. */
export type ProxyFault =
  /** Answers with a status of its own. */
  | { readonly status: number }
  /** Takes the connection and says nothing. */
  | "silent";

/** A proxy on loopback that makes tunnels (CONNECT), and remembers what it could see. */
export class ConnectProxy {
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: string[] = [];
  /** `Proxy-Authorization` of each. */
  readonly authorizations: (string | undefined)[] = [];
  /** Every byte of the clients, as the proxy saw it: inside a tunnel, TLS. */
  seen = "";
  fault: ProxyFault | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  static async start(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor() {
    // What is not a CONNECT would show the proxy what it must not see.
    this.server = createServer((request, response) => {
      this.seen += `${request.method} ${request.url} ${JSON.stringify(request.headers)}`;
      response.writeHead(501).end();
    });
    this.server.on("connection", (socket) => this.keep(socket));
    this.server.on("connect", (request, client, head) => {
      this.tunnels.push(request.url ?? "");
      this.authorizations.push(request.headers["proxy-authorization"]);
      this.seen += JSON.stringify(request.headers);
      if (this.fault === "silent") {
        client.resume().once("end", () => client.end());
        return;
      }
      if (this.fault !== undefined) {
        client.end(`HTTP/1.1 ${this.fault.status} Refused\r\nContent-Length: 2\r\n\r\n{}`);
        return;
      }
      const port = Number((request.url ?? "").split(":").at(-1));
      const target = this.keep(connect(port, "127.0.0.1"));
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      client.on("data", (bytes: Buffer) => (this.seen += bytes.toString("latin1")));
      client.pipe(target).pipe(client);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many connections are open. */
  get open(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => this.sockets.delete(socket));
    return socket;
  }
}
