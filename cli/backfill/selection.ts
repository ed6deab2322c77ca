import type { SourceSettings } from "../../lambdas/runtime/environment";
import type { BucketListing, ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import type { Job } from "./job";
import { placeOf } from "./job";
import type { TimeRange } from "./key-date";
import type { ObjectSettings } from "./source-settings";

/** An object that is to be shipped, and how. */
export interface Selected {
  readonly object: ListedObject;
  readonly source: SourceSettings;
}

/** Which objects of a bucket a backfill is about. */
export class Selection {
  constructor(
    private readonly listing: BucketListing,
    private readonly job: Job,
    private readonly range: TimeRange,
    private readonly settings: ObjectSettings,
  ) {}

  /** Pages of keys in byte order, each with the objects of it that are to be shipped. */
  async *pages(after: string | undefined): AsyncGenerator<SelectedPage, void> {
    let from = after;
    do {
      const page = await this.listing.keys(this.job.prefix, from);
      yield this.select(page.objects);
      from = page.continueAfter;
    } while (from !== undefined);
  }

  private select(listed: readonly ListedObject[]): SelectedPage {
    const selected: Selected[] = [];
    let undated = 0;
    for (const object of listed) {
      if (object.size === 0) continue;
      const source = this.settings.find(object.key);
      if (source === undefined) continue;
      const place = placeOf(object, this.job.by, this.range);
      if (place === "undated") undated++;
      else if (place === "in") selected.push({ object, source });
    }
    return { selected, keys: listed.length, undated, lastKey: listed.at(-1)?.key };
  }
}

export interface SelectedPage {
  readonly selected: readonly Selected[];
  readonly keys: number;
  /** Objects whose key names no date, where dates of keys are asked for. */
  readonly undated: number;
  readonly lastKey: string | undefined;
}
