import { S3Client } from "@aws-sdk/client-s3";
import { readRoleOf, roleCredentials, type ReadRole, type RoleCredentials } from "../reading/read-role";
import { requestHandling } from "../runtime/aws-clients";
import type { ShippingEnvironment } from "../runtime/environment";
import { Logger } from "../runtime/logger";
import { fixedToken, SecretToken } from "../runtime/token";
import { Lane } from "./lane";
import { Listener, type ListenerOptions } from "./listener";
import type { DeliveryServices } from "./delivery";

/** What outlives an invocation: clients with their connections, the token, the buffers. */
export type LongLivedDelivery = Omit<DeliveryServices, "deadline" | "metrics">;

/** What tests and the command line choose; the functions take every default. */
export interface ServiceOptions {
  readonly listener?: Pick<ListenerOptions, "backoff" | "requestTimeoutMs" | "agent">;
  readonly reading?: DeliveryServices["reading"];
  /** How long a connection to S3 may take, in ms, and how often a request is tried. @default 5000, and 5 times */
  readonly s3?: { readonly connectTimeoutMs: number; readonly attempts: number };
  readonly writeLog?: (line: string) => void;
}

export function createDelivery(
  environment: ShippingEnvironment,
  options: ServiceOptions = {},
): LongLivedDelivery {
  const token =
    environment.tokenSecretArn === undefined
      ? fixedToken(environment.token ?? "")
      : new SecretToken(environment.tokenSecretArn);
  const lane = new Lane(bulkBuffers());
  return {
    s3: s3Clients(options.s3),
    listener: new Listener({ origin: environment.listener, token, ...options.listener }),
    buffers: lane.buffers,
    lane,
    logger: new Logger(environment.logLevel, options.writeLog),
    reading: options.reading,
  };
}

/** Memory from which on Lambda gives a function more than one core, in MB. Source: Lambda developer guide, "Memory". */
const oneCoreMegabytes = 1_769;

/** One to fill, and one for each core to compress at the same time: of those, Lambda gives the time of one or of two. */
function bulkBuffers(): number {
  return Number(process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) > oneCoreMegabytes ? 3 : 2;
}

/** A client for each region that buckets are in, and for each role that reads them. */
function s3Clients(
  { connectTimeoutMs, attempts } = { connectTimeoutMs: 5_000, attempts: 5 },
): DeliveryServices["s3"] {
  const clients = new Map<string, S3Client>();
  const credentials = new Map<string, RoleCredentials>();
  const credentialsOf = (role: ReadRole): RoleCredentials => {
    const identity = JSON.stringify(role);
    const known = credentials.get(identity) ?? roleCredentials(role);
    credentials.set(identity, known);
    return known;
  };
  // Emulators have no host a bucket.
  const forcePathStyle = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].some((name) => process.env[name]);
  return (region, source) => {
    const role = readRoleOf(source);
    const identity = JSON.stringify({ region, role });
    let client = clients.get(identity);
    if (client === undefined) {
      client = new S3Client({
        region,
        ...(role === undefined ? {} : { credentials: credentialsOf(role) }),
        forcePathStyle,
        maxAttempts: attempts,
        // The SDK would checksum every byte in JavaScript; the length is checked, and gzip and zip carry checksums.
        responseChecksumValidation: "WHEN_REQUIRED",
        requestHandler: requestHandling(connectTimeoutMs, 20_000),
      });
      clients.set(identity, client);
    }
    return client;
  };
}
