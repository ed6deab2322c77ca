/** Why a run over the bytes stopped. */

/** What is left is no whole record. */
export const NEEDS_BYTES: i32 = 0;
/** The bulk has no room for the next document. */
export const BULK_FULL: i32 = 1;
/** The next record is one for the JavaScript way, which knows every form. */
export const UNUSUAL: i32 = 2;
