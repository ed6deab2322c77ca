import type { BucketReadAccess } from "../access/bucket-read-access";
import type { Read } from "../access/read-role";
import { mergeStatements, type PolicyStatement } from "../foundation/policy";
import type { HookSource } from "./hook-source";

/**
 * What the owners of buckets and keys in other accounts have to allow, by what is allowed. Not for what a role of theirs
 * reads, which their own account allows.
 */
export function ownerStatements(
  reads: readonly Read<HookSource, BucketReadAccess>[],
  nameOf: (source: HookSource) => string | undefined,
  statementsOf: (access: BucketReadAccess) => readonly PolicyStatement[],
): Record<string, PolicyStatement[]> {
  const statements: Record<string, PolicyStatement[]> = {};
  for (const [source, access] of reads) {
    const name = nameOf(source);
    if (name === undefined || source.accountId === undefined || source.readRoleArn !== undefined) continue;
    statements[name] = mergeStatements([...(statements[name] ?? []), ...statementsOf(access)]);
  }
  return statements;
}
