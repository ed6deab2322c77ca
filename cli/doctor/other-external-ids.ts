import type { Policy } from "../policies/document";

const strangers = ["logzio-s3-doctor", "logzio:aws:extid:logzio-s3-doctor"];

/**
 * External IDs that must not open the role: those that the policy names besides the right ones, and near misses of the
 * right ones. A pattern with a wildcard that covers a right one covers a near miss too: `*` one with a character more at
 * its place, `?` one with another character.
 */
export function otherExternalIds(policy: Policy, right: readonly string[]): string[] {
  const others = [...namedIn(policy), ...strangers, ...right.flatMap(nearMisses)];
  return [...new Set(others)].filter((externalId) => !right.includes(externalId));
}

function namedIn(policy: Policy): string[] {
  return policy.statements.flatMap(({ conditions }) =>
    Object.values(conditions).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === "sts:externalid" ? values : [])),
    ),
  );
}

function nearMisses(externalId: string): string[] {
  const misses = [externalId.toUpperCase(), externalId.toLowerCase()];
  for (let at = 0; at <= externalId.length; at++) {
    const [head, tail] = [externalId.slice(0, at), externalId.slice(at)];
    const other = tail.startsWith("0") ? "1" : "0";
    misses.push(`${head}${other}${tail}`);
    if (tail !== "") misses.push(`${head}${other}${tail.slice(1)}`);
  }
  return misses;
}
