import type { LogzioApi } from "../logzio-api/logzio-api";
import type { Archive, Fetcher, FetcherSettings } from "../logzio-api/types";
import { CommandError } from "../program/errors";
import type { Output } from "../program/output";
import { placeOf, settingsWith } from "./fetchers";
import type { Patience } from "./patience";
import { checkTaken } from "./taken";
import type { NewKey } from "./user-keys";

/** The configurations of a Logz.io account that read or write with one access key. */
export interface KeyHolders {
  readonly fetchers: readonly Fetcher[];
  readonly archives: readonly Archive[];
}

export async function holdersOf(api: LogzioApi, keyId: string): Promise<KeyHolders> {
  const [fetchers, archives] = [await api.listFetchers(), await api.listArchives()];
  return {
    fetchers: fetchers.filter(({ accessKey }) => accessKey === keyId),
    archives: archives.filter(
      ({ amazonS3StorageSettings: storage }) => storage?.s3SecretCredentials?.accessKey === keyId,
    ),
  };
}

export function countOf({ fetchers, archives }: KeyHolders): number {
  return fetchers.length + archives.length;
}

/** `1001 (my-logs/), archive 1003`. */
export function describeHolders({ fetchers, archives }: KeyHolders): string {
  return [
    ...fetchers.map((fetcher) => `${fetcher.id} (${placeOf(fetcher)})`),
    ...archives.map(({ id }) => `archive ${id}`),
  ].join(", ");
}

/** What else is changed at a fetcher while it gets another key. */
export interface Change {
  readonly id: number;
  readonly settings: Partial<FetcherSettings>;
}

/** Saves configurations with another key, and reads back that they have it. */
export async function moveToKey(
  api: LogzioApi,
  { fetchers, archives }: KeyHolders,
  key: NewKey,
  { patience, change }: { readonly patience: Patience; readonly change?: Change },
): Promise<void> {
  const credentials = { accessKey: key.id, secretKey: key.secret };
  // For all of them before the first is saved: keys that are used by some each are hard to get rid of.
  const moves = fetchers.map((fetcher) => {
    const changes = fetcher.id === change?.id ? change.settings : {};
    return { fetcher, changes, settings: { ...settingsWith(fetcher, changes), ...credentials } };
  });
  for (const { fetcher, changes, settings } of moves) {
    const { id } = fetcher;
    const saved = await patience.saveAgain(`giving ${id} the new key`, fetcher, () =>
      api.updateFetcher(id, settings),
    );
    check(id, saved.accessKey, key);
    checkTaken(saved, changes);
  }
  for (const { id, ...archive } of archives) {
    const storage = archive.amazonS3StorageSettings;
    if (storage === null || storage === undefined) continue;
    const amazonS3StorageSettings = { ...storage, s3SecretCredentials: credentials };
    const settings = { ...archive, amazonS3StorageSettings };
    const saved = await patience.save(`giving archive ${id} the new key`, () =>
      api.updateArchive(id, settings),
    );
    check(id, saved.amazonS3StorageSettings?.s3SecretCredentials?.accessKey, key);
  }
}

function check(id: number, accessKey: string | null | undefined, key: NewKey): void {
  if (accessKey === key.id) return;
  throw new CommandError(
    `Logz.io accepted the key ${key.id} for ${id} and shows ${accessKey ?? "none"}; no key was deleted that it uses`,
  );
}

/** A fetcher that is gone, or reads with a role, leaves its key behind: a key works for whoever has it. */
export function noteLeftKey({ id, accessKey }: Fetcher, output: Output): void {
  if (typeof accessKey !== "string") return;
  output.note(
    `The access key ${accessKey} that ${id} had is still valid. If nothing else uses it (logzio-s3 connect list), delete it: ` +
      `aws iam delete-access-key --access-key-id ${accessKey} --user-name USER`,
  );
}
