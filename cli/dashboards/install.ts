import { apiOptionsFor, findConfigFile } from "../config-file/config-file";
import { ApiError, ApiTokenRefused } from "../logzio-api/errors";
import type { GrafanaApi, StoredDashboard } from "../logzio-api/grafana-api";
import { grafanaApi } from "../logzio-api/settings";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import type { ApiOptions, ConfigOptions, OutputOptions } from "../program/options";
import { packageVersion } from "../program/version";
import { count, printable } from "../terminal/terminal";
import { isSameDashboard } from "./difference";
import { packageDashboards, readDashboards, type DashboardFile } from "./files";

export interface InstallOptions extends ApiOptions, ConfigOptions, OutputOptions {
  /** Title of the folder that they go into. */
  readonly folder?: string;
  /** Folder of this machine. */
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Where new dashboards go. */
export const defaultFolder = "AWS (logzio-s3)";
/** Folders that nobody can save to. Source: Logz.io's Terraform provider, logzio_grafana_dashboard. */
const reserved = ["General", "Logz.io Dashboards"];

/** What is to be done with a dashboard. */
interface Step extends DashboardFile {
  readonly outcome: "created" | "updated" | "unchanged";
  readonly there: StoredDashboard | undefined;
}

/** What became of it, for the result. */
interface Installed {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly outcome: Step["outcome"] | "failed";
  /** Of the folder that it is in. */
  readonly folder: string;
  readonly url: string | null;
  readonly reason: string | null;
}

/** Puts the dashboards into Logz.io's Grafana: new ones into a folder, known ones where they are. */
export async function install(options: InstallOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const folder = checkedTitle(options.folder ?? defaultFolder);
  const files = readDashboards(options.from ?? packageDashboards());
  const api = grafanaApi(apiOptionsFor(options, findConfigFile(options, context)), context);
  output.progress("asking Logz.io which dashboards are there");
  const steps: Step[] = [];
  for (const file of files) steps.push(await stepFor(file, options.folder, api));
  const dryRun = options.dryRun === true;
  if (!dryRun && options.yes !== true && !(await mayReplace(steps, context))) {
    output.line("Nothing was changed.");
    return exitCodes.negative;
  }
  const installation = new Installation(api, folder, options.folder !== undefined, context);
  for (const step of steps) await installation.take(step, dryRun);
  return installation.finish(dryRun);
}

function checkedTitle(title: string): string {
  if (title.trim() !== "" && !/[/\\]/.test(title) && !reserved.includes(title)) return title;
  throw new UsageError(
    `--folder is "${title}"; write the title of a folder, without / and \\, and not ${reserved.join(" or ")}, which cannot be saved to`,
  );
}

async function stepFor(file: DashboardFile, wanted: string | undefined, api: GrafanaApi): Promise<Step> {
  const there = await api.findDashboard(file.dashboard.uid);
  if (there === undefined) return { ...file, there, outcome: "created" };
  const stays = wanted === undefined || there.folderTitle === wanted;
  const same = stays && isSameDashboard(there.dashboard, file.dashboard);
  return { ...file, there, outcome: same ? "unchanged" : "updated" };
}

/** What stands in Grafana may be an older version, or hold somebody's changes: nobody can tell. */
async function mayReplace(steps: readonly Step[], context: CommandContext): Promise<boolean> {
  const replaced = steps.filter(({ outcome }) => outcome === "updated");
  if (replaced.length === 0) return true;
  const titles = replaced.map(({ dashboard }) => `\n  ${printable(dashboard.title)}`).join("");
  return context.confirm(
    `${count(replaced.length, "dashboard")} in Grafana ${replaced.length === 1 ? "differs" : "differ"}, also where someone changed ` +
      `it there:${titles}\nThe version history of each keeps what is there now. Replace?`,
  );
}

class Installation {
  private readonly installed: Installed[] = [];
  private folderUid: string | undefined;

  constructor(
    private readonly api: GrafanaApi,
    private readonly folder: string,
    /** Whether dashboards that are elsewhere go into the folder. */
    private readonly moves: boolean,
    private readonly context: CommandContext,
  ) {}

  async take(step: Step, dryRun: boolean): Promise<void> {
    const { output } = this.context;
    const { there, outcome, file } = step;
    const { uid, title } = step.dashboard;
    const folder = there === undefined || this.moves ? this.folder : (there.folderTitle ?? this.folder);
    let made: Pick<Installed, "outcome" | "url" | "reason"> = {
      outcome,
      url: there?.url ?? null,
      reason: null,
    };
    try {
      if (!dryRun && outcome !== "unchanged") {
        output.progress(`saving ${title}`);
        made = { ...made, url: (await this.save(step))?.url ?? null };
      }
    } catch (error) {
      // One dashboard's trouble is not the others', unless nothing will work.
      if (!(error instanceof ApiError) || error instanceof ApiTokenRefused) throw error;
      made = { outcome: "failed", url: there?.url ?? null, reason: explained(error, title) };
    }
    this.installed.push({ file, uid, title, folder, ...made });
    const words = dryRun && outcome !== "unchanged" ? `would be ${outcome}` : made.outcome;
    const style = made.outcome === "failed" ? "red" : "green";
    const reason = made.reason === null ? "" : `: ${printable(made.reason)}`;
    output.line(`${output.paint(style, words)}  ${printable(title)} (${printable(folder)})${reason}`);
  }

  finish(dryRun: boolean): ExitCode {
    const { installed } = this;
    this.context.output.result({ dryRun, dashboards: installed });
    return installed.some(({ outcome }) => outcome === "failed") ? exitCodes.negative : exitCodes.success;
  }

  private async save({ dashboard, there }: Step): Promise<StoredDashboard | undefined> {
    const { api, moves } = this;
    const stays = there !== undefined && !moves ? there.folderUid : undefined;
    const folderUid = stays ?? (await this.findOrMakeFolder());
    const message = `logzio-s3 ${packageVersion()}`;
    await api.saveDashboard({ dashboard, folderUid, version: there?.version, message });
    return api.findDashboard(dashboard.uid);
  }

  private async findOrMakeFolder(): Promise<string> {
    const { api, folder } = this;
    this.folderUid ??= ((await api.findFolder(folder)) ?? (await api.createFolder(folder))).uid;
    return this.folderUid;
  }
}

function explained(error: ApiError, title: string): string {
  if (error.status !== 412) return error.message;
  return (
    `${error.message}. Somebody saved it meanwhile, or another dashboard in the folder is called "${title}": look at it, ` +
    "rename or delete that one, and run this again"
  );
}
