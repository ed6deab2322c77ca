import { nameLimits, longestRegionCode } from "../foundation/limits";
import { functionName } from "../foundation/names";
import { show, type Rule } from "../foundation/validation";

/** Longest namespace. Source: CloudWatch API reference, MetricStreamFilter. */
const namespaceCharacters = 255;

/** A namespace, or a pattern of some. Source of the characters: CloudWatch user guide, "Namespaces". */
export const namespacePattern: Rule<string> = (name) => {
  const advice = 'write a namespace such as "AWS/S3", or a pattern such as "AWS/*"';
  if (name.length > namespaceCharacters)
    return [`has ${name.length} characters; CloudWatch allows ${namespaceCharacters}`];
  // Patterns and filters tell cases apart, so such a name would match nothing, and nobody would hear of it.
  if (/^aws\//i.test(name) && !name.startsWith("AWS/"))
    return [`is ${show(name)}; write AWS in capitals: ${show(name.replace(/^aws/i, "AWS"))}`];
  return /^[A-Za-z0-9._/#*-][A-Za-z0-9._/#:* -]*$/.test(name) ? [] : [`is ${show(name)}; ${advice}`];
};

/** With what is added for the schedule's role, whose name may have 64 characters. */
const longestName = nameLimits.role - "-schedule-".length - longestRegionCode;

/** Name of a function that has a schedule. */
export const scheduledFunctionName: Rule<string> = (name, construct) => [
  ...functionName(name.slice(0, longestName), construct),
  ...(name.length > longestName ? [`has ${name.length} characters; write at most ${longestName}`] : []),
];
