import fc from "fast-check";
import { MigrationRefused } from "../../../../cli/migration/errors";
import { TrustPolicy } from "../../../../cli/migration/trust-policy";

const account = "111122223333";
const logzio = { AWS: `arn:aws:iam::${account}:root` };
const newId = "logzio:aws:extid:new0000000000000";

function statement(externalIds: unknown, rest: object = {}): object {
  const Condition = { StringEquals: { "sts:ExternalId": externalIds } };
  return { Effect: "Allow", Principal: logzio, Action: "sts:AssumeRole", Condition, ...rest };
}

function read(...statements: unknown[]): TrustPolicy {
  return TrustPolicy.read(JSON.stringify({ Version: "2012-10-17", Statement: statements }), account);
}

function refusal(...statements: unknown[]): string {
  try {
    read(...statements);
  } catch (error) {
    expect(error).toBeInstanceOf(MigrationRefused);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

function statementsOf(text: string): unknown[] {
  return (JSON.parse(text) as { Statement: unknown[] }).Statement;
}

describe("a trust policy", () => {
  test("accepts both external IDs, then only the new one", () => {
    const both = read(statement("acme")).textAccepting(newId);
    expect(statementsOf(both)).toEqual([statement(["acme", newId])]);
    const policy = TrustPolicy.read(both, account);
    expect([policy.accepts("acme"), policy.accepts(newId), policy.acceptsOnly(newId)]).toEqual([
      true,
      true,
      false,
    ]);
    const narrowed = TrustPolicy.read(policy.textAcceptingOnly(newId), account);
    expect(statementsOf(narrowed.textAccepting())).toEqual([statement(newId)]);
    expect(narrowed.acceptsOnly(newId)).toBe(true);
  });

  test("keeps the IDs of each statement apart while both are accepted", () => {
    const policy = read(statement("first"), statement(["second", newId]));
    expect(policy.accepts(newId)).toBe(false);
    expect(policy.externalIds).toEqual(["first", "second", newId]);
    expect(statementsOf(policy.textAccepting(newId))).toEqual([
      statement(["first", newId]),
      statement(["second", newId]),
    ]);
  });

  test("of one statement that is in no list stays one that is in no list", () => {
    const text = JSON.stringify({ Statement: statement("acme") });
    expect(JSON.parse(TrustPolicy.read(text, account).textAccepting(newId))).toEqual({
      Statement: statement(["acme", newId]),
    });
  });

  test.each([
    [{ AWS: account }],
    [{ AWS: [account] }],
    [{ AWS: `arn:aws-cn:iam::${account}:root` }],
    [{ AWS: [`arn:aws:iam::${account}:user/fetcher`, `arn:aws:iam::${account}:role/reader`] }],
    [{ AWS: `arn:aws:sts::${account}:assumed-role/reader/session` }],
  ])("is Logz.io's where it lets in %j", (Principal) => {
    expect(read(statement("acme", { Principal })).externalIds).toEqual(["acme"]);
  });

  test.each(["sts:*", "*", "STS:assumerole", "sts:Assume*", ["sts:TagSession", "sts:AssumeRole"]])(
    "is about assuming the role where it allows %j",
    (Action) => {
      expect(read(statement("acme", { Action })).externalIds).toEqual(["acme"]);
    },
  );

  test("knows the condition key however it is written, and leaves it so", () => {
    const Condition = { stringequals: { "STS:externalID": "acme" } };
    const text = read(statement("", { Condition })).textAccepting(newId);
    expect(statementsOf(text)).toMatchObject([
      { Condition: { stringequals: { "STS:externalID": ["acme", newId] } } },
    ]);
  });
});

describe("a trust policy that cannot be changed safely is refused", () => {
  test.each([
    [
      "without a condition",
      statement("", { Condition: undefined }),
      /statement 1 lets Logz.io in without an external ID/,
    ],
    [
      "with other conditions only",
      statement("", { Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      /without an external ID/,
    ],
    [
      "with a pattern",
      statement("", { Condition: { StringLike: { "sts:ExternalId": "acme*" } } }),
      /by StringLike; write StringEquals/,
    ],
    [
      "with a condition that may be missing",
      statement("", { Condition: { StringEqualsIfExists: { "sts:ExternalId": "acme" } } }),
      /StringEqualsIfExists/,
    ],
    [
      "with two conditions",
      statement("", {
        Condition: { StringEquals: { "sts:ExternalId": "acme" }, StringLike: { "sts:ExternalId": "a*" } },
      }),
      /more than one condition/,
    ],
    ["with an empty list", statement([]), /has no text for sts:ExternalId/],
    ["with a number", statement(12), /has no text for sts:ExternalId/],
    ["for everyone", statement("acme", { Principal: "*" }), /lets in others/],
    ["for everyone of AWS", statement("acme", { Principal: { AWS: "*" } }), /lets in others/],
    [
      "for all but some",
      statement("acme", { Principal: undefined, NotPrincipal: { AWS: "444455556666" } }),
      /lets in others/,
    ],
    [
      "for others too",
      statement("acme", { Principal: { AWS: [account, "444455556666"] } }),
      /a statement of its own/,
    ],
    [
      "for a service too",
      statement("acme", { Principal: { ...logzio, Service: "ec2.amazonaws.com" } }),
      /a statement of its own/,
    ],
    [
      "that denies by external ID",
      statement("acme", { Effect: "Deny", Sid: "No" }),
      /statement 1 \(No\) denies by external ID/,
    ],
    ["that is no object", "Allow", /statement 1 is no JSON object/],
  ])("%s", (_, bad, message) => {
    expect(refusal(bad, statement("acme"))).toMatch(message);
  });

  test("with all problems at once", () => {
    const message = refusal(statement([]), statement("acme", { Principal: "*" }));
    expect(message).toMatch(/statement 1 [^]*statement 2 /);
  });

  test("where it does not let Logz.io in", () => {
    expect(refusal(statement("acme", { Principal: { AWS: "444455556666" } }))).toMatch(
      /does not let Logz.io's AWS account/,
    );
    expect(refusal(statement("acme", { Action: "sts:TagSession" }))).toMatch(
      /does not let Logz.io's AWS account/,
    );
    expect(() => TrustPolicy.read("[]", account)).toThrow(/no JSON object/);
    expect(() => TrustPolicy.read("{", account)).toThrow(/no JSON object/);
  });
});

/** Statements that have nothing to do with Logz.io. */
const stranger = fc.record(
  {
    Sid: fc.string(),
    Effect: fc.constantFrom("Allow", "Deny"),
    Principal: fc.constantFrom<object>(
      { Service: "ec2.amazonaws.com" },
      { AWS: "444455556666" },
      { AWS: ["arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/a"] },
      { Federated: "cognito-identity.amazonaws.com" },
    ),
    Action: fc.constantFrom("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", [
      "sts:TagSession",
      "sts:AssumeRole",
    ]),
    Condition: fc.dictionary(
      fc.constantFrom("StringEquals", "StringLike", "Bool"),
      fc.dictionary(fc.constantFrom("sts:ExternalId", "aws:PrincipalOrgID", "__proto__"), fc.jsonValue()),
    ),
  },
  { requiredKeys: ["Effect", "Principal", "Action"] },
);

/** A statement for Logz.io with further conditions, and elements that nobody expects. */
const own = fc
  .record({
    ids: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    alone: fc.boolean(),
    further: fc.dictionary(fc.constantFrom("aws:PrincipalOrgID", "aws:SourceAccount"), fc.string()),
    others: fc.dictionary(
      fc.constantFrom("StringLike", "IpAddress"),
      fc.dictionary(fc.string(), fc.string()),
    ),
    sid: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ ids, alone, further, others, sid }) => {
    const value = alone && ids.length === 1 ? ids[0] : ids;
    const Condition = { ...others, StringEquals: { ...further, "sts:ExternalId": value } };
    return { ids, written: { ...(sid === undefined ? {} : { Sid: sid }), ...statement("", { Condition }) } };
  })
  .filter(
    ({ written }) =>
      !JSON.stringify(written).toLowerCase().replace('"sts:externalid"', "").includes("sts:externalid"),
  );

const document = fc.record({
  statements: fc.array(
    fc.oneof(
      stranger.map((written) => ({ ids: undefined, written })),
      own,
    ),
    { maxLength: 6 },
  ),
  last: own,
  id: fc.string(),
});

test("nothing but the external IDs of Logz.io's statements is ever changed", () => {
  fc.assert(
    fc.property(document, ({ statements, last, id }) => {
      const all = [...statements, last];
      const original = { Id: id, Version: "2012-10-17", Statement: all.map(({ written }) => written) };
      const text = JSON.stringify(original);
      const policy = TrustPolicy.read(text, account);

      const both = policy.textAccepting(newId);
      const only = TrustPolicy.read(both, account).textAcceptingOnly(newId);

      expect(policy.textAccepting()).toBe(JSON.stringify(withIds(JSON.parse(text), (ids) => ids)));
      for (const [edited, expected] of [
        [both, (ids: string[]) => [...new Set([...ids, newId])]],
        [only, () => [newId]],
      ] as const) {
        // As text, so that the order of everything counts too.
        expect(edited).toBe(JSON.stringify(withIds(JSON.parse(text), expected)));
      }
    }),
    { numRuns: 100 },
  );

  function withIds(original: unknown, ids: (before: string[]) => string[]): unknown {
    const { Statement: statements } = original as { Statement: Record<string, never>[] };
    for (const one of statements as unknown as {
      Principal: { AWS?: string };
      Condition: { StringEquals: Record<string, unknown> };
    }[]) {
      if (one.Principal.AWS !== logzio.AWS) continue;
      const after = ids([one.Condition.StringEquals["sts:ExternalId"]].flat() as string[]);
      one.Condition.StringEquals["sts:ExternalId"] = after.length === 1 ? after[0] : after;
    }
    return original;
  }
});
