import { nameOf } from "../policies/document";
import { notProven, proven, wrong, type Finding } from "./finding";
import type { Need } from "./needs";
import type { Reading } from "./reading";
import type { Reader } from "./reader";
import type { ResourceVerdict } from "./resource-policy";
import type { Simulated } from "./simulation";

/** A call of a need, and what AWS's simulation made of it. */
export interface SimulatedCall {
  readonly form: string;
  readonly simulated: Reading<Simulated>;
}

/**
 * Judges whether the reader's own policies allow what is needed, or the policy of the resource in its own account does
 * in their place.
 */
export function judgePermission(
  need: Need,
  calls: readonly SimulatedCall[],
  reader: Reader,
  resource: ResourceVerdict | undefined,
): Finding {
  const judged = calls.map((call) => judgeCall(need, call, reader, resource));
  const worst =
    judged.find(({ status }) => status === "wrong") ?? judged.find(({ status }) => status !== "proven");
  return worst ?? judged[0];
}

function judgeCall(
  need: Need,
  { form, simulated: reading }: SimulatedCall,
  reader: Reader,
  resource: ResourceVerdict | undefined,
): Finding {
  const { action } = need;
  const check = `permission.${action}`;
  const on = `${action} on ${need.on}`;
  const inForm = form === "" ? "" : ` (${form})`;
  const claim = `The ${reader.kind}'s policies allow ${on}`;
  if ("refused" in reading) return notProven(check, claim, reading.refused);
  if ("absent" in reading) return notProven(check, claim, `the ${reader.kind} ${reader.arn} does not exist`);
  const simulated = reading.found;
  const unknown = unknownKeys(simulated);
  if (simulated.decision === "allowed") {
    // A statement that denies by such a key did not apply to a request without it.
    if (unknown !== undefined)
      return notProven(check, claim, `AWS simulates it as allowed, and a policy asks for ${unknown}`);
    return proven(check, `${claim}${need.key === undefined ? "" : `, as AWS simulates it for ${need.key}`}`);
  }
  if (simulated.decision === "explicitDeny") {
    const policies =
      simulated.policies.length === 0 ? "one that AWS does not name" : simulated.policies.join(", ");
    if (unknown !== undefined)
      return notProven(check, claim, `a policy denies it to calls without ${unknown} (${policies})`);
    return wrong(check, `A policy of the ${reader.kind} denies ${on}${inForm}`, {
      instruction: `take the statement with "Effect": "Deny" for ${action} out of the policy (${policies}), or let it leave this out`,
    });
  }
  if (simulated.organizationAllows === false) {
    return wrong(
      check,
      `The organization's policies do not allow ${on}${inForm} in account ${reader.accountId}`,
      {
        instruction: `let the service control policy of the account allow ${action}`,
      },
    );
  }
  if (simulated.boundaryAllows === false) {
    return wrong(check, `The permissions boundary of the ${reader.kind} does not allow ${on}${inForm}`, {
      instruction: "add to the policy that is the permissions boundary:",
      statement: need.statement,
    });
  }
  if (resource?.outcome === "allowed" && !resource.asAccount) {
    return proven(
      check,
      `The resource's own policy allows the ${reader.kind} ${on} (${nameOf(resource.statement)})`,
    );
  }
  if (simulated.missingKeys.length > 0) {
    return notProven(check, claim, `it depends on ${notKnown(simulated.missingKeys)}`);
  }
  return wrong(check, `No policy of the ${reader.kind} allows ${on}${inForm}`, {
    instruction: `add to the permissions of the ${reader.kind}:`,
    statement: need.statement,
  });
}

/** Of the keys that were missing those that conditions on any call may ask for; others may be of other calls alone. */
function unknownKeys({ missingKeys }: Simulated): string | undefined {
  const general = missingKeys.filter((key) => key.toLowerCase().startsWith("aws:"));
  return general.length === 0 ? undefined : notKnown(general);
}

function notKnown(keys: readonly string[]): string {
  return `${keys.join(", ")}, which ${keys.length === 1 ? "is" : "are"} not known here`;
}
