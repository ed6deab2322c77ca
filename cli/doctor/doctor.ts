import { awsFailure } from "../aws/session";
import { judgeBucketSection } from "./bucket-section";
import type { Clients } from "./clients";
import { notProven, proven, wrong, type Finding, type Report, type Section } from "./finding";
import { readLogzio, type LogzioReading } from "./logzio";
import {
  callerIdentity,
  insteadOf,
  ofAnotherAccount,
  readerFrom,
  readTrustPolicy,
  readUser,
  type Identity,
  type Reader,
} from "./reader";
import type { ReaderSettings } from "./settings";
import { simulator } from "./simulation";
import type { Surgery } from "./surgery";
import { assumeRole, type Assumed } from "./trial";
import { judgeTrust } from "./trust";

/** Runs every check on a reader and its buckets. @throws CommandError where AWS does not even tell who calls */
export async function examine(surgery: Surgery, readerSettings: ReaderSettings): Promise<Report> {
  const { settings, clients, registration } = surgery;
  surgery.progress("asking AWS who calls");
  const identity = await whoCalls(clients);
  const reader = readerFrom(readerSettings, identity);

  surgery.progress(`reading ${reader.arn}`);
  const { findings, assumed, unasked } =
    reader.kind === "role"
      ? await examineRole(surgery, reader, identity)
      : await examineUser(surgery, reader, identity);
  const readerSection = { kind: reader.kind, name: reader.arn, findings };

  surgery.progress("asking Logz.io");
  const logzio: LogzioReading =
    typeof registration === "string"
      ? { unread: registration, findings: [] }
      : await readLogzio(registration.probe, settings);

  const sections: Section[] = [readerSection, ...logzioSection(logzio)];
  const simulate = simulator(clients, reader, unasked);
  for (const [index, bucket] of settings.buckets.entries()) {
    surgery.signal.throwIfAborted();
    surgery.progress(`bucket ${bucket.bucket} (${index + 1} of ${settings.buckets.length})`);
    sections.push(await judgeBucketSection(surgery, bucket, { reader, simulate, logzio, assumed }));
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

interface Examined {
  readonly findings: readonly Finding[];
  readonly assumed: Assumed;
  /** Why AWS is not asked to simulate calls of the reader; undefined where it is. */
  readonly unasked: { readonly refused: string } | undefined;
}

async function examineRole(
  { clients, settings }: Surgery,
  reader: Reader,
  identity: Identity,
): Promise<Examined> {
  const elsewhere = ofAnotherAccount(reader, identity);
  const trust = elsewhere ?? (await readTrustPolicy(clients, reader));
  const assumed = await assumeRole(clients, reader, identity, trust, settings);
  if ("absent" in trust) return missing(reader, assumed);
  const findings =
    "refused" in trust
      ? [notProven("trust.policy", "Whom the role trusts", trust.refused)]
      : judgeTrust(trust.found, { ...settings, reader });
  return { findings: [...findings, ...assumed.findings], assumed, unasked: elsewhere };
}

async function examineUser({ clients }: Surgery, reader: Reader, identity: Identity): Promise<Examined> {
  const assumed = ofUser(reader, identity);
  const elsewhere = ofAnotherAccount(reader, identity);
  const user = elsewhere ?? (await readUser(clients, reader));
  if ("absent" in user) return missing(reader, assumed);
  const [check, claim] = ["user.exists", `There is a user ${reader.name}`];
  const finding = "refused" in user ? notProven(check, claim, user.refused) : proven(check, claim);
  return { findings: [finding], assumed, unasked: elsewhere };
}

function missing(reader: Reader, assumed: Assumed): Examined {
  const { kind, arn } = reader;
  const finding = wrong(`${kind}.exists`, `There is no ${kind} ${arn}`, { instruction: insteadOf(kind) });
  return { findings: [finding], assumed, unasked: { refused: `the ${kind} ${arn} does not exist` } };
}

/** A user's keys are its own: nobody assumes it. */
function ofUser(reader: Reader, { arn }: Identity): Assumed {
  const reason =
    arn === reader.arn
      ? ""
      : `the credentials in use are of ${arn}, and only those of the user itself can try its reads`;
  return { credentials: undefined, findings: [], reason };
}

function logzioSection({ findings }: LogzioReading): Section[] {
  return findings.length === 0 ? [] : [{ kind: "logzio", name: "", findings }];
}
