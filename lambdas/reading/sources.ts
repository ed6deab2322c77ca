import { EnvironmentError, type SourceSettings } from "../runtime/environment";
import { messageOf } from "../runtime/errors";

/** What a key's source says of it. */
export type SourceMatch =
  { readonly source: SourceSettings } | { readonly skipped: "no source" | "excluded by its source" };

interface CompiledSource {
  readonly source: SourceSettings;
  readonly prefix: string;
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
}

/** Finds the source of an object: the one of its bucket with the longest matching prefix. */
export class Sources {
  private readonly byBucket = new Map<string, CompiledSource[]>();

  /** @throws EnvironmentError for equal prefixes on one bucket, and for regexes that do not compile */
  constructor(settings: readonly SourceSettings[]) {
    for (const source of settings) {
      const compiled = {
        source,
        prefix: source.prefix ?? "",
        include: (source.include ?? []).map((pattern) => compile(source, pattern)),
        exclude: (source.exclude ?? []).map((pattern) => compile(source, pattern)),
      };
      const others = this.byBucket.get(source.bucket) ?? [];
      if (others.some(({ prefix }) => prefix === compiled.prefix)) {
        throw new EnvironmentError(
          `SOURCES has the prefix "${compiled.prefix}" of bucket "${source.bucket}" twice; make them one entry`,
        );
      }
      const sorted = [...others, compiled].sort((a, b) => b.prefix.length - a.prefix.length);
      this.byBucket.set(source.bucket, sorted);
    }
  }

  find(bucket: string, key: string): SourceMatch {
    const found = this.byBucket.get(bucket)?.find(({ prefix }) => key.startsWith(prefix));
    if (found === undefined) return { skipped: "no source" };
    const included = found.include.length === 0 || found.include.some((pattern) => pattern.test(key));
    if (!included || found.exclude.some((pattern) => pattern.test(key)))
      return { skipped: "excluded by its source" };
    return { source: found.source };
  }
}

function compile(source: SourceSettings, pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new EnvironmentError(
      `the regular expression "${pattern}" of bucket "${source.bucket}" does not compile (${messageOf(error)})`,
    );
  }
}

/** The fields that the parts of a key give; see {@link SourceSettings.pathToFields}. */
export function fieldsOfKey(template: string | undefined, key: string): Record<string, string> {
  if (template === undefined) return {};
  const parts = key.split("/");
  const names = template.split("/");
  return Object.fromEntries(
    names.flatMap((name, index) =>
      name === "-" || name === "" || index >= parts.length ? [] : [[name, parts[index]]],
    ),
  );
}
