import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack, Token, type TerraformBackend } from "cdktf";
import type { Construct } from "constructs";
import { createAccess, type Access } from "./config/access";
import { createBackend } from "./config/backend";
import { collect } from "./config/collect";
import { emulatorSettings } from "./config/emulator";
import type { FetcherConfig } from "./config/fetcher-schema";
import type { HookConfig } from "./config/hook-schema";
import { loadConfig } from "./config/load";
import { keepOtherStates } from "./config/other-states";
import { createMetrics, type Metrics } from "./config/metrics";
import { accessOutputs, fetcherOutputs, hookOutputs, metricsOutputs } from "./config/outputs";
import { fetcherPlace, hookPlace, tokenPlace, wholeFile } from "./config/places";
import { ConfigError, type FileProblem } from "./config/problems";
import { withCommonRoles } from "./config/roles";
import { stackRules } from "./config/rules";
import type { Config, TokenConfig } from "./config/schema";
import { createSecretVariable, warnOfMissingValues } from "./config/variables";
import { ListenerToken, MissingBundleError, S3Fetcher, S3Hook, type S3HookProps } from "./constructs";
import { refuseOwnBuckets } from "./constructs/access/own-buckets";
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
  /** What hook and fetcher ship with. */
  readonly token: ListenerToken | undefined;
  readonly hook: S3Hook | undefined;
  readonly fetcher: S3Fetcher | undefined;
  /** For Logz.io's own fetcher. */
  readonly access: Access;
  readonly metrics: Metrics;

  constructor(scope: Construct, given: Config) {
    super(scope, given.stack ?? "logzio-s3");
    const config = withCommonRoles(given, this);
    this.requireVersions();
    if (config.backend !== undefined) createBackend(this, config.backend);
    this.createProvider(config.aws);
    const problems: FileProblem[] = [];
    collect(problems, wholeFile, () => validate(this, config, stackRules));
    const { token, hook, fetcher } = config;
    this.token = token && collect(problems, tokenPlace, () => this.createToken(token));
    this.hook = hook && collect(problems, hookPlace, () => this.createHook(hook, config));
    this.fetcher = fetcher && collect(problems, fetcherPlace, () => this.createFetcher(fetcher, config));
    this.access = createAccess(this, config, problems);
    this.metrics = createMetrics(this, config, problems);
    this.refuseOwnBuckets(problems);
    if (problems.length > 0) throw new StackError(problems);
    this.createOutputs(config);
    // The variables of a workspace of HCP Terraform are not known here.
    if (config.backend?.type !== "cloud") warnOfMissingValues(this, process.env);
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

  private createHook(hook: HookConfig, config: Config): S3Hook {
    return new S3Hook(this, "hook", { ...hook, ...this.destination(config) });
  }

  private createFetcher(fetcher: FetcherConfig, config: Config): S3Fetcher {
    return new S3Fetcher(this, "fetcher", { ...fetcher, ...this.destination(config) });
  }

  /** The buckets are known once the metrics are made. */
  private refuseOwnBuckets(problems: FileProblem[]): void {
    const { hook, fetcher } = this;
    if (hook) collect(problems, hookPlace, () => refuseOwnBuckets(hook, hook.sources));
    if (fetcher) collect(problems, fetcherPlace, () => refuseOwnBuckets(fetcher, fetcher.sources));
  }

  /** Where logs are shipped to, and with what. */
  private destination({
    region,
    listener,
    access,
    metrics,
  }: Config): Pick<S3HookProps, "region" | "listener" | "token"> {
    return {
      // Beside a listener, access needs the region for Logz.io's API, and metrics for their own endpoint.
      region: (access ?? metrics) !== undefined && listener !== undefined ? undefined : region,
      listener,
      token: this.token ?? this.anyToken,
    };
  }

  /** In the place of a token that is missing or refused, so that what ships with it is still checked. */
  private get anyToken(): ListenerToken {
    const id = "any-token";
    const made = this.node.tryFindChild(id) as ListenerToken | undefined;
    const secretArn = Token.asString({ resolve: () => "", creationStack: [] });
    return made ?? new ListenerToken(this, id, { secretArn });
  }

  private createOutputs(config: Config): void {
    const outputs = {
      ...(this.hook === undefined ? {} : hookOutputs(this.hook)),
      ...(this.fetcher === undefined ? {} : fetcherOutputs(this.fetcher)),
      ...(this.metrics.stream === undefined ? {} : metricsOutputs(this.metrics.stream)),
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
