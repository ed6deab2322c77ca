import { filesOf } from "../../../lambdas/reading/decompression/files";
import { DeliveryError } from "../../../lambdas/runtime/errors";

/**
 * A record that Firehose could not deliver, as it is in a line of the backup. Source: Firehose developer guide, "Handle
 * data delivery failures": `rawData` is the record in base64.
 */
export interface FailedRecord {
  /** The record, in base64. */
  readonly rawData: string;
  /** Such as `HttpEndpoint.DestinationException`. */
  readonly errorCode: string;
}

/** The object is none that Firehose wrote for records that it could not deliver. */
export class NoBackup extends DeliveryError {
  override readonly name = "NoBackup";
}

/** Longest line, in characters: a record has 1,000 KiB at most, and a third more in base64. Source: Firehose quotas. */
const lineCharacters = 4_000_000;

/** The records in the bytes of an object, compressed or not. @throws NoBackup */
export async function* failedRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<FailedRecord, void> {
  for await (const file of filesOf(chunks)) {
    if (file.refusal !== undefined) throw file.refusal;
    for await (const line of linesOf(file.bytes.chunks())) if (line.trim() !== "") yield recordIn(line);
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of chunks) {
    // Base64 and error codes are ASCII; a message's other characters are not looked at.
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > lineCharacters)
      throw new NoBackup(`it has a line of over ${lineCharacters} characters`);
  }
  yield rest;
}

function recordIn(line: string): FailedRecord {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    throw new NoBackup("it has a line that is no JSON");
  }
  const { rawData, errorCode } = (record ?? {}) as { rawData?: unknown; errorCode?: unknown };
  if (typeof rawData !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(rawData))
    throw new NoBackup("it has a line without rawData in base64");
  return { rawData, errorCode: typeof errorCode === "string" ? errorCode : "(no error code)" };
}
