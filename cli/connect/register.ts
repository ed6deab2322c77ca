import { apiOptionsFor, awsOptionsFor, findConfigFile, type ConfigFile } from "../config-file/config-file";
import { ApiError, ApiTokenRefused } from "../logzio-api/errors";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { logzioApi } from "../logzio-api/settings";
import type { Fetcher, FetcherSettings } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { ApiOptions, AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import { differences, overlaps, placeOf, samePlace, settingsOf } from "./fetchers";
import { Patience } from "./patience";
import { findRoleArn } from "./role";
import { wantedFetchers, type SettingOptions, type WantedFetcher } from "./wanted";

export interface RegisterOptions
  extends ApiOptions, AwsOptions, ConfigOptions, OutputOptions, SettingOptions {
  readonly region?: string;
  readonly bucket?: string;
  readonly roleArn?: string;
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

/** Registers buckets with Logz.io, each once however often it is asked for. */
export async function register(options: RegisterOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const file = findConfigFile(options, context);
  const wanted = wantedFetchers(options, file);
  const api = logzioApi(apiOptionsFor(options, file), context);
  const arn = wanted.length === 0 ? "" : await findRoleArn(awsOptionsFor(options, file), file, context);
  output.progress("asking Logz.io what is registered");
  const registered = [...(await api.listFetchers())];
  const registrations: Registration[] = [];
  const note = (registration: Registration): void => {
    registrations.push(registration);
    const { place, outcome, id, text } = registration;
    const detail = text === "" ? "" : `: ${text}`;
    const style = outcome === "not registered" ? "red" : "green";
    output.line(`${output.paint(style, outcome)}  ${id === undefined ? "" : `${id}  `}${place}${detail}`);
  };
  const patience = new Patience(options.wait, context);
  for (const one of wanted) note(await place(api, registered, { ...one, arn }, { options, patience }));
  if (options.bucket === undefined) for (const one of leftToTerraform(file, registered)) note(one);
  if (registrations.length === 0) output.line(nothingToDo(file));
  output.result({ registrations });
  return registrations.some(({ outcome }) => outcome === "not registered")
    ? exitCodes.negative
    : exitCodes.success;
}

type Wanted = WantedFetcher & { readonly arn: string };

interface Conditions {
  readonly options: RegisterOptions;
  readonly patience: Patience;
}

/** Registers one bucket, or brings what is registered to what is wanted. `registered` learns of it. */
async function place(
  api: LogzioApi,
  registered: Fetcher[],
  wanted: Wanted,
  { options, patience }: Conditions,
): Promise<Registration> {
  const name = placeOf(wanted);
  const known = registered.find(
    (one) => samePlace(one, wanted) && one.logsType === wanted.logsType && one.arn === wanted.arn,
  );
  try {
    if (known !== undefined) return await bringUpToDate(api, known, wanted, patience);
    const twice = options.allowOverlap === true ? undefined : fetchedAlready(registered, wanted);
    if (twice !== undefined) return { place: name, outcome: "not registered", text: twice };
    const settings: FetcherSettings = { active: true, addS3ObjectKeyAsLogField: false, ...wanted };
    const made = await patience.save(`registering ${name}`, () => api.createFetcher(settings));
    registered.push(made);
    return { place: name, outcome: "created", id: made.id, text: made.active ? "" : "inactive" };
  } catch (error) {
    // One bucket's trouble is not the others', unless nothing will work.
    if (!(error instanceof ApiError) || error instanceof ApiTokenRefused) throw error;
    return { place: name, outcome: "not registered", text: error.message };
  }
}

async function bringUpToDate(
  api: LogzioApi,
  known: Fetcher,
  wanted: Wanted,
  patience: Patience,
): Promise<Registration> {
  const changes = differences(known, wanted);
  const { id } = known;
  if (changes.length === 0) return { place: placeOf(wanted), outcome: "unchanged", id, text: "" };
  await patience.save(`changing ${id}`, () => api.updateFetcher(id, { ...settingsOf(known), ...wanted }));
  return { place: placeOf(wanted), outcome: "updated", id, text: changes.join(", ") };
}

/** Why registering it would have the same objects shipped twice; undefined where it would not. */
function fetchedAlready(registered: readonly Fetcher[], wanted: Wanted): string | undefined {
  const same = registered.find((one) => samePlace(one, wanted) && one.logsType === wanted.logsType);
  if (same !== undefined) {
    return (
      `${same.id} fetches it with ${same.arn ?? `key ${same.accessKey ?? "?"}`}; to change that: ` +
      `logzio-s3 connect update ${same.id} --role-arn ${wanted.arn}`
    );
  }
  if (wanted.active === false) return undefined;
  const other = registered.find((one) => one.active && overlaps(one, wanted));
  if (other === undefined) return undefined;
  return (
    `${other.id} fetches ${placeOf(other)} (${other.logsType}) already, and what both hold would be shipped twice; change it with ` +
    `logzio-s3 connect update ${other.id}, remove it, or write --allow-overlap`
  );
}

/** Entries that the deployment registers, with what is there of them. */
function leftToTerraform(file: ConfigFile | undefined, registered: readonly Fetcher[]): Registration[] {
  return (file?.access?.buckets ?? []).flatMap(({ bucket, prefix, register: entry }): Registration[] => {
    if (entry === undefined) return [];
    const found = registered.find((one) => samePlace(one, { bucket, prefix }) && one.logsType === entry.type);
    const place = placeOf({ bucket, prefix });
    return [
      found === undefined
        ? { place, outcome: "left to Terraform", text: "npx cdktf deploy registers it, and has not yet" }
        : { place, outcome: "left to Terraform", id: found.id, text: "registered" },
    ];
  });
}

function nothingToDo(file: ConfigFile | undefined): string {
  return file === undefined
    ? "There is no logzio.yaml that says what to register; name a bucket with --bucket and --type."
    : `${file.path} has no bucket under access.buckets; write one, or name it with --bucket and --type.`;
}
