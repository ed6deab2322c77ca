import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack, TerraformVariable, Token, type TerraformBackend } from "cdktf";
import type { Construct } from "constructs";
import { createBackend } from "./config/backend";
import { emulatorSettings } from "./config/emulator";
import { loadConfig } from "./config/load";
import { keepOtherStates } from "./config/other-states";
import { blocks, placesInFile } from "./config/places";
import { ConfigError, type FileProblem } from "./config/problems";
import { stackRules } from "./config/rules";
import type { Config } from "./config/schema";
import { ConstructError, ListenerToken, MissingBundleError, S3Hook } from "./constructs";
import { literal, literals } from "./constructs/foundation/templates";
import { validate } from "./constructs/foundation/validation";

/** What the rules refuse in a configuration, of all its blocks. */
export class StackError extends Error {
  override readonly name = "StackError";

  constructor(readonly problems: readonly FileProblem[]) {
    super(problems.map(({ path, text }) => `${path.join(".")} ${text}`).join("\n"));
  }
}

/** What logzio.yaml describes, as one stack. */
export class LogzioStack extends TerraformStack {
  readonly token: ListenerToken;
  readonly hook: S3Hook;

  constructor(scope: Construct, config: Config) {
    super(scope, config.stack ?? "logzio-s3");
    this.requireVersions();
    if (config.backend !== undefined) createBackend(this, config.backend);
    this.createProvider(config.aws);
    const problems: FileProblem[] = [];
    collect(problems, () => validate(this, config, stackRules));
    const token = collect(problems, () => this.createToken(config.token));
    const hook = collect(problems, () => this.createHook(config, token ?? this.createAnyToken()));
    if (token === undefined || hook === undefined || problems.length > 0) throw new StackError(problems);
    this.token = token;
    this.hook = hook;
    this.createOutputs();
  }

  /** cdktf would put in a local backend with a path of this machine; where none is asked for, Terraform decides. */
  override ensureBackendExists(): TerraformBackend {
    return undefined as unknown as TerraformBackend;
  }

  private requireVersions(): void {
    // 1.11 brought write-only arguments, with which the token stays out of plan and state.
    this.addOverride("terraform.required_version", ">= 1.11");
    // The bindings pin the version that they were made from.
    this.addOverride("terraform.required_providers.aws", {
      source: "hashicorp/aws",
      version: ">= 5.100.0, < 7.0.0",
    });
  }

  private createProvider({ region, tags }: Config["aws"]): void {
    new AwsProvider(this, "aws", {
      region,
      defaultTags: tags === undefined ? undefined : [{ tags: literals(tags) }],
      ...emulatorSettings(process.env),
    });
  }

  private createToken({ variable, version, ...props }: Config["token"]): ListenerToken {
    return new ListenerToken(this, blocks.token, {
      ...props,
      token: variable === true ? this.createTokenVariable().stringValue : undefined,
      tokenVersion: version,
    });
  }

  /** In the place of a token that is refused, so that the hook is still checked. */
  private createAnyToken(): ListenerToken {
    return new ListenerToken(this, "any-token", {
      secretArn: Token.asString({ resolve: () => "", creationStack: [] }),
    });
  }

  private createTokenVariable(): TerraformVariable {
    const variable = new TerraformVariable(this, "logzio_token", {
      type: "string",
      description: "Logz.io log shipping token",
      sensitive: true,
      nullable: false,
      validation: [
        {
          // Also a line break at the end, as files leave it, would be refused by the listener.
          condition: '${var.logzio_token != "" && trimspace(var.logzio_token) == var.logzio_token}',
          errorMessage: "The token is empty or has white space around it; set TF_VAR_logzio_token.",
        },
      ],
    });
    // cdktf 0.21 does not know ephemeral variables, which Terraform keeps out of plan and state since 1.10.
    variable.addOverride("ephemeral", true);
    return variable;
  }

  private createHook({ region, listener, hook }: Config, token: ListenerToken): S3Hook {
    return new S3Hook(this, blocks.hook, { ...hook, region, listener, token });
  }

  private createOutputs(): void {
    const outputs: Record<string, string> = {
      queue_url: this.hook.queue.url,
      dead_letter_queue_url: this.hook.deadLetterQueue.url,
      function_name: this.hook.function.resource.functionName,
    };
    if (this.hook.trigger === "none") {
      outputs["notification_document"] = literal(JSON.stringify(this.hook.notificationDocuments));
    }
    for (const [id, value] of Object.entries(outputs))
      new TerraformOutput(this, id, { value, staticId: true });
  }
}

/** Does a step, or notes what is refused and where that is in the file. */
function collect<Made>(problems: FileProblem[], step: () => Made): Made | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ConstructError)) throw error;
    problems.push(...placesInFile(error));
    return undefined;
  }
}

/** Adds the stack of a configuration file to the app. @throws ConfigError naming the places in the file */
export function addStack(app: App, file: string): LogzioStack {
  const { config, problems, error } = loadConfig(file);
  if (config === undefined) throw error();
  let stack: LogzioStack;
  try {
    stack = new LogzioStack(app, config);
  } catch (caught) {
    if (caught instanceof StackError) throw error(caught.problems);
    // With stand-ins in it, what fails otherwise comes after what is wrong with the file.
    throw problems.length > 0 ? error() : caught;
  }
  if (problems.length > 0) throw error();
  return stack;
}

/** Writes what a configuration file describes into the app's folder. @throws ConfigError as {@link addStack} */
export function synthesize(app: App, file: string): void {
  const stack = addStack(app, file);
  keepOtherStates(app.outdir, stack.node.id);
  app.synth();
}

function main(): void {
  try {
    // An empty variable is one that is not set.
    synthesize(new App(), process.env["LOGZIO_CONFIG"] || "logzio.yaml");
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof MissingBundleError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) main();
