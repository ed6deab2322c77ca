import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import { isPattern } from "../runtime/patterns";
import type { MetricNamespacesSettings } from "./environment";
import { StreamDiffers } from "./errors";
import { chooseFilters } from "./filters";
import { liveNamespaces } from "./live-namespaces";
import { MetricStream } from "./metric-stream";

/** What a run needs. */
export interface RunServices {
  readonly cloudwatch: CloudWatchClient;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Aborted when the function's time is nearly over. */
  readonly signal: AbortSignal;
}

/** What a run did. */
export interface NamespacesReport {
  /** How many namespaces the stream has now. */
  readonly namespaces: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly leftOut: readonly string[];
}

/** How many names a line of the log holds, so that it stays readable. */
const loggedNames = 50;

/** Finds the namespaces that are alive and updates the stream's filters where they differ; see {@link chooseFilters}. */
export async function keepNamespaces(
  settings: MetricNamespacesSettings,
  { cloudwatch, logger, metrics, signal }: RunServices,
): Promise<NamespacesReport> {
  const stream = new MetricStream(cloudwatch, settings);
  const before = await stream.read();
  const alive = settings.include.some(isPattern)
    ? await liveNamespaces(cloudwatch, { linkedAccounts: before.linkedAccounts, signal })
    : new Set<string>();
  // Listing takes minutes in a large account: what was deployed in the meantime must not be written over.
  const state = await stream.read();
  if (state.excludes && !before.excludes)
    throw new StreamDiffers(
      `the metric stream ${settings.stream} was given exclude filters during the run, by a deployment or by hand. Its ` +
        "filters stay as they are; the next run, if this function is to go on, puts the namespaces in their place",
    );
  const { filters, added, removed, leftOut } = chooseFilters(settings, alive, state.filters);
  const changed = added.length > 0 || removed.length > 0;
  if (changed) {
    await stream.write(state, filters);
    metrics.add("StreamUpdates");
    logger.info("updated the stream's namespaces", {
      ...counted("added", added),
      ...counted("removed", removed),
    });
  }
  if (leftOut.length > 0) {
    logger.warn(
      "the stream has no room for all namespaces; exclude some, or make a second stream for a part of them",
      counted("leftOut", leftOut),
    );
  }
  metrics.add("Namespaces", filters.length);
  metrics.add("NamespacesLeftOut", leftOut.length);
  logger.info("kept the stream's namespaces", {
    stream: settings.stream,
    namespaces: filters.length,
    changed,
  });
  return { namespaces: filters.length, added, removed, leftOut };
}

function counted(what: string, names: readonly string[]): Record<string, unknown> {
  return { [what]: names.length, [`${what}Names`]: names.slice(0, loggedNames) };
}
