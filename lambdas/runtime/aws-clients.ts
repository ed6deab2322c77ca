/** How long calls of AWS's control APIs may take, in ms; a client without limits can wait for ever. */
export interface CallLimits {
  readonly requestTimeoutMs: number;
  readonly attempts: number;
}

/** Settings of an AWS client for short calls. With these, a call is over after about `attempts × requestTimeoutMs`. */
export function shortCalls({ requestTimeoutMs, attempts }: CallLimits): {
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true };
} {
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: Math.min(3_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
