import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { HookSource } from "./hook-source";

/** What the hooks of one stack have to know of each other. */
export interface HookInStack {
  readonly path: string;
  readonly name: string;
  readonly trigger: string;
  readonly sources: readonly HookSource[];
}

const hooks = new WeakMap<TerraformStack, HookInStack[]>();

/** The hooks that were made before in the stack of the construct. */
export function hooksOf(construct: IConstruct): readonly HookInStack[] {
  return hooks.get(TerraformStack.of(construct)) ?? [];
}

export function addHook(construct: IConstruct, hook: HookInStack): void {
  hooks.set(TerraformStack.of(construct), [...hooksOf(construct), hook]);
}
