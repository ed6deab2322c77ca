import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hookDashboard } from "../../constructs/logs/hook-dashboard";
import { drawWidget, text, type Box } from "./chart";

/** Pixels of the picture, of a column and of a row of CloudWatch's grid, and between widgets. */
const size = { width: 1200, margin: 16, column: 48.666, row: 38, gap: 10, header: 44 } as const;

/** The dashboard's own widgets, drawn from made-up measures. */
export function hookPicture(): string {
  const { widgets } = hookDashboard({
    functionName: "logzio-s3-hook",
    queueName: "logzio-s3-hook",
    deadLetterQueueName: "logzio-s3-hook-dlq",
    region: "eu-central-1",
  });
  const boxes = widgets.map(({ x, y, width, height }): Box => ({
    x: Math.round(size.margin + x * size.column),
    y: Math.round(size.header + y * size.row),
    width: Math.round(width * size.column - size.gap),
    height: Math.round(height * size.row - size.gap),
  }));
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + size.margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" role="img" aria-label="The hook's dashboard, with made-up measures: an outage of the listener of forty minutes">`,
    `<rect width="${size.width}" height="${height}" fill="#f4f6f8"/>`,
    text("logzio-s3-hook-eu-central-1", size.margin + 2, 28, { size: 16, color: "#1f2933", weight: 600 }),
    text("made-up measures of 12 hours", size.width - size.margin - size.gap, 28, { anchor: "end" }),
    ...widgets.map((widget, index) => drawWidget(widget, boxes[index])),
    "</svg>\n",
  ].join("\n");
}

if (require.main === module) writeFileSync(join("docs", "hook-dashboard.svg"), hookPicture());
