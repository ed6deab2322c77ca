import type { Command } from "commander";

/** Of every command. */
export interface OutputOptions {
  readonly json?: boolean;
}

/** Of commands that call AWS. */
export interface AwsOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** Of commands that read or write logzio.yaml. */
export interface ConfigOptions {
  readonly config?: string;
}

/** Of commands that call Logz.io's API. The token is never an option: other users of a machine see those. */
export interface ApiOptions {
  readonly logzioRegion?: string;
  readonly apiUrl?: string;
}

/** Of commands about a role, which look at AWS, Logz.io and logzio.yaml. */
export interface AccessOptions extends OutputOptions, AwsOptions, ConfigOptions, ApiOptions {}

export function withAccessOptions(command: Command): Command {
  return withOutputOptions(withApiOptions(withAwsOptions(withConfigOption(command))));
}

export function withOutputOptions(command: Command): Command {
  return command.option("--json", "print the result as one JSON document");
}

export function withAwsOptions(command: Command): Command {
  return command
    .option("--region <code>", "AWS region, such as eu-central-1 (default: as the AWS CLI has it)")
    .option("--profile <name>", "profile of the AWS configuration files");
}

export function withConfigOption(command: Command): Command {
  return command.option("--config <file>", "configuration file (default: LOGZIO_CONFIG, or logzio.yaml)");
}

export function withApiOptions(command: Command): Command {
  return command
    .option(
      "--logzio-region <code>",
      "region of the Logz.io account: us, au, ca, eu or uk (default: of logzio.yaml)",
    )
    .option("--api-url <url>", "address of Logz.io's API in place of the region's");
}
