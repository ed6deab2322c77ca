/**
 * What is said against a prefix that begins with "/", as the end of a sentence; undefined for others. S3 allows such keys,
 * but nearly all that is written so is a path of somebody who thinks of folders, and would find nothing, in silence.
 */
export function leadingSlash(prefix: string): string | undefined {
  if (!prefix.startsWith("/")) return undefined;
  const without = JSON.stringify(prefix.replace(/^\/+/, ""));
  return `and keys begin with "/" only where their writer puts one there; write ${without}, or no prefix for such keys`;
}
