import { DataResource } from "cdktf";
import { Construct } from "constructs";
import { validate } from "../foundation/validation";
import type { FetcherConnectorProps } from "./fetcher-connector-props";
import { fetcherConnectorRules } from "./fetcher-connector-rules";
import { apiRegion } from "./fetcher-regions";
import { LogzioS3Fetcher } from "./logzio-s3-fetcher";

/**
 * Registers a bucket with Logz.io, whose servers then fetch what is new in it, with a role and never with access keys:
 * the provider keeps these in its state. `logzio-s3 connect` registers with keys.
 * Logz.io tries the role at once, and answers 403 where AWS refuses; the provider does not try again.
 * @throws ConstructError with everything that is wrong with the props
 */
export class FetcherConnector extends Construct {
  readonly resource: LogzioS3Fetcher;

  constructor(scope: Construct, id: string, props: FetcherConnectorProps) {
    super(scope, id);
    validate(this, props, fetcherConnectorRules);
    const { role, bucket, prefix, region, type, provider } = props;
    this.resource = new LogzioS3Fetcher(this, "fetcher", {
      bucketName: bucket,
      prefix: hasPrefix(prefix) ? prefix : undefined,
      // One of the two is given, or the rules would have refused.
      awsArn: props.roleArn ?? role?.role.arn ?? "",
      awsRegion: apiRegion(region),
      logsType: type,
      addS3ObjectKeyAsLogField: props.sourceFilePath ?? false,
      active: props.active ?? true,
      provider,
      dependsOn: role?.settle(),
      lifecycle: { replaceTriggeredBy: [this.keysAddress(prefix)] },
    });
  }

  /**
   * Changes when a prefix appears or goes away, and with it the configuration is made anew: the provider sends no
   * empty prefix, and takes its absence for the one that it knows. Source: resource_s3_fetcher.go, Optional and
   * Computed, and `omitempty` in the client.
   */
  private keysAddress(prefix: string | undefined): string {
    const keys = new DataResource(this, "keys", { input: { under_prefix: hasPrefix(prefix) } });
    // cdktf 0.21 writes a resource that is given here as "${...}", which Terraform takes for no address.
    return `${DataResource.tfResourceType}.${keys.friendlyUniqueId}`;
  }
}

function hasPrefix(prefix: string | undefined): prefix is string {
  return prefix !== undefined && prefix !== "";
}
