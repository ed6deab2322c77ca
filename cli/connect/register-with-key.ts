import { apiOptionsFor, awsOptionsFor, findConfigFile } from "../config-file/config-file";
import { ApiError } from "../logzio-api/errors";
import type { LogzioApi } from "../logzio-api/logzio-api";
import type { Fetcher } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { CommandError, UsageError, type ExitCode } from "../program/errors";
import { BucketLook } from "./bucket-look";
import { differences, overlaps, placeOf, samePlace } from "./fetchers";
import { countOf, describeHolders, holdersOf, moveToKey, type KeyHolders } from "./key-holders";
import { withNewKey } from "./new-key";
import { Patience } from "./patience";
import { fetchedAlready, Registrations, type RegisterOptions } from "./registrations";
import { retire, steadyApi, userNameFor } from "./rotate-key";
import { keysPerUser, UserKeys, type NewKey } from "./user-keys";
import { wantedFetchers, type WantedFetcher } from "./wanted";

/** Registers buckets with a new access key of the IAM user. Its secret goes to Logz.io in the same run, and nowhere else. */
export async function registerWithKey(options: RegisterOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  if (options.roleArn !== undefined) throw new UsageError("write either --access-key or --role-arn");
  const file = findConfigFile(options, context);
  const wanted = wantedFetchers(options, file);
  const api = steadyApi(apiOptionsFor(options, file), context);
  const aws = awsOptionsFor(options, file);
  const keys = new UserKeys(userNameFor(options, file), aws);
  const look = new BucketLook(aws, context);
  try {
    output.progress("asking Logz.io and AWS what is there");
    const registered = [...(await api.listFetchers())];
    const ofUser = (await keys.list()).map(({ id }) => id);
    const registrations = new Registrations(output);
    const missing: WantedFetcher[] = [];
    for (const one of wanted) {
      const known = registered.find(isLike(one, ofUser));
      const twice =
        options.allowOverlap === true
          ? undefined
          : (fetchedAlready(registered, one, "remove it first") ?? wantedTwice(missing, one));
      const objection = known === undefined ? (twice ?? (await look.objection(one))) : undefined;
      if (known !== undefined) noteKnown(registrations, known, one);
      else if (objection === undefined) missing.push(one);
      else registrations.add({ place: placeOf(one), outcome: "not registered", text: objection });
    }
    if (missing.length > 0) {
      const other = await roomForKey(api, keys, ofUser, options, context);
      const patience = new Patience(options.wait, context);
      await withNewKey(keys, api, context, async (key) => {
        await registerAll(api, missing, key, { registrations, patience });
        if (other === undefined) return;
        await moveToKey(api, other.holders, key, { patience });
        await retire({ api, keys }, other.id);
        output.line(`changed  ${describeHolders(other.holders)}: access key ${other.id} → ${key.id}`);
      });
    }
    if (options.bucket === undefined) registrations.addLeftToTerraform(file, registered);
    return registrations.finish(file);
  } finally {
    look.close();
    keys.close();
  }
}

/** Why two of those that are wanted would have the same objects shipped twice. */
function wantedTwice(missing: readonly WantedFetcher[], wanted: WantedFetcher): string | undefined {
  const other = wanted.active === false ? undefined : missing.find((one) => overlaps(one, wanted));
  if (other === undefined) return undefined;
  return `${placeOf(other)} is registered too, and what both hold would be shipped twice; or write --allow-overlap`;
}

function isLike(wanted: WantedFetcher, keyIds: readonly string[]): (fetcher: Fetcher) => boolean {
  return (one) =>
    samePlace(one, wanted) && one.logsType === wanted.logsType && keyIds.includes(one.accessKey ?? "");
}

function noteKnown(registrations: Registrations, known: Fetcher, wanted: WantedFetcher): void {
  const changes = differences(known, wanted);
  const { id } = known;
  registrations.add(
    changes.length === 0
      ? { place: placeOf(wanted), outcome: "unchanged", id, text: "" }
      : {
          place: placeOf(wanted),
          outcome: "not registered",
          id,
          text: `it differs (${changes.join(", ")}), and a change needs a new key: logzio-s3 connect rotate-key ${id} takes the same options`,
        },
  );
}

interface OtherKey {
  readonly id: string;
  readonly holders: KeyHolders;
}

/**
 * A user has two keys at the most. What Logz.io uses already gets the new key too, so that one place stays free for the
 * next rotation: the secret of a key is not to be had again, not even for another bucket.
 */
async function roomForKey(
  api: LogzioApi,
  keys: UserKeys,
  ofUser: readonly string[],
  options: RegisterOptions,
  context: CommandContext,
): Promise<OtherKey | undefined> {
  const id = ofUser.at(0);
  if (ofUser.length >= keysPerUser) {
    const uses = await Promise.all(ofUser.map(async (key) => `${key}, ${await keys.lastUse(key)}`));
    throw new CommandError(
      `the user ${keys.userName} has ${ofUser.length} access keys, the most that AWS allows (${uses.join("; ")}). Look which ` +
        `are in use (logzio-s3 connect list; aws iam list-access-keys --user-name ${keys.userName}) and delete one, ` +
        "or have logzio-s3 connect rotate-key ID clear up",
    );
  }
  if (id === undefined) return undefined;
  const holders = await holdersOf(api, id);
  if (countOf(holders) === 0) {
    context.output.warn(
      `the user ${keys.userName} has a key that this Logz.io account does not use: ${id}, ${await keys.lastUse(id)}. With ` +
        "the new one AWS allows no third, so delete it before the next rotation if nothing needs it",
    );
    return undefined;
  }
  const question =
    `Logz.io reads with the key ${id} of the user ${keys.userName} for ${describeHolders(holders)}. They get the new key ` +
    "too, and the old one is deleted. Go on?";
  if (options.yes === true || (await context.confirm(question))) return { id, holders };
  throw new CommandError("nothing was changed");
}

async function registerAll(
  api: LogzioApi,
  wanted: readonly WantedFetcher[],
  key: NewKey,
  { registrations, patience }: { readonly registrations: Registrations; readonly patience: Patience },
): Promise<void> {
  let made = 0;
  let refusal: ApiError | undefined;
  for (const one of wanted) {
    const place = placeOf(one);
    const settings = {
      active: true,
      addS3ObjectKeyAsLogField: false,
      ...one,
      accessKey: key.id,
      secretKey: key.secret,
    };
    try {
      const { id, active } = await patience.save(`registering ${place}`, () => api.createFetcher(settings));
      made++;
      registrations.add({ place, outcome: "created", id, text: active ? "" : "inactive" });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
      registrations.add({ place, outcome: "not registered", text: error.message });
    }
  }
  // Nothing has the key, so it goes.
  if (made === 0 && refusal !== undefined) throw refusal;
}
