import type { Fetcher, FetcherSettings } from "../logzio-api/types";
import type { RegistrationOptions, RegistrationProbe } from "./registration-probe";

/**
 * Registers a fetcher and deletes it, whatever happens between. Where no answer came, or the user interrupted, what
 * Logz.io holds then says whether it was made.
 * @param before the fetchers that were there
 */
export async function tryRegistration(
  { probe, cleanUp, warn }: TryOptions,
  settings: FetcherSettings,
  before: readonly Fetcher[],
): Promise<void> {
  let made: Fetcher;
  try {
    made = await probe.createFetcher(settings);
  } catch (error) {
    // A refusal says that nothing was made.
    if (!isRefusal(error)) await removeNew(cleanUp(), settings, before, warn);
    throw error;
  }
  await remove(cleanUp(), made.id, settings, warn);
}

type TryOptions = Pick<RegistrationOptions, "probe" | "cleanUp" | "warn">;

function isRefusal(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status !== undefined && status >= 400 && status < 500;
}

async function removeNew(
  cleanUp: RegistrationProbe,
  settings: FetcherSettings,
  before: readonly Fetcher[],
  warn: (text: string) => void,
): Promise<void> {
  try {
    const made = (await cleanUp.listFetchers()).filter(
      (one) =>
        !before.some(({ id }) => id === one.id) &&
        one.bucket === settings.bucket &&
        (one.prefix ?? "") === (settings.prefix ?? "") &&
        one.arn === settings.arn &&
        !one.active,
    );
    for (const { id } of made) await remove(cleanUp, id, settings, warn);
  } catch {
    warn(
      `Logz.io may hold an inactive fetcher of ${settings.bucket} that was made to try it; look with logzio-s3 connect, and remove it`,
    );
  }
}

async function remove(
  cleanUp: RegistrationProbe,
  id: number,
  { bucket }: FetcherSettings,
  warn: (text: string) => void,
): Promise<void> {
  try {
    await cleanUp.deleteFetcher(id);
  } catch (error) {
    warn(`fetcher ${id} of ${bucket}, inactive and made to try it, could not be deleted; delete it`);
    throw error;
  }
}
