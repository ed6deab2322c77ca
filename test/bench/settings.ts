import type { Corpus } from "../support/corpora";

/** What is measured with objects of each format. */
export interface CorporaSettings {
  /** Folder of the checkout. */
  readonly root: string;
  /** Decompressed, an object. */
  readonly megabytes: number;
  readonly turns: number;
  readonly formats: readonly Corpus[];
  readonly progress: (line: string) => void;
}
