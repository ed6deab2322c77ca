import type { Format } from "./format";
import { TextLines } from "./text-lines";

/** Anything else: a document a line. */
export const text: Format = {
  name: "text",
  matches: () => true,
  lane: "lines",
  open: (start) => new TextLines(start),
};
