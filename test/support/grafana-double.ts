import type { Dashboard, DashboardFolder } from "../../cli/logzio-api/grafana-api";

interface DoubleAnswer {
  readonly status: number;
  readonly body?: unknown;
}

interface GrafanaRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

interface Kept {
  dashboard: Dashboard;
  version: number;
  folderUid: string;
}

const folders = /^\/v1\/grafana\/api\/folders(?:\?limit=\d+)?$/;
const byUid = /^\/v1\/grafana\/api\/dashboards\/uid\/([^/]+)$/;
const save = "/v1/grafana/api/dashboards/db";

/**
 * Grafana's folders and dashboards, as far as the API for them is documented. It numbers dashboards and panels, takes a
 * saving only in place of the version that it names, and no second title in a folder.
 */
export class GrafanaDouble {
  readonly folders: DashboardFolder[] = [];
  readonly dashboards = new Map<string, Kept>();
  private nextId = 1;

  /** Undefined for a path that is not Grafana's. */
  answer({ method, path, body }: GrafanaRequest): DoubleAnswer | undefined {
    if (folders.test(path)) {
      return method === "GET"
        ? { status: 200, body: this.folders }
        : this.makeFolder(body as { title: string });
    }
    const uid = byUid.exec(path)?.[1];
    if (uid !== undefined && method === "GET") return this.show(decodeURIComponent(uid));
    return path === save && method === "POST" ? this.save(body as Saving) : undefined;
  }

  private makeFolder({ title }: { readonly title: string }): DoubleAnswer {
    if (this.folders.some((one) => one.title === title)) {
      return { status: 409, body: { message: "a folder with the same name already exists" } };
    }
    const folder = { uid: `folder-${this.nextId++}`, title };
    this.folders.push(folder);
    return { status: 200, body: folder };
  }

  private show(uid: string): DoubleAnswer {
    const kept = this.dashboards.get(uid);
    if (kept === undefined) return { status: 404, body: { message: "Dashboard not found" } };
    const { dashboard, version, folderUid } = kept;
    const folderTitle = this.folders.find((one) => one.uid === folderUid)?.title;
    return {
      status: 200,
      body: {
        dashboard: { ...dashboard, version },
        meta: { folderUid, folderTitle, url: `/grafana-app/d/${uid}/x` },
      },
    };
  }

  private save({ dashboard, folderUid, overwrite }: Saving): DoubleAnswer {
    if (!this.folders.some(({ uid }) => uid === folderUid)) {
      return { status: 400, body: { message: "folder not found" } };
    }
    const { uid, title, version } = dashboard;
    const known = this.dashboards.get(uid);
    const namesake = [...this.dashboards.values()].find(
      (one) => one.folderUid === folderUid && one.dashboard.title === title && one.dashboard.uid !== uid,
    );
    if (namesake !== undefined && !overwrite) {
      const message = "A dashboard with the same name in the folder already exists";
      return { status: 412, body: { status: "name-exists", message } };
    }
    if (known !== undefined && known.version !== version && !overwrite) {
      const message = "The dashboard has been changed by someone else";
      return { status: 412, body: { status: "version-mismatch", message } };
    }
    const panels = (dashboard["panels"] ?? []) as readonly object[];
    const kept = {
      dashboard: { ...dashboard, id: this.nextId++, panels: panels.map((panel, id) => ({ ...panel, id })) },
      version: (known?.version ?? 0) + 1,
      folderUid,
    };
    this.dashboards.set(uid, kept);
    return { status: 200, body: { uid, status: "success", version: kept.version } };
  }
}

interface Saving {
  readonly dashboard: Dashboard;
  readonly folderUid: string;
  readonly overwrite: boolean;
}
