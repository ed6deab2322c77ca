import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Token,
  Tokenization,
} from "cdktf";
import type { IConstruct } from "constructs";

/**
 * A text with its references as Terraform writes them, such as `${var.team}/`. Two reads of one attribute are
 * different cdktf tokens, so references are compared by what they resolve to.
 */
export function resolvedText(scope: IConstruct, text: string): string {
  if (!Token.isUnresolved(text)) return text;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(text, { scope: TerraformStack.of(scope), resolver, preparing: false }));
}

/** The stack whose elements a text refers to; a reference may be used in other stacks of the app. */
export function originOf(scope: IConstruct, text: string): TerraformStack {
  const token: object = Tokenization.reverseString(text).firstToken ?? {};
  // cdktf keeps it in the token, without a type.
  const origin = "originStack" in token ? token.originStack : undefined;
  return TerraformStack.isStack(origin) ? origin : TerraformStack.of(scope);
}

/** Finds the element with a Terraform name among those of a stack that are of one kind. */
export function elementNamed<Element extends TerraformElement>(
  stack: TerraformStack,
  name: string,
  isKind: (construct: IConstruct) => construct is Element,
): Element | undefined {
  const elements = stack.node.findAll().filter(isKind);
  return (
    // friendlyUniqueId settles the name for good, so that of others is read only where names were overridden.
    elements.find((element) => stack.getLogicalId(element) === name) ??
    elements.find((element) => element.friendlyUniqueId === name)
  );
}
