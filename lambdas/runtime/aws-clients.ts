import type { Agent } from "node:https";
import { proxiedConnections } from "./proxy/proxy";

/** How long calls of AWS's control APIs may take, in ms; a client without limits can wait for ever. */
export interface CallLimits {
  readonly requestTimeoutMs: number;
  readonly attempts: number;
}

/** What a client's requests are made with. */
export interface RequestHandling {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
  /** Only behind a proxy, which the SDK itself does not look for. */
  readonly httpsAgent?: Agent;
}

/** As many to one host as the SDK's own agent keeps. */
const connections = 50;

/** Requests that fail in time, through the proxy of the environment. */
export function requestHandling(connectionTimeout: number, requestTimeout: number): RequestHandling {
  const httpsAgent = proxiedConnections(connections);
  return {
    connectionTimeout,
    requestTimeout,
    throwOnRequestTimeout: true,
    ...(httpsAgent === undefined ? {} : { httpsAgent }),
  };
}

/** Settings of an AWS client for short calls. With these, a call is over after about `attempts × requestTimeoutMs`. */
export function shortCalls({ requestTimeoutMs, attempts }: CallLimits): {
  maxAttempts: number;
  requestHandler: RequestHandling;
} {
  return {
    maxAttempts: attempts,
    requestHandler: requestHandling(Math.min(3_000, requestTimeoutMs), requestTimeoutMs),
  };
}
