import { accountOfArn } from "../policies/principals";
import type { BucketFacts } from "./bucket";
import type { Clients } from "./clients";
import { defaultEncryption, judgeEncryption } from "./encryption";
import type { Finding } from "./finding";
import { describeKey, judgeKey, readKey } from "./key";
import { keyNeeds, type Need } from "./needs";
import { judgePermission } from "./permissions";
import type { Reader } from "./reader";
import { resourcePolicy, verdict } from "./resource-policy";
import type { BucketSettings } from "./settings";
import type { SimulateNeed } from "./simulation";

export interface KeyQuestion {
  readonly clients: Clients;
  readonly reader: Reader;
  readonly settings: BucketSettings;
  readonly facts: BucketFacts;
  /** Of the bucket, where it is known. */
  readonly region: string | undefined;
  readonly sameAccount: boolean | undefined;
  readonly simulate: SimulateNeed;
}

/** Judges the configured key and, where that is another one, the key that the bucket gives new objects. */
export async function judgeKeys(question: KeyQuestion): Promise<Finding[]> {
  const { clients, reader, settings, facts, region, sameAccount } = question;
  const { kmsKeyArn: configured } = settings;
  const encryption = await defaultEncryption(facts.encryption, (keyId) =>
    describeKey(clients, keyId, region ?? "us-east-1"),
  );
  const judged = configured === undefined ? undefined : await judgeOne(configured, question);
  const other =
    encryption.kind === "key" && encryption.arn !== configured
      ? await judgeOne(encryption.arn, question)
      : undefined;
  const lacking = (other?.permissions ?? [])
    .filter(({ finding }) => finding.status === "wrong")
    .map(({ need }) => need.statement);
  return [
    ...(judged?.permissions.map(({ finding }) => finding) ?? []),
    ...(judged?.key ?? []),
    // What the other key lacks is said once, with where to configure it.
    ...(lacking.length === 0 ? (other?.permissions.map(({ finding }) => finding) ?? []) : []),
    ...(other?.key ?? []),
    judgeEncryption({ encryption, configured, sameAccount, lacking, kind: reader.kind }),
  ];
}

interface JudgedKey {
  readonly permissions: readonly { readonly need: Need; readonly finding: Finding }[];
  /** Of its state and policy. */
  readonly key: readonly Finding[];
}

async function judgeOne(keyArn: string, question: KeyQuestion): Promise<JudgedKey> {
  const { clients, reader, settings, region, simulate } = question;
  const needs = keyNeeds(settings, reader, keyArn, region ?? keyArn.split(":")[3]);
  const owner = accountOfArn(keyArn);
  const facts = await readKey(clients, keyArn);
  const policy = resourcePolicy(facts.policy);
  const permissions = await Promise.all(
    needs.map(async (need) => {
      // A key's policy that names the reader needs no other, where the key is of the reader's account.
      const direct =
        "policy" in policy && owner === reader.accountId
          ? verdict(policy.policy, need, reader, owner)
          : undefined;
      return { need, finding: judgePermission(need, await simulate(need, owner), reader, direct) };
    }),
  );
  return { permissions, key: judgeKey(facts, keyArn, needs, reader) };
}
