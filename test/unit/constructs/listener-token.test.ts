import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { App, Fn, TerraformStack, TerraformVariable } from "cdktf";
import { ListenerToken, type ListenerTokenProps } from "../../../constructs";
import { statements, type Template } from "../../support/template";
import { addHook, ephemeralVariable, problemsOf, synthesize } from "./stacks";

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";
const secretKmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

function withToken(props: ListenerTokenProps): Template {
  return synthesize((stack) => {
    addHook(stack, "hook", new ListenerToken(stack, "token", props));
  });
}

function withVariable(props: ListenerTokenProps = {}): Template {
  return synthesize((stack) => {
    const token = new ListenerToken(stack, "token", {
      token: ephemeralVariable(stack).stringValue,
      ...props,
    });
    addHook(stack, "hook", token);
  });
}

describe("ListenerToken", () => {
  it("writes a variable's value into a new secret, write-only", () => {
    const template = withVariable();

    expect(template.only("aws_secretsmanager_secret")).toEqual({
      name_prefix: "logzio-token-",
      description: "Logz.io log shipping token",
      recovery_window_in_days: 7,
    });
    expect(template.only("aws_secretsmanager_secret_version")).toEqual({
      secret_id: expect.stringMatching(
        /^\$\{aws_secretsmanager_secret\.token_secret_[0-9A-F]{8}\.id\}$/,
      ) as string,
      secret_string_wo: "${var.logzio_token}",
      secret_string_wo_version: 1,
    });
  });

  it("writes a changed token when its version is raised", () => {
    const template = withVariable({
      tokenVersion: 2,
      recoveryWindowInDays: 0,
      namePrefix: "team/",
      tags: { a: "b" },
    });

    expect(template.only("aws_secretsmanager_secret_version")).toMatchObject({ secret_string_wo_version: 2 });
    expect(template.only("aws_secretsmanager_secret")).toMatchObject({
      name_prefix: "team/",
      recovery_window_in_days: 0,
      tags: { a: "b" },
    });
  });

  it("uses a secret that is there and makes none", () => {
    const template = withToken({ secretArn });

    expect(template.all("aws_secretsmanager_secret")).toEqual({});
    expect(template.all("aws_secretsmanager_secret_version")).toEqual({});
    expect(template.only("aws_lambda_function")).toMatchObject({
      environment: { variables: { LOGZIO_TOKEN_SECRET_ARN: secretArn } },
    });
  });

  it("lets a reader decrypt a secret under a customer key, in the secret's region", () => {
    const template = withToken({ secretArn, secretKmsKeyArn });

    const policy = statements(template.only("aws_iam_role_policy")["policy"]);
    expect(policy).toContainEqual({
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [secretArn],
    });
    expect(policy).toContainEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [secretKmsKeyArn],
      Condition: {
        StringEquals: {
          "kms:ViaService": expect.stringMatching(
            /^secretsmanager\.us-east-1\.\$\{data\.aws_partition\.[\w-]+\.dns_suffix\}$/,
          ) as string,
        },
      },
    });
  });

  it.each<[string, (stack: TerraformStack) => string, RegExp]>([
    ["literal text", () => "SECRET", /^token is literal text, .* variable\.stringValue$/],
    ["no text", () => "", /^token is literal text/],
    [
      "a variable with text before it",
      (stack) => `SECRET${ephemeralVariable(stack).stringValue}`,
      /^token is literal text, or has some/,
    ],
    [
      "two variables",
      (stack) => {
        const { stringValue } = ephemeralVariable(stack);
        return stringValue + stringValue;
      },
      /^token is literal text, or has some/,
    ],
    [
      "a function of text",
      () => Fn.lower("SECRET"),
      /^token is made by an expression, whose text is stored in the synthesized files/,
    ],
    [
      "a function of the variable",
      (stack) => Fn.trimspace(ephemeralVariable(stack).stringValue),
      /^token is made by an expression/,
    ],
    [
      "an attribute of a resource",
      (stack) => new SqsQueue(stack, "queue").name,
      /^token refers to what Terraform keeps in its state; write the value of a sensitive, ephemeral/,
    ],
    [
      "an attribute of a data source",
      (stack) => new DataAwsRegion(stack, "region").id,
      /^token refers to what Terraform keeps in its state/,
    ],
    [
      "a variable that can be shown",
      (stack) => ephemeralVariable(stack, { sensitive: false }).stringValue,
      /^token refers to var\.logzio_token, which Terraform may show; write sensitive: true in its props$/,
    ],
    [
      "a variable that is stored in plans",
      (stack) =>
        new TerraformVariable(stack, "logzio_token", { type: "string", sensitive: true }).stringValue,
      /^token refers to var\.logzio_token, .* write variable\.addOverride\("ephemeral", true\) before/,
    ],
    [
      "a variable with a default",
      (stack) => ephemeralVariable(stack, { default: "SECRET" }).stringValue,
      /^token refers to var\.logzio_token, whose default is stored in the synthesized files; remove/,
    ],
    [
      "a variable that is empty unless it is set",
      (stack) => ephemeralVariable(stack, { default: "" }).stringValue,
      /^token refers to var\.logzio_token, whose default is an empty token; remove the default, or add/,
    ],
    [
      "a variable that is not there",
      () => "${var.other}",
      /^token refers to var\.other, which is no TerraformVariable of this stack/,
    ],
    [
      "a variable of another stack",
      (stack) => ephemeralVariable(new TerraformStack(App.of(stack), "other")).stringValue,
      /^token refers to a variable of another stack/,
    ],
  ])("refuses %s as token, without repeating it", (_, tokenOf, expected) => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        new ListenerToken(stack, "token", { token: tokenOf(stack) });
      }),
    );

    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toMatch(/SECRET/i);
  });

  it("refuses a variable that is made to be stored afterwards", () => {
    const build = (): unknown =>
      synthesize((stack) => {
        const variable = ephemeralVariable(stack);
        new ListenerToken(stack, "token", { token: variable.stringValue });
        variable.addOverride("ephemeral", false);
      });

    expect(build).toThrow(/token refers to var\.logzio_token, whose value Terraform stores in plan files/);
  });

  it.each<[string, (stack: TerraformStack) => string, string]>([
    [
      "a variable with an id of its own",
      (stack) => {
        const variable = new TerraformVariable(stack, "any", { type: "string", sensitive: true });
        variable.overrideLogicalId("shipping");
        variable.addOverride("ephemeral", true);
        return variable.stringValue;
      },
      "${var.shipping}",
    ],
    [
      "a variable as Terraform writes it",
      (stack) => {
        ephemeralVariable(stack);
        return "${var.logzio_token}";
      },
      "${var.logzio_token}",
    ],
    [
      "a variable's value of any type",
      (stack) => ephemeralVariable(stack).value as string,
      "${var.logzio_token}",
    ],
    [
      "an ephemeral resource",
      () => "${ephemeral.aws_secretsmanager_secret_version.token.secret_string}",
      "${ephemeral.aws_secretsmanager_secret_version.token.secret_string}",
    ],
  ])("takes %s as token", (_, tokenOf, expected) => {
    const template = synthesize((stack) => {
      new ListenerToken(stack, "token", { token: tokenOf(stack) });
    });

    expect(template.only("aws_secretsmanager_secret_version")).toMatchObject({ secret_string_wo: expected });
  });

  it.each<[string, () => unknown, string]>([
    [
      "both a secret and a variable",
      () => withVariable({ secretArn }),
      "secretArn and a token variable are both given",
    ],
    ["neither", () => withToken({}), "secretArn is missing, and so is a token variable"],
    [
      "a secret's name",
      () => withToken({ secretArn: "logzio" }),
      "secretArn is not an ARN; write the secret's whole ARN, with the six characters at its end",
    ],
    [
      "an ARN without its last six characters",
      () => withToken({ secretArn: secretArn.replace("-AbCdEf", "") }),
      "write the secret's whole ARN, with the six characters at its end",
    ],
    [
      "an alias as the secret's key",
      () => withToken({ secretArn, secretKmsKeyArn: "alias/logs" }),
      'secretKmsKeyArn ("alias/logs") is an alias; write the key\'s ARN',
    ],
    [
      "a key without its secret",
      () => withVariable({ secretKmsKeyArn }),
      "secretKmsKeyArn is given without secretArn",
    ],
    [
      "a version of zero",
      () => withVariable({ tokenVersion: 0 }),
      "tokenVersion is 0; write a whole number from 1",
    ],
    [
      "a recovery window of a day",
      () => withVariable({ recoveryWindowInDays: 1 }),
      "recoveryWindowInDays is 1; write a whole number from 7 to 30 (days, or 0 to delete at once)",
    ],
    [
      "a prefix with spaces",
      () => withVariable({ namePrefix: "my token" }),
      'namePrefix is "my token"; write',
    ],
    ["a long prefix", () => withVariable({ namePrefix: "x".repeat(487) }), "write 1 to 486 letters"],
  ])("refuses %s", (_, build, expected) => {
    expect(problemsOf(build)).toContainEqual(expect.stringContaining(expected));
  });
});
