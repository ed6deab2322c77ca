import { stringify } from "yaml";
import type { TriggerVerdict } from "./triggers";

/** What is known of the source. */
export interface KnownSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly kmsKeyArn: string | undefined;
  readonly region: string | undefined;
  readonly stackRegion: string | undefined;
  readonly sameAccount: boolean | undefined;
}

/** The block `hook` of logzio.yaml for a trigger; `null` where it cannot be written. */
export function hookLines({ settings }: TriggerVerdict, source: KnownSource): string | null {
  if (settings === undefined) return null;
  const { bucket, prefix, suffix, kmsKeyArn, region, stackRegion, sameAccount } = source;
  const isFar = region !== undefined && stackRegion !== undefined && region !== stackRegion;
  const entry = {
    bucket,
    ...(prefix === "" ? {} : { prefix }),
    ...(suffix === "" ? {} : { suffix }),
    ...(isFar ? { region } : {}),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  };
  const lines = stringify({ hook: { ...settings, sources: [entry] } }, { lineWidth: 0 }).trimEnd();
  const account = '\n      # accountId: of the bucket, in quotes, such as "111122223333"';
  return sameAccount === false ? lines + account : lines;
}
