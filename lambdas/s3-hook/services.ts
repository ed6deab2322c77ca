import { Sources } from "../reading/sources";
import { createDelivery, type ServiceOptions } from "../shipping/delivery-services";
import type { BatchServices } from "./batch";
import type { S3HookEnvironment } from "./environment";
import { HandOver } from "./hand-over";

/** What outlives an invocation: clients with their connections, the token, the buffers. */
export type LongLivedServices = Omit<BatchServices, "deadline" | "metrics">;

export function createServices(
  environment: S3HookEnvironment,
  options: ServiceOptions = {},
): LongLivedServices {
  return {
    ...createDelivery(environment, options),
    sources: new Sources(environment.sources),
    handOver: new HandOver(environment),
  };
}
