import { TerraformStack, type TerraformProvider } from "cdktf";
import type { IConstruct } from "constructs";
import type { HookSource } from "./hook-source";

/** What the hooks of one app have to know of each other. */
export interface HookInApp {
  readonly stack: TerraformStack;
  readonly path: string;
  readonly name: string;
  readonly trigger: string;
  /** Whether the hook switches its buckets on for EventBridge. */
  readonly enableEventBridge?: boolean | undefined;
  readonly sources: readonly HookSource[];
  /** Where another one than the stack's was given. */
  readonly provider: TerraformProvider | undefined;
}

const hooks = new WeakMap<IConstruct, HookInApp[]>();

/** The hooks that were made before in the app of the construct. */
export function hooksOfApp(construct: IConstruct): readonly HookInApp[] {
  return hooks.get(construct.node.root) ?? [];
}

/** Those of them that are in the stack of the construct. */
export function hooksOfStack(construct: IConstruct): readonly HookInApp[] {
  const stack = TerraformStack.of(construct);
  return hooksOfApp(construct).filter((hook) => hook.stack === stack);
}

export function addHook(construct: IConstruct, hook: Omit<HookInApp, "stack" | "path">): void {
  const added = { ...hook, stack: TerraformStack.of(construct), path: construct.node.path };
  hooks.set(construct.node.root, [...hooksOfApp(construct), added]);
}
