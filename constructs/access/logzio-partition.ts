import { Op, Token, type Precondition } from "cdktf";
import type { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { isObject, show, type Problem } from "../foundation/validation";
import { keyRegion } from "./bucket-rules";
import { withoutRegionLimit } from "./fetcher-regions";

/** AWS's own partitions besides the one that everybody has. Source: AWS General Reference, "AWS regions". */
const otherPartitions = /^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)-/;

const reason =
  "Logz.io has its AWS account in the partition aws, and IAM lets nobody of one partition into another (China, GovCloud)";

/** Has Terraform refuse an account of another partition, which only its credentials tell. */
export function inLogzioPartition(construct: Construct): Precondition {
  return {
    condition: Op.eq(AwsContext.of(construct).partition, "aws"),
    errorMessage: `${reason}. ${withoutRegionLimit}.`,
  };
}

/** What is wrong with an ARN of another partition. */
export function arnElsewhere(arn: string): string[] {
  const partition = /^arn:([a-z0-9-]+):/.exec(arn)?.[1];
  if (partition === undefined || partition === "aws") return [];
  return [
    `is ${show(arn)}, of the partition ${partition}: ${reason}; write an ARN that begins with arn:aws:`,
  ];
}

interface Place {
  readonly region?: string;
  readonly kmsKeyArn?: string;
}

/** Buckets that name a region of another partition, by themselves or in the ARN of their key. */
export function bucketsElsewhere(name: string, buckets: readonly Place[] | undefined): Problem[] {
  if (!Array.isArray(buckets)) return [];
  return (buckets as readonly Place[]).flatMap((bucket, index) => {
    if (!isObject(bucket)) return [];
    const { region, kmsKeyArn } = bucket;
    const known = Token.isUnresolved(region) ? undefined : (region ?? keyRegion(kmsKeyArn));
    if (typeof known !== "string" || !otherPartitions.test(known)) return [];
    return [
      {
        path: `${name}[${index}].region`,
        text: `is ${known}, where Logz.io cannot read: ${reason}. ${withoutRegionLimit}`,
      },
    ];
  });
}
