import { EnvironmentError, type SourceSettings } from "../runtime/environment";
import { compilePattern, PatternError, type Pattern } from "../runtime/regular-expression";

/** What a key's source says of it. */
export type SourceMatch =
  { readonly source: SourceSettings } | { readonly skipped: "no source" | "excluded by its source" };

interface CompiledSource {
  readonly source: SourceSettings;
  readonly prefix: string;
  readonly suffix: string;
  readonly include: readonly Pattern[];
  readonly exclude: readonly Pattern[];
}

/** Whether a source's bucket, in which `*` stands for any text, is or fits the name of a bucket. */
export function isOfBucket(sourceBucket: string, bucket: string): boolean {
  if (!sourceBucket.includes("*")) return sourceBucket === bucket;
  const parts = sourceBucket.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(bucket);
}

/**
 * Finds the source of an object. Of those that fit, it is the one that names the bucket most closely: by its name, else
 * by the longest pattern; and of these, the one with the longest prefix.
 */
export class Sources {
  private readonly sources: readonly CompiledSource[];
  private readonly byBucket = new Map<string, readonly CompiledSource[]>();

  /** @throws EnvironmentError for equal prefixes on one bucket, and for patterns that cannot be used */
  constructor(settings: readonly SourceSettings[]) {
    const sources: CompiledSource[] = [];
    for (const source of settings) {
      const { prefix = "", suffix = "", include = [], exclude = [] } = source;
      if (sources.some((other) => other.source.bucket === source.bucket && other.prefix === prefix)) {
        throw new EnvironmentError(
          `SOURCES has the prefix "${prefix}" of bucket "${source.bucket}" twice; make them one entry`,
        );
      }
      sources.push({
        source,
        prefix,
        suffix,
        include: include.map((pattern) => compile(source, "include", pattern)),
        exclude: exclude.map((pattern) => compile(source, "exclude", pattern)),
      });
      // Those of records are used later; what is wrong with them is said before anything is read.
      const { keepRecords = [], dropRecords = [], multiline } = source;
      for (const pattern of keepRecords) compile(source, "keepRecords", pattern);
      for (const pattern of dropRecords) compile(source, "dropRecords", pattern);
      if (multiline !== undefined) compile(source, "multiline", multiline);
    }
    this.sources = sources.sort(
      (a, b) => closeness(b.source) - closeness(a.source) || b.prefix.length - a.prefix.length,
    );
  }

  find(bucket: string, key: string): SourceMatch {
    const candidates = this.ofBucket(bucket).filter(({ prefix }) => key.startsWith(prefix));
    const found = candidates.find(({ suffix }) => key.endsWith(suffix));
    if (found === undefined)
      return { skipped: candidates.length === 0 ? "no source" : "excluded by its source" };
    const included = found.include.length === 0 || found.include.some((pattern) => pattern.test(key));
    if (!included || found.exclude.some((pattern) => pattern.test(key)))
      return { skipped: "excluded by its source" };
    return { source: found.source };
  }

  private ofBucket(bucket: string): readonly CompiledSource[] {
    const known = this.byBucket.get(bucket);
    if (known !== undefined) return known;
    const found = this.sources.filter(({ source }) => isOfBucket(source.bucket, bucket));
    this.byBucket.set(bucket, found);
    return found;
  }
}

/** How closely a source names its bucket: names before patterns, and of these the ones with more text first. */
function closeness({ bucket }: SourceSettings): number {
  return bucket.includes("*") ? bucket.replaceAll("*", "").length : Number.MAX_SAFE_INTEGER;
}

function compile(source: SourceSettings, setting: keyof SourceSettings, pattern: string): Pattern {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new EnvironmentError(`a pattern in ${setting} of bucket "${source.bucket}" ${error.message}`);
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
