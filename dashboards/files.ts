import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "@grafana/schema";
import { s3 } from "./s3";
import { shipper } from "./shipper";

/** The dashboards of the package, by the names of their files in this folder. */
export const dashboards: Readonly<Record<string, Dashboard>> = { "s3.json": s3, "shipper.json": shipper };

/** A dashboard as its file holds it. */
export function dashboardText(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

if (require.main === module) {
  for (const [name, dashboard] of Object.entries(dashboards))
    writeFileSync(join("dashboards", name), dashboardText(dashboard));
}
