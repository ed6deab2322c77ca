import { Token } from "cdktf";
import { bucketNameOrPattern, keyInRegion, keyPrefix } from "../access/bucket-rules";
import { externalIdNeedsRole, readRoleRules, type ReadBySource } from "../access/read-role";
import { objectKeyBytes } from "../foundation/limits";
import { accountId, regionCode } from "../foundation/rules";
import { isObject, text, type Rules } from "../foundation/validation";
import { filterable, withoutWildcards } from "./filter-text";
import { documentRules, hasBucket, knownOfSource, type LogSource } from "./log-source";
import { recordsTogether } from "./record-settings";

/** Objects to ship: those of one bucket under one prefix, and what becomes of them. */
export interface HookSource extends LogSource, ReadBySource {
  /**
   * Name of the bucket, not its ARN; a Terraform reference works as well. Or, with the triggers "eventbridge", "sns" and
   * "none", a pattern such as `org-logs-*`: it stands for all buckets of one account whose names fit, also for those
   * that are made later.
   */
  readonly bucket: string;
  /**
   * Start of the keys, decoded as the console shows them, without a leading slash and wildcards. Of several sources
   * that fit a key, the function takes the one with the longest prefix, whatever the suffixes. It is encoded for S3's
   * filters, all but references: what they stand for may hold letters, digits and `/!-_.*'()` alone.
   * @default the whole bucket
   */
  readonly prefix?: string;
  /** End of the keys that are announced, decoded and without wildcards as the prefix. @default every key */
  readonly suffix?: string;
  /** Account of the bucket, 12 digits. @default the stack's */
  readonly accountId?: string;
  /**
   * Region of the bucket; with the triggers "s3" and "none" the stack's alone, since S3 sends to queues beside the bucket.
   * @default that of `kmsKeyArn`, else the stack's
   */
  readonly region?: string;
}

export const sourceRules: Rules<HookSource> = {
  props: {
    bucket: text(bucketNameOrPattern),
    prefix: text((prefix, construct) => [
      ...keyPrefix(prefix, construct),
      ...withoutWildcards(prefix, construct),
    ]),
    suffix: text((suffix, construct) =>
      Buffer.byteLength(suffix) <= objectKeyBytes
        ? filterable(suffix, construct)
        : [`is longer than a key, which has ${objectKeyBytes} bytes`],
    ),
    accountId,
    region: text(regionCode),
    ...readRoleRules,
    ...documentRules,
  },
  known: [...knownOfSource, "accountId", "readRoleExternalId"],
  together: [hasBucket, keyInRegion, externalIdNeedsRole, ...recordsTogether],
};

/** Whether sources have the shape that their type says, so that they can be compared. */
export function areSources(list: unknown): list is readonly HookSource[] {
  const isText = (value: unknown): boolean => value === undefined || typeof value === "string";
  return (
    Array.isArray(list) &&
    !Token.isUnresolved(list) &&
    list.every(
      (source: Partial<HookSource> | null) =>
        isObject(source) &&
        typeof source.bucket === "string" &&
        isText(source.prefix) &&
        isText(source.suffix),
    )
  );
}
