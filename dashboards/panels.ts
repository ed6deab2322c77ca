import {
  FieldColorModeId,
  ThresholdsMode,
  type Dashboard,
  type Panel,
  type RowPanel,
  type ThresholdsConfig,
} from "@grafana/schema";

/** What one line of a panel shows. */
export interface Query {
  readonly expr: string;
  /** Grafana's legend, such as `{{bucketname}}`. */
  readonly legend?: string;
}

/** A panel before it has its place. */
export interface PanelSpec {
  readonly title: string;
  /** Shown at the panel's title: what the numbers are, and what they need. */
  readonly description?: string;
  readonly type: "timeseries" | "stat";
  /** A Grafana unit. Source: Grafana, packages/grafana-data/src/valueFormats/categories.ts. */
  readonly unit: "bytes" | "short" | "ms" | "s" | "percentunit";
  readonly queries: readonly Query[];
  /** Of 24 columns. @default 8 */
  readonly width?: number;
  /** Whether lines are summed up to areas. @default false */
  readonly stacked?: boolean;
  /** From which value on the panel is red; 0 is green. */
  readonly redFrom?: number;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

const columns = 24;
const defaultWidth = 8;
const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** Places rows and their panels below each other, from left to right, and numbers them. */
export function layOut(rows: readonly RowSpec[]): NonNullable<Dashboard["panels"]> {
  const placed: (Panel | RowPanel)[] = [];
  let top = 0;
  for (const row of rows) {
    placed.push({
      type: "row",
      id: placed.length + 1,
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: columns, x: 0, y: top++ },
      panels: [],
    });
    let left = 0;
    let height = 0;
    for (const spec of row.panels) {
      const width = spec.width ?? defaultWidth;
      if (left + width > columns) {
        top += height;
        left = height = 0;
      }
      const own = spec.type === "stat" ? 4 : 8;
      placed.push(panel(spec, placed.length + 1, { h: own, w: width, x: left, y: top }));
      left += width;
      height = Math.max(height, own);
    }
    top += height;
  }
  return placed;
}

function panel(spec: PanelSpec, id: number, gridPos: Panel["gridPos"]): Panel {
  const { title, description, type, unit, queries, redFrom, stacked } = spec;
  return {
    id,
    type,
    title,
    ...(description === undefined ? {} : { description }),
    datasource,
    gridPos,
    // Metric streams have a sample a minute.
    interval: "1m",
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat: legend ?? "__auto",
      ...(type === "timeseries" ? { range: true } : { instant: true }),
    })),
    options: optionsOf(type),
    fieldConfig: {
      defaults: {
        unit,
        ...(type === "timeseries" ? { custom: lines(stacked ?? false) } : {}),
        ...(redFrom === undefined
          ? {}
          : { thresholds: thresholds(redFrom), color: { mode: FieldColorModeId.Thresholds } }),
      },
      overrides: [],
    },
  };
}

function optionsOf(type: PanelSpec["type"]): Panel["options"] {
  if (type === "stat") {
    const reduceOptions = { calcs: ["lastNotNull"], fields: "", values: false };
    return { reduceOptions, graphMode: "none", textMode: "auto", colorMode: "value" };
  }
  return {
    legend: { displayMode: "table", placement: "bottom", showLegend: true, calcs: ["lastNotNull", "max"] },
    tooltip: { mode: "multi", sort: "desc" },
  };
}

function lines(stacked: boolean): Record<string, unknown> {
  return {
    drawStyle: "line",
    lineWidth: 1,
    fillOpacity: stacked ? 30 : 5,
    showPoints: "auto",
    spanNulls: 300_000,
    stacking: { mode: stacked ? "normal" : "none", group: "A" },
  };
}

function thresholds(redFrom: number): ThresholdsConfig {
  return {
    mode: ThresholdsMode.Absolute,
    steps: [
      { color: "green", value: null },
      { color: "red", value: redFrom },
    ],
  };
}

/** Lines over time. */
export function timeseries(
  title: string,
  unit: PanelSpec["unit"],
  queries: readonly Query[],
  more: Partial<PanelSpec> = {},
): PanelSpec {
  return { type: "timeseries", title, unit, queries, ...more };
}

/** One number. */
export function stat(
  title: string,
  unit: PanelSpec["unit"],
  expr: string,
  more: Partial<PanelSpec> = {},
): PanelSpec {
  return { type: "stat", title, unit, queries: [{ expr }], ...more };
}
