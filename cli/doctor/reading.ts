import { awsReason, isAccessDenied } from "../aws/session";

/** What came of reading something of AWS. */
export type Reading<Value> =
  | { readonly found: Value }
  /** It does not exist. */
  | { readonly absent: true }
  /** It could not be read, for this reason. */
  | { readonly refused: string };

/** Reads something; what AWS refuses to show is a reason, not a failure. @param permission such as `iam:GetRole` */
export async function read<Value>(
  permission: string,
  call: () => Promise<Value | undefined>,
  isAbsent: (errorName: string) => boolean = () => false,
): Promise<Reading<Value>> {
  try {
    const found = await call();
    return found === undefined ? { absent: true } : { found };
  } catch (error) {
    const { name = "" } = error as { name?: string };
    if (name === "AbortError") throw error;
    if (isAbsent(name)) return { absent: true };
    return { refused: refusal(permission, error) };
  }
}

/** Why a call came to nothing, and what helps. */
export function refusal(permission: string, error: unknown): string {
  if (isAccessDenied(error)) return `AWS refuses ${permission} to the credentials in use; allow it to them`;
  return `${permission} failed (${awsReason(error)})`;
}
