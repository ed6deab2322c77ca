/**
 * Parts of a key that grow with time: from the first of them on, the keys of one writer are in the order of their
 * making. Account IDs have twelve digits, so that many are none.
 */
const growing = [
  // 2026, 2026-01, 202601, 2026-01-05, 20260105, and the last two with a time behind them.
  /^(19|20)\d\d(-?(0[1-9]|1[0-2])(-?(0[1-9]|[12]\d|3[01])([-_T.]?\d{2}.*)?)?)?$/,
  // 2026-1 and 2026-1-9.
  /^(19|20)\d\d-([1-9]|0[1-9]|1[0-2])(-([1-9]|0[1-9]|[12]\d|3[01]))?$/,
  // Hive's: year=2026, dt=2026-01-05, event_date=2026-01-05.
  /^(year|yyyy|date|dt|day|ds)=/i,
  /^(y|yr)=(19|20)\d\d$/i,
  /^[\w-]*(date|day|dt|ds|hour|time|month)[\w-]*=(19|20)\d\d-?(0[1-9]|1[0-2])/i,
  // Unix time in seconds or milliseconds, from 2001 to 2033. Where it is an ID, its folder is never over: see lastOver.
  /^1\d{9}(\d{3})?$/,
];

/** Of twelve digits one in 1,400 begins with a day, and one in 40,000 is a minute of these years. */
const twelveDigits = /^\d{12}$/;
const minute = /^20[0-3]\d{5}([01]\d|2[0-3])[0-5]\d$/;

export function isGrowing(part: string): boolean {
  if (twelveDigits.test(part) && !minute.test(part)) return false;
  return growing.some((pattern) => pattern.test(part));
}

/** What decides which stream a key belongs to. */
export interface StreamRules {
  /** Prefix of the source; every stream starts with it. */
  readonly sourcePrefix: string;
  /** Prefixes below which no further streams are told apart. */
  readonly undivided: ReadonlySet<string>;
  /** Streams that are known already. */
  readonly known: ReadonlySet<string>;
  /** Prefixes that have known streams below them. */
  readonly above: ReadonlySet<string>;
}

export function streamRules(
  sourcePrefix: string,
  streams: readonly string[],
  undivided: readonly string[],
): StreamRules {
  const above = new Set<string>();
  for (const stream of streams) {
    if (stream === sourcePrefix) continue;
    above.add(sourcePrefix);
    for (
      let slash = stream.indexOf("/", sourcePrefix.length);
      slash >= 0 && slash < stream.length - 1;
      slash = stream.indexOf("/", slash + 1)
    )
      above.add(stream.slice(0, slash + 1));
  }
  return { sourcePrefix, undivided: new Set(undivided), known: new Set(streams), above };
}

/**
 * The stream that a key belongs to, named by its prefix: the key's folders up to the first one that grows with time.
 * Every key belongs to exactly one.
 */
export function streamOf(key: string, rules: StreamRules): string {
  const { sourcePrefix, undivided, known } = rules;
  let stream = sourcePrefix;
  // A prefix may end inside a folder's name; what counts is the whole of it.
  let folderStart = sourcePrefix.lastIndexOf("/") + 1;
  for (;;) {
    const slash = key.indexOf("/", stream.length);
    if (slash < 0 || undivided.has(stream)) return stream;
    const below = key.slice(0, slash + 1);
    // What became a stream before its name was known to grow stays one: else its keys would be new.
    if (isGrowing(key.slice(folderStart, slash)) && !known.has(below)) return stream;
    stream = below;
    folderStart = slash + 1;
  }
}
