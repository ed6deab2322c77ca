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

export interface Problem {
  /** Key of the object; undefined where it is about none. */
  readonly key: string | undefined;
  readonly text: string;
}

/** Everything that is not as it should be; empty where the demo succeeded. */
export function problemsOf({ objects, totals }: DemoResult): Problem[] {
  const problems: Problem[] = objects.flatMap(({ key, problems: texts }) =>
    texts.map((text) => ({ key, text })),
  );
  if (totals.deadLetters > 0 && problems.length === 0) {
    const text = `${totals.deadLetters} in the dead-letter queue, of no object of this run`;
    return [{ key: undefined, text }];
  }
  return problems;
}
