import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../program/errors";

/**
 * Puts new text into a file in one step: a reader, and whoever pulls the plug, finds the old text or the new one. The
 * file keeps its mode, and a symbolic link stays one.
 * @throws UsageError where the file has other text than `before` by now, or cannot be written
 */
export function replaceText(path: string, before: string, after: string): void {
  try {
    const file = realpathSync(path);
    const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
    try {
      writeDraft(draft, after, statSync(file).mode & 0o7777);
      if (readFileSync(file, "utf8") !== before) {
        throw new UsageError(
          `${path} was changed by somebody else meanwhile; nothing was written, run it again`,
        );
      }
      renameSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${path} cannot be written (${(error as Error).message}); nothing was changed, --print shows what to write`,
    );
  }
}

function writeDraft(path: string, text: string, mode: number): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
