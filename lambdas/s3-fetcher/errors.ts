import { DeliveryError } from "../runtime/errors";

/** A source cannot be worked on; the next run tries again. */
export class FetcherError extends DeliveryError {
  override readonly name: string = "FetcherError";
}

/** A checkpoint that cannot be read: to go on would be to start over, or to leave something out. */
export class CheckpointUnreadable extends FetcherError {
  override readonly name = "CheckpointUnreadable";
}

/** Another invocation works on the stream, or has changed its checkpoint. */
export class StreamTaken extends FetcherError {
  override readonly name = "StreamTaken";
}
