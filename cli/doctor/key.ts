import { nameOf } from "../policies/document";
import type { Clients } from "./clients";
import { notProven, proven, sentence, wrong, type Finding, type Fix } from "./finding";
import type { Need } from "./needs";
import { read, type Reading } from "./reading";
import type { Reader } from "./reader";
import { grants, resourcePolicy, verdict } from "./resource-policy";

/** What AWS shows of a KMS key. */
export interface KeyFacts {
  readonly policy: Reading<string>;
  readonly description: Reading<KeyDescription>;
}

export interface KeyDescription {
  readonly arn: string;
  /** As KMS names it: `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
  /** Whether AWS made it, as it makes aws/s3, and nobody can change its policy. */
  readonly ofAws: boolean;
}

/** @param key ARN, ID or alias in the region */
export async function describeKey(
  clients: Clients,
  key: string,
  region: string,
): Promise<Reading<KeyDescription>> {
  return read(
    "kms:DescribeKey",
    async () => {
      const { KeyMetadata: found } = await clients.kms(region).describeKey({ KeyId: key }, clients.abort);
      if (found?.Arn === undefined) return undefined;
      return { arn: found.Arn, state: found.KeyState ?? "", ofAws: found.KeyManager === "AWS" };
    },
    isNotFound,
  );
}

export async function readKey(clients: Clients, keyArn: string): Promise<KeyFacts> {
  const region = keyArn.split(":")[3];
  const input = { KeyId: keyArn, PolicyName: "default" };
  const [description, policy] = await Promise.all([
    describeKey(clients, keyArn, region),
    read(
      "kms:GetKeyPolicy",
      async () => (await clients.kms(region).getKeyPolicy(input, clients.abort)).Policy,
      isNotFound,
    ),
  ]);
  return { description, policy };
}

function isNotFound(errorName: string): boolean {
  return errorName === "NotFoundException";
}

/** Judges a key's state and policy for what the reader needs of it. */
export function judgeKey(facts: KeyFacts, keyArn: string, needs: readonly Need[], reader: Reader): Finding[] {
  if ("absent" in facts.description) {
    return [
      wrong("key.state", `The key ${keyArn} does not exist`, {
        instruction: "name the key that encrypts the objects: kmsKeyArn",
      }),
    ];
  }
  return [judgeState(facts.description, keyArn), judgePolicy(facts, keyArn, needs, reader)];
}

function judgeState(description: Reading<KeyDescription>, keyArn: string): Finding {
  const check = "key.state";
  const claim = `The key ${keyArn} is enabled`;
  if ("refused" in description) return notProven(check, claim, description.refused);
  if ("absent" in description) return notProven(check, claim, "KMS did not describe it");
  const { state } = description.found;
  if (state === "Enabled") return proven(check, claim);
  return wrong(
    check,
    `The key ${keyArn} is not enabled (${state}), so what it encrypted cannot be read`,
    enabling(state, keyArn),
  );
}

/** Source: KMS developer guide, "Key states of AWS KMS keys": of the other states, none is left by enabling. */
function enabling(state: string, keyArn: string): Fix {
  const call = (name: string): string =>
    `aws kms ${name} --key-id ${keyArn} --region ${keyArn.split(":")[3]}`;
  if (state === "Disabled") return { instruction: "enable it:", command: call("enable-key") };
  if (state === "PendingDeletion") {
    const command = `${call("cancel-key-deletion")} && ${call("enable-key")}`;
    return { instruction: "cancel its deletion, and enable it:", command };
  }
  return { instruction: `bring it out of the state ${state}; the KMS console shows what is needed for that` };
}

function judgePolicy(
  { policy: reading }: KeyFacts,
  keyArn: string,
  needs: readonly Need[],
  reader: Reader,
): Finding {
  const check = "key.policy";
  const actions = needs.map(({ action }) => action).join(" and ");
  const claim = `The key's policy lets the ${reader.kind} use ${actions} through S3`;
  const policy = resourcePolicy(reading);
  if ("unreadable" in policy) return notProven(check, claim, policy.unreadable);
  if ("malformed" in policy) return notProven(check, claim, `the policy cannot be read: ${policy.malformed}`);
  if ("none" in policy) return notProven(check, claim, "KMS shows no policy of the key");
  const owner = keyArn.split(":")[4];
  const verdicts = needs.map((need) => ({ need, verdict: verdict(policy.policy, need, reader, owner) }));
  for (const { need, verdict } of verdicts) {
    if (verdict.outcome !== "denied") continue;
    return wrong(check, `${sentence(nameOf(verdict.statement))} of the key's policy denies ${need.action}`, {
      instruction: `let the statement leave out ${reader.arn}, or take it out of the key's policy:`,
      statement: verdict.statement.source,
    });
  }
  for (const { verdict } of verdicts) {
    if (verdict.outcome === "unknown" || verdict.outcome === "perhaps")
      return notProven(check, claim, verdict.reason);
  }
  const silent = verdicts.filter(({ verdict }) => verdict.outcome === "silent").map(({ need }) => need);
  if (silent.length > 0) {
    return wrong(
      check,
      `The key's policy neither allows the ${reader.kind} ${actions} nor leaves it to the policies of account ${reader.accountId}`,
      {
        instruction: "add to the key's policy:",
        // In a key's own policy, "*" is that key.
        statement: grants(silent, reader, "*"),
      },
    );
  }
  const [first] = verdicts;
  if (first.verdict.outcome === "allowed" && !first.verdict.asAccount) {
    return proven(check, `${claim} (${nameOf(first.verdict.statement)})`);
  }
  return proven(
    check,
    `The key's policy leaves ${actions} to the policies of account ${reader.accountId}, judged above`,
  );
}
