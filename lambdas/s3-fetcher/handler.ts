import { Deadline } from "../runtime/deadline";
import { Metrics } from "../runtime/metrics";
import { parse, type S3FetcherEnvironment } from "./environment";
import { sourceOfEvent } from "./event";
import { createServices, type LongLivedServices } from "./services";
import { runSource, type SourceReport } from "./source-run";

/** The part of Lambda's context that is used. */
interface InvocationContext {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

let longLived:
  { readonly environment: S3FetcherEnvironment; readonly services: LongLivedServices } | undefined;

/** Ships what is new under the source that the event names. See {@link runSource}. */
export async function handler(event: unknown, context: InvocationContext): Promise<SourceReport> {
  if (longLived === undefined) {
    const environment = parse(process.env);
    longLived = { environment, services: createServices(environment) };
  }
  const { environment, services } = longLived;
  const source = sourceOfEvent(event, environment.sources);
  const remainingMs = (): number => context.getRemainingTimeInMillis();
  const deadline = new Deadline(remainingMs);
  const metrics = new Metrics({ FunctionName: context.functionName });
  const region = process.env["AWS_REGION"] ?? "us-east-1";
  try {
    return await runSource(source, { ...services, deadline, metrics, region, remainingMs, clock: Date.now });
  } finally {
    deadline.close();
    metrics.flush();
  }
}
