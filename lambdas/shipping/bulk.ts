import type { RecordSlice } from "../reading/formats/record";
import { documentRoomBytes, type DocumentWriter } from "./document";

/**
 * Largest bulk, in uncompressed bytes. Logz.io's limit is 10 MB (10,485,760 bytes); whether that is counted
 * before or after gzip, and whether it is inclusive, is not documented, so a bulk stays under it uncompressed.
 */
export const bulkLimitBytes = 10_485_759;

/** Documents for one request. */
export class Bulk {
  readonly buffer: Buffer;
  length = 0;
  documents = 0;

  /** @param buffer must have room for one more document. @default memory of its own */
  constructor(
    readonly limitBytes = bulkLimitBytes,
    buffer?: Buffer,
  ) {
    this.buffer = buffer ?? Buffer.allocUnsafeSlow(limitBytes + documentRoomBytes);
  }

  /** Its newline-delimited JSON. */
  get body(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.documents = 0;
  }
}

/** Appends the record's document; false where the bulk is full without it, and was left as it was. */
export function append(bulk: Bulk, record: RecordSlice, writer: DocumentWriter): boolean {
  // Written first and looked at then: its length is not known before, and the buffer has room for one more.
  const end = writer.write(record, bulk.buffer, bulk.length);
  if (end > bulk.limitBytes) return false;
  bulk.length = end;
  bulk.documents++;
  return true;
}
