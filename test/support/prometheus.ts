import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { compress } from "snappyjs";
import { encodeWriteRequest, type Series } from "./prometheus-format";

/** What is missing for {@link Prometheus}, in words; undefined where it is there. */
export function missingPrometheus(): string | undefined {
  const answer = spawnSync("prometheus", ["--version"], { encoding: "utf8" });
  return answer.error === undefined && answer.status === 0
    ? undefined
    : "prometheus on the PATH (Debian's package of that name)";
}

/** One series of an answer to an instant query. */
export interface QueriedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus of its own that takes remote writes, on loopback. */
export class Prometheus {
  /** @throws Error with its log where it does not come up */
  static async start(): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
    const config = join(folder, "prometheus.yml");
    writeFileSync(config, "scrape_configs: []\n");
    const port = await freePort();
    const child = spawn(
      "prometheus",
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.enable-remote-write-receiver",
        "--log.level=warn",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const prometheus = new Prometheus(child, folder, `http://127.0.0.1:${port}`);
    await prometheus.ready();
    return prometheus;
  }

  private log = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
  }

  get writeUrl(): string {
    return `${this.url}/api/v1/write`;
  }

  /** @throws Error with the answer where the series are refused */
  async write(series: readonly Series[]): Promise<void> {
    const answer = await fetch(this.writeUrl, {
      method: "POST",
      headers: {
        "content-encoding": "snappy",
        "content-type": "application/x-protobuf",
        "x-prometheus-remote-write-version": "0.1.0",
      },
      body: new Uint8Array(compress(encodeWriteRequest(series))),
    });
    if (!answer.ok) throw new Error(`Prometheus refuses series: ${answer.status} ${await answer.text()}`);
  }

  /** An instant query. @throws Error with what Prometheus says against it */
  async query(text: string): Promise<QueriedSeries[]> {
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: "POST",
      body: new URLSearchParams({ query: text }),
    });
    const body = (await answer.json()) as {
      readonly error?: string;
      readonly data?: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (body.data === undefined) throw new Error(`${text}: ${String(body.error)}`);
    return body.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((done) => this.child.once("exit", done));
      this.child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      await wait(100);
    }
    await this.stop();
    throw new Error(`Prometheus does not come up:\n${this.log}`);
  }
}

/** Another process may take it before Prometheus does, which then does not come up. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
