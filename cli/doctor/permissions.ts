import { nameOf } from "../policies/document";
import { notProven, proven, wrong, type Finding } from "./finding";
import { keysThatMatter } from "./missing-keys";
import type { Need } from "./needs";
import { insteadOf, type Reader } from "./reader";
import type { ResourceVerdict } from "./resource-policy";
import type { Simulated, SimulatedCall } from "./simulation";

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
  if ("absent" in reading) {
    const text = `There is no ${reader.kind} ${reader.arn} that could be allowed ${on}`;
    return wrong(check, text, { instruction: insteadOf(reader.kind) });
  }
  const simulated = reading.found;
  const unknown = keysThatMatter(action, simulated.missingKeys);
  if (unknown.length > 0) return notProven(check, claim, reasonOf(simulated, notKnown(unknown)));
  // A refusal by the organization ends the evaluation, and so it may be all that AWS tells.
  if (simulated.organizationAllows === false) {
    return wrong(
      check,
      `The organization's policies do not allow ${on}${inForm} in account ${reader.accountId}`,
      {
        instruction: `let the service control policy of the account allow ${action}`,
      },
    );
  }
  if (simulated.decision === "explicitDeny") {
    return wrong(check, `A policy of the ${reader.kind} denies ${on}${inForm}`, {
      instruction: `take the statement with "Effect": "Deny" for ${action} out of the policy (${namesOf(simulated)}), or let it leave this out`,
    });
  }
  const granted = resource?.outcome === "allowed" && !resource.asAccount ? resource : undefined;
  // Source: IAM user guide, "Permissions boundaries for IAM entities": what a resource grants to a user is beyond them.
  if (simulated.boundaryAllows === false && (granted === undefined || reader.kind === "role")) {
    return wrong(check, `The permissions boundary of the ${reader.kind} does not allow ${on}${inForm}`, {
      instruction: "add to the policy that is the permissions boundary:",
      statement: need.statement,
    });
  }
  if (simulated.decision === "allowed") {
    return proven(check, `${claim}${need.key === undefined ? "" : `, as AWS simulates it for ${need.key}`}`);
  }
  if (granted !== undefined) {
    return proven(
      check,
      `The resource's own policy allows the ${reader.kind} ${on} (${nameOf(granted.statement)})`,
    );
  }
  return wrong(check, `No policy of the ${reader.kind} allows ${on}${inForm}`, {
    instruction: `add to the permissions of the ${reader.kind}:`,
    statement: need.statement,
  });
}

/** Why an answer is not certain: statements with conditions on the keys could change it either way. */
function reasonOf(simulated: Simulated, keys: string): string {
  switch (simulated.decision) {
    case "allowed":
      return `AWS simulates it as allowed, and a policy asks for ${keys}`;
    case "explicitDeny":
      return `a policy denies it to calls without ${keys} (${namesOf(simulated)})`;
    case "implicitDeny":
      return `it depends on ${keys}`;
  }
}

function namesOf({ policies }: Simulated): string {
  return policies.length === 0 ? "one that AWS does not name" : policies.join(", ");
}

function notKnown(keys: readonly string[]): string {
  return `${keys.join(", ")}, which ${keys.length === 1 ? "is" : "are"} not known here`;
}
