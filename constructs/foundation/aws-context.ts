import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";

/** Partition, region and account that a stack is deployed to, read once a stack. */
export class AwsContext extends Construct {
  /** `aws`, `aws-cn`, `aws-us-gov`, ... */
  readonly partition: string;
  /** Domain of the partition's services, such as `amazonaws.com`. */
  readonly domain: string;
  readonly region: string;
  readonly accountId: string;

  /** The context of the stack that holds the construct. */
  static of(scope: Construct): AwsContext {
    const stack = TerraformStack.of(scope);
    const existing = stack.node.tryFindChild("logzio-aws");
    return existing instanceof AwsContext ? existing : new AwsContext(stack, "logzio-aws");
  }

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const partition = new DataAwsPartition(this, "partition");
    this.partition = partition.partition;
    this.domain = partition.dnsSuffix;
    // The id is the region's code in provider 5 and 6 alike; `name` is deprecated in 6.
    this.region = new DataAwsRegion(this, "region").id;
    this.accountId = new DataAwsCallerIdentity(this, "account").accountId;
  }
}
