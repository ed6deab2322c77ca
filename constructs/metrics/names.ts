import { longestRegionCode, nameLimits } from "../foundation/limits";
import { show, type Rule } from "../foundation/validation";
import { bucketPrefixCharacters } from "./limits";

/** The names that a metric stream's own name leads to. */
export const streamNames = {
  logGroup: (name: string): string => `/aws/kinesisfirehose/${name}`,
  /** Roles are one list for all regions of an account, so the region is part of the name. */
  deliveryRole: (name: string, region: string): string => `${name}-firehose-${region}`,
  streamRole: (name: string, region: string): string => `${name}-stream-${region}`,
  backupBucket: (name: string): string => `${name}-backup-`,
  /** Several streams may share a bucket, which keeps one configuration a name. */
  backupRequests: (name: string): string => `${name}-backup`,
  /** More names than one stream's filters take are spread over several. */
  stream: (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`),
} as const;

/** The bucket's name is the shortest, and a role's next. */
const longestName = Math.min(
  bucketPrefixCharacters - streamNames.backupBucket("").length,
  nameLimits.role - streamNames.deliveryRole("", "x".repeat(longestRegionCode)).length,
);

/** Name of a metric stream: a bucket is named after it, so it has a bucket's characters. */
export const streamName: Rule<string> = (name) =>
  name.length <= longestName && /^[a-z0-9][a-z0-9-]*$/.test(name)
    ? []
    : [
        `is ${show(name)}; write 1 to ${longestName} lower-case letters, digits and hyphens, with a letter or digit first`,
      ];

/** Trust policy of a role that a service of AWS assumes. Only principals of the role's account can pass it to one. */
export function serviceTrust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}
