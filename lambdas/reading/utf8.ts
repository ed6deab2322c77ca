import { isUtf8 } from "node:buffer";

/** The bytes themselves, or a copy in which whatever is no UTF-8 is U+FFFD: the listener refuses anything else. */
export function asUtf8(bytes: Buffer): Buffer {
  return isUtf8(bytes) ? bytes : Buffer.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
}
