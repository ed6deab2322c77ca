import { ApiConnection, type ConnectionOptions, type Method } from "./connection";
import { ApiError } from "./errors";
import { refusalOf } from "./refusals";

/** Calls of Logz.io's API that take and give JSON. */
export class JsonCalls {
  private readonly connection: ApiConnection;

  /**
   * @param probe path that any token of the account may list, for an API where 403 may also mean what is to be saved
   * @throws UsageError where the environment names a proxy that cannot be used
   */
  constructor(
    private readonly options: ConnectionOptions,
    private readonly probe?: string,
  ) {
    this.connection = new ApiConnection(options);
  }

  get host(): string {
    return this.connection.host;
  }

  /** Before a try that the caller makes itself, number `attempt` of them being behind it. */
  pause(attempt: number): Promise<void> {
    return this.connection.pause(attempt);
  }

  /** Undefined where the answer has no body. @throws ApiError for every answer but success */
  async json(method: Method, path: string, body?: unknown): Promise<unknown> {
    const response = await this.connection.call(method, path, body);
    if (response.status < 200 || response.status > 299) {
      throw await refusalOf(response, {
        call: { method, path, host: this.host },
        secrets: [this.options.token, ...secretsIn(body)],
        ...(this.probe === undefined ? {} : { isTokenKnown: () => this.isTokenKnown(this.probe ?? "") }),
      });
    }
    if (response.text.trim() === "") return undefined;
    try {
      return JSON.parse(response.text, withoutSecrets);
    } catch {
      throw new ApiError(
        `${method} ${path} was answered by ${this.host} with something else than JSON`,
        response.status,
      );
    }
  }

  /** {@link json}; undefined also where there is nothing under the path. */
  async find(path: string, method: "GET" | "DELETE" = "GET"): Promise<unknown> {
    try {
      return await this.json(method, path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Whether the token may list, so that it is not what a change was refused for. */
  private async isTokenKnown(path: string): Promise<boolean> {
    const { status } = await this.connection.call("GET", path);
    return status !== 401 && status !== 403;
  }
}

/** Archives come with the secrets that they were made with; nobody here has a use for them. */
function withoutSecrets(key: string, value: unknown): unknown {
  return key === "secretKey" || key === "clientSecret" ? undefined : value;
}

/** Values of `secretKey`, wherever in the settings. */
function secretsIn(body: unknown): string[] {
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    key === "secretKey" && typeof value === "string" ? [value] : secretsIn(value),
  );
}
