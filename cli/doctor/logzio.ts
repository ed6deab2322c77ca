import { messageOf } from "../../lambdas/runtime/errors";
import { ApiError } from "../logzio-api/errors";
import type { AssumeRoleDetails } from "../logzio-api/types";
import { CommandError } from "../program/errors";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { Registered, RegistrationProbe } from "./registration-probe";
import type { DoctorSettings } from "./settings";

/** What Logz.io's API said, or why it said nothing. */
export type LogzioReading =
  | {
      readonly registered: Registered;
      readonly findings: readonly Finding[];
      /** Undefined where Logz.io did not tell. */
      readonly assignedExternalId: string | undefined;
      /** Why saving a fetcher might change which external ID Logz.io sends for it; undefined where it would not. */
      readonly notSaved: string | undefined;
    }
  | { readonly unread: string; readonly findings: readonly Finding[] };

const externalIdCheck = "logzio.external-id";

/** Reads what Logz.io holds, and compares its account and external ID with the configured ones. */
export async function readLogzio(probe: RegistrationProbe, settings: DoctorSettings): Promise<LogzioReading> {
  const assigned = settings.reader?.kind === "user" ? undefined : await assignedBy(probe);
  const findings = assigned === undefined ? [] : judgeAssigned(assigned, settings);
  // The API was tried for half a minute, and would be for another.
  if (assigned instanceof ApiError && assigned.status === undefined) {
    return { unread: assigned.message, findings };
  }
  try {
    const withArchives = settings.buckets.some(({ use }) => use === "archive");
    const fetchers = await probe.listFetchers();
    const archives = withArchives ? await probe.listArchives() : [];
    const told = assigned instanceof CommandError ? undefined : assigned?.assignedExternalId;
    return {
      registered: { fetchers, archives },
      findings,
      assignedExternalId: told,
      notSaved: mightChange(told, settings.externalIds),
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { unread: messageOf(error), findings };
  }
}

/** A role that does not accept the assigned external ID may serve a fetcher that was saved before it was assigned. */
function mightChange(assigned: string | undefined, configured: readonly string[]): string | undefined {
  if (assigned === undefined)
    return "saving might have Logz.io send another external ID, since it does not tell which one it assigned";
  if (configured.includes(assigned)) return undefined;
  return "saving might have Logz.io send the other external ID, which it assigned, and the fetcher fail that works now";
}

/** What Logz.io assigned, or why it did not tell. */
async function assignedBy(probe: RegistrationProbe): Promise<AssumeRoleDetails | CommandError> {
  try {
    return await probe.assumeRoleDetails();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

function judgeAssigned(
  assigned: AssumeRoleDetails | CommandError,
  { logzioAccountId, externalIds }: DoctorSettings,
): Finding[] {
  const claims = [
    "That the configured AWS account is Logz.io's",
    "That the configured external ID is the one that Logz.io assigned",
  ];
  const [account, external] = ["logzio.account-id", externalIdCheck];
  if (assigned instanceof CommandError) {
    return [
      notProven(account, claims[0], assigned.message),
      notProven(external, claims[1], assigned.message),
    ];
  }
  const { logzioAWSAccountId: assignedAccount, assignedExternalId } = assigned;
  return [
    compare(account, logzioAccountId === undefined ? [] : [logzioAccountId], assignedAccount, {
      same: `Logz.io's API confirms its AWS account ${assignedAccount}`,
      none: claims[0],
      other: `Logz.io's AWS account is ${assignedAccount}, and ${logzioAccountId ?? ""} is configured`,
      instruction: `write into logzio.yaml: access.logzioAccountId: "${assignedAccount}"`,
    }),
    compare(external, externalIds, assignedExternalId, {
      same: `Logz.io's API confirms the external ID ${assignedExternalId}`,
      none: claims[1],
      other: `Logz.io assigned the external ID ${assignedExternalId}, which is not configured: what is saved from now on would be refused`,
      instruction: "move to it with logzio-s3 migrate-external-id",
    }),
  ];
}

interface Texts {
  readonly same: string;
  readonly none: string;
  readonly other: string;
  readonly instruction: string;
}

function compare(check: string, configured: readonly string[], assigned: string, texts: Texts): Finding {
  if (configured.includes(assigned)) return proven(check, texts.same);
  if (configured.length === 0)
    return notProven(check, texts.none, `none is configured; Logz.io says ${assigned}`);
  return wrong(check, texts.other, { instruction: texts.instruction });
}
