import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../foundation/templates";
import { logzioProvider } from "./logzio-provider";

/** Arguments of `logzio_s3_fetcher`, without access keys: the provider keeps them in its state. */
export interface LogzioS3FetcherConfig extends TerraformMetaArguments {
  readonly bucketName: string;
  /** ARN of the role that Logz.io assumes. */
  readonly awsArn: string;
  /** Region as the API calls it, such as `EU_WEST_3`. */
  readonly awsRegion: string;
  /** Type of the logs. */
  readonly logsType: string;
  readonly active: boolean;
  readonly prefix?: string;
  readonly addS3ObjectKeyAsLogField?: boolean;
}

/**
 * A bucket that Logz.io fetches from. Source: provider logzio/logzio 1.26.0, resource_s3_fetcher.go. Texts are taken
 * as they stand; references must be tokens.
 */
export class LogzioS3Fetcher extends TerraformResource {
  static readonly tfResourceType = "logzio_s3_fetcher";

  constructor(
    scope: Construct,
    id: string,
    private readonly config: LogzioS3FetcherConfig,
  ) {
    const { provider, dependsOn, count, lifecycle, provisioners, connection, forEach } = config;
    super(scope, id, {
      terraformResourceType: LogzioS3Fetcher.tfResourceType,
      terraformGeneratorMetadata: logzioProvider,
      provider,
      dependsOn,
      count,
      lifecycle,
      provisioners,
      connection,
      forEach,
    });
  }

  /** Number of the configuration at Logz.io. */
  get fetcherId(): number {
    return this.getNumberAttribute("fetcher_id");
  }

  get bucketNameInput(): string {
    return this.config.bucketName;
  }

  get activeInput(): boolean {
    return this.config.active;
  }

  get prefixInput(): string | undefined {
    return this.config.prefix;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { bucketName, awsArn, awsRegion, logsType, active, prefix, addS3ObjectKeyAsLogField } = this.config;
    return {
      bucket_name: literal(bucketName),
      aws_arn: literal(awsArn),
      aws_region: awsRegion,
      logs_type: literal(logsType),
      active,
      prefix: prefix === undefined ? undefined : literal(prefix),
      add_s3_object_key_as_log_field: addS3ObjectKeyAsLogField,
    };
  }
}
