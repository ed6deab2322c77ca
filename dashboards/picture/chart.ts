import type { DashboardMetric, DashboardWidget } from "../../constructs/logs/hook-dashboard";
import { shown, valuesOf } from "./sample";

/** A place in the picture, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const ink = { title: "#1f2933", text: "#52606d", grid: "#e8ecf0", frame: "#d9dee4" } as const;
const margin = { top: 34, right: 16, bottom: 46, left: 46, rightOfSecondAxis: 34 } as const;

const round = (value: number): number => Math.round(value * 10) / 10;

/** A number as the picture writes it, such as 38k or 1.2M. */
function short(value: number): string {
  const steps = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const [size, letter] = steps.find(([least]) => value >= least) ?? [1, ""];
  const scaled = value / size;
  const digits = scaled >= 100 || Number.isInteger(scaled) ? 0 : 1;
  return `${scaled.toFixed(digits).replace(/\.0$/, "")}${letter}`;
}

export function text(
  content: string,
  x: number,
  y: number,
  options: {
    readonly size?: number;
    readonly color?: string;
    readonly anchor?: string;
    readonly weight?: number;
  } = {},
): string {
  const { size = 11, color = ink.text, anchor = "start", weight = 400 } = options;
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${escaped}</text>`;
}

/** A widget as CloudWatch would draw it. */
export function drawWidget(widget: DashboardWidget, box: Box): string {
  const { title, view } = widget.properties;
  const card =
    `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="6" fill="#ffffff" stroke="${ink.frame}"/>` +
    text(title, box.x + 14, box.y + 22, { size: 13, color: ink.title, weight: 600 });
  return card + (view === "singleValue" ? drawNumber(widget, box) : drawLines(widget, box));
}

function drawNumber({ properties }: DashboardWidget, box: Box): string {
  const [metric] = properties.metrics;
  const values = valuesOf(metric);
  const overAll = properties.setPeriodToTimeRange === true;
  const value = overAll ? values.reduce((sum, one) => sum + one, 0) : Math.round(values.at(-1) ?? 0);
  const { label, color } = metric[4];
  return (
    text(short(value), box.x + 14, box.y + box.height - 42, { size: 38, color: ink.title, weight: 600 }) +
    `<rect x="${box.x + 14}" y="${box.y + box.height - 24}" width="10" height="10" rx="2" fill="${color}"/>` +
    text(`${label}${overAll ? ", in 12 hours" : ""}`, box.x + 30, box.y + box.height - 15)
  );
}

interface Scale {
  readonly top: number;
  readonly step: number;
}

/** Ticks at 1, 2 or 5 of a power of ten, about four of them. */
function scaleFor(highest: number): Scale {
  if (highest <= 1) return { step: 1, top: 1 };
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return { step, top: Math.ceil(highest / step) * step };
}

function drawLines({ properties }: DashboardWidget, box: Box): string {
  const { metrics, stacked, yAxis } = properties;
  const isRight = ([, , , , { yAxis: axis }]: DashboardMetric): boolean => axis === "right";
  const hasRight = metrics.some(isRight);
  const plot: Box = {
    x: box.x + margin.left,
    y: box.y + margin.top + 14,
    width: box.width - margin.left - (hasRight ? margin.rightOfSecondAxis : margin.right),
    height: box.height - margin.top - margin.bottom - 14,
  };
  const series = stackedUp(metrics.map(valuesOf), stacked);
  const highest = (right: boolean): number =>
    Math.max(...series.flatMap((values, index) => (isRight(metrics[index]) === right ? values : [0])));
  const [left, right] = [scaleFor(highest(false)), scaleFor(highest(true))];
  const drawn = series
    .map((values, index) => {
      const metric = metrics[index];
      const below = stacked ? (series[index - 1] ?? values.map(() => 0)) : undefined;
      return drawSeries(values, below, metric, isRight(metric) ? right : left, plot);
    })
    .reverse();
  return [
    text(yAxis?.left.label ?? "", plot.x - 34, plot.y - 8, { size: 10 }),
    drawTicks(plot, left, "left"),
    hasRight ? drawTicks(plot, right, "right") : "",
    drawHours(plot),
    ...drawn,
    drawLegend(metrics, box),
  ].join("");
}

function stackedUp(series: readonly number[][], stacked: boolean): readonly number[][] {
  if (!stacked) return series;
  return series.map((values, index) =>
    values.map((_, at) => series.slice(0, index + 1).reduce((sum, below) => sum + below[at], 0)),
  );
}

/** @param below what a stacked series stands on, which is filled up to it */
function drawSeries(
  values: readonly number[],
  below: readonly number[] | undefined,
  [, , , , { color }]: DashboardMetric,
  { top }: Scale,
  { x, y, width, height }: Box,
): string {
  const pointsOf = (all: readonly number[]): string[] =>
    all.map(
      (value, index) =>
        `${round(x + (index / (all.length - 1)) * width)},${round(y + height - (value / top) * height)}`,
    );
  const points = pointsOf(values);
  const line = `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="1.6" stroke-linejoin="round"/>`;
  if (below === undefined) return line;
  const area = [...points, ...pointsOf(below).reverse()].join(" ");
  return `<polygon points="${area}" fill="${color}" fill-opacity="0.18"/>${line}`;
}

function drawTicks({ x, y, width, height }: Box, { top, step }: Scale, side: "left" | "right"): string {
  const count = Math.round(top / step);
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = y + height - (index / count) * height;
    const label =
      side === "left"
        ? text(short(index * step), x - 8, at + 4, { size: 10, anchor: "end" })
        : text(short(index * step), x + width + 8, at + 4, { size: 10 });
    const grid =
      side === "left"
        ? `<line x1="${x}" y1="${round(at)}" x2="${round(x + width)}" y2="${round(at)}" stroke="${ink.grid}"/>`
        : "";
    return grid + label;
  }).join("");
}

function drawHours({ x, y, width, height }: Box): string {
  const first = Number(shown.from.slice(0, 2));
  const hours = (shown.periods * shown.seconds) / 3600;
  return Array.from({ length: hours / 2 + 1 }, (_, index) => {
    const label = `${String((first + index * 2) % 24).padStart(2, "0")}:00`;
    return text(label, x + ((index * 2) / hours) * width, y + height + 16, { size: 10, anchor: "middle" });
  }).join("");
}

function drawLegend(metrics: readonly DashboardMetric[], box: Box): string {
  let x = box.x + 14;
  const y = box.y + box.height - 12;
  return metrics
    .map(([, , , , { label, color }]) => {
      const entry = `<rect x="${x}" y="${y - 9}" width="10" height="10" rx="2" fill="${color}"/>${text(label, x + 16, y)}`;
      x += 36 + label.length * 6;
      return entry;
    })
    .join("");
}
