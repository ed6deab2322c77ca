import type { z } from "zod";

/**
 * What the schema finds, with the finds inside a choice in place of the choice, where the value is of the kind of one of
 * its branches: a misspelt key in a block is more to the point than that the block is no list.
 */
export function flatIssues(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const meant = issue.errors.find((errors) => errors.length > 0 && errors.every(isInside));
    if (meant === undefined) return [issue];
    return flatIssues(meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

/** Whether the value itself is of the right kind. */
function isInside({ code, path }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === "unrecognized_keys";
}
