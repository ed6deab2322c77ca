import { Token } from "cdktf";
import type { SourceSettings } from "../../lambdas/runtime/environment";
import { bucketName, keyPrefix } from "../access/bucket-rules";
import { objectKeyBytes } from "../foundation/limits";
import { kmsKeyArn } from "../foundation/rules";
import {
  eachText,
  isObject,
  show,
  text,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { filterable } from "./filter-text";

/** Objects to ship: those of one bucket under one prefix, and what becomes of them. */
export interface HookSource extends SourceSettings {
  /** Name of the bucket, not its ARN; a Terraform reference works as well. */
  readonly bucket: string;
  /**
   * Start of the keys, decoded as the console shows them, without a leading slash and wildcards. Of several sources
   * that fit a key, the function takes the one with the longest prefix, whatever the suffixes. It is encoded for S3's
   * filters, all but references: what they stand for may hold letters, digits and `/!-_.*'()` alone.
   * @default the whole bucket
   */
  readonly prefix?: string;
  /** End of the keys for which S3 sends an event, decoded and without wildcards as the prefix. @default every key */
  readonly suffix?: string;
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
}

/** How a source is written. */
export const sourceExample = '{ bucket: "my-logs", prefix: "AWSLogs/" }';

/** The part of a source that the function needs. */
export function sourceSettings(source: HookSource): SourceSettings {
  const { bucket, prefix, type, include, exclude, pathToFields, fields, sourceFilePath, recordId } = source;
  return { bucket, prefix, type, include, exclude, pathToFields, fields, sourceFilePath, recordId };
}

/** Fields that the function itself writes into documents. */
const ownFields = [
  "message",
  "type",
  "@timestamp",
  "s3_object_key",
  "aws_region",
  "line_part",
  "line_last",
  "record_id",
];

function fieldProblems(name: string): string[] {
  if (name.trim() === "") return ["has an empty field name; write a name"];
  if (!ownFields.includes(name)) return [];
  return [`has the field ${show(name)}, which the function writes itself; take another name`];
}

const regularExpression: Rule<string> = (pattern) => {
  try {
    new RegExp(pattern);
    return [];
  } catch (error) {
    return [`is ${show(pattern)}, which is no JavaScript regular expression (${(error as Error).message})`];
  }
};

const pathToFields: Rule<string> = (path) => {
  const names = path.split("/");
  if (names.some((name) => name === "")) {
    return [
      `is ${show(path)}, which has an empty field name; write a name for each part of the key, or "-" to skip it`,
    ];
  }
  const used = names.filter((name) => name !== "-");
  if (used.length === 0)
    return [`is ${show(path)}, which skips every part; name one, or leave pathToFields out`];
  const repeated = used.find((name, index) => used.indexOf(name) !== index);
  return [
    ...(repeated === undefined ? [] : [`names ${show(repeated)} twice; write each name once`]),
    ...used.flatMap(fieldProblems).map((problem) => `(${show(path)}) ${problem}`),
  ];
};

export const sourceRules: Rules<HookSource> = {
  props: {
    bucket: text(bucketName),
    prefix: text((prefix, construct) => [...keyPrefix(prefix, construct), ...filterable(prefix, construct)]),
    suffix: text((suffix, construct) =>
      Buffer.byteLength(suffix) <= objectKeyBytes
        ? filterable(suffix, construct)
        : [`is longer than a key, which has ${objectKeyBytes} bytes`],
    ),
    // Logz.io's bulk listener takes the type from each document and allows no spaces in it.
    type: text((type) =>
      /^\S+$/.test(type)
        ? []
        : [`is ${show(type)}; write a type without spaces, such as cloudtrail, or "auto"`],
    ),
    include: eachText(regularExpression),
    exclude: eachText(regularExpression),
    pathToFields: text(pathToFields),
    fields: (fields) =>
      isObject(fields)
        ? Object.keys(fields)
            .filter((name) => !Token.isUnresolved(name))
            .flatMap(fieldProblems)
        : [`is ${show(fields)}; write names and values, such as { team: "platform" }`],
    kmsKeyArn: text(kmsKeyArn),
  },
  // As part of the variable SOURCES they would be cdktf's own text for the reference, which Terraform cannot read.
  known: ["include", "exclude", "fields", "sourceFilePath", "recordId"],
  together: [hasBucket],
};

/** The type says so already; configuration files and JavaScript do not. */
function hasBucket({ bucket }: Partial<HookSource>): Problem[] {
  return (bucket ?? "") === "" ? [{ path: "bucket", text: `is missing; write ${sourceExample}` }] : [];
}

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
