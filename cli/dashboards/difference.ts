import { isDeepStrictEqual } from "node:util";
import type { Dashboard } from "../logzio-api/grafana-api";

/**
 * Whether two dashboards are the same but for what Grafana numbers by itself: the dashboard, its version, its panels.
 * Source: the dashboard resource of Logz.io's Terraform provider, which leaves out the same.
 */
export function isSameDashboard(one: Dashboard, other: Dashboard): boolean {
  return isDeepStrictEqual(contentOf(one), contentOf(other));
}

function contentOf(dashboard: Dashboard): object {
  return { ...fieldsOf(dashboard, ["id", "version"]), panels: panelsOf(dashboard["panels"]) };
}

/** A row that is folded up holds panels of its own. */
function panelsOf(panels: unknown): unknown[] {
  if (!Array.isArray(panels)) return [];
  return panels.map((panel: unknown) => {
    if (typeof panel !== "object" || panel === null) return panel;
    const { panels: inRow } = panel as { readonly panels?: unknown };
    return { ...fieldsOf(panel, ["id"]), panels: panelsOf(inRow) };
  });
}

/** A field that is null says as much as one that is not there. */
function fieldsOf(value: object, without: readonly string[] = []): object {
  const fields = Object.entries(value).filter(
    ([name, field]) => field !== null && field !== undefined && !without.includes(name),
  );
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutEmpty(field)]));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  return typeof value === "object" && value !== null ? fieldsOf(value) : value;
}
