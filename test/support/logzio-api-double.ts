import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ArchiveSettings, Fetcher, FetcherSettings } from "../../cli/logzio-api/types";
import { GrafanaDouble } from "./grafana-double";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

export interface ApiDoubleOptions {
  readonly token?: string;
  /** @default "111122223333" */
  readonly accountId?: string;
  /** The external ID that new configurations get. @default "logzio:aws:extid:new0000000000000" */
  readonly externalId?: string;
  /** Whether a configuration that is saved again keeps its external ID instead of getting the assigned one. */
  readonly keepsExternalId?: boolean;
  /** Whether fetchers say which external ID they use; archives always do. */
  readonly showsExternalId?: boolean;
  /** Whether a configuration that is saved again keeps its role, whatever the body says. */
  readonly keepsRole?: boolean;
  /** Whether a second archive of the same path is refused. */
  readonly oneArchive?: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What becomes of a request instead of, or after, the work that it asks for. */
export interface ApiFault {
  /** Which requests; every one where absent. */
  readonly when?: (request: RecordedRequest) => boolean;
  /** How often. @default 1 */
  times?: number;
  /** An answer in place of the work; or else the connection is cut. */
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the work is done nevertheless, before the answer or the cut. */
  readonly afterWork?: boolean;
}

/** A configuration as Logz.io holds it. */
export interface Stored<Settings> {
  settings: Settings;
  /** What Logz.io sends to AWS when it assumes the role. */
  externalId: string;
}

/** What the regions of the real API are called. Source: Logz.io API reference, s3-buckets. */
const regions = [
  ...[
    "US_EAST_1",
    "US_EAST_2",
    "US_WEST_1",
    "US_WEST_2",
    "EU_WEST_1",
    "EU_WEST_2",
    "EU_WEST_3",
    "EU_CENTRAL_1",
  ],
  ...["AP_NORTHEAST_1", "AP_NORTHEAST_2", "AP_SOUTHEAST_1", "AP_SOUTHEAST_2", "SA_EAST_1", "AP_SOUTH_1"],
  "CA_CENTRAL_1",
];

const fetcherPath = /^\/v1\/log-shipping\/s3-buckets(?:\/(\d+))?$/;
const archivePath = /^\/v2\/archive\/settings(?:\/(\d+))?$/;

/** Writable, to leave out what no answer repeats. */
type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

class Answer extends Error {
  constructor(
    readonly status: number,
    readonly body?: unknown,
  ) {
    super(`status ${status}`);
  }
}

/** Logz.io's API for buckets on loopback: its paths, statuses and checks, as far as they are documented. */
export class LogzioApiDouble {
  readonly requests: RecordedRequest[] = [];
  readonly fetchers = new Map<number, Stored<FetcherSettings>>();
  readonly archives = new Map<number, Stored<ArchiveSettings>>();
  readonly grafana = new GrafanaDouble();
  /** Whether AWS lets Logz.io assume the role with the external ID, or takes the access key. */
  awsAccepts: (arn: string, externalId: string) => boolean = () => true;
  /** Called after each change of a configuration. */
  afterChange: () => void = () => undefined;
  private readonly faults: ApiFault[] = [];
  private nextId = 1001;
  private readonly server: Server;
  private readonly options: Required<ApiDoubleOptions>;

  static async start(options: ApiDoubleOptions = {}): Promise<LogzioApiDouble> {
    const double = new LogzioApiDouble(options);
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor(options: ApiDoubleOptions) {
    this.options = {
      token: "api-token-of-the-double",
      accountId: "111122223333",
      externalId: "logzio:aws:extid:new0000000000000",
      keepsExternalId: false,
      showsExternalId: false,
      keepsRole: false,
      oneArchive: false,
      ...options,
    };
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  get url(): string {
    return loopbackUrl(this.server);
  }

  get token(): string {
    return this.options.token;
  }

  get externalId(): string {
    return this.options.externalId;
  }

  /** Puts a fetcher there as if it had been made before, with the external ID of that time. */
  addFetcher(settings: Partial<FetcherSettings> & { bucket: string }, externalId: string): number {
    const id = this.nextId++;
    const complete = { region: "US_EAST_1", logsType: "elb", active: true, addS3ObjectKeyAsLogField: false };
    this.fetchers.set(id, { settings: { ...complete, ...settings }, externalId });
    return id;
  }

  /** {@link addFetcher} for an archive. */
  addArchive(path: string, arn: string, externalId: string): number {
    const id = this.nextId++;
    const amazonS3StorageSettings = { credentialsType: "IAM", path, s3IamCredentials: { arn } };
    const settings = { storageType: "S3", enabled: true, compressed: true, amazonS3StorageSettings };
    this.archives.set(id, { settings, externalId });
    return id;
  }

  fail(fault: ApiFault): void {
    this.faults.push({ times: 1, ...fault });
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const recorded: RecordedRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      body: text === "" ? undefined : JSON.parse(text),
    };
    this.requests.push(recorded);
    const fault = this.faults.find(({ when, times = 1 }) => times > 0 && (when?.(recorded) ?? true));
    if (fault) fault.times = (fault.times ?? 1) - 1;
    const work = (): { status: number; body?: unknown } =>
      this.work(recorded, request.headers["x-api-token"]);
    if (fault) {
      if (fault.afterWork === true) work();
      if (fault.status === undefined) response.destroy();
      else response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      return;
    }
    const { status, body } = work();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }

  private work(request: RecordedRequest, token: unknown): { status: number; body?: unknown } {
    try {
      if (token !== this.options.token) throw new Answer(401, { message: "Unauthorized" });
      return this.route(request);
    } catch (thrown) {
      if (thrown instanceof Answer) return thrown;
      throw thrown;
    }
  }

  private route({ method, path, body }: RecordedRequest): { status: number; body?: unknown } {
    const { accountId, externalId, showsExternalId } = this.options;
    if (path === "/v1/log-shipping/s3-buckets/aws-assume-role-details" && method === "GET") {
      return { status: 200, body: { logzioAWSAccountId: accountId, assignedExternalId: externalId } };
    }
    const fetcher = fetcherPath.exec(path);
    if (fetcher) {
      const show = (id: number, { settings, externalId: used }: Stored<FetcherSettings>): Fetcher => {
        const shown: Mutable<FetcherSettings> = { arn: null, accessKey: null, ...settings };
        delete shown.secretKey;
        return { ...shown, id, ...(showsExternalId ? { externalId: used } : {}) };
      };
      return this.collection(this.fetchers, method, fetcher[1], body, checkFetcher, show);
    }
    const archive = archivePath.exec(path);
    if (archive) {
      if (method === "POST" && this.options.oneArchive) this.refuseSecond(body as ArchiveSettings);
      const show = (id: number, { settings, externalId: used }: Stored<ArchiveSettings>): object => {
        const storage = settings.amazonS3StorageSettings;
        const role = storage?.s3IamCredentials;
        const s3IamCredentials = role ? { arn: role.arn, externalId: used } : null;
        const amazonS3StorageSettings = storage ? { ...storage, s3IamCredentials } : null;
        // Secrets included. Source: logzio_terraform_client, archive_logs.
        return { id, settings: { azureBlobStorageSettings: null, ...settings, amazonS3StorageSettings } };
      };
      return this.collection(this.archives, method, archive[1], body, checkArchive, show);
    }
    const answer = this.grafana.answer({ method, path, body });
    if (answer !== undefined) return answer;
    throw new Answer(404, { message: "Not Found" });
  }

  private collection<Settings>(
    stored: Map<number, Stored<Settings>>,
    method: string,
    idText: string | undefined,
    body: unknown,
    check: (settings: unknown) => { settings: Settings; arn: string },
    show: (id: number, one: Stored<Settings>) => unknown,
  ): { status: number; body?: unknown } {
    if (idText === undefined) {
      if (method === "GET") return { status: 200, body: [...stored].map(([id, one]) => show(id, one)) };
      if (method !== "POST") throw new Answer(405);
      const { settings, arn } = check(body);
      const one = { settings, externalId: this.options.externalId };
      this.tryAws(arn, one.externalId);
      const id = this.nextId++;
      stored.set(id, one);
      this.afterChange();
      return { status: 201, body: show(id, one) };
    }
    const id = Number(idText);
    const known = stored.get(id);
    if (known === undefined) throw new Answer(404, { message: `${id} not found` });
    if (method === "GET") return { status: 200, body: show(id, known) };
    if (method === "DELETE") {
      stored.delete(id);
      this.afterChange();
      return { status: 200 };
    }
    if (method !== "PUT") throw new Answer(405);
    const { settings, arn } = check(this.options.keepsRole ? inRoleOf(known.settings, body) : body);
    const externalId = this.options.keepsExternalId ? known.externalId : this.options.externalId;
    this.tryAws(arn, externalId);
    known.settings = settings;
    known.externalId = externalId;
    this.afterChange();
    return { status: 200, body: show(id, known) };
  }

  private refuseSecond({ amazonS3StorageSettings: wanted }: ArchiveSettings): void {
    const paths = [...this.archives.values()].map(({ settings }) => settings.amazonS3StorageSettings?.path);
    if (paths.includes(wanted?.path)) throw new Answer(409, { message: "archive exists already" });
  }

  /** Logz.io assumes the role when a configuration is saved, also an inactive one. */
  private tryAws(arn: string, externalId: string): void {
    if (!this.awsAccepts(arn, externalId)) throw new Answer(403, { message: "AWS refused the credentials" });
  }
}

/** What is to be saved, with the role of what is there. */
function inRoleOf(stored: unknown, body: unknown): unknown {
  const { arn, amazonS3StorageSettings } = stored as Partial<FetcherSettings & ArchiveSettings>;
  const kept = amazonS3StorageSettings ? { amazonS3StorageSettings } : { arn };
  return { ...(body as object), ...kept };
}

function checkFetcher(body: unknown): { settings: FetcherSettings; arn: string } {
  const given = body as Partial<FetcherSettings>;
  for (const field of ["bucket", "region", "logsType", "active"] as const) {
    if (given[field] === undefined) throw new Answer(400, { message: `field ${field} must be set` });
  }
  const settings = given as FetcherSettings;
  if (!regions.includes(settings.region)) throw new Answer(400, { message: "invalid region" });
  const byKeys = typeof settings.accessKey === "string" && typeof settings.secretKey === "string";
  if (typeof settings.arn !== "string" && !byKeys) {
    throw new Answer(400, { message: "either keys or arn must be set" });
  }
  return { settings, arn: settings.arn ?? settings.accessKey ?? "" };
}

function checkArchive(body: unknown): { settings: ArchiveSettings; arn: string } {
  const settings = body as ArchiveSettings;
  const storage = settings.amazonS3StorageSettings;
  const arn = storage?.s3IamCredentials?.arn ?? storage?.s3SecretCredentials?.accessKey;
  if (storage?.path === undefined || arn === undefined)
    throw new Answer(400, { message: "credentials are missing" });
  return { settings, arn };
}
