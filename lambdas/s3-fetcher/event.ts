import { sourceName, type FetcherSourceSettings } from "./environment";
import { FetcherError } from "./errors";

/** The source that an event names: `{"source": "bucket/prefix"}`. @throws FetcherError saying which there are */
export function sourceOfEvent(
  event: unknown,
  sources: readonly FetcherSourceSettings[],
): FetcherSourceSettings {
  const named =
    typeof event === "object" && event !== null ? (event as { source?: unknown }).source : undefined;
  const source = sources.find((candidate) => sourceName(candidate) === named);
  if (source !== undefined) return source;
  const known = sources.map((candidate) => JSON.stringify({ source: sourceName(candidate) })).join(" or ");
  throw new FetcherError(
    `the event ${JSON.stringify(event ?? null).slice(0, 200)} names no source of SOURCES; send ${known}`,
  );
}
