import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../constructs/foundation/package-root";
import { messageOf } from "../../lambdas/runtime/errors";
import type { Dashboard } from "../logzio-api/grafana-api";
import { UsageError } from "../program/errors";

/** A dashboard that is to be installed. */
export interface DashboardFile {
  /** Without its folder. */
  readonly file: string;
  readonly dashboard: Dashboard;
}

/** Grafana's limit for a uid. Source: Grafana HTTP API, "Identifier (id) vs unique identifier (uid)". */
const uids = /^[A-Za-z0-9_-]{1,40}$/;

/** The dashboards of this package. */
export function packageDashboards(): string {
  return join(packageRoot(), "dashboards");
}

/** The dashboards in a folder, by the names of their files. @throws UsageError with all that is wrong with them */
export function readDashboards(folder: string): DashboardFile[] {
  const problems: string[] = [];
  const found = namesIn(folder).flatMap((file) => {
    try {
      return [{ file, dashboard: parse(readFileSync(join(folder, file), "utf8")) }];
    } catch (error) {
      problems.push(`${file} ${messageOf(error)}`);
      return [];
    }
  });
  found.forEach(({ file, dashboard: { uid, title } }, index) => {
    const before = found.slice(0, index);
    const same = before.find((one) => one.dashboard.uid === uid || one.dashboard.title === title);
    if (same !== undefined)
      problems.push(`${file} has the uid or the title of ${same.file}; give it one of its own`);
  });
  if (problems.length > 0)
    throw new UsageError(`${folder}:\n${problems.map((one) => `  ${one}`).join("\n")}`);
  return found;
}

function namesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be read (${messageOf(error)}); name the folder with the dashboards with --from`,
    );
  }
  if (names.length > 0) return names.sort();
  throw new UsageError(
    `${folder} has no dashboard in it; write one JSON file for each, as Grafana exports them`,
  );
}

function parse(text: string): Dashboard {
  let dashboard: Partial<Dashboard> | null;
  try {
    dashboard = JSON.parse(text) as typeof dashboard;
  } catch (error) {
    throw new Error(`is no JSON (${messageOf(error)})`);
  }
  const { uid, title, templating } = dashboard ?? {};
  if (typeof title !== "string" || title.trim() === "") throw new Error("has no title; write one");
  if (typeof uid !== "string" || !uids.test(uid)) {
    throw new Error(
      "has no uid by which it is found again; write one of up to 40 letters, digits, dashes and underscores",
    );
  }
  const variables = (templating as { list?: readonly { type?: unknown }[] } | undefined)?.list ?? [];
  if (!variables.some(({ type }) => type === "datasource")) {
    throw new Error(
      "has no variable of type datasource (templating.list), so it would look for its metrics where it was made; add one, and have the panels use it",
    );
  }
  return { ...dashboard, uid, title };
}
