import type { IConstruct } from "constructs";
import { inlinePolicyCharacters } from "./limits";
import { functionNames } from "./names";
import { placementStatements, type FunctionPlacement } from "./placement";
import type { PolicyStatement } from "./policy";
import { policyLength } from "./policy-length";
import { logGroupArnCharacters, settled } from "./reference-length";
import { refuse } from "./validation";

/** A function, and what it may do beside writing its log. */
type PermittedFunction = FunctionPlacement & {
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
};

/** Not CreateLogGroup: a function that outlives its log group must not bring it back without retention. */
export function writeOwnLog(logGroupArn: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [`${logGroupArn}:*`],
  };
}

/**
 * Problems of statements that, with those for the function's own log and its network, would make a policy longer than a
 * role can have. References are counted with the longest that they can stand for. A role that is there may have managed
 * policies, so its owner sees to that.
 */
export function rolePolicyProblems(construct: IConstruct, fn: PermittedFunction, advice: string): string[] {
  if (fn.role?.arn !== undefined) return [];
  const logGroup = settled(construct, functionNames.logGroup(fn.name), fn.name.length);
  const ownLog = writeOwnLog("x".repeat(logGroupArnCharacters(logGroup.length)));
  const ofPlacement = placementStatements(construct, fn.name, fn);
  const length = policyLength(construct)([...fn.statements, ownLog, ...ofPlacement]);
  if (length <= inlinePolicyCharacters) return [];
  return [
    `make a policy of up to ${length} characters, and a role may have ${inlinePolicyCharacters}; ${advice}`,
  ];
}

/** Refuses sources that make such a policy. @throws ConstructError naming `sources` */
export function refuseSourcesOfLongPolicy(
  construct: IConstruct,
  fn: PermittedFunction,
  advice: string,
): void {
  const problems = rolePolicyProblems(construct, fn, advice);
  refuse(
    construct,
    problems.map((text) => ({ path: "sources", text })),
  );
}
