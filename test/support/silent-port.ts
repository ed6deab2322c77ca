import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const source = `
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port));
  });`;

/** More than wait to be accepted at a backlog of 1, so that the next one is not answered. */
const waiting = 4;

/**
 * A port whose connections are neither made nor refused, as where packets are dropped: a process that is stopped, with
 * more waiting than it lets wait. Linux alone behaves so.
 */
export class SilentPort {
  static async open(): Promise<SilentPort> {
    const child = spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGSTOP");
    const sockets = Array.from({ length: waiting }, () => connect(Number(String(port)), "127.0.0.1"));
    for (const socket of sockets) socket.on("error", () => socket.destroy());
    return new SilentPort(`http://127.0.0.1:${String(port)}`, sockets, async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    });
  }

  private constructor(
    readonly url: string,
    private readonly sockets: readonly Socket[],
    private readonly end: () => Promise<void>,
  ) {}

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.end();
  }
}
