import { apiRegion, isFetcherRegion } from "../../constructs/access/fetcher-regions";
import type { Archive, FetcherSettings } from "../logzio-api/types";
import { notProven, proven, type Finding } from "./finding";
import type { Reader } from "./reader";
import type { Registered, RegistrationOptions } from "./registration-probe";
import { refusedFinding, saveAgain } from "./save-again";
import type { BucketSettings } from "./settings";
import { tryRegistration } from "./try-registration";

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
