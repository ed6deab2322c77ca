import { valuesOf } from "../policies/conditions";
import { contextOf } from "../policies/context";
import type { Policy } from "../policies/document";
import { parseText } from "../policies/patterns";
import type { Caller } from "../policies/principals";
import { knownOfCaller } from "./assume";

const strangers = ["logzio-s3-doctor", "logzio:aws:extid:logzio-s3-doctor"];

/**
 * External IDs that must not open the role: those that the policy names besides the right ones, and near misses of them
 * all. A pattern with a wildcard that covers an ID covers a near miss too: `*` one with a character more at its place,
 * `?` one with another character.
 */
export function otherExternalIds(policy: Policy, right: readonly string[], caller: Caller): string[] {
  const named = namedIn(policy, caller);
  const others = [...named, ...strangers, ...[...right, ...named].flatMap(nearMisses)];
  return [...new Set(others)].filter((externalId) => !right.includes(externalId));
}

/** Wildcards as the characters that they are too, and variables as what they stand for, where that is known. */
function namedIn(policy: Policy, caller: Caller): string[] {
  const reading = { context: contextOf(knownOfCaller(caller)), variables: policy.variables };
  return valuesOf(policy, "sts:ExternalId").flatMap((value) => {
    const text = parseText(value, reading);
    return typeof text === "string" ? [text] : [];
  });
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
