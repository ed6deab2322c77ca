import { NEWLINE, COMMA, OBJECT_OPEN, OBJECT_CLOSE, QUOTE } from "../reading/characters";
import type { KeyHit, WatchedKey } from "../reading/formats/key-hits";
import { longestTextBytes } from "../reading/formats/long-record";
import type { RecordSlice, SplitterState } from "../reading/formats/record";
import type { ColumnTime, LogTime } from "../reading/log-time";
import type { LineLayout } from "../reading/logs/columns";
import { DeliveryError } from "../runtime/errors";
import { longestEscape, writeCompactJson, writeJsonText } from "../reading/json-text";
import { LineFields, MISFIT } from "./line-fields";
import { copyBytes } from "./line-bytes";
import { longestTimeBytes, writeColumnTime, writeValueTime } from "./record-time";

/**
 * Longest document, in bytes. Logz.io refuses lines over 500,000 bytes; whether 500,000 itself is allowed is not
 * documented, so it is not tried.
 */
export const longestDocumentBytes = 499_999;

/** The most that a document's fixed parts may take. Keys are at most 1,024 bytes, so only `fields` can be longer. */
const longestFieldsBytes = 100_000;

/** The most that the names of parsed fields take: as many as a header of 4 KB can hold, with their quotes. */
const longestNamesBytes = 16_384;

/** Room that one document needs in a buffer before it is known how long it becomes. */
export const documentRoomBytes = Math.max(
  longestDocumentBytes,
  2 * longestTextBytes * longestEscape + longestFieldsBytes + longestNamesBytes + 256,
);

/** What we say of a line ourselves; it stands, whatever else a source or a log calls so. */
const namesOfLines = ["message", "line_part", "line_last"];

/** What stands before the text of a line. */
export const messageStart = Buffer.from('{"message":"');
const timestampStart = Buffer.from('"@timestamp":');
/** The name of a record's own type, as that of a line's column; see `LineFields`. */
const ownTypeName = "log_type";
const ownTypeStart = Buffer.from(`"${ownTypeName}":`);
/** Longest type that is kept, in bytes with its quotes: it stands in a document beside the whole record. */
const longestOwnTypeBytes = 200;

export interface DocumentSettings {
  /** The fields that every document gets, in their order. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where the records hold their time, which is repeated as `@timestamp`. */
  readonly time?: LogTime | undefined;
  /** Whether a record's own `type`, a text, is kept as `log_type` where ours replaces it. @default it is not kept */
  readonly ownType?: boolean | undefined;
  /** The columns of lines, which become fields beside the line itself. @default none: the line alone */
  readonly layout?: LineLayout | undefined;
  /** What `record_id` begins with; absent where there is to be none. */
  readonly recordIdPrefix?: string | undefined;
  /** Where the file is gone on with. @default its beginning */
  readonly state?: SplitterState | undefined;
}

/**
 * Writes records as documents, one a line. Our fields are rendered once per file and copied; a JSON record's own
 * bytes are copied as they are, so its numbers keep their digits.
 */
export class DocumentWriter {
  /** The keys that a scanner must look for in JSON records. */
  readonly watched: readonly WatchedKey[];
  /** Longest JSON record whose document still is within {@link longestDocumentBytes}. */
  readonly longestRecordBytes: number;

  /** Lines that did not fit their layout, and so have no fields of their own. */
  unparsed = 0;

  /** Our members, each with its comma: before it behind the text of a line, behind it before a JSON record's own. */
  readonly textMembers: Buffer;
  readonly jsonMembers: Buffer;
  /** `record_id` up to the offset. */
  readonly recordIdStart: Buffer | undefined;
  readonly columnTime: ColumnTime | undefined;
  readonly lineFields: LineFields | undefined;
  readonly keepsType: boolean;
  /** The time of the line at hand: the parts of a long one have it as well, though only the first holds it. */
  private readonly lineTime = Buffer.alloc(longestTimeBytes);
  private lineTimeBytes = 0;
  /** Offset of the last line that was counted in {@link unparsed}: a line is written twice where a bulk was full. */
  private lastUnparsed = -1;

  constructor({ fields, time, ownType, layout, recordIdPrefix, state }: DocumentSettings) {
    const members = Object.entries(fields)
      .filter(([name]) => name !== "record_id" || recordIdPrefix === undefined)
      .map(([name, value]) => ({ name, json: `${JSON.stringify(name)}:${JSON.stringify(value)}` }));
    const ofText = members.filter(({ name }) => !namesOfLines.includes(name));
    this.textMembers = Buffer.from(`"${ofText.map(({ json }) => `,${json}`).join("")}`);
    this.jsonMembers = Buffer.from(members.map(({ json }) => `${json},`).join(""));
    if (this.jsonMembers.length > longestFieldsBytes) {
      throw new DeliveryError(
        `the fields of a document take ${this.jsonMembers.length} bytes; write at most ${longestFieldsBytes}`,
      );
    }
    const names = members.map(({ name }) => name);
    if (recordIdPrefix !== undefined) {
      names.push("record_id");
      this.recordIdStart = Buffer.from(`"record_id":${JSON.stringify(recordIdPrefix).slice(0, -1)}-`);
    }
    if (layout) this.lineFields = new LineFields(layout, [...namesOfLines, ...names]);
    const wanted = names.includes("@timestamp") ? undefined : time;
    if (wanted !== undefined && wanted.kind !== "field") this.columnTime = wanted;
    this.keepsType = ownType === true && names.includes("type") && !names.includes(ownTypeName);
    const ofField = wanted?.kind === "field" && !names.includes(wanted.name);
    const times = ofField ? [wanted.name, "@timestamp"] : [];
    this.watched = [
      ...names.map((name) => ({ name, replaced: true })),
      ...times.map((name) => ({ name, replaced: false })),
      ...(this.keepsType ? [{ name: ownTypeName, replaced: false }] : []),
    ];
    const ownTypeBytes = this.keepsType ? ownTypeStart.length + longestOwnTypeBytes + 1 : 0;
    this.longestRecordBytes = longestDocumentBytes - this.jsonMembers.length - ownTypeBytes - 256;
    const ofLine = state?.time === undefined ? "" : JSON.stringify(state.time);
    if (Buffer.byteLength(ofLine) <= longestTimeBytes) this.lineTimeBytes = this.lineTime.write(ofLine);
  }

  /** The state behind a record that was written, for a run that goes on there. */
  stateBehind({ last, nextState }: RecordSlice): SplitterState | undefined {
    if (last || this.lineTimeBytes === 0) return nextState;
    return { ...nextState, time: this.lineTime.toString("latin1", 1, this.lineTimeBytes - 1) };
  }

  /** Writes the record's document at `at`; returns where it ends. `target` must have {@link documentRoomBytes}. */
  write(record: RecordSlice, target: Buffer, at: number): number {
    const out =
      record.kind === "json" ? this.writeJson(record, target, at) : this.writeText(record, target, at);
    target[out] = NEWLINE;
    return out + 1;
  }

  private writeText(record: RecordSlice, target: Buffer, at: number): number {
    let out = at + messageStart.copy(target, at);
    out = writeJsonText(target, out, record.buffer, record.start, record.end);
    out += this.textMembers.copy(target, out);
    if (this.columnTime) out = this.writeLineTime(this.columnTime, record, target, out);
    if (record.part > 0) {
      out += target.write(
        `,"line_part":${record.part}${record.last ? ',"line_last":true' : ""}`,
        out,
        "latin1",
      );
    }
    if (this.recordIdStart) {
      target[out++] = COMMA;
      out = this.writeRecordId(this.recordIdStart, record, target, out);
    }
    if (this.lineFields) out = this.writeFields(this.lineFields, record, target, at, out);
    target[out] = OBJECT_CLOSE;
    return out + 1;
  }

  /** The fields of a whole line, unless it does not fit them or its document would become too long. */
  private writeFields(
    fields: LineFields,
    record: RecordSlice,
    target: Buffer,
    start: number,
    at: number,
  ): number {
    if (record.part === 0) {
      const out = fields.write(record.buffer, record.start, record.end, target, at);
      if (out !== MISFIT && out - start < longestDocumentBytes - 2) return out;
    }
    if (record.part <= 1 && record.offset !== this.lastUnparsed) {
      this.lastUnparsed = record.offset;
      this.unparsed++;
    }
    return at;
  }

  private writeJson(record: RecordSlice, target: Buffer, at: number): number {
    let out = at;
    target[out++] = OBJECT_OPEN;
    out = this.writeTimestamp(record, target, out);
    if (this.keepsType) out = writeOwnType(record, target, out);
    out += this.jsonMembers.copy(target, out);
    if (this.recordIdStart) {
      out = this.writeRecordId(this.recordIdStart, record, target, out);
      target[out++] = COMMA;
    }
    if (record.empty && out > at + 1) out--;
    let from = record.start + 1;
    for (let index = 0; index < record.hits.length; index++) {
      const hit = record.hits.at(index);
      if (!hit.key.replaced) continue;
      out = copyJson(record, target, out, from, hit.cutStart);
      from = hit.cutEnd;
    }
    return copyJson(record, target, out, from, record.end);
  }

  /** Repeats the record's own time as `@timestamp`, unless it has one of that name. */
  private writeTimestamp(record: RecordSlice, target: Buffer, at: number): number {
    if (record.hits.length === 0) return at;
    let time: KeyHit | undefined;
    for (let index = 0; index < record.hits.length; index++) {
      const hit = record.hits.at(index);
      if (hit.key.name === "@timestamp") return at;
      if (!hit.key.replaced && hit.key.name !== ownTypeName) time ??= hit;
    }
    if (time === undefined) return at;
    const from = at + timestampStart.length;
    const out = writeValueTime(record.buffer, time.valueStart, time.valueEnd, target, from);
    if (out === from) return at;
    timestampStart.copy(target, at);
    target[out] = COMMA;
    return out + 1;
  }

  private writeLineTime(time: ColumnTime, record: RecordSlice, target: Buffer, at: number): number {
    const { lineTime } = this;
    if (record.part <= 1)
      this.lineTimeBytes = writeColumnTime(time, record.buffer, record.start, record.end, lineTime, 0);
    if (this.lineTimeBytes === 0) return at;
    target[at] = COMMA;
    const out = at + 1 + timestampStart.copy(target, at + 1);
    return copyBytes(lineTime, 0, this.lineTimeBytes, target, out);
  }

  private writeRecordId(start: Buffer, record: RecordSlice, target: Buffer, at: number): number {
    const out = at + start.copy(target, at);
    return out + target.write(`${record.offset}"`, out, "latin1");
  }
}

/** Keeps the type that ours replaces, unless the record has a field of that name. */
function writeOwnType(record: RecordSlice, target: Buffer, at: number): number {
  let type: KeyHit | undefined;
  for (let index = 0; index < record.hits.length; index++) {
    const hit = record.hits.at(index);
    if (hit.key.name === ownTypeName) return at;
    if (hit.key.name === "type") type ??= hit;
  }
  if (type === undefined || record.buffer[type.valueStart] !== QUOTE) return at;
  if (type.valueEnd - type.valueStart > longestOwnTypeBytes) return at;
  const out = at + ownTypeStart.copy(target, at);
  target[out + record.buffer.copy(target, out, type.valueStart, type.valueEnd)] = COMMA;
  return out + type.valueEnd - type.valueStart + 1;
}

function copyJson(record: RecordSlice, target: Buffer, at: number, start: number, end: number): number {
  if (record.multiline) return writeCompactJson(target, at, record.buffer, start, end);
  return at + record.buffer.copy(target, at, start, end);
}
