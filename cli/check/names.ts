import { isTime, type KeyToken } from "./key-tokens";
import { sharedStart } from "./key-space";

/** Whether nothing in a name makes it one of a row: no time, no number, no random part. */
export function isFixedName(key: string, tokens: readonly KeyToken[]): boolean {
  const name = key.lastIndexOf("/") + 1;
  return tokens.every(
    (token) =>
      !isTime(token) &&
      token.kind !== "uuid" &&
      token.kind !== "random" &&
      (token.kind !== "number" || token.start < name),
  );
}

/**
 * Whether a key says that it came after another: where the first difference between them lies in a time or a counter. A
 * number behind a time to the second is rather that of a writer, as in `1775001600-web2.log`.
 */
export function orderIsNamed(before: string, key: string, tokens: readonly KeyToken[]): boolean {
  const at = sharedStart(before, key).length;
  const token = tokens.find(({ start, end }) => start <= at && at < end);
  if (token === undefined) return false;
  if (token.kind !== "number") return isTime(token);
  return !tokens.some((other) => other.start < token.start && namesSecond(other));
}

function namesSecond({ kind, placeholder }: KeyToken): boolean {
  return kind === "epoch" || kind === "timed-id" || placeholder.includes("SS");
}
