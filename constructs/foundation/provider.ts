import { Aspects, TerraformDataSource, TerraformProvider, TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { show, type Rule } from "./validation";

const providers = new WeakMap<IConstruct, TerraformProvider>();

/** Another AWS provider than the stack's own for a construct and all below it, such as one of another region. */
export function useProvider(construct: IConstruct, provider: TerraformProvider | undefined): void {
  if (provider === undefined) return;
  providers.set(construct, provider);
  Aspects.of(construct).add(new ProviderAssignment(provider));
}

/** The provider of a construct: its own, or that of the nearest construct above; undefined: the stack's. */
export function providerOf(construct: IConstruct): TerraformProvider | undefined {
  return [...construct.node.scopes]
    .reverse()
    .map((scope) => providers.get(scope))
    .find((provider) => provider !== undefined);
}

/** Reaches what is made below a construct at any time, so that no resource lands in the stack's own region. */
class ProviderAssignment implements IAspect {
  constructor(private readonly provider: TerraformProvider) {}

  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) && !TerraformDataSource.isTerraformDataSource(node))
      return;
    if (node.terraformResourceType.startsWith("aws_")) node.provider ??= this.provider;
  }
}

export const awsProvider: Rule<TerraformProvider> = (provider) =>
  TerraformProvider.isTerraformProvider(provider) && provider.terraformResourceType === "aws"
    ? []
    : [
        `is ${show(provider)}; write an AwsProvider with an alias, such as new AwsProvider(stack, "far", { alias: "far", region })`,
      ];
