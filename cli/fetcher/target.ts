import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { Sources } from "../../lambdas/reading/sources";
import { CheckpointTable, tableSource } from "../../lambdas/s3-fetcher/checkpoints/checkpoint-table";
import { sourceName, type FetcherSourceSettings } from "../../lambdas/s3-fetcher/environment";
import { BucketListing } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { S3Clients } from "../aws/s3-clients";
import { awsFailure, clientSettings } from "../aws/session";
import { awsOptionsFor, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import { shippingConfig } from "../config-file/shipping";
import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";
import {
  withAwsOptions,
  withConfigOption,
  withOutputOptions,
  type AwsOptions,
  type ConfigOptions,
  type OutputOptions,
} from "../program/options";

/** Of commands about a fetcher that is deployed. */
export interface FetcherOptions extends AwsOptions, ConfigOptions, OutputOptions {
  readonly name?: string;
}

/** Of those about one source. */
export interface SourceOption {
  readonly source: string;
}

const defaultName = "logzio-fetcher";

export function withFetcherOptions(command: Command): Command {
  const named = command.option(
    "--name <name>",
    `name of the fetcher, and of its table (default: of logzio.yaml, or ${defaultName})`,
  );
  return withOutputOptions(withAwsOptions(withConfigOption(named)));
}

/** A source of the fetcher: its checkpoints and its bucket. */
export interface FetcherSource {
  /** As in schedules and the table: `bucket/prefix`. */
  readonly name: string;
  readonly settings: FetcherSourceSettings;
  /** Of the bucket, as far as it is known. */
  readonly region: string;
  /** Which keys are shipped. */
  readonly sources: Sources;
  readonly table: CheckpointTable;
  readonly listing: BucketListing;
}

/** A deployed fetcher, as logzio.yaml and the command line name it. */
export class Fetcher {
  readonly name: string;
  readonly file: ConfigFile | undefined;
  readonly s3: S3Clients;
  private readonly settings: readonly FetcherSourceSettings[];
  private readonly dynamodb: DynamoDBClient;

  constructor(
    options: FetcherOptions,
    private readonly context: CommandContext,
  ) {
    this.file = findConfigFile(options, context);
    const config = this.file && shippingConfig(this.file).fetcher;
    this.name = options.name ?? config?.name ?? defaultName;
    this.settings = config?.sources ?? [];
    const aws = awsOptionsFor(options, this.file);
    this.s3 = new S3Clients(aws);
    this.dynamodb = new DynamoDBClient(clientSettings(aws));
  }

  /** The sources that are named, or else all of logzio.yaml. @throws UsageError where there is none */
  async sources(named: readonly string[]): Promise<FetcherSource[]> {
    const settings = named.length > 0 ? named.map((name) => this.settingsOf(name)) : this.settings;
    if (settings.length === 0) {
      throw new UsageError(
        "there is no source to look at; name it with --source BUCKET/PREFIX, or name your logzio.yaml with --config",
      );
    }
    const region = await this.region();
    return settings.map((one) => this.open(one, one.region ?? region));
  }

  async source({ source }: SourceOption): Promise<FetcherSource> {
    const [found] = await this.sources([source]);
    return found;
  }

  close(): void {
    this.dynamodb.destroy();
    this.s3.close();
  }

  private open(settings: FetcherSourceSettings, region: string): FetcherSource {
    const name = sourceName(settings);
    return {
      name,
      settings,
      region,
      sources: new Sources([settings, ...this.settings.filter((one) => sourceName(one) !== name)]),
      table: new CheckpointTable(this.dynamodb, this.name, tableSource(this.name, name)),
      listing: new BucketListing(this.s3.in(region), settings.bucket, this.context.signal),
    };
  }

  /** A source that the file does not have is looked at as one without settings: it may have been taken out. */
  private settingsOf(name: string): FetcherSourceSettings {
    const known = this.settings.find((source) => sourceName(source) === withSlash(name));
    if (known !== undefined) return known;
    const { bucket, prefix } = bucketAndPrefix(name);
    if (bucket === "") throw new UsageError(`--source is "${name}"; write BUCKET/PREFIX, or BUCKET alone`);
    this.context.output.warn(
      `${this.file?.path ?? "no logzio.yaml"} ${this.file === undefined ? "says" : "does not say"} how ${bucket}/${prefix} is read; ` +
        "it is taken for a source without settings (start: now)",
    );
    return { bucket, ...(prefix === "" ? {} : { prefix }) };
  }

  private async region(): Promise<string> {
    try {
      return await this.dynamodb.config.region();
    } catch (error) {
      throw awsFailure(`Looking for the fetcher ${this.name}`, error);
    }
  }
}

function withSlash(name: string): string {
  const { bucket, prefix } = bucketAndPrefix(name);
  return `${bucket}/${prefix}`;
}

/** What `BUCKET/PREFIX`, `s3://BUCKET/PREFIX` or `BUCKET` name. */
export function bucketAndPrefix(text: string): { readonly bucket: string; readonly prefix: string } {
  const path = text.replace(/^s3:\/\//, "");
  const slash = path.indexOf("/");
  return slash < 0
    ? { bucket: path, prefix: "" }
    : { bucket: path.slice(0, slash), prefix: path.slice(slash + 1) };
}
