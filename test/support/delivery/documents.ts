import { createHash } from "node:crypto";
import { bucket } from "../hook-bench";

/** The fields that the function adds to every document. */
const ownFields = new Set(["type", "s3_object_key", "aws_region", "record_id"]);

/** What a document says: the members that are not the function's own, in their order, as JSON. */
export type Said = string;

/** What the document of a JSON record says. */
export function saidByJson(json: string): Said {
  return saidBy(JSON.parse(json) as object);
}

/** What the document of a text says, all its parts together. */
export function saidByText(text: string): Said {
  return saidBy({ message: text });
}

function saidBy(document: object): Said {
  return JSON.stringify(Object.entries(document).filter(([name]) => !ownFields.has(name)));
}

/** A document as it arrived. */
export interface Arrived {
  readonly recordId: string;
  readonly line: string;
}

export function arrivedAs(line: string): Arrived {
  const { record_id: recordId } = JSON.parse(line) as { record_id: unknown };
  if (typeof recordId !== "string") throw new Error(`a document came without record_id: ${line}`);
  return { recordId, line };
}

/** What `record_id` begins with in the documents of a file. */
export function recordIdStart(key: string, version: string, file: number): string {
  const identity = [bucket, key, version, file].join("\0");
  return `${createHash("sha256").update(identity).digest("base64url").slice(0, 22)}-`;
}

/** Where its record lies in its file. */
export function offsetOf({ recordId }: Arrived): number {
  return Number(recordId.slice(recordId.lastIndexOf("-") + 1));
}

/** The documents in the order in which each came first. @throws where one comes again and is another */
export function withoutRepeats(documents: readonly Arrived[]): Arrived[] {
  const first = new Map<string, Arrived>();
  for (const document of documents) {
    const same = first.get(document.recordId);
    if (same === undefined) first.set(document.recordId, document);
    else if (same.line !== document.line)
      throw new Error(`one record_id, two documents:\n${same.line}\n${document.line}`);
  }
  return [...first.values()];
}

/**
 * What the documents say, the parts of a record put together.
 * @param broken whether the last record may be without its last parts
 * @throws where parts are missing or out of order
 */
export function saidTogether(documents: readonly Arrived[], broken = false): Said[] {
  const said: Said[] = [];
  let parts: string[] = [];
  for (const { line } of documents) {
    const { line_part: part, line_last: last, ...rest } = JSON.parse(line) as Record<string, unknown>;
    if (part === undefined) {
      if (parts.length > 0)
        throw new Error(`a record ends behind part ${parts.length}, which is not its last`);
      said.push(saidBy(rest));
      continue;
    }
    const message = String(rest["message"]);
    if (Buffer.byteLength(message) > longestMessageBytes)
      throw new Error("a part is longer than Logz.io indexes");
    parts.push(message);
    if (part !== parts.length)
      throw new Error(`part ${JSON.stringify(part)} comes where part ${parts.length} should`);
    if (last === true) {
      said.push(saidByText(parts.join("")));
      parts = [];
    }
  }
  if (parts.length > 0 && !broken) throw new Error(`the last record ends behind part ${parts.length}`);
  return said;
}

/** Logz.io indexes no more of a field. */
const longestMessageBytes = 32_700;
