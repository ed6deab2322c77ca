import { Sources } from "../reading/sources";
import { createDelivery, type LongLivedDelivery, type ServiceOptions } from "../shipping/delivery-services";
import { CheckpointTable } from "./checkpoints/checkpoint-table";
import { dynamodbClient } from "./checkpoints/table-calls";
import type { S3FetcherEnvironment } from "./environment";
import { FullLooks } from "./full-looks";
import { IdleLooks } from "./idle-looks";
import type { SourceServices } from "./source-run";

/** What outlives an invocation. */
export interface LongLivedServices
  extends
    LongLivedDelivery,
    Pick<SourceServices, "sources" | "table" | "idleLooks" | "fullLooks" | "instance"> {}

export function createServices(
  environment: S3FetcherEnvironment,
  options: ServiceOptions = {},
): LongLivedServices {
  const dynamodb = dynamodbClient();
  const { checkpointTable, instance, sources } = environment;
  return {
    ...createDelivery(environment, options),
    sources: new Sources(sources),
    table: (source) => new CheckpointTable(dynamodb, checkpointTable, source),
    idleLooks: new IdleLooks(),
    fullLooks: new FullLooks(),
    instance,
  };
}
