import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack, Token, type TerraformBackend } from "cdktf";
import type { Construct } from "constructs";
import { createAccess, type Access } from "./config/access";
import { createBackend } from "./config/backend";
import { collect } from "./config/collect";
import { emulatorSettings } from "./config/emulator";
import { loadConfig } from "./config/load";
import { keepOtherStates } from "./config/other-states";
import { accessOutputs, hookOutputs } from "./config/outputs";
import { hookPlace, tokenPlace, wholeFile } from "./config/places";
import { ConfigError, type FileProblem } from "./config/problems";
import { stackRules } from "./config/rules";
import type { Config, HookConfig, TokenConfig } from "./config/schema";
import { createSecretVariable } from "./config/variables";
import { ListenerToken, MissingBundleError, S3Hook } from "./constructs";
import { literals } from "./constructs/foundation/templates";
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
  /** What the hook ships with. */
  readonly token: ListenerToken | undefined;
  readonly hook: S3Hook | undefined;
  /** For Logz.io's own fetcher. */
  readonly access: Access;

  constructor(scope: Construct, config: Config) {
    super(scope, config.stack ?? "logzio-s3");
    this.requireVersions();
    if (config.backend !== undefined) createBackend(this, config.backend);
    this.createProvider(config.aws);
    const problems: FileProblem[] = [];
    collect(problems, wholeFile, () => validate(this, config, stackRules));
    const { token, hook } = config;
    this.token = token && collect(problems, tokenPlace, () => this.createToken(token));
    this.hook = hook && collect(problems, hookPlace, () => this.createHook(hook, config));
    this.access = createAccess(this, config, problems);
    if (problems.length > 0) throw new StackError(problems);
    this.createOutputs(config);
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

  private createToken({ variable, version, ...props }: TokenConfig): ListenerToken {
    const token = (): string =>
      createSecretVariable(this, "logzio_token", "Logz.io log shipping token").stringValue;
    return new ListenerToken(this, "token", {
      ...props,
      token: variable === true ? token() : undefined,
      tokenVersion: version,
    });
  }

  /** In the place of a token that is missing or refused, so that the hook is still checked. */
  private createAnyToken(): ListenerToken {
    return new ListenerToken(this, "any-token", {
      secretArn: Token.asString({ resolve: () => "", creationStack: [] }),
    });
  }

  private createHook(hook: HookConfig, { region, listener, access }: Config): S3Hook {
    return new S3Hook(this, "hook", {
      ...hook,
      // Beside a listener, access needs the region for Logz.io's API.
      region: access !== undefined && listener !== undefined ? undefined : region,
      listener,
      token: this.token ?? this.createAnyToken(),
    });
  }

  private createOutputs(config: Config): void {
    const outputs = {
      ...(this.hook === undefined ? {} : hookOutputs(this.hook)),
      ...accessOutputs(this.access, config.access),
    };
    for (const [id, value] of Object.entries(outputs))
      new TerraformOutput(this, id, { value, staticId: true });
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
