import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";
import type { ApiOptions, AwsOptions, ConfigOptions } from "../program/options";
import { parseConfigFile, type ConfigFile } from "./parse";

/** The file that is meant: of `--config`, or else of LOGZIO_CONFIG, or else logzio.yaml in the working folder. */
export function configPath({ config }: ConfigOptions, { env }: Pick<CommandContext, "env">): string {
  const named = [config, env["LOGZIO_CONFIG"]].find((path) => path !== undefined && path !== "");
  return named ?? defaultPath;
}

const defaultPath = "logzio.yaml";

/** Reads the configuration file. @throws UsageError where there is none, or what is read of it cannot be used */
export function readConfigFile(options: ConfigOptions, context: Pick<CommandContext, "env">): ConfigFile {
  const path = configPath(options, context);
  return parseConfigFile(readText(path), path);
}

/** {@link readConfigFile} for commands that do without; undefined where none was named and there is no logzio.yaml. */
export function findConfigFile(
  options: ConfigOptions,
  context: Pick<CommandContext, "env">,
): ConfigFile | undefined {
  try {
    return readConfigFile(options, context);
  } catch (error) {
    if (error instanceof NoConfigFile && configPath(options, context) === defaultPath) return undefined;
    throw error;
  }
}

/** Options for Logz.io's API: what the command line does not say, the file does. */
export function apiOptionsFor(options: ApiOptions, file: ConfigFile | undefined): ApiOptions {
  const logzioRegion = options.logzioRegion ?? file?.logzioRegion;
  return { ...options, ...(logzioRegion === undefined ? {} : { logzioRegion }) };
}

/** Options for AWS clients: what the command line does not say, the file does. */
export function awsOptionsFor(options: AwsOptions, file: ConfigFile | undefined): AwsOptions {
  const region = options.region ?? file?.awsRegion;
  return { ...options, ...(region === undefined ? {} : { region }) };
}

/** There is no such file. */
class NoConfigFile extends UsageError {}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    // Read as what it is not, it could not be written back as it was.
    if (isUtf8(bytes)) return bytes.toString("utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new NoConfigFile(
        `${path} does not exist; copy logzio.example.yaml to logzio.yaml and adapt it, or name your file with --config or in LOGZIO_CONFIG`,
      );
    }
    if (code === "EISDIR") throw new UsageError(`${path} is a folder; name the file in it with --config`);
    throw new UsageError(`${path} cannot be read (${message}); name a file with --config that you may read`);
  }
  throw new UsageError(`${path} is not UTF-8, as YAML has to be; save it with that encoding`);
}
