import { S3Client } from "@aws-sdk/client-s3";
import { Sources } from "../reading/sources";
import { Logger } from "../runtime/logger";
import { fixedToken, SecretToken } from "../runtime/token";
import { Bulk } from "../shipping/bulk";
import { Listener, type ListenerOptions } from "../shipping/listener";
import type { Position } from "../shipping/position";
import type { BatchServices } from "./batch";
import type { S3HookEnvironment } from "./environment";
import { HandOver } from "./hand-over";

/** What outlives an invocation: clients with their connections, the token, the buffers. */
export type LongLivedServices = Omit<BatchServices, "deadline" | "metrics">;

/** Timings and sinks that tests choose; production takes every default. */
export interface ServiceOptions {
  readonly listener?: Pick<ListenerOptions, "backoff" | "requestTimeoutMs">;
  readonly reading?: BatchServices["reading"];
  readonly writeLog?: (line: string) => void;
}

export function createServices(
  environment: S3HookEnvironment,
  options: ServiceOptions = {},
): LongLivedServices {
  const token =
    environment.tokenSecretArn === undefined
      ? fixedToken(environment.token ?? "")
      : new SecretToken(environment.tokenSecretArn);
  return {
    sources: new Sources(environment.sources),
    handOver: new HandOver(environment),
    s3: s3Clients(),
    listener: new Listener({ origin: environment.listener, token, ...options.listener }),
    buffers: [new Bulk<Position>(), new Bulk<Position>()],
    logger: new Logger(environment.logLevel, options.writeLog),
    reading: options.reading,
  };
}

/** A client for each region that buckets are in. */
function s3Clients(): (region: string) => S3Client {
  const clients = new Map<string, S3Client>();
  // Emulators have no host a bucket.
  const forcePathStyle = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].some((name) => process.env[name]);
  return (region) => {
    let client = clients.get(region);
    if (client === undefined) {
      client = new S3Client({
        region,
        forcePathStyle,
        maxAttempts: 5,
        // The SDK would checksum every byte in JavaScript; the length is checked, and gzip and zip carry checksums.
        responseChecksumValidation: "WHEN_REQUIRED",
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
      });
      clients.set(region, client);
    }
    return client;
  };
}
