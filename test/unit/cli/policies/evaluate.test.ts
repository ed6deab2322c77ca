import { contextOf, type KnownKeys } from "../../../../cli/policies/context";
import { parsePolicy } from "../../../../cli/policies/document";
import { evaluate, type Decision } from "../../../../cli/policies/evaluate";
import type { Caller } from "../../../../cli/policies/principals";

type Document = Readonly<Record<string, unknown>>;

interface Question {
  readonly caller?: Caller;
  readonly action?: string;
  readonly resource?: string;
  readonly known?: KnownKeys;
}

function decide(statements: readonly Document[], question: Question = {}, version = "2012-10-17"): Decision {
  const { caller, action = "s3:GetObject", resource = "arn:aws:s3:::logs/a/b.gz", known = {} } = question;
  const policy = parsePolicy(JSON.stringify({ Version: version, Statement: statements }));
  return evaluate(policy, { caller, action, resource, context: contextOf(known) });
}

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const deny = { ...allow, Effect: "Deny" };
const outcome = (...args: Parameters<typeof decide>) => decide(...args).outcome;
const under = (Condition: Document, known: KnownKeys) => outcome([{ ...allow, Condition }], { known });

test("allows by a statement, denies without one, and a statement that denies wins", () => {
  expect(decide([allow])).toMatchObject({ outcome: "allowed", statement: { number: 1 } });
  expect(decide([])).toEqual({ outcome: "denied", statement: undefined });
  expect(decide([allow, { ...deny, Sid: "Never" }])).toMatchObject({
    outcome: "denied",
    statement: { number: 2, sid: "Never" },
  });
});

test.each([
  ["s3:GetObject", true],
  ["S3:getobject", true],
  ["s3:Get*", true],
  ["s3:GetObjec?", true],
  ["*", true],
  ["s3:GetObjectVersion", false],
  ["s3:Put*", false],
])("compares the action %s without regard to case and with wildcards", (Action, allowed) => {
  expect(outcome([{ ...allow, Action }])).toBe(allowed ? "allowed" : "denied");
  const rest = { Effect: "Allow", Resource: "*" };
  expect(outcome([{ ...rest, NotAction: [Action, "iam:*"] }])).toBe(allowed ? "denied" : "allowed");
});

test.each([
  ["arn:aws:s3:::logs/*", "allowed"],
  ["arn:aws:s3:::logs/a/b.gz", "allowed"],
  ["arn:aws:s3:::logs/?/b.gz", "allowed"],
  ["arn:aws:s3:::LOGS/*", "denied"],
  ["arn:aws:s3:::logs", "denied"],
  ["arn:*:s3:::*", "allowed"],
  ["arn:aws:*", "unknown"],
])("takes the resource %s for what IAM says of it, and no more", (Resource, expected) => {
  expect(outcome([{ ...allow, Resource }])).toBe(expected);
});

test("puts values in place of variables, in which wildcards are characters", () => {
  const Resource = "arn:aws:s3:::logs/${aws:username}/${*}";
  const known = { "aws:username": "an*" };
  expect(outcome([{ ...allow, Resource }], { resource: "arn:aws:s3:::logs/an*/*", known })).toBe("allowed");
  expect(outcome([{ ...allow, Resource }], { resource: "arn:aws:s3:::logs/anna/*", known })).toBe("denied");
  expect(outcome([{ ...allow, Resource }], { resource: "arn:aws:s3:::logs/an*/x", known })).toBe("denied");
  expect(outcome([{ ...allow, Resource }])).toBe("unknown");
  const standIn = { ...allow, Resource: "arn:aws:s3:::logs/${aws:username, 'all'}" };
  expect(outcome([standIn], { resource: "arn:aws:s3:::logs/all", known: { "aws:username": [] } })).toBe(
    "allowed",
  );
  expect(outcome([standIn], { resource: "arn:aws:s3:::logs/all", known }, "2008-10-17")).toBe("denied");
});

test("knows an account by its ID and root, a role by its ARN, everyone, and nobody else", () => {
  const role = "arn:aws:iam::123456789012:role/logs/fetcher";
  const of = (Principal: unknown, caller: Caller) => decide([{ ...allow, Principal }], { caller });
  for (const AWS of ["123456789012", "arn:aws:iam::123456789012:root"]) {
    expect(of({ AWS }, { arn: role })).toMatchObject({ outcome: "allowed", asAccount: true });
    expect(of({ AWS }, { accountId: "123456789012" })).toMatchObject({ outcome: "allowed" });
    expect(of({ AWS }, { accountId: "210987654321" }).outcome).toBe("denied");
  }
  expect(of({ AWS: [role] }, { arn: role })).toMatchObject({ outcome: "allowed", asAccount: false });
  expect(of({ AWS: role }, { arn: role.replace("fetcher", "other") }).outcome).toBe("denied");
  expect(of({ AWS: role }, { accountId: "123456789012" })).toMatchObject({
    outcome: "unknown",
    reasons: [expect.stringContaining(role)],
  });
  expect(of("*", { accountId: "210987654321" })).toMatchObject({ outcome: "allowed", asAccount: false });
  expect(of({ Service: "s3.amazonaws.com" }, { arn: role }).outcome).toBe("denied");
  expect(of({ AWS: "AROAEXAMPLE" }, { arn: role }).outcome).toBe("denied");
  const session = "arn:aws:sts::123456789012:assumed-role/fetcher/any";
  expect(of({ AWS: session }, { arn: role }).outcome).toBe("unknown");
});

test("does not guess whom NotPrincipal leaves out", () => {
  const caller = { arn: "arn:aws:iam::123456789012:role/fetcher" };
  const denyAllBut = (AWS: string) => [
    { ...allow, Principal: "*" },
    { ...deny, NotPrincipal: { AWS } },
  ];
  expect(outcome(denyAllBut("arn:aws:iam::210987654321:role/other"), { caller })).toBe("denied");
  expect(outcome(denyAllBut(caller.arn), { caller })).toBe("unknown");
});

test("makes the answer unknown where what is not known could change it, and only there", () => {
  const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };
  expect(decide([allow, { ...deny, Condition }])).toMatchObject({
    outcome: "unknown",
    statement: { number: 2 },
    reasons: ["it depends on aws:PrincipalOrgID, which is not known here"],
  });
  expect(outcome([{ ...allow, Condition }])).toBe("unknown");
  // It could only deny what nothing allows, or allow what something denies, or is about something else.
  expect(outcome([{ ...deny, Condition }])).toBe("denied");
  expect(outcome([{ ...allow, Condition }, deny])).toBe("denied");
  expect(outcome([allow, { ...allow, Condition }])).toBe("allowed");
  expect(outcome([allow, { ...deny, Condition, Action: "s3:PutObject" }])).toBe("allowed");
  const never = { ...Condition, Bool: { "aws:SecureTransport": "false" } };
  expect(outcome([allow, { ...deny, Condition: never }], { known: { "aws:SecureTransport": "true" } })).toBe(
    "allowed",
  );
});

test.each<[string, Document, KnownKeys, Decision["outcome"]]>([
  ["StringEquals", { StringEquals: { k: ["a", "b"] } }, { K: "b" }, "allowed"],
  ["StringEquals minds case", { StringEquals: { k: "a" } }, { k: "A" }, "denied"],
  ["StringEquals takes no wildcard", { StringEquals: { k: "a*" } }, { k: "ab" }, "denied"],
  ["StringEqualsIgnoreCase", { StringEqualsIgnoreCase: { k: "a" } }, { k: "A" }, "allowed"],
  ["StringNotEquals of any", { StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, "denied"],
  ["StringNotEquals without the key", { StringNotEquals: { k: "a" } }, { k: [] }, "allowed"],
  ["StringLike", { StringLike: { k: "x*z?" } }, { k: "xyyz1" }, "allowed"],
  ["StringLike minds case", { StringLike: { k: "x*" } }, { k: "Xy" }, "denied"],
  ["StringLike without the key", { StringLike: { k: "*" } }, { k: [] }, "denied"],
  ["StringNotLike", { StringNotLike: { k: "x*" } }, { k: "xy" }, "denied"],
  ["IfExists without the key", { StringEqualsIfExists: { k: "a" } }, { k: [] }, "allowed"],
  ["IfExists with another value", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, "denied"],
  ["Bool", { Bool: { k: true } }, { k: "true" }, "allowed"],
  ["Bool without the key", { Bool: { k: "false" } }, { k: [] }, "denied"],
  ["Null asks for no key", { Null: { k: "true" } }, { k: [] }, "allowed"],
  ["Null asks for the key", { Null: { k: "false" } }, { k: [] }, "denied"],
  [
    "ArnLike by part",
    { ArnLike: { k: "arn:aws:iam::*:role/x*" } },
    { k: "arn:aws:iam::123456789012:role/xy" },
    "allowed",
  ],
  [
    "ArnEquals, wildcard over parts",
    { ArnEquals: { k: "arn:*:role/x" } },
    { k: "arn:aws:iam::1:role/x" },
    "unknown",
  ],
  ["ArnLike of a star alone", { ArnLike: { k: "*" } }, { k: "arn:aws:iam::1:role/x" }, "unknown"],
  ["ArnNotLike of a star alone", { ArnNotLike: { k: "*" } }, { k: "arn:aws:iam::1:role/x" }, "unknown"],
  [
    "ArnLike, wildcard over parts of another ARN",
    { ArnLike: { k: "arn:*:role/x" } },
    { k: "arn:aws:iam::1:role/y" },
    "denied",
  ],
  ["IpAddress", { IpAddress: { k: "10.0.0.0/8" } }, { k: "10.2.3.4" }, "allowed"],
  ["IpAddress of version 6", { IpAddress: { k: "2001:db8::/32" } }, { k: "2001:db8::7" }, "allowed"],
  ["IpAddress of everyone", { IpAddress: { k: "0.0.0.0/0" } }, { k: "10.2.3.4" }, "allowed"],
  ["IpAddress of no range", { IpAddress: { k: "10.0.0.0/99" } }, { k: "10.2.3.4" }, "denied"],
  ["NotIpAddress", { NotIpAddress: { k: "10.0.0.0/8" } }, { k: "10.2.3.4" }, "denied"],
  ["NumericLessThan", { NumericLessThan: { k: "10" } }, { k: "9" }, "allowed"],
  [
    "DateGreaterThan",
    { DateGreaterThan: { k: "2026-01-01T00:00:00Z" } },
    { k: "2025-12-31T00:00:00Z" },
    "denied",
  ],
  ["ForAnyValue", { "ForAnyValue:StringEquals": { k: "a" } }, { k: ["a", "b"] }, "allowed"],
  ["ForAllValues", { "ForAllValues:StringEquals": { k: "a" } }, { k: ["a", "b"] }, "denied"],
  ["ForAllValues without the key", { "ForAllValues:StringEquals": { k: "a" } }, { k: [] }, "allowed"],
  ["ForAnyValue without the key", { "ForAnyValue:StringNotEquals": { k: "a" } }, { k: [] }, "denied"],
  ["several values without a quantifier", { StringEquals: { k: "a" } }, { k: ["a", "b"] }, "unknown"],
  ["a key that is not known", { StringLike: { k: "*" } }, {}, "unknown"],
  ["Null of a key that is not known", { Null: { k: "true" } }, {}, "unknown"],
  ["an operator that is not known", { StringSounds: { k: "a" } }, { k: "a" }, "unknown"],
  ["two operators", { StringEquals: { k: "a" }, Bool: { l: "true" } }, { k: "a", l: "false" }, "denied"],
  ["a variable", { StringEquals: { k: "${l}" } }, { k: "v", l: "v" }, "allowed"],
])("condition: %s", (_, Condition, known, expected) => {
  expect(under(Condition, known)).toBe(expected);
});

test.each([
  ["{", "it is not JSON"],
  ["[]", "it is no JSON object"],
  ['{"Version":"2020-01-01","Statement":[]}', 'it has the Version "2020-01-01"'],
  ['{"Version":"2012-10-17"}', "it has no Statement"],
  ['{"Statement":[{"Effect":"Allow","Action":"*"},"x"]}', 'statement 2 is "x", no JSON object'],
  [
    '{"Statement":{"Effect":"allow","Action":"*"}}',
    'statement 1 has the Effect "allow"; IAM knows Allow and Deny',
  ],
  ['{"Statement":{"Effect":"Allow"}}', "statement 1 has neither Action nor NotAction"],
  [
    '{"Statement":{"Sid":"A","Effect":"Allow","Action":"*","NotAction":"x"}}',
    "statement 1 (A) has both Action and NotAction",
  ],
  ['{"Statement":{"Effect":"Allow","Action":"*","Actions":"*"}}', '"Actions", which IAM does not know'],
  ['{"Statement":{"Effect":"Allow","Action":[null]}}', "Action of statement 1 holds null in place of text"],
  ['{"Statement":{"Effect":"Allow","Action":"*","Principal":"me"}}', 'Principal of statement 1 is "me"'],
  [
    '{"Statement":{"Effect":"Allow","Action":"*","Condition":[]}}',
    "Condition of statement 1 is [], no JSON object",
  ],
  [
    '{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":1}}}',
    "Bool in Condition of statement 1 is 1",
  ],
])("says what is wrong with %s", (text, message) => {
  expect(() => parsePolicy(text)).toThrow(message);
});
