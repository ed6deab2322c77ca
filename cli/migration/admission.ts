import { contextOf } from "../policies/context";
import { parsePolicy, PolicySyntaxError } from "../policies/document";
import { evaluate, type Decision } from "../policies/evaluate";
import { MigrationRefused } from "./errors";

/** What a trust policy says when Logz.io assumes the role, with the external ID or without one. */
export function admission(
  trustPolicy: string,
  logzioAccountId: string,
  externalId: string | undefined,
): Decision {
  try {
    return evaluate(parsePolicy(trustPolicy), {
      caller: { accountId: logzioAccountId },
      action: "sts:AssumeRole",
      context: contextOf({ "sts:ExternalId": externalId ?? [] }),
    });
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    throw new MigrationRefused(`The role's trust policy cannot be read: it ${error.message}`);
  }
}
