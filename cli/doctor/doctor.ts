import { awsFailure } from "../aws/session";
import { judgeBucketSection } from "./bucket-section";
import type { Clients } from "./clients";
import { notProven, wrong, type Finding, type Report, type Section } from "./finding";
import { readLogzio, type LogzioReading } from "./logzio";
import type { Reading } from "./reading";
import { callerIdentity, readerFrom, readTrustPolicy, type Identity, type Reader } from "./reader";
import type { RegistrationOptions } from "./registration";
import type { DoctorSettings, ReaderSettings } from "./settings";
import { assumeRole, type Assumed } from "./trial";
import { judgeTrust } from "./trust";

/** What the checks are made with. */
export interface Surgery {
  readonly settings: DoctorSettings;
  readonly clients: Clients;
  /** How Logz.io's API is asked; or why it cannot be. */
  readonly registration: RegistrationOptions | string;
  readonly signal: AbortSignal;
  progress(text: string): void;
}

/** Runs every check on a reader and its buckets. @throws CommandError where AWS does not even tell who calls */
export async function examine(surgery: Surgery, readerSettings: ReaderSettings): Promise<Report> {
  const { settings, clients, registration } = surgery;
  surgery.progress("asking AWS who calls");
  const identity = await whoCalls(clients);
  const reader = readerFrom(readerSettings, identity);

  surgery.progress(`reading ${reader.arn}`);
  const trust: Reading<string> =
    reader.kind === "role" ? await readTrustPolicy(clients, reader, identity) : { absent: true };
  const missing = reader.kind === "role" && "absent" in trust;
  const assumed =
    reader.kind === "role"
      ? await assumeRole(clients, reader, identity, trust, settings)
      : ofUser(reader, identity);
  const readerSection = {
    kind: reader.kind,
    name: reader.arn,
    findings: judgeReader(reader, trust, assumed, settings),
  };

  surgery.progress("asking Logz.io");
  const logzio: LogzioReading =
    typeof registration === "string"
      ? { unread: registration, findings: [] }
      : await readLogzio(registration.probe, settings);

  const sections: Section[] = [readerSection, ...logzioSection(logzio)];
  for (const [index, bucket] of settings.buckets.entries()) {
    surgery.signal.throwIfAborted();
    surgery.progress(`bucket ${bucket.bucket} (${index + 1} of ${settings.buckets.length})`);
    sections.push(await judgeBucketSection(surgery, bucket, { reader, missing, logzio, assumed }));
  }
  return { sections };
}

async function whoCalls(clients: Clients): Promise<Identity> {
  try {
    return await callerIdentity(clients);
  } catch (error) {
    throw awsFailure("asking AWS who calls (sts:GetCallerIdentity)", error);
  }
}

/** A user's keys are its own: nobody assumes it. */
function ofUser(reader: Reader, { arn }: Identity): Assumed {
  const reason =
    arn === reader.arn
      ? ""
      : `the credentials in use are of ${arn}, and only those of the user itself can try its reads`;
  return { credentials: undefined, findings: [], reason };
}

function judgeReader(
  reader: Reader,
  trust: Reading<string>,
  assumed: Assumed,
  settings: DoctorSettings,
): Finding[] {
  if (reader.kind === "user") return [];
  if ("absent" in trust) {
    return [
      wrong("role.exists", `There is no role ${reader.arn}`, {
        instruction: "deploy it (npx cdktf deploy), or name the role that Logz.io uses with --role-arn",
      }),
    ];
  }
  if ("refused" in trust) {
    return [notProven("trust.policy", "Whom the role trusts", trust.refused), ...assumed.findings];
  }
  return [...judgeTrust(trust.found, { ...settings, reader }), ...assumed.findings];
}

function logzioSection({ findings }: LogzioReading): Section[] {
  return findings.length === 0 ? [] : [{ kind: "logzio", name: "", findings }];
}
