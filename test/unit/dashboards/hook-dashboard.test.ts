import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DashboardBody, DashboardWidget } from "../../../constructs/logs/hook-dashboard";
import { hookPicture } from "../../../dashboards/picture/hook-picture";
import { Metrics, type MetricName } from "../../../lambdas/runtime/metrics";
import { hookTemplate, hookProblems, untyped } from "../constructs/stacks";

/** What the function itself measures, of which the rest of the namespace is made. */
const measured: readonly MetricName[] = [
  "RecordsAccepted",
  "RecordsFiltered",
  "RecordsRefused",
  "BytesIn",
  "Retries",
  "ObjectsFailed",
  "Continuations",
];

function dashboard(name?: string): { readonly title: unknown; readonly body: DashboardBody } {
  const made = hookTemplate({ dashboard: true, ...(name === undefined ? {} : { name }) });
  const { dashboard_name: title, dashboard_body: text } = made.only("aws_cloudwatch_dashboard");
  return { title, body: JSON.parse(String(text)) as DashboardBody };
}

const overlap = (one: DashboardWidget, other: DashboardWidget): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe("The dashboard of a hook", () => {
  it("is there where it is asked for, once a region under one name", () => {
    expect(dashboard("mine").title).toMatch(/^mine-\$\{data\.aws_region\.[\w-]+\.id\}$/);
    expect(hookTemplate().all("aws_cloudwatch_dashboard")).toEqual({});
    expect(hookProblems(untyped({ dashboard: "yes" }))).toEqual(['dashboard is "yes"; write true or false']);
  });

  it("shows records, what is left out of them, bytes, lag, retries, what is refused and the dead-letter queue of this hook", () => {
    const { widgets } = dashboard("mine").body;

    const all = widgets.flatMap(({ properties }) => properties.metrics);
    const names = (namespace: string): string[] => [
      ...new Set(all.filter(([of]) => of === namespace).map(([, metric]) => metric)),
    ];
    expect(names("LogzioS3").sort()).toEqual([...measured].sort());
    expect(names("AWS/SQS")).toContain("ApproximateAgeOfOldestMessage");
    expect(new Set(all.map(([, , dimension, value]) => `${dimension}=${value}`))).toEqual(
      new Set(["FunctionName=mine", "QueueName=mine", "QueueName=mine-dlq"]),
    );
  });

  it("asks for the metrics by the names and the dimension that the function prints them with", () => {
    const lines: string[] = [];
    const metrics = new Metrics({ FunctionName: "mine" }, (line) => lines.push(line));
    for (const name of measured) metrics.add(name);
    metrics.flush();

    const { _aws: envelope } = JSON.parse(lines[0]) as {
      _aws: {
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
      };
    };
    const [printed] = envelope.CloudWatchMetrics;
    expect(printed.Dimensions).toEqual([["FunctionName"]]);
    expect(printed.Namespace).toBe("LogzioS3");
    expect(printed.Metrics.map(({ Name }) => Name)).toEqual(measured);
  });

  it("lies on CloudWatch's grid of 24 columns, no widget on another", () => {
    const { widgets } = dashboard().body;

    for (const [index, widget] of widgets.entries()) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(index + 1)) expect(overlap(widget, other)).toBe(false);
    }
  });

  it("is the one in the docs, drawn from made-up measures (npm run dashboards)", () => {
    const drawn = hookPicture();

    expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
    expect(readFileSync(resolve("docs/hook-dashboard.svg"), "utf8")).toBe(drawn);
  });
});
