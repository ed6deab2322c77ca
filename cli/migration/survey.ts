import type { AccessConfig } from "../../config/access-schema";
import type { ConfigFile } from "../config-file/parse";
import type { LogzioApi } from "../logzio-api/logzio-api";
import { placeOf, roleOf, type Configuration } from "./configuration";
import type { Configurations } from "./configurations";
import { MigrationRefused } from "./errors";
import { examineNewRole, type Assignment, type NewRole } from "./new-role";
import { isRoleArn, roleName, type Role, type Roles } from "./role";
import { TrustPolicy } from "./trust-policy";

/** What was read before anything is planned. */
export interface Survey {
  readonly assigned: Assignment;
  readonly role: { readonly name: string; readonly arn: string };
  /** What uses the role, of the Logz.io account of the token. */
  readonly configurations: readonly Configuration[];
  /** Of the first procedure. */
  readonly inUse?: {
    readonly role: Role;
    readonly trust: TrustPolicy;
    readonly terraform: string | undefined;
  };
  /** Of the second procedure, with what uses it already. */
  readonly newRole?: NewRole & { readonly configurations: readonly Configuration[] };
}

export interface SurveyRequest {
  readonly role: string;
  readonly newRole?: string;
}

export async function survey(
  request: SurveyRequest,
  api: LogzioApi,
  configurations: Configurations,
  roles: Roles,
  file: ConfigFile | undefined,
): Promise<Survey> {
  const details = await api.assumeRoleDetails();
  const assigned = { logzioAccountId: details.logzioAWSAccountId, externalId: details.assignedExternalId };
  if (request.newRole === undefined) {
    const role = await roles.read(request.role);
    const inUse = {
      role,
      trust: TrustPolicy.read(role.trustPolicy, assigned.logzioAccountId),
      terraform: inTerraform(role, file),
    };
    return { assigned, role, inUse, configurations: await configurations.ofRole(role.arn) };
  }
  // The old role is left alone, and may be where these credentials cannot read it.
  const arn = isRoleArn(request.role) ? request.role : (await roles.read(request.role)).arn;
  if (arn === request.newRole) {
    throw new MigrationRefused(
      "--role and --new-role are the same; leave --new-role out to change the external ID in the role that is there",
    );
  }
  const newRole = await examineNewRole(roles, request.newRole, assigned);
  const all = await configurations.list();
  const using = (role: string): Configuration[] => all.filter((one) => roleOf(one) === role);
  return {
    assigned,
    role: { name: roleName(arn), arn },
    configurations: using(arn),
    newRole: { ...newRole, configurations: using(newRole.arn) },
  };
}

/** Why the role's trust policy is taken for Terraform's; undefined where it is not. */
function inTerraform({ name, tags }: Role, file: ConfigFile | undefined): string | undefined {
  if (tags["managed-by"] === "cdktf-logzio-s3") return "its tag managed-by is cdktf-logzio-s3";
  return file?.access !== undefined && names(file.access, name) ? `${file.path} describes it` : undefined;
}

function names({ role, user }: AccessConfig, name: string): boolean {
  if (user !== undefined) return false;
  if (role?.namePrefix !== undefined) return name.startsWith(role.namePrefix);
  // Source: FetcherRole, `name`.
  return name === (role?.name ?? "logzio-s3-fetcher");
}

/** The form of IDs that Logz.io generates, one for each of its accounts. Source: Logz.io docs, "Give AWS access". */
const generated = /^logzio:aws:extid:/;

/**
 * The external IDs that the role accepts now and is not to accept in the end. What another Logz.io account may send is
 * none of them: it would be locked out.
 * @throws MigrationRefused where one may belong to another account, unless the user says that none does
 */
export function idsToRetire(
  { externalIds }: TrustPolicy,
  configurations: readonly Configuration[],
  externalId: string,
  onlyThisAccount: boolean,
): string[] {
  const retired = externalIds.filter((id) => id !== externalId);
  const unexplained = retired.filter((id) => !configurations.some((one) => one.externalId === id));
  const foreign = unexplained.filter((id) => generated.test(id) || retired.length > 1);
  if (foreign.length === 0 || onlyThisAccount) return retired;
  throw new MigrationRefused(
    `The role accepts ${foreign.join(" and ")}, which no configuration of this Logz.io account is known to use: other ` +
      "Logz.io accounts seem to use the role, and would be locked out. Nothing was changed.\n" +
      "Give each account a role of its own, with --new-role ARN and the API token of one account after the other. If you " +
      "are sure that no other account uses the role, add --only-this-account",
  );
}

/** Places that more than one fetcher reads: each object there is shipped as often. */
export function readTwice(configurations: readonly Configuration[]): string[] {
  const places = configurations.filter(({ kind }) => kind === "fetcher").map(placeOf);
  return [...new Set(places.filter((place, index) => places.indexOf(place) < index))];
}
