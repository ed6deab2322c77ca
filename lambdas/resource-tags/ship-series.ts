import type { RemoteWrite, WriteContext } from "./remote-write";
import type { Labels } from "./series";
import { writeRequests } from "./write-request";

/** What became of the series. `accepted + refused` is their number. */
export interface ShippedSeries {
  readonly accepted: number;
  readonly refused: number;
}

/** How many requests may be spent on finding the series that are refused; what is not found by then is lost with them. */
const searchRequests = 60;

export interface ShipOptions {
  /** Time of the samples, in ms since 1970. */
  readonly timestamp: number;
  /** Largest request before compression. @default {@link requestBytes} */
  readonly maximumBytes?: number;
}

/**
 * Sends series. A request that is refused as a whole (400, or too large: 413) is sent in halves, so that one series
 * that cannot be accepted does not take the others with it.
 * @throws what {@link RemoteWrite.send} throws; the requests behind are not sent
 */
export async function shipSeries(
  series: readonly Labels[],
  listener: RemoteWrite,
  context: WriteContext,
  { timestamp, maximumBytes }: ShipOptions,
): Promise<ShippedSeries> {
  let accepted = 0;
  let refused = 0;
  let searches = 0;
  const waiting = [[...series]];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    for (const request of writeRequests(part, timestamp, maximumBytes)) {
      const outcome = await listener.send(request.body, context);
      if (outcome === "accepted") {
        accepted += request.series.length;
      } else if (request.series.length === 1 || searches + 2 > searchRequests) {
        refused += request.series.length;
        context.logger.error("the listener refused series; they are not sent again before the next run", {
          reason: outcome.refused,
          series: request.series.length,
          first: Object.fromEntries(request.series[0]),
        });
      } else {
        searches += 2;
        const middle = request.series.length >> 1;
        waiting.push(request.series.slice(0, middle), request.series.slice(middle));
      }
    }
  }
  return { accepted, refused };
}
