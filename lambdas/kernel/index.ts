/**
 * The inner loops of shipping, as WebAssembly: they cut decompressed bytes into records and write the documents of those
 * that are ordinary straight into the bulk. ../shipping/lane.ts drives them and knows what to do about the others.
 * What they write, byte for byte, is what the JavaScript way writes.
 */
export { cursor, documents, headerLines, lines, output, recordEnd, recordLines } from "./progress";
export { placeInput, useRecordId } from "./record-id";
export { useComment, useText } from "./text-settings";
export { useJson } from "./json-settings";
export { useColumnTime } from "./times/record-time";
export { watch, watchNone } from "./watched-keys";
export { shipLines } from "./text-lines";
export { shipObjects } from "./json-records";

/** The first address that the module does not use itself. */
export function freeMemory(): usize {
  return __heap_base;
}
