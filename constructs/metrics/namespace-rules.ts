import { show, type Rule } from "../foundation/validation";
import { metricStreamLimits } from "./limits";

/** A namespace, or a pattern of some. Source of the characters: CloudWatch user guide, "Namespaces". */
export const namespacePattern: Rule<string> = (name) => {
  const advice = 'write a namespace such as "AWS/S3", or a pattern such as "AWS/*"';
  const longest = metricStreamLimits.namespaceCharacters;
  if (name.length > longest) return [`has ${name.length} characters; CloudWatch allows ${longest}`];
  // Patterns and filters tell cases apart, so such a name would match nothing, and nobody would hear of it.
  if (/^aws\//i.test(name) && !name.startsWith("AWS/"))
    return [`is ${show(name)}; write AWS in capitals: ${show(name.replace(/^aws/i, "AWS"))}`];
  return /^[A-Za-z0-9._/#*-][A-Za-z0-9._/#:* -]*$/.test(name) ? [] : [`is ${show(name)}; ${advice}`];
};
