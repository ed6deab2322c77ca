import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { shortCalls } from "../runtime/aws-clients";
import { Logger } from "../runtime/logger";
import { Metrics } from "../runtime/metrics";
import { parse, type MetricNamespacesSettings } from "./environment";
import { keepNamespaces, type NamespacesReport } from "./keep-namespaces";

/** The part of Lambda's context that is used. */
interface InvocationContext {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

/** Time that is kept for reading and writing the stream behind the listing, in ms. */
const reserveMs = 15_000;
/** CloudWatch throttles accounts, not callers: with ten attempts a call outlasts about a minute of it. */
const callLimits = { requestTimeoutMs: 10_000, attempts: 10 } as const;

let longLived:
  { readonly settings: MetricNamespacesSettings; readonly cloudwatch: CloudWatchClient } | undefined;

/** Keeps the namespaces of the metric stream, whatever the event. See {@link keepNamespaces}. */
export async function handler(_event: unknown, context: InvocationContext): Promise<NamespacesReport> {
  longLived ??= { settings: parse(process.env), cloudwatch: new CloudWatchClient(shortCalls(callLimits)) };
  const { settings, cloudwatch } = longLived;
  const metrics = new Metrics({ FunctionName: context.functionName });
  const remainingMs = context.getRemainingTimeInMillis();
  // A run that is short as a whole (tests, a wrong timeout) keeps less for itself, so that it works at all.
  const signal = AbortSignal.timeout(Math.floor(remainingMs - Math.min(reserveMs, remainingMs / 2)));
  try {
    return await keepNamespaces(settings, {
      cloudwatch,
      logger: new Logger(settings.logLevel),
      metrics,
      signal,
    });
  } finally {
    metrics.flush();
  }
}
