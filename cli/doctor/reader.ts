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

/** The trust policy of a role, as text. */
export async function readTrustPolicy(
  { iam, abort }: Clients,
  reader: Reader,
  identity: Identity,
): Promise<Reading<string>> {
  if (reader.accountId !== identity.accountId) {
    return {
      refused: `the role is in account ${reader.accountId}, and the credentials in use are of ${identity.accountId}; use credentials of its account`,
    };
  }
  return read(
    "iam:GetRole",
    async () => {
      const { Role: role } = await iam.getRole({ RoleName: reader.name }, abort);
      // A role of that name under another path is another role.
      return role?.Arn === reader.arn ? decodeURIComponent(role.AssumeRolePolicyDocument ?? "") : undefined;
    },
    (name) => name === "NoSuchEntityException" || name === "NoSuchEntity",
  );
}
