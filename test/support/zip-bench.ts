import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FunctionProcess, type Invocation } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import { s3Event } from "./events";
import { S3Double, type S3Content } from "./s3-double";

const token = "a-token-for-benchmarks";
const bucket = "bench-logs";

export interface ZipRun {
  readonly invocation: Invocation;
  /** Highest resident memory of the process since it started, in bytes; undefined where there is no /proc. */
  readonly peakBytes: number | undefined;
  /** User and system time of the process, module load included; undefined where there is no /proc. */
  readonly cpuSeconds: number | undefined;
  readonly loadMilliseconds: number | undefined;
  /** Documents that the listener accepted. */
  readonly documents: number;
  readonly requests: number;
}

/**
 * Ships one object with the function's zip, in a fresh process with the memory flags of Lambda, between an S3 and
 * a listener on loopback that keep nothing.
 */
export async function shipWithZip(
  root: string,
  key: string,
  content: S3Content,
  memoryMegabytes = 512,
): Promise<ZipRun> {
  const s3 = await S3Double.start();
  const listener = await LocalListener.start({ token, keepDocuments: false, validate: "cheap" });
  const process = await FunctionProcess.start({
    zip: join(root, "dist/lambdas/s3-hook.zip"),
    environment: {
      LOGZIO_LISTENER: listener.url,
      LOGZIO_TOKEN: token,
      SOURCES: renderSources([{ bucket }]),
      AWS_ENDPOINT_URL_S3: s3.url,
    },
    memoryMegabytes,
    timeoutSeconds: 900,
    functionName: "s3-hook",
  });
  try {
    s3.put(bucket, key, content);
    const invocation = await process.invoke(s3Event({ bucket, key }));
    const documents = listener.requests.reduce((sum, request) => sum + request.accepted, 0);
    return {
      invocation,
      peakBytes: process.peakResidentBytes(),
      cpuSeconds: cpuSeconds(process.pid),
      loadMilliseconds: process.loadMilliseconds,
      documents,
      requests: listener.requests.length,
    };
  } finally {
    await Promise.all([process.stop(), listener.stop(), s3.stop()]);
  }
}

/** From /proc, whose clock ticks a hundred times a second on every Linux that Node runs on. */
export function cpuSeconds(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid ?? "none"}/stat`, "utf8");
    // Behind the command's name, which may hold anything, the fields are numbers; 12 and 13 are utime and stime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
