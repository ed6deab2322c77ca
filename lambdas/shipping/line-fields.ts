import { ARRAY_CLOSE, ARRAY_OPEN, COLON, DASH, QUOTE } from "../reading/characters";
import type { ColumnKind, LineLayout } from "../reading/logs/columns";
import { writeJsonText } from "../reading/json-text";
import { columnEnd, copyBytes, isSeparator } from "./line-bytes";
import { isNumber, writeNumber } from "./number-text";

/** The line has no columns of that layout. */
export const MISFIT = -1;

interface FieldWriter {
  readonly kind: ColumnKind;
  /** `,"name":`, and of an address `,"name_ip":` and `,"name_port":`; absent where the column is no field. */
  readonly member: Buffer | undefined;
  readonly portMember: Buffer | undefined;
}

/**
 * Writes the columns of a line of text as members of its document, behind those that are there. By the byte; what `-`
 * or nothing stands for is left out.
 */
export class LineFields {
  private readonly fields: readonly FieldWriter[];
  /** Where the column at hand starts and ends, without its quotes, and where the next one starts. */
  private from = 0;
  private to = 0;
  private next = 0;

  /** @param taken names of members that the document has already; a field of such a name is called `log_…` instead */
  constructor(
    private readonly layout: LineLayout,
    taken: readonly string[],
  ) {
    const names = new Set(["", ...taken]);
    const member = (name: string): Buffer | undefined => {
      let free = name;
      while (taken.includes(free)) free = `log_${free}`;
      // A column of the same name as one before it.
      if (names.has(free)) return undefined;
      names.add(free);
      return Buffer.from(`,${JSON.stringify(free)}:`);
    };
    this.fields = layout.columns.map(({ name, kind }) => {
      if (kind === "time") return { kind, member: undefined, portMember: undefined };
      if (kind !== "address") return { kind, member: member(name), portMember: undefined };
      return { kind, member: member(`${name}_ip`), portMember: member(`${name}_port`) };
    });
  }

  /** Writes the members at `at`; returns where they end, or {@link MISFIT} where the line does not fit the layout. */
  write(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
    const { fields, layout } = this;
    let out = at;
    this.next = start;
    for (let index = 0; index < fields.length; index++) {
      if (this.next > end) return index < layout.minimum ? MISFIT : out;
      const { kind, member, portMember } = fields[index];
      if (!this.takeColumn(source, end, kind)) return MISFIT;
      const { from, to } = this;
      const isLeftOut = from === to || (to === from + 1 && source[from] === DASH);
      if (isLeftOut || member === undefined) continue;
      if (kind === "number") {
        if (!isNumber(source, from, to)) return MISFIT;
        out = writeNumber(source, from, to, target, copyMember(member, target, out));
      } else if (kind === "address") {
        out = writeAddress(member, portMember, source, from, to, target, out);
      } else out = writeText(member, source, from, to, target, out);
    }
    return out;
  }

  /** Finds the column that starts at `next`; false where its closing quote is missing. */
  private takeColumn(source: Buffer, end: number, kind: ColumnKind): boolean {
    let i = this.next;
    const isQuoted = this.layout.quoted && i < end && source[i] === QUOTE;
    if (!isQuoted) {
      i = columnEnd(source, i, end);
      this.from = this.next;
      this.to = i;
      this.next = i + 1;
      return true;
    }
    // Quotes inside may stand as they are (S3): what closes the column is one before a separator, or at the end.
    for (i++; i < end; i++) {
      if (source[i] === QUOTE && (i + 1 >= end || isSeparator(source[i + 1]))) {
        const isList = kind === "list";
        this.from = isList ? this.next : this.next + 1;
        this.to = isList ? i + 1 : i;
        this.next = i + 2;
        return true;
      }
    }
    return false;
  }
}

function writeText(
  member: Buffer,
  source: Buffer,
  from: number,
  to: number,
  target: Buffer,
  at: number,
): number {
  let out = copyMember(member, target, at);
  target[out++] = QUOTE;
  out = writeJsonText(target, out, source, from, to);
  target[out] = QUOTE;
  return out + 1;
}

/** `192.0.2.1:443`, `[2001:db8::1]:443`, or an address alone. */
function writeAddress(
  ip: Buffer,
  port: Buffer | undefined,
  source: Buffer,
  from: number,
  to: number,
  target: Buffer,
  at: number,
): number {
  let colon = to - 1;
  while (colon > from && source[colon] !== COLON) colon--;
  const hasPort = colon > from && isNumber(source, colon + 1, to);
  const ipEnd = hasPort ? colon : to;
  const bracketed = source[from] === ARRAY_OPEN && source[ipEnd - 1] === ARRAY_CLOSE;
  const out = writeText(ip, source, bracketed ? from + 1 : from, bracketed ? ipEnd - 1 : ipEnd, target, at);
  return hasPort && port ? writeNumber(source, colon + 1, to, target, copyMember(port, target, out)) : out;
}

function copyMember(member: Buffer, target: Buffer, at: number): number {
  return copyBytes(member, 0, member.length, target, at);
}
