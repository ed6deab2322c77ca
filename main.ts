import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack, TerraformVariable, type TerraformBackend } from "cdktf";
import type { Construct } from "constructs";
import { createBackend } from "./config/backend";
import { ConfigError, loadConfig, type FileProblem } from "./config/load";
import type { Config } from "./config/schema";
import { ConstructError, ListenerToken, MissingBundleError, S3Hook } from "./constructs";
import { literal } from "./constructs/foundation/templates";

/** Ids of the constructs whose props come from the configuration. */
const ids = { token: "token", hook: "hook" } as const;

/** What logzio.yaml describes, as one stack. */
export class LogzioStack extends TerraformStack {
  readonly token: ListenerToken;
  readonly hook: S3Hook;

  constructor(scope: Construct, config: Config) {
    super(scope, config.stack ?? "logzio-s3");
    this.requireVersions();
    if (config.backend !== undefined) createBackend(this, config.backend);
    this.createProvider(config.aws);
    this.token = this.createToken(config.token);
    this.hook = this.createHook(config);
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
      defaultTags: tags === undefined ? undefined : [{ tags }],
      ...emulatorSettings(process.env),
    });
  }

  private createToken({ variable, version, ...props }: Config["token"]): ListenerToken {
    return new ListenerToken(this, ids.token, {
      ...props,
      token: variable === true ? this.createTokenVariable().stringValue : undefined,
      tokenVersion: version,
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

  private createHook({ region, listener, hook }: Config): S3Hook {
    return new S3Hook(this, ids.hook, { ...hook, region, listener, token: this.token });
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

/** Settings for an AWS emulator; its address reaches the provider through the same variable. */
function emulatorSettings(environment: NodeJS.ProcessEnv): AwsProviderConfig {
  if (!environment["AWS_ENDPOINT_URL"]) return {};
  return {
    accessKey: "test",
    secretKey: "test",
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
    skipRegionValidation: true,
    skipMetadataApiCheck: "true",
    // The default repeats what an emulator cannot do for minutes.
    maxRetries: 2,
  };
}

/** Adds the stack of a configuration file to the app. @throws ConfigError naming the places in the file */
export function addStack(app: App, file: string): LogzioStack {
  const { config, error } = loadConfig(file);
  try {
    return new LogzioStack(app, config);
  } catch (caught) {
    if (!(caught instanceof ConstructError)) throw caught;
    throw error(caught.problems.map((problem) => placeInFile(caught.constructPath, problem)));
  }
}

/** Props whose place in the file is another than block and name. */
const movedProps: Readonly<Record<string, string>> = {
  "hook.region": "region",
  "hook.listener": "listener",
  "token.token": "token.variable",
  "token.tokenVersion": "token.version",
};

function placeInFile(constructPath: string, { path, text }: ConstructError["problems"][number]): FileProblem {
  const [, block = "", ...inner] = constructPath.split("/");
  // Props of a construct inside the block's own are not in the file.
  if (inner.length > 0) return { path: [block], text: `${path} ${text}` };
  const place = movedProps[`${block}.${path}`] ?? `${block}.${path}`;
  const parts = place.replace(/\[(\d+)\]/g, ".$1").split(".");
  return { path: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)), text };
}

function main(): void {
  try {
    const app = new App();
    addStack(app, process.env["LOGZIO_CONFIG"] ?? "logzio.yaml");
    app.synth();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof MissingBundleError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) main();
