import { closeSync, fchmodSync, fsyncSync, openSync, writeFileSync } from "node:fs";

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
