import type { IConstruct } from "constructs";
import { policyJson, type PolicyStatement } from "./policy";
import { keyArnCharacters, settling } from "./reference-length";

/**
 * Counts the characters of policies as IAM does, once Terraform has put in what their references stand for, with the
 * longest that these can be. IAM counts no white space, and the document has none but in prefixes, where it is counted.
 */
export function policyLength(construct: IConstruct): (statements: readonly PolicyStatement[]) => number {
  const settle = settling(construct, keyArnCharacters);
  return (statements) => settle(policyJson(statements)).replace(escapedByGo, "\\u0000").length;
}

/** Terraform's AWS provider writes the document anew, with Go's encoder. Source: Go, encoding/json, HTMLEscape. */
const escapedByGo = /[<>&]/g;
