import { DeliveryError } from "../runtime/errors";

/** The listener did not take a bulk, and may take it later: it is down, slow, or throttling. */
export class ListenerUnavailable extends DeliveryError {
  override readonly name = "ListenerUnavailable";
}

/** The listener refused a bulk for a reason that sending it again does not change. */
export class BulkRefused extends DeliveryError {
  override readonly name = "BulkRefused";
}

/** The listener does not accept the token: nothing can be shipped until it is corrected. */
export class TokenRefused extends DeliveryError {
  override readonly name = "TokenRefused";
}
