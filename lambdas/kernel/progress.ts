/** How far a run came: what the caller reads once it has stopped. All places are addresses in the memory. */

/** The first byte that belongs to no record so far: where the next run starts. */
export let cursor: usize = 0;
/** Lines up to the cursor. */
export let lines: u32 = 0;
/** Behind the last record that was written; 0 where none was. */
export let recordEnd: usize = 0;
/** Lines up to the end of the last record. */
export let recordLines: u32 = 0;
/** Behind the last document. */
export let output: usize = 0;
export let documents: u32 = 0;
/** Lines that were headers or comments. */
export let headerLines: u32 = 0;

export function begin(from: usize, target: usize): void {
  cursor = from;
  lines = 0;
  recordEnd = 0;
  recordLines = 0;
  output = target;
  documents = 0;
  headerLines = 0;
}

/** A record was written: the next one starts at `next`, and its document at `target`. */
export function wrote(next: usize, linesThere: u32, target: usize): void {
  cursor = next;
  lines = linesThere;
  recordEnd = next;
  recordLines = linesThere;
  output = target;
  documents++;
}

/** Bytes between records were passed. */
export function passed(next: usize, linesThere: u32): void {
  cursor = next;
  lines = linesThere;
}

/** A header or a comment was passed. */
export function passedComment(next: usize, linesThere: u32): void {
  passed(next, linesThere);
  headerLines++;
}
