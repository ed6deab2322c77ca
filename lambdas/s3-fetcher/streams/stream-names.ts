/**
 * Parts of a key that grow with time: from the first of them on, the keys of one writer are in the order of their
 * making. Account IDs have twelve digits, so that many are none.
 */
const growing = [
  // 2026, 2026-01, 202601, 2026-01-05, 20260105, and the last two with a time behind them.
  /^(19|20)\d\d(-?(0[1-9]|1[0-2])(-?(0[1-9]|[12]\d|3[01])([-_T.]?\d{2}.*)?)?)?$/,
  // Hive's: year=2026, dt=2026-01-05.
  /^(year|yyyy|date|dt|day|ds)=/i,
  // Unix time in seconds or milliseconds, from 2001 to 2033.
  /^1\d{9}(\d{3})?$/,
];

export function isGrowing(part: string): boolean {
  return growing.some((pattern) => pattern.test(part));
}

/** What decides which stream a key belongs to. */
export interface StreamRules {
  /** Prefix of the source; every stream starts with it. */
  readonly sourcePrefix: string;
  /** Prefixes below which no further streams are told apart, as they would be too many. */
  readonly undivided: ReadonlySet<string>;
  /** Streams that are known already; one below an undivided prefix stays what it is. */
  readonly known: ReadonlySet<string>;
}

/**
 * The stream that a key belongs to, named by its prefix: the key's folders up to the first one that grows with time.
 * Every key belongs to exactly one.
 */
export function streamOf(key: string, rules: StreamRules): string {
  const { sourcePrefix, undivided } = rules;
  let stream = sourcePrefix;
  // A prefix may end inside a folder's name; what counts is the whole of it.
  let folderStart = sourcePrefix.lastIndexOf("/") + 1;
  for (;;) {
    const slash = key.indexOf("/", stream.length);
    if (slash < 0) return stream;
    const child = key.slice(0, slash + 1);
    if (isGrowing(key.slice(folderStart, slash))) return stream;
    if (undivided.has(stream) && !leadsToKnown(child, rules.known)) return stream;
    stream = child;
    folderStart = slash + 1;
  }
}

function leadsToKnown(prefix: string, known: ReadonlySet<string>): boolean {
  if (known.has(prefix)) return true;
  for (const stream of known) if (stream.startsWith(prefix)) return true;
  return false;
}
