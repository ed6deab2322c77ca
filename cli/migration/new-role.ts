import { nameOf as statementName } from "../policies/document";
import { admission } from "./admission";
import { MigrationRefused } from "./errors";
import type { Migration, Target } from "./migration";
import { moveAll } from "./move";
import { IamDenied, isRoleArn, NoSuchRole, type Roles } from "./role";
import { TrustPolicy } from "./trust-policy";

/** What is known of the new role of the second procedure. */
export interface NewRole {
  readonly arn: string;
  readonly otherIds: Target["otherIds"];
  /** What could not be found out, or should be better. */
  readonly warnings: readonly string[];
}

/**
 * The second procedure: the configurations of one Logz.io account are moved to a role of their own. The old role stays
 * as it is, for other accounts use it.
 */
export async function migrateToNewRole(migration: Migration, newRole: NewRole): Promise<void> {
  const { externalId } = migration.journal.content;
  const settledBy = Date.now() + migration.pauses.patienceMs;
  await moveAll(migration, { role: newRole.arn, externalId, otherIds: newRole.otherIds, settledBy });
}

export interface Assignment {
  readonly logzioAccountId: string;
  readonly externalId: string;
}

/** Looks at the new role's trust policy. @throws MigrationRefused where it does not let Logz.io in with the new ID */
export async function examineNewRole(roles: Roles, arn: string, assigned: Assignment): Promise<NewRole> {
  if (!isRoleArn(arn)) {
    throw new MigrationRefused(
      `--new-role is "${arn}"; write the ARN of the role, which its deployment prints`,
    );
  }
  let trustPolicy: string;
  try {
    ({ trustPolicy } = await roles.read(arn));
  } catch (error) {
    if (error instanceof NoSuchRole) {
      throw new MigrationRefused(`${error.message}\n${howToMake(assigned)}`);
    }
    if (!(error instanceof IamDenied)) throw error;
    const warning = `${error.message}; whether the new role lets Logz.io in shows only when Logz.io saves a configuration`;
    return { arn, otherIds: "not known", warnings: [warning] };
  }
  return { arn, ...judge(trustPolicy, assigned) };
}

function judge(
  trustPolicy: string,
  { logzioAccountId, externalId }: Assignment,
): Pick<NewRole, "otherIds" | "warnings"> {
  const decision = admission(trustPolicy, logzioAccountId, externalId);
  if (decision.outcome === "denied") {
    const because =
      decision.statement === undefined
        ? "no statement of its trust policy does"
        : `${statementName(decision.statement)} of its trust policy denies it`;
    throw new MigrationRefused(
      `The new role does not let Logz.io's account ${logzioAccountId} in with the external ID ${externalId}: ${because}. ` +
        `Nothing was changed.\n${howToMake({ logzioAccountId, externalId })}`,
    );
  }
  const warnings =
    decision.outcome === "unknown"
      ? [
          `Whether the new role lets Logz.io in is not certain (${decision.reasons.join("; ")}); it shows when Logz.io saves`,
        ]
      : [];
  if (admission(trustPolicy, logzioAccountId, undefined).outcome === "allowed") {
    warnings.push(
      "The new role lets Logz.io in without an external ID too, so any customer of Logz.io could name it; add the " +
        "condition on sts:ExternalId",
    );
  }
  return { otherIds: acceptsOnly(trustPolicy, logzioAccountId, externalId) ? "none" : "some", warnings };
}

function acceptsOnly(trustPolicy: string, logzioAccountId: string, externalId: string): boolean {
  try {
    return TrustPolicy.read(trustPolicy, logzioAccountId).acceptsOnly(externalId);
  } catch (error) {
    if (error instanceof MigrationRefused) return false;
    throw error;
  }
}

/** The role itself is a deployment of its own: it needs the buckets and keys. */
function howToMake({ logzioAccountId, externalId }: Assignment): string {
  return `Make the role with a logzio.yaml of its own, and npx cdktf deploy:
    access:
      logzioAccountId: "${logzioAccountId}"
      externalIds:
        - ${JSON.stringify(externalId)}
      role:
        name: …
      buckets:
        - bucket: …
Then run the command again with the ARN that the deployment prints.`;
}
