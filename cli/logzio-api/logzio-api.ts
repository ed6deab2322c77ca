import { ApiConnection, type ApiResponse, type ConnectionOptions, type Method } from "./connection";
import { ApiError, ApiTokenRefused, CredentialsRefused } from "./errors";
import type { Archive, ArchiveSettings, AssumeRoleDetails, Fetcher, FetcherSettings } from "./types";

const fetchers = "/v1/log-shipping/s3-buckets";
const archives = "/v2/archive/settings";

/** Logz.io's API, as far as it concerns buckets. Source: Logz.io API reference; see the types for each call's path. */
export class LogzioApi {
  private readonly connection: ApiConnection;
  private readonly token: string;

  constructor(options: ConnectionOptions) {
    this.connection = new ApiConnection(options);
    this.token = options.token;
  }

  async assumeRoleDetails(): Promise<AssumeRoleDetails> {
    const details = (await this.json(
      "GET",
      `${fetchers}/aws-assume-role-details`,
    )) as Partial<AssumeRoleDetails>;
    const { logzioAWSAccountId, assignedExternalId } = details;
    if (typeof logzioAWSAccountId !== "string" || typeof assignedExternalId !== "string") {
      throw new ApiError(`${this.connection.host} answered without an account ID and an external ID`, 200);
    }
    return { logzioAWSAccountId, assignedExternalId };
  }

  async listFetchers(): Promise<readonly Fetcher[]> {
    return this.list(await this.json("GET", fetchers)) as Fetcher[];
  }

  /** Undefined where there is none of that id. */
  async findFetcher(id: number): Promise<Fetcher | undefined> {
    return (await this.find(`${fetchers}/${id}`)) as Fetcher | undefined;
  }

  /** @throws CredentialsRefused where AWS refuses the role or keys, also for an inactive fetcher */
  createFetcher(settings: FetcherSettings): Promise<Fetcher> {
    const sameBucket = (one: Fetcher): boolean =>
      one.bucket === settings.bucket &&
      (one.prefix ?? "") === (settings.prefix ?? "") &&
      one.logsType === settings.logsType &&
      (one.arn ?? null) === (settings.arn ?? null);
    return this.create(fetchers, settings, () => this.listFetchers(), sameBucket);
  }

  /** @throws CredentialsRefused as {@link createFetcher} */
  async updateFetcher(id: number, settings: FetcherSettings): Promise<Fetcher> {
    return (await this.json("PUT", `${fetchers}/${id}`, settings)) as Fetcher;
  }

  /** It is no error where it is gone already. */
  async deleteFetcher(id: number): Promise<void> {
    await this.find(`${fetchers}/${id}`, "DELETE");
  }

  async listArchives(): Promise<readonly Archive[]> {
    return this.list(await this.json("GET", archives)) as Archive[];
  }

  async findArchive(id: number): Promise<Archive | undefined> {
    return (await this.find(`${archives}/${id}`)) as Archive | undefined;
  }

  createArchive(settings: ArchiveSettings): Promise<Archive> {
    const samePath = (one: Archive): boolean =>
      one.amazonS3StorageSettings?.path === settings.amazonS3StorageSettings?.path;
    return this.create(archives, settings, () => this.listArchives(), samePath);
  }

  async updateArchive(id: number, settings: ArchiveSettings): Promise<Archive> {
    return (await this.json("PUT", `${archives}/${id}`, settings)) as Archive;
  }

  async deleteArchive(id: number): Promise<void> {
    await this.find(`${archives}/${id}`, "DELETE");
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
      try {
        return (await this.json("POST", path, settings)) as Made;
      } catch (error) {
        const open = error instanceof ApiError && (error.status === undefined || error.status >= 500);
        if (!open) throw error;
        const made = (await list()).find((one) => !before.has(one.id) && isLike(one));
        if (made !== undefined) return made;
        if (tries >= 3) throw error;
      }
    }
  }

  private list(answer: unknown): unknown[] {
    if (Array.isArray(answer)) return answer;
    throw new ApiError(`${this.connection.host} answered with something else than a list`, 200);
  }

  private async find(path: string, method: "GET" | "DELETE" = "GET"): Promise<unknown> {
    try {
      return await this.json(method, path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  private async json(method: Method, path: string, body?: unknown): Promise<unknown> {
    const response = await this.connection.call(method, path, body);
    if (response.status < 200 || response.status > 299) throw await this.refusal(method, path, response);
    if (response.text.trim() === "") return undefined;
    try {
      return JSON.parse(response.text);
    } catch {
      throw new ApiError(
        `${method} ${path} was answered by ${this.connection.host} with something else than JSON`,
        response.status,
      );
    }
  }

  private async refusal(method: Method, path: string, { status, text }: ApiResponse): Promise<ApiError> {
    const said = this.reasonIn(text);
    const call = `${method} ${path}`;
    if (status === 401 || (status === 403 && (method === "GET" || !(await this.mayList())))) {
      return new ApiTokenRefused(
        `${this.connection.host} refused the API token (${status} on ${call}${said}); use an API token of the account ` +
          "(Settings → Manage tokens → API tokens, by an administrator of a Pro or Enterprise plan), and the account's region",
        status,
      );
    }
    if (status === 403) {
      return new CredentialsRefused(
        `Logz.io could not use the AWS credentials of the configuration (403 on ${call}${said}): AWS refused them. ` +
          "Check the role's trust policy and permissions with: logzio-s3 doctor",
        status,
      );
    }
    return new ApiError(`${call} was answered by ${this.connection.host} with ${status}${said}`, status);
  }

  /** A token that may list may also save: what is refused then are the credentials in the configuration. */
  private async mayList(): Promise<boolean> {
    return (await this.connection.call("GET", fetchers)).status === 200;
  }

  /** What the answer says, in a line and without what must not be repeated. */
  private reasonIn(text: string): string {
    let reason = text;
    try {
      const { message, errorMessage } = JSON.parse(text) as { message?: unknown; errorMessage?: unknown };
      const given = message ?? errorMessage;
      if (typeof given === "string") reason = given;
    } catch {
      // Not JSON: the text itself.
    }
    const line = reason.replace(/\s+/g, " ").trim().replaceAll(this.token, "…").slice(0, 200);
    return line === "" ? "" : `: ${line}`;
  }
}
