import { TerraformDataSource, TerraformResource, Token, type TerraformElement } from "cdktf";
import type { IConstruct } from "constructs";
import { elementNamed, originOf, resolvedText } from "../foundation/references";

/**
 * What tells a bucket from others in the app: its name, also where it is a reference to a bucket that is given the
 * name in the app, or else the resource that it is a reference to.
 */
export function bucketIdentity(scope: IConstruct, bucket: string): string {
  if (!Token.isUnresolved(bucket)) return bucket;
  const stack = originOf(scope, bucket);
  const reference = resolvedText(scope, bucket);
  const parts: readonly (string | undefined)[] =
    /^\$\{(data\.)?aws_s3_bucket\.([\w-]+)\.(?:id|bucket)\}$/.exec(reference) ?? [];
  const [, data, name] = parts;
  if (name === undefined) return `${stack.node.path}/${reference.replace(/^\$\{([^{}]*)\}$/, "$1")}`;
  const named: Bucket | undefined =
    data === undefined
      ? elementNamed(stack, name, isBucketResource)
      : elementNamed(stack, name, isBucketData);
  const given = named?.bucketInput;
  return given === undefined
    ? `${stack.node.path}/${data ?? ""}aws_s3_bucket.${name}`
    : bucketIdentity(stack, given);
}

/** Both the resource and the data source of a bucket have it. */
type Bucket = TerraformElement & { readonly bucketInput?: string };

const bucketType = "aws_s3_bucket";

function isBucketResource(construct: IConstruct): construct is Bucket & TerraformResource {
  return TerraformResource.isTerraformResource(construct) && construct.terraformResourceType === bucketType;
}

function isBucketData(construct: IConstruct): construct is Bucket & TerraformDataSource {
  return (
    TerraformDataSource.isTerraformDataSource(construct) && construct.terraformResourceType === bucketType
  );
}
