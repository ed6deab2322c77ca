import { randomUUID } from "node:crypto";
import type { Credentials } from "@aws-sdk/client-sts";
import { isAccessDenied } from "../aws/session";
import { parsePolicy, PolicySyntaxError } from "../policies/document";
import { mayAssume } from "./assume";
import type { Clients } from "./clients";
import { notProven, proven, wrong, type Finding } from "./finding";
import { refusal, type Reading } from "./reading";
import type { Identity, Reader } from "./reader";
import type { DoctorSettings } from "./settings";

/** Credentials of the role, where it could be assumed, and what came of trying. */
export interface Assumed {
  readonly credentials: Credentials | undefined;
  readonly findings: readonly Finding[];
  /** Why there are no credentials. */
  readonly reason: string;
}

const check = "trust.assume";
const claim = "That the role can be assumed with the external ID";

/** Assumes the role for real, where it lets the caller in at all: elsewhere trying would prove nothing. */
export async function assumeRole(
  clients: Clients,
  reader: Reader,
  identity: Identity,
  trust: Reading<string>,
  { externalIds, testPrincipals }: DoctorSettings,
): Promise<Assumed> {
  if ("absent" in trust) return nothing(`there is no role ${reader.arn}`);
  const [externalId] = externalIds as readonly (string | undefined)[];
  const caller = await callerArn(clients, identity, testPrincipals);
  if (externalId === undefined) return nothing("the external ID is not known");
  if (!letsIn(trust, caller, externalId, testPrincipals)) {
    return nothing(
      `the role does not let ${caller} in, whatever the external ID; access.role.testPrincipals allows it to try`,
    );
  }
  const right = await attempt(clients, reader, externalId);
  if ("error" in right) {
    const reason = isAccessDenied(right.error)
      ? `AWS refuses it to ${caller}, although the trust policy lets it in; allow it sts:AssumeRole on ${reader.arn}`
      : refusal("sts:AssumeRole", right.error);
    return nothing(reason);
  }
  const findings = [proven(check, `${caller} assumed the role with the external ID ${externalId}`)];
  for (const [name, other] of [
    ["with another external ID", `logzio-s3-doctor-${randomUUID()}`],
    ["without an external ID", undefined],
  ] as const) {
    findings.push(judgeRefusal(await attempt(clients, reader, other), name, caller));
  }
  return { credentials: right.credentials, findings, reason: "" };
}

function nothing(reason: string): Assumed {
  return { credentials: undefined, findings: [notProven(check, claim, reason)], reason };
}

function judgeRefusal(outcome: Attempt, how: string, caller: string): Finding {
  const refusedCheck = `${check}-refused`;
  if (!("error" in outcome)) {
    return wrong(refusedCheck, `${caller} could assume the role ${how}`, {
      instruction:
        'give every statement of the trust policy the condition "StringEquals": {"sts:ExternalId": …}',
    });
  }
  const refused = `AWS refuses the role to ${caller} ${how}`;
  if (isAccessDenied(outcome.error)) return proven(refusedCheck, refused);
  return notProven(refusedCheck, refused, refusal("sts:AssumeRole", outcome.error));
}

type Attempt = { readonly credentials: Credentials } | { readonly error: unknown };

async function attempt(
  { sts, abort }: Clients,
  { arn }: Reader,
  ExternalId: string | undefined,
): Promise<Attempt> {
  try {
    const session = { RoleArn: arn, RoleSessionName: "logzio-s3-doctor", DurationSeconds: 900, ExternalId };
    const { Credentials: credentials } = await sts.assumeRole(session, abort);
    return credentials === undefined
      ? { error: new Error("AWS answered without credentials") }
      : { credentials };
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    return { error };
  }
}

/** Whether the trust policy may let the caller in, or else the configuration says that it does. */
function letsIn(
  trust: Reading<string>,
  caller: string,
  externalId: string,
  testPrincipals: readonly string[],
): boolean {
  if (!("found" in trust)) return testPrincipals.includes(caller);
  try {
    return mayAssume(parsePolicy(trust.found), { arn: caller }, externalId).outcome !== "denied";
  } catch (error) {
    if (error instanceof PolicySyntaxError) return false;
    throw error;
  }
}

/**
 * Policies name the role behind a session, whose ARN has a path that the session's has not: that of AWS IAM Identity
 * Center has one. A role's name is the only one of its account, whatever its path.
 */
async function callerArn(
  { iam, abort }: Clients,
  { arn, accountId, partition }: Identity,
  testPrincipals: readonly string[],
): Promise<string> {
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (role === undefined) return arn;
  try {
    const { Role: found } = await iam.getRole({ RoleName: role }, abort);
    if (found?.Arn !== undefined) return found.Arn;
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    // The path is not known then, but from the configuration: most roles have none.
  }
  const start = `arn:${partition}:iam::${accountId}:role/`;
  const configured = testPrincipals.find((one) => one.startsWith(start) && one.endsWith(`/${role}`));
  return configured ?? `${start}${role}`;
}
