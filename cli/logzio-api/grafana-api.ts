import type { ConnectionOptions } from "./connection";
import { ApiError } from "./errors";
import { JsonCalls } from "./json-calls";

/** A dashboard as Grafana keeps it: what is used of it here, and all the rest. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly [field: string]: unknown;
}

/** A folder of dashboards. */
export interface DashboardFolder {
  readonly uid: string;
  readonly title: string;
}

/** A dashboard that is there. */
export interface StoredDashboard {
  readonly dashboard: Dashboard;
  /** Raised by Grafana with each saving. */
  readonly version: number;
  readonly folderUid: string | undefined;
  readonly folderTitle: string | undefined;
  /** On the host of Logz.io's app, as Grafana says it. */
  readonly url: string | undefined;
}

export interface SaveDashboard {
  readonly dashboard: Dashboard;
  readonly folderUid: string;
  /** The version that the saving takes the place of; undefined for a new dashboard. */
  readonly version: number | undefined;
  /** What the history of the dashboard says of this version. */
  readonly message: string;
}

const root = "/v1/grafana/api";
/** Most folders of one answer. Source: Grafana HTTP API, "Get all folders". */
const mostFolders = 1_000;

/** Grafana's API for dashboards, behind Logz.io's. Source: Logz.io API reference, Grafana; Grafana HTTP API. */
export class GrafanaApi {
  private readonly calls: JsonCalls;

  /** @throws UsageError where the environment names a proxy that cannot be used */
  constructor(options: ConnectionOptions) {
    this.calls = new JsonCalls(options);
  }

  /** The folder with the title; undefined where there is none. */
  async findFolder(title: string): Promise<DashboardFolder | undefined> {
    const answer = await this.calls.json("GET", `${root}/folders?limit=${mostFolders}`);
    if (Array.isArray(answer) && answer.every(isFolder)) return answer.find((one) => one.title === title);
    throw new ApiError(`${this.calls.host} answered with something else than a list of folders`, 200);
  }

  async createFolder(title: string): Promise<DashboardFolder> {
    const made = await this.once(
      () => this.calls.json("POST", `${root}/folders`, { title }),
      () => this.findFolder(title),
    );
    if (isFolder(made)) return made;
    throw new ApiError(`${this.calls.host} answered without the folder that was made`, 200);
  }

  /** Undefined where there is none of that uid. */
  async findDashboard(uid: string): Promise<StoredDashboard | undefined> {
    const answer = await this.calls.find(`${root}/dashboards/uid/${encodeURIComponent(uid)}`);
    if (answer === undefined) return undefined;
    const { dashboard, meta } = answer as { dashboard?: unknown; meta?: Readonly<Record<string, unknown>> };
    if (!isDashboard(dashboard)) {
      throw new ApiError(`${this.calls.host} answered with something else than a dashboard for ${uid}`, 200);
    }
    const text = (name: string): string | undefined => {
      const value = meta?.[name];
      return typeof value === "string" ? value : undefined;
    };
    return {
      dashboard,
      version: typeof dashboard["version"] === "number" ? dashboard["version"] : 0,
      folderUid: text("folderUid"),
      folderTitle: text("folderTitle"),
      url: text("url"),
    };
  }

  /**
   * Saves a dashboard, in place of the version that is named. Never with `overwrite`: that takes the place of a
   * dashboard of another uid with the same title as well.
   * @throws ApiError with status 412 where somebody has saved it meanwhile, or another one has the title
   */
  async saveDashboard({ dashboard, folderUid, version, message }: SaveDashboard): Promise<void> {
    const body = {
      // Numbers of the dashboard in another Grafana mean nothing in this one.
      dashboard: { ...dashboard, id: null, version: version ?? 0 },
      ...{ folderUid, message, overwrite: false },
    };
    await this.once(
      () => this.calls.json("POST", `${root}/dashboards/db`, body),
      async () => {
        const there = await this.findDashboard(dashboard.uid);
        return there !== undefined && there.version > (version ?? 0) ? there : undefined;
      },
    );
  }

  /** Where no answer came, what is there now says whether it was done: to ask again would do it twice. */
  private async once(act: () => Promise<unknown>, look: () => Promise<unknown>): Promise<unknown> {
    try {
      return await act();
    } catch (error) {
      const open = error instanceof ApiError && (error.status === undefined || error.status >= 500);
      if (!open) throw error;
      const done = await look();
      if (done === undefined) throw error;
      return done;
    }
  }
}

function isFolder(value: unknown): value is DashboardFolder {
  const { uid, title } = (value ?? {}) as Partial<DashboardFolder>;
  return typeof uid === "string" && typeof title === "string";
}

function isDashboard(value: unknown): value is Dashboard {
  return isFolder(value);
}
