import type { Clients } from "./clients";
import { read, type Reading } from "./reading";
import type { ReaderSettings } from "./settings";

/** Who asks, as STS tells it. */
export interface Identity {
  /** An assumed role's is that of its session. */
  readonly arn: string;
  readonly accountId: string;
  readonly partition: string;
}

/** Who is to read the buckets. */
export interface Reader {
  readonly kind: "role" | "user";
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly partition: string;
}

/** @throws what STS throws: without credentials, nothing can be asked */
export async function callerIdentity({ sts, abort }: Clients): Promise<Identity> {
  const { Arn: arn = "", Account: accountId = "" } = await sts.getCallerIdentity({}, abort);
  return { arn, accountId, partition: arn.split(":")[1] ?? "aws" };
}

export function readerFrom(settings: ReaderSettings, identity: Identity): Reader {
  const { kind } = settings;
  const { partition, accountId } = identity;
  const arn =
    "arn" in settings
      ? settings.arn
      : `arn:${partition}:iam::${accountId}:${kind}${settings.path}${settings.name}`;
  const parts = arn.split(":");
  return {
    kind,
    arn,
    name: arn.split("/").at(-1) ?? "",
    accountId: parts[4] ?? "",
    partition: parts[1] ?? "aws",
  };
}

/** What to do where a reader does not exist. */
export function insteadOf(kind: Reader["kind"]): string {
  return `deploy it (npx cdktf deploy), or name the ${kind} that Logz.io uses with --${kind}-arn`;
}

/** Why IAM is not asked about a reader: it shows nothing of other accounts, and not even that something is there. */
export function ofAnotherAccount(
  { kind, accountId }: Reader,
  identity: Identity,
): { readonly refused: string } | undefined {
  if (accountId === identity.accountId) return undefined;
  return {
    refused: `the ${kind} is in account ${accountId}, and the credentials in use are of ${identity.accountId}; use credentials of its account`,
  };
}

/** The trust policy of a role, as text. */
export async function readTrustPolicy({ iam, abort }: Clients, reader: Reader): Promise<Reading<string>> {
  return read(
    "iam:GetRole",
    async () => {
      const { Role: role } = await iam.getRole({ RoleName: reader.name }, abort);
      // A role of that name under another path is another role.
      return role?.Arn === reader.arn ? decodeURIComponent(role.AssumeRolePolicyDocument ?? "") : undefined;
    },
    isNoSuchEntity,
  );
}

/** Whether there is a user. */
export async function readUser({ iam, abort }: Clients, reader: Reader): Promise<Reading<true>> {
  return read(
    "iam:GetUser",
    async () => {
      const { User: user } = await iam.getUser({ UserName: reader.name }, abort);
      return user?.Arn === reader.arn ? true : undefined;
    },
    isNoSuchEntity,
  );
}

export function isNoSuchEntity(errorName: string): boolean {
  return errorName === "NoSuchEntityException" || errorName === "NoSuchEntity";
}
