import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageDashboards, readDashboards } from "../../../cli/dashboards/files";
import { dashboards, dashboardText } from "../../../dashboards/files";
import { series } from "../../../dashboards/series";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

describe.each(Object.entries(dashboards))("the dashboard %s", (name, dashboard) => {
  const panels = dashboard.panels ?? [];
  const queries = panels.flatMap((panel) => ("targets" in panel ? (panel.targets ?? []) : []));
  const expressions = queries.map((query) => String(query["expr"]));

  it("is what its file holds", () => {
    const file = join(__dirname, "../../../dashboards", name);
    expect(readFileSync(file, "utf8")).toBe(dashboardText(dashboard));
  });

  it("has panels beside each other, within Grafana's 24 columns", () => {
    const boxes = panels.map(({ gridPos }) => gridPos as Box);
    expect(boxes.filter(({ x, w }) => x + w > 24)).toEqual([]);
    boxes.forEach((one, index) => {
      expect(boxes.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
    });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it("asks for nothing but its variables", () => {
    const declared = (dashboard.templating?.list ?? []).map((variable) => variable.name);
    const used = expressions.flatMap((expr) => [...expr.matchAll(/\$(\w+)/g)].map(([, word]) => word));
    const ofGrafana = ["__interval", "__range"];
    expect(declared.filter((variable) => variable !== "datasource").sort()).toEqual(
      [...new Set(used)].filter((word) => !ofGrafana.includes(word)).sort(),
    );
  });
});

test("the command that installs them takes them all", () => {
  const read = readDashboards(packageDashboards());
  expect(read.map(({ file }) => file)).toEqual(Object.keys(dashboards));
});

describe("the names of series", () => {
  it.each([
    ["AWS/S3", "AllRequests", "sum", "aws_s3_allrequests_sum"],
    ["AWS/S3", "4xxErrors", "count", "aws_s3_4xxerrors_count"],
    [
      "AWS/Firehose",
      "DeliveryToHttpEndpoint.Success",
      "max",
      "aws_firehose_deliverytohttpendpoint_success_max",
    ],
  ] as const)("are the receiver's: %s %s", (namespace, metric, statistic, name) => {
    expect(series(namespace, metric, statistic)).toBe(name);
  });
});
