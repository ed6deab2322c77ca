import {
  DashboardCursorSync,
  VariableRefresh,
  VariableSort,
  type Dashboard,
  type VariableModel,
} from "@grafana/schema";
import { layOut, type RowSpec } from "./panels";

/** What a dashboard consists of. */
export interface DashboardSpec {
  /** Grafana finds the dashboard again by it: at most 40 characters, never changed. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The last so long: `now-6h`. */
  readonly from: string;
  readonly variables: readonly VariableModel[];
  readonly rows: readonly RowSpec[];
}

/** Grafana's JSON of a dashboard, as its API and its import take it. */
export function dashboard(spec: DashboardSpec): Dashboard {
  const { uid, title, description, tags, from, variables, rows } = spec;
  return {
    uid,
    title,
    description,
    tags: [...tags],
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    refresh: "",
    // Grafana brings dashboards of this version and later up to its own. Source: its dashboard schema's migrations.
    schemaVersion: 39,
    time: { from, to: "now" },
    timezone: "browser",
    templating: { list: [datasource, ...variables] },
    annotations: { list: [] },
    panels: layOut(rows),
  };
}

const datasource: VariableModel = {
  type: "datasource",
  name: "datasource",
  label: "Data source",
  query: "prometheus",
  refresh: VariableRefresh.onDashboardLoad,
  includeAll: false,
  multi: false,
};

/** A choice among the values of a label, several at a time; at first all of them. */
export function valuesOf(label: string, selector: string, title: string): VariableModel {
  return {
    ...choice(label, `label_values(${selector},${label})`, title),
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { text: ["All"], value: ["$__all"] },
  };
}

/** A choice of one of the names of labels that a metric has. */
export function namesOf(variable: string, metric: string, regex: string, title: string): VariableModel {
  return { ...choice(variable, `label_names(${metric})`, title), regex, multi: false, includeAll: false };
}

function choice(name: string, query: string, label: string): VariableModel {
  return {
    type: "query",
    name,
    label,
    datasource: { type: "prometheus", uid: "${datasource}" },
    query: { query, refId: name },
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.alphabeticalAsc,
  };
}
