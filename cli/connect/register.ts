import { apiOptionsFor, awsOptionsFor, findConfigFile } from "../config-file/config-file";
import { ApiError, ApiTokenRefused } from "../logzio-api/errors";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { logzioApi } from "../logzio-api/settings";
import type { Fetcher, FetcherSettings } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { UsageError, type ExitCode } from "../program/errors";
import { BucketLook } from "./bucket-look";
import { differences, placeOf, samePlace, settingsWith } from "./fetchers";
import { Patience } from "./patience";
import { registerWithKey } from "./register-with-key";
import { fetchedAlready, Registrations, type RegisterOptions, type Registration } from "./registrations";
import { findRoleArn } from "./role";
import { checkTaken } from "./taken";
import { wantedFetchers, type WantedFetcher } from "./wanted";

/** Registers buckets with Logz.io, each once however often it is asked for. */
export async function register(options: RegisterOptions, context: CommandContext): Promise<ExitCode> {
  if (options.accessKey === true) return registerWithKey(options, context);
  const { output } = context;
  const file = findConfigFile(options, context);
  if (file?.access?.user !== undefined && options.roleArn === undefined) {
    const place = file.place(["access", "user"]);
    throw new UsageError(`${place} has Logz.io read with access keys; write --access-key, which makes one`);
  }
  const wanted = wantedFetchers(options, file);
  const api = logzioApi(apiOptionsFor(options, file), context);
  const arn = wanted.length === 0 ? "" : await findRoleArn(awsOptionsFor(options, file), file, context);
  output.progress("asking Logz.io what is registered");
  const registered = [...(await api.listFetchers())];
  const registrations = new Registrations(output);
  const patience = new Patience(options.wait, context);
  const look = new BucketLook(awsOptionsFor(options, file), context);
  try {
    for (const one of wanted) {
      registrations.add(await place(api, registered, { ...one, arn }, { options, patience, look }));
    }
  } finally {
    look.close();
  }
  if (options.bucket === undefined) registrations.addLeftToTerraform(file, registered);
  return registrations.finish(file);
}

type Wanted = WantedFetcher & { readonly arn: string };

interface Conditions {
  readonly options: RegisterOptions;
  readonly patience: Patience;
  readonly look: BucketLook;
}

/** Registers one bucket, or brings what is registered to what is wanted. `registered` learns of it. */
async function place(
  api: LogzioApi,
  registered: Fetcher[],
  wanted: Wanted,
  { options, patience, look }: Conditions,
): Promise<Registration> {
  const name = placeOf(wanted);
  const known = registered.find(
    (one) => samePlace(one, wanted) && one.logsType === wanted.logsType && one.arn === wanted.arn,
  );
  try {
    if (known !== undefined) return await bringUpToDate(api, known, wanted, patience);
    const instead = `logzio-s3 connect update ID --role-arn ${wanted.arn}`;
    const twice = options.allowOverlap === true ? undefined : fetchedAlready(registered, wanted, instead);
    const objection = twice ?? (await look.objection(wanted));
    if (objection !== undefined) return { place: name, outcome: "not registered", text: objection };
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
  const changed = await patience.saveAgain(`changing ${id}`, known, () =>
    api.updateFetcher(id, settingsWith(known, wanted)),
  );
  checkTaken(changed, wanted);
  return { place: placeOf(wanted), outcome: "updated", id, text: changes.join(", ") };
}
