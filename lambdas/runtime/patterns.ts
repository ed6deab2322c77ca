/** Whether a text is one of the names, in which `*` stands for any characters, `/` among them. Letters' case counts. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => (isPattern(pattern) ? expression(pattern).test(text) : pattern === text));
}

/** Whether a name stands for more than itself. */
export function isPattern(name: string): boolean {
  return name.includes("*");
}

function expression(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+^${}()|[\]\\?]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
