import { forms } from "../../constructs/foundation/forms";

/** Names of buckets that exist. */
export const bucketNames = new RegExp(forms.bucketName);
