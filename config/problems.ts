/** Something that is wrong with the configuration; the message is for the person who wrote the file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Keys and positions from the root of the file. */
export type Path = readonly (string | number)[];

/** A place in the file, and what is wrong there. */
export interface FileProblem {
  readonly path: Path;
  /** The value and what to write instead; continues the path as a sentence. */
  readonly text: string;
}

/** What is at a path, with references to anchors followed; undefined where nothing is. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    data,
  );
}

export function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/** Whether a token may stand at a place by mistake, so that messages must not repeat what is there. */
export function mayHoldToken([block, key]: Path): boolean {
  return block === "token" || (block === "metrics" && key === "token");
}

/** Two lists of problems, with one problem a place where the second repeats the first. */
export function joined(first: readonly FileProblem[], second: readonly FileProblem[]): FileProblem[] {
  return [...first, ...second.filter(({ path }) => !first.some((known) => samePath(known.path, path)))];
}
