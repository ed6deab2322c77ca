import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import type { PolicyStatement } from "../foundation/policy";
import { refuse, type Rule } from "../foundation/validation";
import { roleOrUserArn } from "./principal-rules";

/** Statements of a reader as the policy of a bucket has them. @throws ConstructError on a principal that is not one reader */
export function inBucketPolicy(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
  readerArn: string,
): PolicyStatement[] {
  refuseReader(construct, readerArn);
  return statements.map((statement) => ({ ...statement, Principal: { AWS: readerArn } }));
}

/** Statements of a reader as the policy of a key has them, where "*" is that key. @throws ConstructError as above */
export function inKeyPolicy(
  construct: IConstruct,
  statements: readonly PolicyStatement[],
  readerArn: string,
): PolicyStatement[] {
  return inBucketPolicy(construct, statements, readerArn).map((statement) => ({
    ...statement,
    Resource: ["*"],
  }));
}

function refuseReader(construct: IConstruct, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const problems = reader(arn, construct).map((problem) =>
    typeof problem === "string" ? { path: "readerArn", text: problem } : problem,
  );
  refuse(construct, problems);
}

/** A role, a user, or the root of an account that decides by policies of its own. */
const reader: Rule<string> = (arn, construct) =>
  /^arn:[a-z0-9-]+:iam::\d{12}:root$/.test(arn) ? [] : roleOrUserArn(arn, construct);
