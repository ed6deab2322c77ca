import { S3Client } from "@aws-sdk/client-s3";
import { Sources } from "../reading/sources";
import { Deadline } from "../runtime/deadline";
import { Logger } from "../runtime/logger";
import { Metrics } from "../runtime/metrics";
import { fixedToken, SecretToken } from "../runtime/token";
import { Bulk } from "../shipping/bulk";
import { Listener } from "../shipping/listener";
import type { Position } from "../shipping/position";
import { workBatch, type BatchResponse, type BatchServices } from "./batch";
import { parse } from "./environment";
import { HandOver } from "./hand-over";

/** The part of Lambda's context that is used. */
interface InvocationContext {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

type LongLived = Omit<BatchServices, "deadline" | "metrics">;

/** What outlives an invocation: clients with their connections, the token, the buffers. */
let longLived: LongLived | undefined;

function createServices(): LongLived {
  const environment = parse(process.env);
  const token =
    environment.tokenSecretArn === undefined
      ? fixedToken(environment.token ?? "")
      : new SecretToken(environment.tokenSecretArn);
  return {
    sources: new Sources(environment.sources),
    handOver: new HandOver(environment),
    s3: s3Clients(),
    listener: new Listener({ origin: environment.listener, token }),
    buffers: [new Bulk<Position>(), new Bulk<Position>()],
    logger: new Logger(environment.logLevel),
  };
}

/** A client for each region that buckets are in. */
function s3Clients(): (region: string) => S3Client {
  const clients = new Map<string, S3Client>();
  return (region) => {
    let client = clients.get(region);
    if (client === undefined) {
      client = new S3Client({
        region,
        maxAttempts: 5,
        // An emulator has no host a bucket.
        forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined,
        // The SDK would compute checksums of every byte in JavaScript; gzip and zip carry their own, and the length
        // is checked.
        responseChecksumValidation: "WHEN_REQUIRED",
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
      });
      clients.set(region, client);
    }
    return client;
  };
}

/** Ships the objects that an event names. See {@link workBatch}. */
export async function handler(
  event: unknown,
  context: InvocationContext,
): Promise<BatchResponse | undefined> {
  longLived ??= createServices();
  const deadline = new Deadline(() => context.getRemainingTimeInMillis());
  const metrics = new Metrics({ FunctionName: context.functionName });
  try {
    return await workBatch(event, { ...longLived, deadline, metrics });
  } finally {
    deadline.close();
    metrics.flush();
  }
}
