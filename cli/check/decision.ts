import type { Analysis } from "./analysis";
import type { Coverage } from "./survey";

/** What a decision is made by. */
export interface Looked {
  readonly analysis: Analysis;
  readonly coverage: Coverage;
  /** Region of the bucket. Undefined where AWS would not say. */
  readonly region: string | undefined;
}

/**
 * `fetcher`: in order, as far as was looked. `split`: each of some prefixes is, with a configuration each. `hook`:
 * objects would be missed. `unknown`: too little to tell.
 */
export type VerdictKind = "fetcher" | "split" | "hook" | "unknown";

export interface Decision {
  readonly kind: VerdictKind;
  /** What it rests on, a sentence each. */
  readonly reasons: readonly string[];
  /** What to configure: one prefix, or those of a split. */
  readonly prefixes: readonly string[];
}
