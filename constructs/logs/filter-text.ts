import { reference } from "../foundation/templates";
import { show, type Rule } from "../foundation/validation";

/**
 * A prefix or suffix as S3's notification filters take it: a space is `+`, slashes and the safe characters
 * (letters, digits, `!-_.*'()`) stay, all others are percent-encoded. As it stands, such a text matches no key, and
 * S3 says nothing. References are left alone: what they stand for must be encoded already.
 * Source: S3 user guide, "Configuring event notifications using object key name filtering" and "Naming Amazon S3
 * objects", safe characters.
 */
export function filterText(text: string): string {
  const references = text.match(reference) ?? [];
  return text
    .split(reference)
    .map((part, index) => encode(part) + (references[index] ?? ""))
    .join("");
}

function encode(text: string): string {
  // Left alone by encodeURIComponent, the tilde is none of S3's safe characters.
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+").replaceAll("~", "%7E");
}

export const withoutWildcards: Rule<string> = (text) =>
  /[*?]/.test(text)
    ? [
        `is ${show(text)}, and S3 filters have no wildcards; write the part of the keys that is the same for all, ` +
          "and the pattern as include",
      ]
    : [];

/** What S3 can filter keys by. Source as above. */
export const filterable: Rule<string> = (text, construct) => {
  const problems = withoutWildcards(text, construct);
  if (problems.length > 0) return problems;
  // Half of a surrogate pair: UTF-8, and so a key, cannot hold it.
  if (/\p{Surrogate}/u.test(text)) return [`is ${show(text)}, which is not valid Unicode`];
  return [];
};
