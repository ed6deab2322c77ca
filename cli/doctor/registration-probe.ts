import type { Archive, AssumeRoleDetails, Fetcher, FetcherSettings } from "../logzio-api/types";

/** The part of Logz.io's API that proves a path, or not. */
export interface RegistrationProbe {
  assumeRoleDetails(): Promise<AssumeRoleDetails>;
  listFetchers(): Promise<readonly Fetcher[]>;
  findFetcher(id: number): Promise<Fetcher | undefined>;
  /** @throws CredentialsRefused where AWS refuses Logz.io */
  createFetcher(settings: FetcherSettings): Promise<Fetcher>;
  /** @throws CredentialsRefused where AWS refuses Logz.io */
  updateFetcher(id: number, settings: FetcherSettings): Promise<Fetcher>;
  deleteFetcher(id: number): Promise<void>;
  listArchives(): Promise<readonly Archive[]>;
}

/** What Logz.io holds. */
export interface Registered {
  readonly fetchers: readonly Fetcher[];
  readonly archives: readonly Archive[];
}

export interface RegistrationOptions {
  readonly probe: RegistrationProbe;
  /** Why registered buckets are not saved again; undefined where they are, unchanged. */
  readonly notSaved: string | undefined;
  /** What Logz.io sends for what is saved from now on, where it told. */
  readonly assignedExternalId?: string | undefined;
  /** Whether a bucket that is not registered is registered inactive, and deleted at once. */
  readonly tryRegistration: boolean;
  /** For what must be done though the user has interrupted. */
  readonly cleanUp: () => RegistrationProbe;
  /** Tells of what may be left behind. */
  readonly warn: (text: string) => void;
}
