/** Whether a text is one of the names, in which `*` stands for any characters, `/` among them. Letters' case counts. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => (isPattern(pattern) ? expression(pattern).test(text) : pattern === text));
}

/** Whether a name stands for more than itself. */
export function isPattern(name: string): boolean {
  return name.includes("*");
}

/** Patterns are few, and each is compared with thousands of texts. */
const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const parts = pattern.split("*").map((part) => part.replace(/[.+^${}()|[\]\\?]/g, "\\$&"));
  const made = new RegExp(`^${parts.join(".*")}$`, "s");
  expressions.set(pattern, made);
  return made;
}
