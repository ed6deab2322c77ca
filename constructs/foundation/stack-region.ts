import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { providerOf } from "./provider";
import { isRegionCode } from "./rules";

/** Region that a construct is deployed to, where its provider says so and Terraform need not be asked. */
export function stackRegion(construct: IConstruct): string | undefined {
  const given = providerOf(construct);
  const providers = TerraformStack.of(construct).node.findAll().filter(isProvider);
  const region = providers.find((provider) =>
    given === undefined ? provider.alias === undefined : provider === given,
  )?.region;
  if (region === undefined || Token.isUnresolved(region)) return undefined;
  return isRegionCode(region) ? region : undefined;
}

function isProvider(construct: IConstruct): construct is AwsProvider {
  return construct instanceof AwsProvider;
}
