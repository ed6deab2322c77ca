import type { IConstruct } from "constructs";
import { inlinePolicyCharacters } from "./limits";
import { functionNames } from "./names";
import type { PolicyStatement } from "./policy";
import { policyLength } from "./policy-length";
import { logGroupArnCharacters, settled } from "./reference-length";

/** Not CreateLogGroup: a function that outlives its log group must not bring it back without retention. */
export function writeOwnLog(logGroupArn: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [`${logGroupArn}:*`],
  };
}

/**
 * Problems of statements that, with the one for the function's own log, would make a policy longer than a role can
 * have. References are counted with the longest that they can stand for.
 */
export function rolePolicyProblems(
  construct: IConstruct,
  functionName: string,
  statements: readonly PolicyStatement[],
  advice: string,
): string[] {
  const logGroup = settled(construct, functionNames.logGroup(functionName), functionName.length);
  const ownLog = writeOwnLog("x".repeat(logGroupArnCharacters(logGroup.length)));
  const length = policyLength(construct)([...statements, ownLog]);
  if (length <= inlinePolicyCharacters) return [];
  return [
    `make a policy of up to ${length} characters, and a role may have ${inlinePolicyCharacters}; ${advice}`,
  ];
}
