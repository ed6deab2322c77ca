import { apiRegion, isFetcherRegion } from "../../constructs/access/fetcher-regions";
import { messageOf } from "../../lambdas/runtime/errors";
import { settingsOf } from "../connect/fetchers";
import { CredentialsRefused } from "../logzio-api/errors";
import type { Archive, AssumeRoleDetails, Fetcher, FetcherSettings } from "../logzio-api/types";
import { unknownSettings } from "../logzio-api/unknown-settings";
import { CommandError } from "../program/errors";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { Reader } from "./reader";
import type { BucketSettings } from "./settings";
import { tryRegistration } from "./try-registration";

/** The part of Logz.io's API that proves a path, or not. */
export interface RegistrationProbe {
  assumeRoleDetails(): Promise<AssumeRoleDetails>;
  listFetchers(): Promise<readonly Fetcher[]>;
  /** @throws CredentialsRefused where AWS refuses Logz.io */
  createFetcher(settings: FetcherSettings): Promise<Fetcher>;
  /** @throws CredentialsRefused where AWS refuses Logz.io */
  updateFetcher(id: number, settings: FetcherSettings): Promise<Fetcher>;
  deleteFetcher(id: number): Promise<void>;
  listArchives(): Promise<readonly Archive[]>;
}

/** What Logz.io holds. */
export interface Registered {
  readonly fetchers: readonly Fetcher[];
  readonly archives: readonly Archive[];
}

export interface RegistrationOptions {
  readonly probe: RegistrationProbe;
  /** Why registered buckets are not saved again; undefined where they are, unchanged. */
  readonly notSaved: string | undefined;
  /** Whether a bucket that is not registered is registered inactive, and deleted at once. */
  readonly tryRegistration: boolean;
  /** For what must be done though the user has interrupted. */
  readonly cleanUp: () => RegistrationProbe;
  /** Tells of what may be left behind. */
  readonly warn: (text: string) => void;
}

const check = "registration";

/** Proves the whole path: Logz.io assumes the role and asks AWS whenever a fetcher is saved. */
export async function judgeRegistration(
  registered: Registered,
  reader: Reader,
  settings: BucketSettings,
  region: string | undefined,
  options: RegistrationOptions,
): Promise<Finding[]> {
  if (settings.use === "archive") return [judgeArchive(registered.archives, reader, settings)];
  const claim = "That Logz.io gets through to the bucket";
  if (reader.kind === "user") {
    return [
      notProven(check, claim, "to ask AWS again, Logz.io needs the secret key, which is not known here"),
    ];
  }
  const ofBucket = registered.fetchers.filter(({ bucket }) => bucket === settings.bucket);
  const same = ofBucket.filter(({ prefix, arn }) => (prefix ?? "") === settings.prefix && arn === reader.arn);
  if (same.length > 0) {
    const findings: Finding[] = [];
    for (const fetcher of same) findings.push(await saveAgain(fetcher, options));
    return findings;
  }
  if (options.tryRegistration) return [await tryBucket(registered, reader, settings, region, options)];
  const others = ofBucket.map(
    ({ id, prefix, arn }) => `${id} (prefix ${prefix ?? ""}, ${arn ?? "access key"})`,
  );
  const where = others.length === 0 ? "" : `; the bucket is registered otherwise, as ${others.join(", ")}`;
  const reason = `the bucket is not registered with this role and prefix${where}. Register it (logzio-s3 connect register), or let --try-registration try it`;
  return [notProven(check, claim, reason)];
}

async function saveAgain(fetcher: Fetcher, { probe, notSaved }: RegistrationOptions): Promise<Finding> {
  const { id, active } = fetcher;
  const claim = `Logz.io gets through to the bucket: fetcher ${id} was saved again, unchanged`;
  const unknown = unknownSettings(fetcher);
  const reason =
    unknown.length === 0
      ? notSaved
      : `it has settings that this command does not know and could not write again (${unknown.join(", ")})`;
  if (reason !== undefined)
    return notProven(check, `That Logz.io gets through to the bucket (fetcher ${id})`, reason);
  try {
    await probe.updateFetcher(id, settingsOf(fetcher));
    return proven(check, `${claim}${active ? "" : " (it is not active)"}`);
  } catch (error) {
    return refusedFinding(error, `fetcher ${id} was to be saved again`);
  }
}

async function tryBucket(
  { fetchers }: Registered,
  { arn }: Reader,
  { bucket, prefix, type, region: configured }: BucketSettings,
  actual: string | undefined,
  options: RegistrationOptions,
): Promise<Finding> {
  const code = actual ?? configured;
  const region = code !== undefined && isFetcherRegion(code) ? apiRegion(code) : undefined;
  if (region === undefined) {
    const reason =
      code === undefined ? "its region is not known" : `Logz.io's fetcher does not read from ${code}`;
    return notProven(check, "That Logz.io gets through to the bucket", reason);
  }
  const settings: FetcherSettings = {
    ...{ bucket, region, arn, logsType: type ?? "other", active: false, addS3ObjectKeyAsLogField: false },
    ...(prefix === "" ? {} : { prefix }),
  };
  try {
    await tryRegistration(options, settings, fetchers);
    return proven(
      check,
      "Logz.io gets through to the bucket: it was registered, inactive, and deleted again",
    );
  } catch (error) {
    return refusedFinding(error, "it was to be registered, inactive");
  }
}

function refusedFinding(error: unknown, trying: string): Finding {
  if (error instanceof CredentialsRefused) {
    return wrong(check, `AWS refused Logz.io when ${trying} (403)`, {
      instruction: "correct what is marked wrong above; where nothing is, look at what could not be proven",
    });
  }
  if (error instanceof CommandError)
    return notProven(check, "That Logz.io gets through to the bucket", messageOf(error));
  throw error;
}

function judgeArchive(archives: readonly Archive[], reader: Reader, { bucket }: BucketSettings): Finding {
  const of = archives.filter(({ amazonS3StorageSettings: storage }) => {
    const path = storage?.path.replace(/^s3:\/\//, "").split("/")[0];
    return path === bucket && storage?.s3IamCredentials?.arn === reader.arn;
  });
  const claim = "That Logz.io gets through to the archive bucket";
  if (of.length === 0) return notProven(check, claim, "Logz.io has no archive in this bucket with this role");
  const ids = of.map(({ id }) => id).join(", ");
  return notProven(check, claim, `archive ${ids} is set up so, and an archive is not saved again for a test`);
}
