import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { stringify } from "yaml";
import { emulatorCredentials } from "./emulator";

const repository = resolve(__dirname, "../..");

/** Locking asks the public registry for checksums of all platforms; a test machine may not reach it. */
const skipProviderLock = "--skip-provider-lock";

export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  /** Names of the top-level attributes whose value changes. */
  readonly attributes: readonly string[];
}

/** A stack as Terraform reads it: blocks by kind, type and name. */
export interface SynthesizedStack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly terraform: { readonly required_providers: Readonly<Record<string, object>> };
  readonly variable?: Readonly<Record<string, object>>;
}

interface Values {
  readonly [name: string]: unknown;
}

export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly mode: "managed" | "data";
  readonly values: Values;
}

export interface State {
  readonly resources: readonly StateResource[];
  readonly outputs: Readonly<Partial<Record<string, unknown>>>;
  /** The state as Terraform stores it. */
  readonly text: string;
}

/** Version 4 of Terraform's state, as far as it is read here. */
interface StateFile {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: "managed" | "data";
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Values }[];
  }[];
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly before: Values; readonly after: Values };
  }[];
}

/** This repository's app, deployed by the real cdktf and Terraform from a configuration in a folder of its own. */
export class Deployment {
  /** Everything that cdktf and Terraform printed, for the search for what must not be in it. */
  printed = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "deployment-"));
  private readonly variables: Record<string, string> = {};
  private known: State | undefined;

  constructor(
    private readonly stack: string,
    private readonly emulatorUrl: string,
  ) {}

  get output(): string {
    return join(this.folder, "cdktf.out");
  }

  get stackFolder(): string {
    return join(this.output, "stacks", this.stack);
  }

  /** Writes logzio.yaml. */
  configure(config: object): void {
    writeFileSync(this.configPath, stringify({ stack: this.stack, ...config }));
  }

  /** Sends the calls of one service, such as `CLOUDWATCH`, to another server than the emulator. */
  useEndpoint(service: string, url: string): void {
    this.variables[`AWS_ENDPOINT_URL_${service}`] = url;
  }

  /** Sets a Terraform variable for the runs to come. */
  setVariable(name: string, value: string): void {
    this.variables[`TF_VAR_${name}`] = value;
  }

  /**
   * Synthesizes, and makes the folder ready for a plan of what was never applied.
   * @param change what is to be different of the stack, such as a provider that this machine may not have
   */
  async synthesize(change: (stack: SynthesizedStack) => SynthesizedStack = (stack) => stack): Promise<void> {
    await this.cdktf("synth");
    const path = join(this.stackFolder, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(path, "utf8")) as SynthesizedStack;
    writeFileSync(path, JSON.stringify(change(stack)));
    await this.run("terraform", ["init", "-input=false", "-no-color"], this.stackFolder);
  }

  /** Applies what was synthesized. @returns what Terraform printed */
  apply(): Promise<string> {
    return this.run("terraform", ["apply", "-auto-approve", "-input=false", "-no-color"], this.stackFolder);
  }

  /** Synthesizes and applies everything, by cdktf. */
  async deploy(): Promise<void> {
    await this.cdktf("deploy", this.stack, "--auto-approve", skipProviderLock);
  }

  async destroy(): Promise<void> {
    await this.cdktf("destroy", this.stack, "--auto-approve", skipProviderLock);
  }

  /** Synthesizes again and applies one resource alone, since some take an emulator half a minute. */
  async applyOnly(address: string): Promise<void> {
    await this.cdktf("synth");
    const options = ["-auto-approve", "-input=false", "-no-color", `-target=${address}`];
    await this.run("terraform", ["apply", ...options], this.stackFolder);
  }

  /** What Terraform would change now; also the plan as JSON text. */
  async plan(): Promise<{ readonly changes: readonly PlannedChange[]; readonly text: string }> {
    await this.run("terraform", ["plan", "-input=false", "-no-color", "-out=next.tfplan"], this.stackFolder);
    const text = await this.run("terraform", ["show", "-json", "next.tfplan"], this.stackFolder);
    const plan = JSON.parse(text) as PlanJson;
    const changes = (plan.resource_changes ?? [])
      .filter(({ change }) => change.actions.some((action) => !["no-op", "read"].includes(action)))
      .map(({ address, type, change }) => ({
        address,
        type,
        actions: change.actions,
        attributes: changedAttributes(change.before, change.after),
      }));
    return { changes, text };
  }

  /** What the last apply left; not by `terraform show`, which loads the provider each time. */
  async state(): Promise<State> {
    if (this.known !== undefined) return this.known;
    const text = await this.run("terraform", ["state", "pull"], this.stackFolder);
    const file = JSON.parse(text) as StateFile;
    this.known = {
      text,
      outputs: Object.fromEntries(Object.entries(file.outputs).map(([name, { value }]) => [name, value])),
      resources: file.resources.flatMap(({ mode, type, name, instances }) =>
        instances.map(({ attributes }) => ({ mode, type, address: `${type}.${name}`, values: attributes })),
      ),
    };
    return this.known;
  }

  /** An output that is text. */
  async textOutput(name: string): Promise<string> {
    const value = (await this.state()).outputs[name];
    if (typeof value !== "string") throw new Error(`the stack has no output ${name} that is text`);
    return value;
  }

  /** The deployed resource of a type that the stack has once. */
  async resource(type: string): Promise<StateResource> {
    const { resources } = await this.state();
    const found = resources.filter((resource) => resource.type === type && resource.mode === "managed");
    if (found.length !== 1) throw new Error(`the state has ${found.length} of ${type}, not one`);
    return found[0];
  }

  /** Files of the deployment that hold the text: configuration, synthesized JSON, state and its backups. */
  filesWith(text: string): string[] {
    const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${sep}.terraform`))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(text));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get configPath(): string {
    return join(this.folder, "logzio.yaml");
  }

  private async cdktf(...command: readonly string[]): Promise<void> {
    const cli = require.resolve("cdktf-cli/bundle/bin/cdktf.js");
    // Built before the tests; what cdktf.json says would build again, under the feet of the other tests.
    const app = ["--app", `${process.execPath} dist/main.js`];
    await this.run(process.execPath, [cli, ...command, ...app, "--output", this.output], repository);
  }

  private async run(program: string, args: readonly string[], cwd: string): Promise<string> {
    const child = spawn(program, args, { cwd, env: this.environment(), stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
    const status = await new Promise<number | null>((done, reject) => {
      child.once("error", reject);
      child.once("close", done);
    });
    this.printed += all;
    if (args.includes("apply") || args.includes("deploy") || args.includes("destroy")) this.known = undefined;
    if (status !== 0)
      throw new Error(`${program} ${args.join(" ")} ended with ${status ?? "a signal"}:\n${all}`);
    return stdout;
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...this.variables,
      LOGZIO_CONFIG: this.configPath,
      AWS_ENDPOINT_URL: this.emulatorUrl,
      AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
      // A call that the emulator does not know answers 500; the provider would retry it for ten minutes.
      AWS_MAX_ATTEMPTS: "2",
      AWS_EC2_METADATA_DISABLED: "true",
      CHECKPOINT_DISABLE: "1",
      CI: "1",
      // A command-line configuration may take providers from a folder that cdktf would make its cache of: Terraform
      // then refuses to install them onto themselves.
      ...(process.env["TF_CLI_CONFIG_FILE"] === undefined ? {} : { CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" }),
    };
  }
}

function changedAttributes(before: Values | null, after: Values | null): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
}
