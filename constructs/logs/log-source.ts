import { Token } from "cdktf";
import type { SourceSettings } from "../../lambdas/runtime/environment";
import { kmsKeyArn } from "../foundation/rules";
import { dotProblems, knownOfRecords, pattern, recordRules, recordSettings } from "./record-settings";
import {
  eachText,
  isObject,
  show,
  text,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";

/** What a source of logs has, whoever reads it. */
export interface LogSource extends Omit<SourceSettings, "suffix"> {
  /** ARN of the KMS key that encrypts the objects. @default none: SSE-S3, or no encryption */
  readonly kmsKeyArn?: string;
}

/** How a source is written. */
export const sourceExample = '{ bucket: "my-logs", prefix: "AWSLogs/" }';

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
  if (!ownFields.includes(name)) return dotProblems(name);
  return [`has the field ${show(name)}, which the function writes itself; take another name`];
}

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

/** The rules on what becomes of the objects; those on which objects are the constructs'. */
export const documentRules: Rules<LogSource>["props"] = {
  // Logz.io's bulk listener takes the type from each document and allows no spaces in it.
  type: text((type) => {
    if (!/^\S+$/.test(type))
      return [`is ${show(type)}; write a type without spaces, such as cloudtrail, or "auto"`];
    if (type === "auto" || type.toLowerCase() !== "auto") return [];
    return [`is ${show(type)}, which would be a type of its own; write "auto"`];
  }),
  include: eachText(pattern),
  exclude: eachText(pattern),
  pathToFields: text(pathToFields),
  fields: (fields) =>
    isObject(fields)
      ? Object.keys(fields)
          .filter((name) => !Token.isUnresolved(name))
          .flatMap(fieldProblems)
      : [`is ${show(fields)}; write names and values, such as { team: "platform" }`],
  kmsKeyArn: text(kmsKeyArn),
  ...recordRules,
};

/** As part of the variable SOURCES they would be cdktf's own text for the reference, which Terraform cannot read. */
export const knownOfSource = [
  "include",
  "exclude",
  "fields",
  "sourceFilePath",
  "recordId",
  "parse",
  ...knownOfRecords,
] as const;

/** The type says so already; configuration files and JavaScript do not. */
export function hasBucket({ bucket }: Partial<LogSource>): Problem[] {
  return (bucket ?? "") === "" ? [{ path: "bucket", text: `is missing; write ${sourceExample}` }] : [];
}

/** The part of a source that says what becomes of its objects. */
export function documentSettings(source: LogSource): SourceSettings {
  const { bucket, prefix, type, include, exclude, pathToFields, fields, sourceFilePath, recordId, parse } =
    source;
  const { readRoleArn, readRoleExternalId } = source;
  return {
    bucket,
    prefix,
    type,
    include,
    exclude,
    pathToFields,
    fields,
    sourceFilePath,
    recordId,
    parse,
    readRoleArn,
    readRoleExternalId,
    ...recordSettings(source),
  };
}
