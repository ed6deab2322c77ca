import { Deadline } from "../runtime/deadline";
import { Metrics } from "../runtime/metrics";
import { workBatch, type BatchResponse } from "./batch";
import { parse } from "./environment";
import { createServices, type LongLivedServices } from "./services";

/** The part of Lambda's context that is used. */
interface InvocationContext {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

let longLived: LongLivedServices | undefined;

/** Ships the objects that an event names. See {@link workBatch}. */
export async function handler(
  event: unknown,
  context: InvocationContext,
): Promise<BatchResponse | undefined> {
  longLived ??= createServices(parse(process.env));
  const deadline = new Deadline(() => context.getRemainingTimeInMillis());
  const metrics = new Metrics({ FunctionName: context.functionName });
  try {
    return await workBatch(event, { ...longLived, deadline, metrics });
  } finally {
    deadline.close();
    metrics.flush();
  }
}
