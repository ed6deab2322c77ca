import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformStack, TerraformVariable, type App, type TerraformVariableConfig } from "cdktf";
import { ConstructError, ListenerToken, S3Hook, type S3HookProps } from "../../../constructs";
import { Template, withApp } from "../../support/template";

/** Synthesizes a stack that has a provider and what the test adds. */
export function synthesize(add: (stack: TerraformStack) => void): Template {
  return withApp((app) => {
    const stack = stackIn(app, "test");
    add(stack);
    return Template.of(stack);
  });
}

/** A stack with a provider. */
export function stackIn(app: App, id: string): TerraformStack {
  const stack = new TerraformStack(app, id);
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  return stack;
}

/** A variable that Terraform keeps out of plan, state and output. */
export function ephemeralVariable(
  stack: TerraformStack,
  changes: TerraformVariableConfig = {},
  id = "logzio_token",
): TerraformVariable {
  const variable = new TerraformVariable(stack, id, {
    type: "string",
    sensitive: true,
    ...changes,
  });
  variable.addOverride("ephemeral", true);
  return variable;
}

/** A token that comes from a Terraform variable. */
export function tokenIn(stack: TerraformStack): ListenerToken {
  return new ListenerToken(stack, "token", { token: ephemeralVariable(stack).stringValue });
}

/** A metrics token that comes from a Terraform variable. */
export function metricsTokenIn(stack: TerraformStack): ListenerToken {
  const token = ephemeralVariable(stack, {}, "logzio_metrics_token").stringValue;
  return new ListenerToken(stack, "metrics-token", { purpose: "metrics", token });
}

/** Props of a hook that are in order; a test changes some. */
export type HookChanges = Partial<Omit<S3HookProps, "token">>;

/** What JavaScript and configuration files can pass where the types say no. */
export const untyped = (changes: object): HookChanges => changes;

/** A stack with one hook. */
export function hookTemplate(changes: HookChanges = {}): Template {
  return synthesize((stack) => {
    addHook(stack, "hook", tokenIn(stack), changes);
  });
}

export function addHook(
  stack: TerraformStack,
  id: string,
  token: ListenerToken,
  changes: HookChanges = {},
): S3Hook {
  return new S3Hook(stack, id, {
    trigger: "s3",
    sources: [{ bucket: "my-logs", prefix: "AWSLogs/" }],
    ...("listener" in changes ? {} : { region: "eu" }),
    token,
    ...changes,
  });
}

/** What a construct says against its props, as "path text" lines. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConstructError)) throw error;
    return error.problems.map(({ path, text }) => `${path} ${text}`);
  }
  return [];
}

/** What a hook with these changes is refused for. */
export function hookProblems(changes: HookChanges): string[] {
  return problemsOf(() => hookTemplate(changes));
}
