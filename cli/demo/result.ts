/** What became of one object. */
export interface ObjectResult {
  readonly title: string;
  readonly bucket: string;
  readonly key: string;
  /** Bytes of the object as it lies in the bucket. */
  readonly bytes: number;
  /** `shipped`: the function has accounted for it; `no rule`: S3 tells nobody of it; `skipped`: nothing to ship. */
  readonly outcome: "shipped" | "skipped" | "no rule" | "failed";
  /** Logz.io type of its documents; undefined where there are none. */
  readonly type: string | undefined;
  /** As the function's own account says. */
  readonly records: number;
  readonly accepted: number;
  readonly filtered: number;
  readonly refused: number;
  readonly seconds: number;
  /** As counted at the listener. */
  readonly documents: number;
  readonly problems: readonly string[];
}

export interface DemoTotals {
  readonly objects: number;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
  readonly filtered: number;
  readonly refused: number;
  readonly documents: number;
  readonly invocations: number;
  /** Requests that the listener got. */
  readonly requests: number;
  /** Bytes of their bodies, compressed. */
  readonly wireBytes: number;
  readonly deadLetters: number;
  readonly seconds: number;
}

export interface DemoResult {
  readonly node: { readonly version: string; readonly deployedRuntime: boolean };
  readonly hook: {
    readonly runtime: string;
    readonly memoryMegabytes: number;
    readonly timeoutSeconds: number;
    readonly batchSize: number;
    readonly maxReceiveCount: number;
  };
  readonly objects: readonly ObjectResult[];
  readonly totals: DemoTotals;
  /** A few of the documents, as they arrived. */
  readonly documents: readonly string[];
}

type Sums = Pick<
  DemoTotals,
  "objects" | "bytes" | "records" | "accepted" | "filtered" | "refused" | "documents"
>;

/** The totals that are sums over the objects. */
export function sumUp(objects: readonly ObjectResult[]): Sums {
  const sum = (field: Exclude<keyof Sums, "objects">): number =>
    objects.reduce((total, object) => total + object[field], 0);
  return {
    objects: objects.length,
    bytes: sum("bytes"),
    records: sum("records"),
    accepted: sum("accepted"),
    filtered: sum("filtered"),
    refused: sum("refused"),
    documents: sum("documents"),
  };
}

/** Everything that is not as it should be; empty where the demo succeeded. */
export function problemsOf({ objects, totals }: DemoResult): string[] {
  const problems = objects.flatMap((object) => object.problems.map((problem) => `${object.key}: ${problem}`));
  if (totals.deadLetters > 0 && problems.length === 0) {
    problems.push(`${totals.deadLetters} messages of no object of this run are in the dead-letter queue`);
  }
  return problems;
}

/** One document of each of the first types, for a look at them. */
export function pickDocuments(documents: readonly string[]): string[] {
  const picked = new Map<string, string>();
  for (const document of documents) {
    const { type = "" } = JSON.parse(document) as { type?: string };
    if (!picked.has(type)) picked.set(type, document);
  }
  return [...picked.values()].slice(0, mostDocuments);
}

const mostDocuments = 4;
