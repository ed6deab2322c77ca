import type { Listed, Principals } from "./document";
import { anyOf, Unknown, type Ternary } from "./ternary";

/** Who makes a request. */
export type Caller =
  /** Someone of an account; which of its principals is not known. */
  | { readonly accountId: string }
  /** An IAM user, or a role in a session of it, by ARN. */
  | { readonly arn: string };

export interface PrincipalMatch {
  readonly matched: Ternary;
  /** Whether the caller is meant only as one of its account, so that the account's own policies have their say too. */
  readonly asAccount: boolean;
}

/** Whether a statement is about the caller. Source: IAM JSON policy elements, "Principal" and "NotPrincipal". */
export function principalMatches(listed: Listed<Principals>, caller: Caller): PrincipalMatch {
  if ("not" in listed) return { matched: excluded(listed.not, caller), asAccount: false };
  const names = listed.is["AWS"] ?? [];
  const direct = anyOf([
    ...names.filter((name) => accountIn(name) === undefined).map((name) => named(name, caller)),
    ...(listed.is["CanonicalUser"] ?? []).map(canonical),
  ]);
  const account = names.some((name) => accountIn(name) === accountOf(caller));
  return account && direct !== true
    ? { matched: true, asAccount: true }
    : { matched: direct, asAccount: false };
}

/** The account of a principal that stands for a whole account: its ID, or the ARN of its root. */
export function accountIn(name: string): string | undefined {
  return /^(?:arn:[^:]*:iam::(\d{12}):root|(\d{12}))$/
    .exec(name)
    ?.slice(1)
    .find((found) => found);
}

/** The account of an ARN. */
export function accountOfArn(arn: string): string {
  return arn.split(":")[4] ?? "";
}

export function accountOf(caller: Caller): string {
  return "arn" in caller ? accountOfArn(caller.arn) : caller.accountId;
}

function named(name: string, caller: Caller): Ternary {
  if (name === "*") return true;
  // The ID that IAM writes in place of a principal that was deleted, or what is no principal at all.
  if (!name.startsWith("arn:") || accountOfArn(name) !== accountOf(caller)) return false;
  if ("arn" in caller && caller.arn === name) return true;
  const session = /:assumed-role\/([^/]+)\//.exec(name)?.[1];
  if (!("arn" in caller)) {
    return new Unknown(
      `it names ${name}, and which principal of account ${caller.accountId} calls is not known here`,
    );
  }
  if (session !== undefined && session === caller.arn.split("/").at(-1)) {
    return new Unknown(`it names the session ${name}, and the session's name is not known here`);
  }
  return false;
}

function canonical(): Ternary {
  return new Unknown("it names a canonical user, and whose that is is not known here");
}

/**
 * Everyone but those that are listed. AWS wants the account and the session of a role listed with the role, and else
 * excludes less than it seems; so one that is listed somehow is not certain to be left out.
 */
function excluded(principals: Principals, caller: Caller): Ternary {
  const names = principals["AWS"] ?? [];
  if (names.includes("*")) return false;
  const listed = anyOf([
    ...names.map((name) => accountIn(name) === accountOf(caller) || named(name, caller)),
    ...(principals["CanonicalUser"] ?? []).map(canonical),
  ]);
  if (listed === false) return true;
  return new Unknown(
    "it is about all but some principals (NotPrincipal), and whether that leaves out the caller is not certain",
  );
}
