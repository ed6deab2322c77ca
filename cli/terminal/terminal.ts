/** How the demo may write to its output. */
export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
  /** Whether a line may be overwritten: only on a real terminal. */
  readonly live: boolean;
}

interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** NO_COLOR: https://no-color.org. A pipe gets plain lines, as wide as a wide terminal. */
export function describeTerminal(
  output: OutputStream,
  variables: Readonly<Record<string, string | undefined>>,
): Terminal {
  const terminal = output.isTTY === true && variables["TERM"] !== "dumb";
  const quiet = (variables["NO_COLOR"] ?? "") !== "";
  return {
    columns: Math.max(40, output.columns ?? (terminal ? 80 : 120)),
    colour: terminal && !quiet,
    live: terminal && !quiet,
  };
}

export type Style = "bold" | "dim" | "green" | "red" | "cyan";
const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, green: 32, red: 31, cyan: 36 };

export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.colour ? `\x1b[${codes[style]}m${text}\x1b[0m` : text;
}

/** Characters that take two columns: East Asian wide ones and pictographs. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zeroWidth = /[\p{Mn}\p{Me}\u200b-\u200f\ufe0f]/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a reader takes for one character, each with the columns it takes. */
function charactersOf(text: string): { text: string; columns: number }[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({
    text: segment,
    columns: zeroWidth.test(segment) && segment.length === 1 ? 0 : wide.test(segment) ? 2 : 1,
  }));
}

export function widthOf(text: string): number {
  return charactersOf(text).reduce((sum, character) => sum + character.columns, 0);
}

/** Log files hold whatever their writers liked; a control character in one must not drive the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "·");
}

/** No text of this many columns has more code units; documents have up to 500,000 bytes, keys 1,024. */
function codeUnits(columns: number): number {
  return columns * 8;
}

/** Cuts at the end to so many columns. */
export function cutEnd(text: string, columns: number, mark = "…"): string {
  const start = text.slice(0, codeUnits(columns));
  if (start === text && widthOf(text) <= columns) return text;
  return `${take(charactersOf(start), columns - mark.length).join("")}${mark}`;
}

/** Cuts at the start to so many columns. */
export function cutStart(text: string, columns: number): string {
  const end = charactersOf(text.slice(-codeUnits(columns))).reverse();
  return `…${take(end, columns - 1)
    .reverse()
    .join("")}`;
}

/** Cuts in the middle, behind two thirds: AWS's keys name the service early, and their end tells the kind of file. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const head = cutEnd(text, Math.floor(((columns - 1) * 2) / 3), "");
  return head + cutStart(text, columns - widthOf(head));
}

/** The first characters, as many as fit. */
function take(characters: ReturnType<typeof charactersOf>, columns: number): string[] {
  let width = 0;
  const fitting = characters.findIndex((character) => (width += character.columns) > columns);
  return characters.slice(0, fitting === -1 ? undefined : fitting).map((character) => character.text);
}

/** Left-aligned in so many columns; `padStart` of a string would count code units. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** `1 object`, `2 objects`, `1,234 objects`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}
