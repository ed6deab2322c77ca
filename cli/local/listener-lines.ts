/**
 * What the listener takes. Source: https://docs.logz.io/docs/shipping/Code/http: a body of at most 10 MB
 * (10,485,760 bytes), lines under 500,000 bytes.
 */
export const listenerLimits = { bodyBytes: 10_485_760, lineBytes: 500_000 } as const;

export type LineValidation = "full" | "cheap";

/** The four counts of a 400 answer, named as Logz.io names them. */
export interface LineCounts {
  readonly malformedLines: number;
  readonly successfulLines: number;
  readonly oversizedLines: number;
  readonly emptyLogLines: number;
}

export interface JudgedLines extends LineCounts {
  readonly lines: number;
  readonly documents: readonly string[];
}

export function countsOf(judged: LineCounts): LineCounts {
  const { malformedLines, successfulLines, oversizedLines, emptyLogLines } = judged;
  return { malformedLines, successfulLines, oversizedLines, emptyLogLines };
}

/** Judges each line of a body; the newline that ends the body starts no further line. */
export function judgeLines(body: Buffer, validation: LineValidation, keep: boolean): JudgedLines {
  const documents: string[] = [];
  const counts = { malformedLines: 0, successfulLines: 0, oversizedLines: 0, emptyLogLines: 0 };
  let lines = 0;
  let start = 0;
  do {
    const newline = body.indexOf(0x0a, start);
    const end = newline === -1 ? body.length : newline;
    lines += 1;
    if (end - start >= listenerLimits.lineBytes) {
      counts.oversizedLines += 1;
    } else if (isBlank(body, start, end)) {
      counts.emptyLogLines += 1;
    } else {
      const text = keep || validation === "full" ? body.toString("utf8", start, end) : "";
      if (validation === "full" ? isJsonObject(text) : isBraced(body, start, end)) {
        counts.successfulLines += 1;
        if (keep) documents.push(text);
      } else {
        counts.malformedLines += 1;
      }
    }
    start = end + 1;
  } while (start < body.length);
  return { ...counts, lines, documents };
}

/** The same lines, of which so many at the end are called malformed. */
export function withRefused(judged: JudgedLines, lines: number): JudgedLines {
  const refused = Math.min(lines, judged.successfulLines);
  return {
    ...judged,
    successfulLines: judged.successfulLines - refused,
    malformedLines: judged.malformedLines + refused,
    documents: judged.documents.slice(0, Math.max(0, judged.documents.length - refused)),
  };
}

function isBlank(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = body[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

function isBraced(body: Buffer, start: number, end: number): boolean {
  return body[start] === 0x7b && body[end - 1] === 0x7d;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
