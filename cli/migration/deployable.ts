import { MigrationRefused } from "./errors";

/** IDs that `access.externalIds` takes. Source: constructs/access/fetcher-role-rules.ts. */
const mostExternalIds = 2;

/**
 * What a role of this project's Terraform is to accept while its configurations are moved: the new external ID, and the
 * old one that they hold. Old ones that none of them holds can go at once.
 * @param held external ID of each configuration, undefined where Logz.io does not show it
 * @throws MigrationRefused where that is more than the role takes
 */
export function deployableIds(
  accepted: readonly string[],
  held: readonly (string | undefined)[],
  externalId: string,
): readonly string[] {
  const old = accepted.filter((id) => id !== externalId);
  if (old.length < mostExternalIds) return [...old, externalId];
  const needed = held.includes(undefined) ? old : old.filter((id) => held.includes(id));
  if (needed.length < mostExternalIds) return [...needed, externalId];
  throw new MigrationRefused(
    `The configurations may hold ${needed.join(" or ")}, so the role would have to accept these and the new ${externalId}; ` +
      `access.externalIds in logzio.yaml takes ${mostExternalIds} at most. Nothing was changed.\n` +
      `Deploy a second role that accepts only ${externalId} (a logzio.yaml of its own, with stack: and access.role.name), ` +
      "and run the command again with --new-role ARN: it moves the configurations there",
  );
}
