import { externalIdCharacters } from "../../constructs/foundation/limits";
import type { ConnectionOptions } from "./connection";
import { ApiError } from "./errors";
import { JsonCalls } from "./json-calls";
import type { Archive, ArchiveSettings, AssumeRoleDetails, Fetcher, FetcherSettings } from "./types";

const fetchers = "/v1/log-shipping/s3-buckets";
const archives = "/v2/archive/settings";

/** Logz.io's API, as far as it concerns buckets. Source: Logz.io API reference; see the types for each call's path. */
export class LogzioApi {
  private readonly calls: JsonCalls;

  /** @throws UsageError where the environment names a proxy that cannot be used */
  constructor(options: ConnectionOptions) {
    this.calls = new JsonCalls(options, fetchers);
  }

  async assumeRoleDetails(): Promise<AssumeRoleDetails> {
    const details = (await this.calls.json(
      "GET",
      `${fetchers}/aws-assume-role-details`,
    )) as Partial<AssumeRoleDetails> | null;
    const { logzioAWSAccountId, assignedExternalId } = details ?? {};
    if (!isAccountId(logzioAWSAccountId) || !isExternalId(assignedExternalId)) {
      throw new ApiError(`${this.calls.host} answered without an account ID and an external ID`, 200);
    }
    return { logzioAWSAccountId, assignedExternalId };
  }

  async listFetchers(): Promise<readonly Fetcher[]> {
    return this.list(await this.calls.json("GET", fetchers)) as Fetcher[];
  }

  /** Undefined where there is none of that id. */
  async findFetcher(id: number): Promise<Fetcher | undefined> {
    return (await this.calls.find(`${fetchers}/${id}`)) as Fetcher | undefined;
  }

  /** @throws CredentialsRefused where AWS refuses the role or keys, also for an inactive fetcher */
  createFetcher(settings: FetcherSettings): Promise<Fetcher> {
    const sameBucket = (one: Fetcher): boolean =>
      one.bucket === settings.bucket &&
      (one.prefix ?? "") === (settings.prefix ?? "") &&
      one.logsType === settings.logsType &&
      (one.arn ?? null) === (settings.arn ?? null) &&
      (one.accessKey ?? null) === (settings.accessKey ?? null);
    return this.create(fetchers, settings, () => this.listFetchers(), sameBucket);
  }

  /** @throws CredentialsRefused as {@link createFetcher} */
  async updateFetcher(id: number, settings: FetcherSettings): Promise<Fetcher> {
    return this.update(`${fetchers}/${id}`, settings);
  }

  /** It is no error where it is gone already. */
  async deleteFetcher(id: number): Promise<void> {
    await this.calls.find(`${fetchers}/${id}`, "DELETE");
  }

  async listArchives(): Promise<readonly Archive[]> {
    return this.list(await this.calls.json("GET", archives)).map((answer) => this.archive(answer));
  }

  async findArchive(id: number): Promise<Archive | undefined> {
    const answer = await this.calls.find(`${archives}/${id}`);
    return answer === undefined ? undefined : this.archive(answer);
  }

  async createArchive(settings: ArchiveSettings): Promise<Archive> {
    const samePath = (one: Archive): boolean =>
      one.amazonS3StorageSettings?.path === settings.amazonS3StorageSettings?.path;
    return this.archive(await this.create(archives, settings, () => this.listArchives(), samePath));
  }

  async updateArchive(id: number, settings: ArchiveSettings): Promise<Archive> {
    return this.archive(await this.update(`${archives}/${id}`, settings));
  }

  async deleteArchive(id: number): Promise<void> {
    await this.calls.find(`${archives}/${id}`, "DELETE");
  }

  /**
   * Creates once. Where no answer came, or one that leaves it open, what is there now says whether it was created: to
   * ask again without looking could make two.
   */
  private async create<Settings, Made extends { readonly id: number }>(
    path: string,
    settings: Settings,
    list: () => Promise<readonly Made[]>,
    isLike: (made: Made) => boolean,
  ): Promise<Made> {
    const before = new Set((await list()).map(({ id }) => id));
    for (let tries = 1; ; tries++) {
      let failure: ApiError;
      try {
        const made = await this.calls.json("POST", path, settings);
        if (hasId(made)) return made as Made;
        failure = new ApiError(`POST ${path} was answered by ${this.calls.host} without an id`, 200);
      } catch (error) {
        const open = error instanceof ApiError && (error.status === undefined || error.status >= 500);
        if (!open) throw error;
        failure = error;
      }
      // A gateway may have answered while the work goes on, so it gets the time until the next try.
      await this.calls.pause(tries);
      const made = (await list()).find((one) => !before.has(one.id) && isLike(one));
      if (made !== undefined) return made;
      // What was accepted and is not there yet may still come, so it is not asked for again.
      const accepted = failure.status !== undefined && failure.status < 300;
      if (tries >= 3 || accepted) throw failure;
    }
  }

  /** What is there behind the change: an answer may repeat what was sent. */
  private async update<Made>(path: string, settings: unknown): Promise<Made> {
    await this.calls.json("PUT", path, settings);
    const made = await this.calls.find(path);
    if (hasId(made)) return made as Made;
    throw new ApiError(`PUT ${path} was accepted by ${this.calls.host}, which has nothing there now`, 404);
  }

  private list(answer: unknown): unknown[] {
    if (Array.isArray(answer) && answer.every(hasId)) return answer;
    throw new ApiError(`${this.calls.host} answered with something else than a list`, 200);
  }

  /**
   * An archive as the API answers: what was sent comes back one level deeper, in `settings`. One that is of another form
   * must not pass for an archive that is not there: whoever moves a role would lock it out.
   * Source: logzio_terraform_client, archive_logs.
   */
  private archive(answer: unknown): Archive {
    const { settings, ...rest } = answer as { readonly settings?: object | null };
    const archive = { ...rest, ...settings };
    if (hasId(archive) && "storageType" in archive) return archive as Archive;
    throw new ApiError(
      `${this.calls.host} answered with an archive of a form that is not known here; nothing is known of the others`,
      200,
    );
  }
}

function isAccountId(value: unknown): value is string {
  return typeof value === "string" && /^\d{12}$/.test(value);
}

function isExternalId(value: unknown): value is string {
  const { min, max } = externalIdCharacters;
  return (
    typeof value === "string" && value.length >= min && value.length <= max && /^[\w+=,.@:/-]+$/.test(value)
  );
}

function hasId(value: unknown): value is { readonly id: number } {
  return typeof value === "object" && value !== null && Number.isSafeInteger((value as { id?: unknown }).id);
}
