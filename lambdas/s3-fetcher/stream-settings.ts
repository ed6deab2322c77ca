import type { Sources } from "../reading/sources";
import type { WriterSettings } from "./checkpoints/checkpoint-writer";
import type { Lookback } from "./checkpoints/stored-progress";
import type { FullLooks } from "./full-looks";
import type { Settling } from "./left-objects";
import type { ObjectServices, ObjectSettings } from "./object-shipping";
import type { SourceStart } from "./start";
import type { StreamRules } from "./streams/stream-names";
import type { Turn } from "./turn";

/** What a run of a stream works with. */
export interface StreamServices extends ObjectServices {
  readonly sources: Sources;
  readonly turn: Turn;
  readonly fullLooks: FullLooks;
}

/** What a run of a stream needs to know of its source. */
export interface StreamSettings extends ObjectSettings, WriterSettings, Settling {
  readonly rules: StreamRules;
  readonly lookback: Lookback;
  readonly start: SourceStart;
}
