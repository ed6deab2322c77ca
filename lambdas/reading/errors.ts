import { DeliveryError } from "../runtime/errors";

/** The object is not there any more, or not in the version that the event names: nothing is left to ship. */
export class ObjectGone extends DeliveryError {
  override readonly name = "ObjectGone";
}

/** The object cannot be read now: permissions, the network, S3 itself. */
export class ObjectUnreadable extends DeliveryError {
  override readonly name: string = "ObjectUnreadable";
}

/** The object cannot be read until someone changes something: a permission, a key, a storage class. */
export class ObjectRefused extends ObjectUnreadable {
  override readonly name: string = "ObjectRefused";
}

/** The object is in an archive, and cannot be read before somebody has restored it. */
export class ObjectArchived extends ObjectRefused {
  override readonly name = "ObjectArchived";
}

/** The object's bytes are damaged, or in a form that is not supported. */
export class ObjectDamaged extends DeliveryError {
  override readonly name = "ObjectDamaged";
}
