import { runSimulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import { contextOf } from "../../cli/policies/context";
import { parsePolicy } from "../../cli/policies/document";
import { evaluate } from "../../cli/policies/evaluate";

const account = "123456789012";
const roleArn = `arn:aws:iam::${account}:role/fetcher`;
const objectArn = "arn:aws:s3:::logs/a/b.gz";

const actions = fc.constantFrom(
  "s3:GetObject",
  "s3:Get*",
  "s3:*",
  "S3:getObject",
  "s3:ListBucket",
  "*",
  "s3:?etObject",
);
const resources = fc.constantFrom(
  "*",
  objectArn,
  ...["logs/*", "logs/a/*.gz", "logs/?/b.gz", "other/*", "logs", "*"].map((tail) => `arn:aws:s3:::${tail}`),
);

/** Keys that mean something for s3:GetObject, some with several values. */
const keys = {
  "aws:PrincipalOrgID": fc.constantFrom("o-1", "O-1", "o-2"),
  "aws:SourceVpce": fc.constantFrom("vpce-1", "vpce-12", "vpce-2"),
  "aws:SecureTransport": fc.constantFrom("true", "false"),
  "aws:SourceIp": fc.constantFrom("10.0.0.1", "192.168.7.9"),
} as const;
type Key = keyof typeof keys;

const strings = [
  ...["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"],
  "StringNotLike",
];

function condition(
  key: Key,
  operator: string,
  values: readonly string[],
): Record<string, Record<string, string[]>> {
  return { [operator]: { [key]: [...values] } };
}

const stringCondition = fc
  .record({
    key: fc.constantFrom<Key>("aws:PrincipalOrgID", "aws:SourceVpce"),
    operator: fc.constantFrom(...strings),
    ifExists: fc.constantFrom("", "IfExists"),
    values: fc.array(fc.constantFrom("o-1", "o-*", "o-?", "vpce-1", "vpce-1*", "*"), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ key, operator, ifExists, values }) => condition(key, `${operator}${ifExists}`, values));
const boolCondition = fc
  .record({ operator: fc.constantFrom("Bool", "BoolIfExists"), value: keys["aws:SecureTransport"] })
  .map(({ operator, value }) => condition("aws:SecureTransport", operator, [value]));
const addressCondition = fc
  .record({
    operator: fc.constantFrom("IpAddress", "NotIpAddress", "NotIpAddressIfExists"),
    // Not 0.0.0.0/0: the other implementation takes it for no address at all.
    value: fc.constantFrom("10.0.0.0/8", "192.168.7.9/32", "0.0.0.0/1"),
  })
  .map(({ operator, value }) => condition("aws:SourceIp", operator, [value]));
const nullCondition = fc
  .record({ key: fc.constantFrom(...(Object.keys(keys) as Key[])), value: fc.constantFrom("true", "false") })
  .map(({ key, value }) => condition(key, "Null", [value]));

const conditions = fc
  .array(fc.oneof(stringCondition, boolCondition, addressCondition, nullCondition), { maxLength: 2 })
  .map((parts) => {
    const merged: Record<string, Record<string, string[]>> = {};
    for (const part of parts)
      for (const [operator, entry] of Object.entries(part))
        merged[operator] = { ...merged[operator], ...entry };
    return merged;
  });

function either(name: string, values: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string[]>> {
  return fc
    .record({
      prefix: fc.constantFrom("", "", "", "Not"),
      values: fc.array(values, { minLength: 1, maxLength: 2 }),
    })
    .map(({ prefix, values }) => ({ [`${prefix}${name}`]: values }));
}

const identityStatement = fc
  .record({
    effect: fc.constantFrom("Allow", "Allow", "Deny"),
    action: either("Action", actions),
    resource: either("Resource", resources),
    conditions,
  })
  .map(({ effect, action, resource, conditions }) => ({
    Effect: effect,
    ...action,
    ...resource,
    Condition: conditions,
  }));

const principals = fc.constantFrom<unknown>(
  "*",
  { AWS: "*" },
  { AWS: roleArn },
  { AWS: [account, "arn:aws:iam::210987654321:root"] },
  { AWS: "arn:aws:iam::210987654321:root" },
  { AWS: `${roleArn}2` },
  { Service: "cloudtrail.amazonaws.com" },
);
const bucketStatement = fc
  .record({ statement: identityStatement, principal: principals })
  .map(({ statement, principal }) => ({ ...statement, Principal: principal }));

const contexts = fc.record(keys, { requiredKeys: [] });

function document(statements: readonly object[]) {
  return { Version: "2012-10-17", Statement: [...statements] };
}

async function simulated(
  policies: object,
  context: Readonly<Record<string, string>>,
  bucketAccount = account,
) {
  const result = await runSimulation(
    {
      request: {
        principal: roleArn,
        action: "s3:GetObject",
        resource: { resource: objectArn, accountId: bucketAccount },
        contextVariables: context,
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...policies,
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result));
  return result.overallResult === "Allowed" ? "allowed" : "denied";
}

const request = { action: "s3:GetObject", resource: objectArn };

test("judges policies of a role as another implementation does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(identityStatement, { maxLength: 4 }), contexts, async (statements, context) => {
      const policy = document(statements);
      const ours = evaluate(parsePolicy(JSON.stringify(policy)), {
        ...request,
        context: contextOf(context, true),
      });
      const theirs = await simulated({ identityPolicies: [{ name: "p", policy }] }, context);
      expect(ours.outcome).toBe(theirs);
    }),
    { numRuns: 500 },
  );
});

test("judges policies of a bucket in another account as another implementation does", async () => {
  const everything = document([{ Effect: "Allow", Action: "*", Resource: "*" }]);
  await fc.assert(
    fc.asyncProperty(fc.array(bucketStatement, { maxLength: 4 }), contexts, async (statements, context) => {
      const resourcePolicy = document(statements);
      const ours = evaluate(parsePolicy(JSON.stringify(resourcePolicy)), {
        ...request,
        caller: { arn: roleArn },
        context: contextOf(context, true),
      });
      const policies = { identityPolicies: [{ name: "all", policy: everything }], resourcePolicy };
      expect(ours.outcome).toBe(await simulated(policies, context, "555555555555"));
    }),
    { numRuns: 500 },
  );
});

test("what it says for certain stays so, whatever the keys are that it did not know", () => {
  const knownKeys = fc.subarray(Object.keys(keys) as Key[]);
  fc.assert(
    fc.property(
      fc.array(bucketStatement, { maxLength: 4 }),
      contexts,
      knownKeys,
      (statements, whole, known) => {
        const policy = parsePolicy(JSON.stringify(document(statements)));
        const decide = (context: ReturnType<typeof contextOf>) =>
          evaluate(policy, { ...request, caller: { arn: roleArn }, context }).outcome;
        const part = decide(contextOf(Object.fromEntries(known.map((key) => [key, whole[key] ?? []]))));
        fc.pre(part !== "unknown");
        expect(decide(contextOf(whole, true))).toBe(part);
      },
    ),
    { numRuns: 2000 },
  );
});
