import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { TerraformStack, type TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { providerOf, useProvider } from "./provider";

/** Partition, region and account that constructs are deployed to, read once for each provider of a stack. */
export class AwsContext extends Construct {
  /** `aws`, `aws-cn`, `aws-us-gov`, ... */
  readonly partition: string;
  /** Domain of the partition's services, such as `amazonaws.com`. */
  readonly domain: string;
  readonly region: string;
  readonly accountId: string;

  /** The context of the stack that holds the construct, or of the provider that the construct was given. */
  static of(scope: IConstruct): AwsContext {
    const stack = TerraformStack.of(scope);
    const provider = providerOf(scope);
    const id = provider?.alias === undefined ? "logzio-aws" : `logzio-aws-${provider.alias}`;
    const existing = stack.node.tryFindChild(id);
    return existing instanceof AwsContext ? existing : new AwsContext(stack, id, provider);
  }

  private constructor(scope: Construct, id: string, provider: TerraformProvider | undefined) {
    super(scope, id);
    useProvider(this, provider);
    const partition = new DataAwsPartition(this, "partition");
    this.partition = partition.partition;
    this.domain = partition.dnsSuffix;
    // The id is the region's code in provider 5 and 6 alike; `name` is deprecated in 6.
    this.region = new DataAwsRegion(this, "region").id;
    this.accountId = new DataAwsCallerIdentity(this, "account").accountId;
  }

  /** ARN of what is in this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }
}
