/**
 * A failure that says what happened, to what, and what to do. Every error that the functions raise
 * themselves has this base, so that what is left is a defect.
 */
export class DeliveryError extends Error {
  override readonly name: string = "DeliveryError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? error.name : error.message;
}
