import { createHash } from "node:crypto";
import type { ObjectFile } from "../reading/decompression/files";
import { readingOf } from "../reading/log-types";
import type { ObjectReference } from "../reading/object-reference";
import { fieldsOfKey } from "../reading/sources";
import type { SourceSettings } from "../runtime/environment";
import { DocumentWriter } from "./document";
import type { FileStart } from "./file-start";

/** The object that is read, by the ETag that it has, and what its source says. */
export interface DocumentsOrigin {
  readonly object: ObjectReference;
  readonly source: SourceSettings;
}

/** The writer of a file's documents: our fields, and what is known of its log. */
export function documentsOf(
  start: FileStart,
  file: ObjectFile,
  { object, source }: DocumentsOrigin,
): DocumentWriter {
  const { type } = start;
  const { time, ownType, layout } = readingOf(start, type);
  const { bucket, key, region, versionId, eTag } = object;
  const identity = [bucket, key, versionId ?? eTag ?? "", file.index].join("\0");
  return new DocumentWriter({
    fields: {
      ...source.fields,
      type,
      ...(source.sourceFilePath === false ? {} : { s3_object_key: `${bucket}/${key}` }),
      aws_region: region,
      ...fieldsOfKey(source.pathToFields, key),
    },
    time: source.timeField === undefined ? time : { kind: "field", name: source.timeField },
    ownType,
    layout: source.parse ? layout : undefined,
    state: start.state,
    recordIdPrefix: source.recordId
      ? createHash("sha256").update(identity).digest("base64url").slice(0, 22)
      : undefined,
  });
}
