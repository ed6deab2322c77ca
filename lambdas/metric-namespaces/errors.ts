import { DeliveryError } from "../runtime/errors";

/** The stream's filters cannot be kept; they are as they were, and the next run tries again. */
export class NamespacesError extends DeliveryError {
  override readonly name: string = "NamespacesError";
}

/** There is no such metric stream. */
export class StreamMissing extends NamespacesError {
  override readonly name = "StreamMissing";
}

/** The metric stream is another one than the function was made for, or is being changed. */
export class StreamDiffers extends NamespacesError {
  override readonly name = "StreamDiffers";
}
