import type { Sources } from "../reading/sources";
import type { Checkpoint } from "./checkpoints/checkpoint";
import type { ListedObject } from "./listing/bucket-listing";
import { isOld } from "./start";
import type { StreamSettings } from "./stream-settings";

/** Which objects of a listing are to be shipped. */
export class WantedObjects {
  constructor(
    private readonly settings: StreamSettings,
    private readonly sources: Sources,
    private readonly checkpoint: Pick<Checkpoint, "firstLook">,
  ) {}

  /** See {@link isOld}. */
  isOld(object: ListedObject): boolean {
    return isOld(object, this.settings.start, this.checkpoint);
  }

  /** Neither empty, nor from before the start, nor left out by the source, nor another source's. */
  has(object: ListedObject): boolean {
    if (object.size === 0 || this.isOld(object)) return false;
    const { bucket, rules } = this.settings;
    const match = this.sources.find(bucket, object.key);
    return "source" in match && (match.source.prefix ?? "") === rules.sourcePrefix;
  }
}
