import { nameOf } from "../policies/document";
import type { Encryption } from "./bucket";
import type { Clients } from "./clients";
import { notProven, proven, sentence, wrong, type Finding } from "./finding";
import type { Need } from "./needs";
import { read, type Reading } from "./reading";
import type { Reader } from "./reader";
import { grants, resourcePolicy, verdict } from "./resource-policy";
import type { BucketSettings } from "./settings";

/** What AWS shows of a KMS key. */
export interface KeyFacts {
  readonly policy: Reading<string>;
  readonly description: Reading<KeyDescription>;
}

export interface KeyDescription {
  readonly arn: string;
  /** As KMS names it: `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
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
      return found?.Arn === undefined ? undefined : { arn: found.Arn, state: found.KeyState ?? "" };
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
  return wrong(check, `The key ${keyArn} is not enabled (${state}), so what it encrypted cannot be read`, {
    instruction: state === "PendingDeletion" ? "cancel its deletion, and enable it:" : "enable it:",
    command: `aws kms ${state === "PendingDeletion" ? "cancel-key-deletion" : "enable-key"} --key-id ${keyArn}`,
  });
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

/** Judges whether the key that is configured is the one that encrypts new objects. */
export function judgeEncryption(
  { kmsKeyArn }: BucketSettings,
  encryption: Reading<Encryption>,
  /** The default key of the bucket, found by its ID or alias. */
  defaultKey: Reading<KeyDescription> | undefined,
  {
    missing,
    reader,
    sameAccount,
  }: {
    readonly missing: (keyArn: string) => readonly Need[];
    readonly reader: Reader;
    readonly sameAccount: boolean | undefined;
  },
): Finding {
  const check = "bucket.encryption";
  const claim =
    kmsKeyArn === undefined
      ? "New objects need no KMS key"
      : "New objects are encrypted with the configured key";
  if ("refused" in encryption) return notProven(check, claim, encryption.refused);
  if ("absent" in encryption || !encryption.found.algorithm.startsWith("aws:kms")) {
    return proven(
      check,
      kmsKeyArn === undefined
        ? claim
        : "New objects need no KMS key; the configured one is for those whose writers name it",
    );
  }
  if (encryption.found.keyId === undefined) return judgeAwsKey(sameAccount, kmsKeyArn);
  if (defaultKey === undefined || !("found" in defaultKey)) {
    const reason =
      defaultKey !== undefined && "refused" in defaultKey ? defaultKey.refused : "KMS does not know it";
    return notProven(check, claim, `the bucket names the key ${encryption.found.keyId}: ${reason}`);
  }
  const { arn } = defaultKey.found;
  if (arn === kmsKeyArn) return proven(check, claim);
  return wrong(
    check,
    `New objects are encrypted with the key ${arn}, and ${kmsKeyArn === undefined ? "none" : "another one"} is configured`,
    {
      instruction: `write kmsKeyArn: ${arn} for this bucket in logzio.yaml, or add to the permissions of the ${reader.kind}:`,
      statement: missing(arn).map(({ statement }) => statement),
    },
  );
}

/** Source: AWS KMS developer guide, "AWS managed keys": its policy lets in whoever may use S3 in the key's account. */
function judgeAwsKey(sameAccount: boolean | undefined, kmsKeyArn: string | undefined): Finding {
  const check = "bucket.encryption";
  if (sameAccount === false) {
    return wrong(
      check,
      "New objects are encrypted with AWS's own key (aws/s3), which no other account can use",
      {
        instruction: "encrypt the bucket with a key of its owner's, or with SSE-S3",
      },
    );
  }
  const claim =
    "New objects are encrypted with AWS's own key (aws/s3), which needs no permission in the bucket's account";
  if (sameAccount === undefined) {
    return notProven(check, claim, "which account the bucket belongs to is not known here");
  }
  return proven(
    check,
    kmsKeyArn === undefined ? claim : `${claim}; the configured key is for objects whose writers name it`,
  );
}
