import { longestRegionCode, nameLimits } from "./limits";
import { show, type Rule } from "./validation";

/** The names that a function's own name leads to. */
export const functionNames = {
  logGroup: (name: string): string => `/aws/lambda/${name}`,
  /** Roles are one list for all regions of an account, so the region is part of the name. */
  role: (name: string, region: string): string => `${name}-${region}`,
} as const;

/** Each name that is made from a function's, at its longest, with its limit. */
const derived = [
  { what: "function", limit: nameLimits.function, longest: (name: string) => name },
  {
    what: "role",
    limit: nameLimits.role,
    longest: (name: string) => functionNames.role(name, "x".repeat(longestRegionCode)),
  },
  { what: "log group", limit: nameLimits.logGroup, longest: functionNames.logGroup },
] as const;

/** Name of a function: its characters, and the length of all names that are made from it. */
export const functionName: Rule<string> = (name) => {
  const problems: string[] = [];
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    problems.push(`is ${show(name)}; write letters, digits, hyphens and underscores`);
  const room = Math.min(...derived.map(({ limit, longest }) => limit - longest("").length));
  const over = derived.filter(({ limit, longest }) => longest(name).length > limit);
  if (over.length > 0) {
    const limits = over.map(({ what, limit }) => `the ${what}'s name may have ${limit}`).join(", ");
    problems.push(
      `has ${name.length} characters; write at most ${room} (with what is added to it, ${limits})`,
    );
  }
  return problems;
};
