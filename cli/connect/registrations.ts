import type { ConfigFile } from "../config-file/parse";
import type { Fetcher } from "../logzio-api/types";
import { exitCodes, type ExitCode } from "../program/errors";
import type { ApiOptions, AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import type { Output } from "../program/output";
import { accessOf, overlaps, placeOf, samePlace } from "./fetchers";
import type { SettingOptions, WantedFetcher } from "./wanted";

export interface RegisterOptions
  extends ApiOptions, AwsOptions, ConfigOptions, OutputOptions, SettingOptions {
  readonly region?: string;
  readonly bucket?: string;
  readonly roleArn?: string;
  readonly accessKey?: boolean;
  readonly userName?: string;
  readonly yes?: boolean;
  readonly allowOverlap?: boolean;
  /** Seconds to try again while AWS refuses. */
  readonly wait: number;
}

/** What became of one bucket. */
export interface Registration {
  readonly place: string;
  readonly outcome: "created" | "updated" | "unchanged" | "not registered" | "left to Terraform";
  readonly id?: number;
  /** What was changed, or why nothing was. */
  readonly text: string;
}

/** What became of the buckets of one run; each is printed when it is known. */
export class Registrations {
  private readonly all: Registration[] = [];

  constructor(private readonly output: Output) {}

  add(registration: Registration): void {
    const { output } = this;
    this.all.push(registration);
    const { place, outcome, id, text } = registration;
    const style = outcome === "not registered" ? "red" : "green";
    const number = id === undefined ? "" : `${id}  `;
    output.line(`${output.paint(style, outcome)}  ${number}${place}${text === "" ? "" : `: ${text}`}`);
  }

  /** Entries that the deployment registers, with what is there of them. */
  addLeftToTerraform(file: ConfigFile | undefined, registered: readonly Fetcher[]): void {
    for (const { bucket, prefix, register: entry } of file?.access?.buckets ?? []) {
      if (entry === undefined) continue;
      const found = registered.find(
        (one) => samePlace(one, { bucket, prefix }) && one.logsType === entry.type,
      );
      const place = placeOf({ bucket, prefix });
      this.add(
        found === undefined
          ? { place, outcome: "left to Terraform", text: "npx cdktf deploy registers it, and has not yet" }
          : { place, outcome: "left to Terraform", id: found.id, text: "registered" },
      );
    }
  }

  /** Prints the result, and says how it went. */
  finish(file: ConfigFile | undefined): ExitCode {
    if (this.all.length === 0) {
      this.output.line(
        file === undefined
          ? "There is no logzio.yaml that says what to register; name a bucket with --bucket and --type."
          : `${file.path} has no bucket under access.buckets; write one, or name it with --bucket and --type.`,
      );
    }
    this.output.result({ registrations: this.all });
    const failed = this.all.some(({ outcome }) => outcome === "not registered");
    if (!failed && file?.access !== undefined && this.all.some(({ outcome }) => outcome === "created")) {
      this.output.line("\nNext: npx logzio-s3 doctor");
    }
    return failed ? exitCodes.negative : exitCodes.success;
  }
}

/**
 * Why registering it would have the same objects shipped twice; undefined where it would not.
 * @param instead what to do where it is registered with something else to read with
 */
export function fetchedAlready(
  registered: readonly Fetcher[],
  wanted: WantedFetcher,
  instead: string,
): string | undefined {
  const same = registered.find((one) => samePlace(one, wanted) && one.logsType === wanted.logsType);
  if (same !== undefined) {
    return `${same.id} fetches it with the ${accessOf(same)}; to change that: ${instead.replace("ID", String(same.id))}`;
  }
  if (wanted.active === false) return undefined;
  const other = registered.find((one) => one.active && overlaps(one, wanted));
  if (other === undefined) return undefined;
  return (
    `${other.id} fetches ${placeOf(other)} (${other.logsType}) already, and what both hold would be shipped twice; ` +
    `change it with logzio-s3 connect update ${other.id}, remove it, or write --allow-overlap`
  );
}
