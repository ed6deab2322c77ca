import { Token, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { notificationRules } from "../foundation/limits";
import { show, type Problem } from "../foundation/validation";
import { bucketIdentity } from "../access/bucket-identity";
import type { HookSource } from "./hook-source";
import type { HookInApp } from "./hooks-of-app";

/**
 * Sources on buckets whose notifications another stack of the app writes: AWS keeps the configuration that was
 * written last, so each stack would undo those of the other.
 */
export function bucketsOfOtherStacks(
  construct: IConstruct,
  sources: readonly HookSource[],
  others: readonly HookInApp[],
): Problem[] {
  const ownStack = TerraformStack.of(construct);
  return sources.flatMap(({ bucket }, index) => {
    const identity = bucketIdentity(construct, bucket);
    const other = others.find(({ stack, ...hook }) => stack !== ownStack && hasBucket(stack, hook, identity));
    if (other === undefined) return [];
    return [
      {
        path: `sources[${index}].bucket`,
        text:
          `is ${name(bucket)}, whose notifications the stack ${other.stack.node.path} writes (for ${other.path}), and ` +
          'each stack would undo those of the other; put both hooks into one stack, or write trigger: "none" for one ' +
          "of them",
      },
    ];
  });
}

/** Buckets with more rules than S3 takes, those of other hooks counted in. */
export function tooManyRules(
  construct: IConstruct,
  sources: readonly HookSource[],
  others: readonly HookInApp[],
): Problem[] {
  const rulesOf = (scope: IConstruct, list: readonly HookSource[]): string[] =>
    list.map(({ bucket }) => bucketIdentity(scope, bucket));
  const own = rulesOf(construct, sources);
  const theirs = others.flatMap((hook) => rulesOf(hook.stack, hook.sources));
  return [...new Set(own)].flatMap((identity) => {
    const count = [...own, ...theirs].filter((other) => other === identity).length;
    if (count <= notificationRules) return [];
    const bucket = name(sources[own.indexOf(identity)]?.bucket ?? identity);
    return [
      {
        path: "sources",
        text:
          `lead to ${count} notification rules on ${bucket}, those of other hooks included, and S3 takes ` +
          `${notificationRules} a bucket; write fewer sources with shorter prefixes, and choose among their keys by ` +
          "include and exclude",
      },
    ];
  });
}

function hasBucket(scope: IConstruct, hook: Pick<HookInApp, "sources">, identity: string): boolean {
  return hook.sources.some(({ bucket }) => bucketIdentity(scope, bucket) === identity);
}

function name(bucket: string): string {
  return Token.isUnresolved(bucket) ? "a bucket" : `the bucket ${show(bucket)}`;
}
