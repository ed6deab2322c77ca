import type { Fetcher } from "./types";

const fetcherFields = [
  ...["id", "bucket", "prefix", "region", "logsType", "active", "addS3ObjectKeyAsLogField", "arn"],
  ...["accessKey", "secretKey", "externalId"],
];

/** Settings of a fetcher that this program does not know, and so loses when it saves the fetcher again. */
export function unknownSettings(fetcher: Fetcher): string[] {
  return unknownFields(fetcher, fetcherFields);
}

/** Fields of an answer that have a value and are not known. */
export function unknownFields(answer: object, known: readonly string[]): string[] {
  return Object.entries(answer)
    .filter(([field, value]) => value !== null && !known.includes(field))
    .map(([field]) => field);
}
