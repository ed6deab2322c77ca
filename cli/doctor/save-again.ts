import { messageOf } from "../../lambdas/runtime/errors";
import { differences, settingsOf } from "../connect/fetchers";
import { CredentialsRefused } from "../logzio-api/errors";
import type { Fetcher } from "../logzio-api/types";
import { unknownSettings } from "../logzio-api/unknown-settings";
import { CommandError } from "../program/errors";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { RegistrationOptions } from "./registration-probe";

const check = "registration";

/** Has Logz.io save a fetcher with the settings that it has, which makes it ask AWS. */
export async function saveAgain(
  { id }: Fetcher,
  { probe, notSaved, assignedExternalId }: RegistrationOptions,
): Promise<Finding> {
  const claim = `That Logz.io gets through to the bucket (fetcher ${id})`;
  if (notSaved !== undefined) return notProven(check, claim, notSaved);
  try {
    // As it is now: since the list was read, somebody may have paused it.
    const fetcher = await probe.findFetcher(id);
    if (fetcher === undefined) return notProven(check, claim, "it has just been deleted");
    const reason = notToBeSaved(fetcher, assignedExternalId);
    if (reason !== undefined) return notProven(check, claim, reason);
    await probe.updateFetcher(id, settingsOf(fetcher));
    const after = await probe.findFetcher(id);
    const changes = after === undefined ? ["it is gone"] : differences(fetcher, after);
    if (changes.length > 0) {
      const text = `Logz.io gets through to the bucket, and changed fetcher ${id} when it was saved again as it was (${changes.join(", ")})`;
      return wrong(check, text, { instruction: "put it back with logzio-s3 connect update" });
    }
    const state = fetcher.active ? "" : " (it is not active)";
    return proven(
      check,
      `Logz.io gets through to the bucket: fetcher ${id} was saved again, unchanged${state}`,
    );
  } catch (error) {
    return refusedFinding(error, `fetcher ${id} was to be saved again`);
  }
}

/** Why saving a fetcher might make another one of it. */
function notToBeSaved(fetcher: Fetcher, assignedExternalId: string | undefined): string | undefined {
  const unknown = unknownSettings(fetcher);
  if (unknown.length > 0)
    return `it has settings that this command does not know and could not write again (${unknown.join(", ")})`;
  // What is left out when saving gets its default: an inactive fetcher would begin to fetch.
  const kinds = {
    ...{ bucket: "string", region: "string", logsType: "string" },
    ...{ active: "boolean", addS3ObjectKeyAsLogField: "boolean" },
  } as const;
  const untold = Object.entries(kinds).flatMap(([setting, kind]) =>
    typeof fetcher[setting as keyof typeof kinds] === kind ? [] : [setting],
  );
  if (untold.length > 0)
    return `Logz.io does not show all of its settings (${untold.join(", ")}), and saving might change them`;
  const { externalId } = fetcher;
  if (typeof externalId === "string" && externalId !== assignedExternalId)
    return `it uses the external ID ${externalId}, and saving might have Logz.io send the one that it assigned`;
  return undefined;
}

/** What it means that Logz.io did not save. */
export function refusedFinding(error: unknown, trying: string): Finding {
  if (error instanceof CredentialsRefused) {
    const said = error.said === "" ? "" : `: ${error.said}`;
    return wrong(check, `AWS refused Logz.io when ${trying} (403${said})`, {
      instruction: "correct what is marked wrong above; where nothing is, look at what could not be proven",
    });
  }
  if (error instanceof CommandError)
    return notProven(check, "That Logz.io gets through to the bucket", messageOf(error));
  throw error;
}
