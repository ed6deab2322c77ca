import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { StreamProgress } from "./checkpoints/stream-progress";

/** Says what came late, and from how far behind. */
export class LateObjects {
  shipped = 0;
  /** Those that were nearly further behind than the lookback reaches. */
  nearlyMissed = 0;

  constructor(
    private readonly progress: StreamProgress,
    private readonly services: { readonly metrics: Metrics; readonly logger: Logger },
  ) {}

  /** What came since the last time: from how far behind is known once the look has come to its end. */
  say(): void {
    const { metrics, logger } = this.services;
    for (const { key, keysBehind, seconds, nearBound } of this.progress.takeLates()) {
      metrics.add("ObjectsLate");
      metrics.highest("LateKeysBehind", keysBehind);
      metrics.highest("LateSeconds", seconds);
      if (nearBound) {
        this.nearlyMissed++;
        metrics.add("LateNearlyMissed");
      }
      logger.info("object came late", { key, keysBehind, seconds });
    }
  }
}
