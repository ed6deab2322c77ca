import { DeliveryError } from "../runtime/errors";

/** The tags cannot be read; the next run tries again. */
export class TagsUnreadable extends DeliveryError {
  override readonly name = "TagsUnreadable";
}

/** The listener did not take a request, and may take it later: it is down, slow, or throttling. */
export class ListenerUnavailable extends DeliveryError {
  override readonly name = "ListenerUnavailable";
}

/** The listener does not accept the token: nothing can be shipped until it is corrected. */
export class TokenRefused extends DeliveryError {
  override readonly name = "TokenRefused";
}
