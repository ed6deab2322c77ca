/** A reference to what Terraform knows later, as cdktf writes it into texts until it synthesizes. */
export const reference = /\$\{TfToken\[[^\]]*\]\}/g;

/**
 * Terraform reads `${` and `%{` in any string as the start of a template, so text that is meant as it stands
 * must have them doubled. References (cdktf tokens, `${TfToken[...]}`) are left as they are.
 * Source: Terraform language, "Strings and Templates", escape sequences.
 */
export function literal(text: string): string {
  return text.replace(/\$\{(?!TfToken\[)|%\{/g, (start) => start.charAt(0) + start);
}

/** {@link literal} for the keys and values of a map. */
export function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [literal(key), literal(value)]));
}
