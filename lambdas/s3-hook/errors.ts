import { DeliveryError } from "../runtime/errors";

/** The message is none that this function can read, however often it comes. */
export class MessageUnreadable extends DeliveryError {
  override readonly name = "MessageUnreadable";
}
