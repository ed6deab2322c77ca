import { ApiError } from "../logzio-api/errors";
import type { Fetcher, FetcherSettings } from "../logzio-api/types";
import { differences } from "./fetchers";

/**
 * Some APIs take what they do not know for nothing, such as an empty prefix.
 * @throws ApiError where a fetcher is not as it was to become
 */
export function checkTaken(fetcher: Fetcher, wanted: Partial<FetcherSettings>): void {
  const left = differences(fetcher, wanted);
  if (left.length === 0) return;
  throw new ApiError(
    `Logz.io accepted the change of ${fetcher.id} and did not make it (${left.join(", ")}); look at it with ` +
      "logzio-s3 connect list, or register it anew and remove this one",
    200,
  );
}
