import type { S3Client } from "@aws-sdk/client-s3";
import type { ObjectAnswer, ReadOptions } from "../reading/object-body";
import type { ObjectReference } from "../reading/object-reference";
import type { Deadline } from "../runtime/deadline";
import type { SourceSettings } from "../runtime/environment";
import type { Logger } from "../runtime/logger";
import type { Metrics } from "../runtime/metrics";
import type { Bulk } from "./bulk";
import type { Lane } from "./lane";
import type { Listener } from "./listener";
import type { Position } from "./position";

/** What a delivery works with; one set serves all objects of an invocation. */
export interface DeliveryServices {
  /** A client for a region that reads as the source's role. */
  readonly s3: (region: string, source: SourceSettings) => S3Client;
  readonly listener: Listener;
  readonly buffers: readonly Bulk[];
  /** The fast way for ordinary records, which takes files whose buffers are its own. @default none has it */
  readonly lane?: Lane | undefined;
  readonly deadline: Deadline;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reading?: Pick<ReadOptions, "idleTimeoutMs" | "maximumResumes" | "resumeBackoff">;
}

export interface DeliveryRequest {
  readonly object: ObjectReference;
  readonly source: SourceSettings;
  /** Where an earlier run stopped. @default the object's beginning */
  readonly from?: Position | undefined;
  /** S3's answer, where it was asked for ahead. */
  readonly answer?: Promise<ObjectAnswer> | undefined;
  /** Told what the listener has answered for, as it goes. The next bulk is sent behind it, and its failure ends the delivery. */
  readonly onConfirmed?: ((position: Position, eTag: string | undefined) => Promise<void>) | undefined;
}

/** How a delivery ended. */
export interface Delivery {
  /**
   * `shipped`: every record was answered for. `gone`: nothing is left to read. `unfinished`: time ran out, go on
   * from `reached`. `failed`: see `error`; what was confirmed before it is in `reached`.
   */
  readonly outcome: "shipped" | "gone" | "unfinished" | "failed";
  /** Behind the last record that the listener answered for, in this run or an earlier one. */
  readonly reached: Position | undefined;
  /** ETag of what was read, so that a later run reads the same. */
  readonly eTag: string | undefined;
  /** Whether this run got further than it started. */
  readonly progressed: boolean;
  readonly error?: unknown;
}
