import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file that is not there yet, whole and to the disk itself before it returns. */
export function writeFlushed(path: string, text: string, mode: number): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts one file in the place of another. A machine that stops behind this has the new one, where its disk can promise so. */
export function renameFlushed(from: string, to: string): void {
  renameSync(from, to);
  try {
    const folder = openSync(dirname(to), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows and some network file systems flush no folders, and not every folder that can be written can be read.
  }
}
