import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { LogFields, Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import { chosenNamespaces, type TagSelection } from "./environment";
import type { RemoteWrite } from "./remote-write";
import { resourceSeries, resourceTypes, type Home, type ResourceSeries } from "./series";
import { shipSeries, type ShippedSeries } from "./ship-series";
import { taggedResources } from "./tagged-resources";

/** What a run needs. */
export interface RunServices {
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly listener: RemoteWrite;
  readonly home: Home;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Aborted when there is only time left for shipping. */
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  readonly clock: () => number;
  /** Largest request before compression. @default {@link requestBytes} */
  readonly maximumBytes?: number;
}

/** What a run did: `accepted + refused` is the number of series. */
export interface TagsReport extends ShippedSeries {
  /** Resources that the Tagging API knows of the chosen namespaces. */
  readonly resources: number;
  readonly untagged: number;
}

/** How many names a line of the log holds, so that it stays readable. */
const loggedNames = 20;

/** Reads the tags of the chosen namespaces' resources, and ships them as a metric. */
export async function shipTags(selection: TagSelection, services: RunServices): Promise<TagsReport> {
  const { logger, metrics } = services;
  const types = resourceTypes(selection);
  if (types.length === 0) {
    logger.warn("no namespace is chosen whose resources the table of kinds knows; there is nothing to ship", {
      namespaces: selection.namespaces,
      exclude: selection.exclude,
    });
  }
  const resources = await taggedResources(types, services);
  const found = resourceSeries(resources, selection, services.home);
  tellWhatIsMissing(found, logger);
  const { accepted, refused } = await shipSeries(found.series, services.listener, services, {
    timestamp: services.clock(),
    maximumBytes: services.maximumBytes,
  });
  metrics.add("Resources", resources.length);
  metrics.add("SeriesAccepted", accepted);
  metrics.add("SeriesRefused", refused);
  const report = { resources: resources.length, untagged: found.untagged, accepted, refused };
  logger.info("shipped the tags of resources", {
    ...report,
    namespaces: chosenNamespaces(selection).length,
    unknown: found.unknown.length,
    doubled: found.doubled.length,
  });
  return report;
}

function tellWhatIsMissing(found: ResourceSeries, logger: Logger): void {
  const { unknown, doubled, leftOutKeys, cutKeys } = found;
  const some = (list: readonly string[]): LogFields => ({
    count: list.length,
    some: list.slice(0, loggedNames),
  });
  if (unknown.length > 0)
    logger.debug(
      "resources of a form that the table of kinds does not know, as their metrics are",
      some(unknown),
    );
  if (doubled.length > 0)
    logger.warn(
      "resources whose names differ in case alone have the same labels, as have their metrics; the first is shipped",
      some(doubled),
    );
  if (leftOutKeys.length > 0)
    logger.warn(
      "resources have more tags than a series has room for; choose those that matter with tagKeys",
      some(leftOutKeys),
    );
  if (cutKeys.length > 0) logger.warn("values of tags were cut", some(cutKeys));
}
