import { randomBytes } from "node:crypto";
import { accessSync, constants, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../program/errors";
import { renameFlushed, writeFlushed } from "../program/flushed-file";

/**
 * Puts new text into a file in one step: a reader, and whoever pulls the plug, finds the old text or the new one. The
 * file keeps its mode, and a symbolic link stays one.
 * @throws UsageError where the file has other text than `before` by now, or cannot be written
 */
export function replaceText(path: string, before: string, after: string): void {
  try {
    const file = realpathSync(path);
    // To put another file in its place, the folder's permissions would do.
    accessSync(file, constants.W_OK);
    const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
    try {
      writeFlushed(draft, after, statSync(file).mode & 0o7777);
      if (readFileSync(file, "utf8") !== before) {
        throw new UsageError(
          `${path} was changed by somebody else meanwhile; nothing was written, run it again`,
        );
      }
      renameFlushed(draft, file);
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
