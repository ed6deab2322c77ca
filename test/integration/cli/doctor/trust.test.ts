import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  externalId,
  logzioAccount,
  roleArn,
  roleName,
  Surroundings,
  trust,
  policy,
  containing,
} from "./surroundings";
import { accessDenied } from "../../../support/iam-double";

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

const right = { StringEquals: { "sts:ExternalId": externalId } };
const logzio = `arn:aws:iam::${logzioAccount}:root`;

async function withTrust(trustPolicy: object | string) {
  around.iam.put({ name: roleName, trustPolicy });
  return around.doctor();
}

test("proves that Logz.io may assume the role with the external ID, and nobody else or otherwise", async () => {
  const found = await around.doctor();
  expect(found.one("trust.external-id")).toEqual({
    check: "trust.external-id",
    status: "proven",
    text: `Logz.io's account ${logzioAccount} may assume the role with the external ID ${externalId} (statement 1)`,
  });
  for (const check of ["trust.other-external-id", "trust.no-external-id", "trust.others"]) {
    expect(found.one(check).status).toBe("proven");
  }
  expect(found.run.exitCode).toBe(0);
});

test("says that a trust policy without a condition opens the role to every customer, and what to write", async () => {
  const found = await withTrust(trust(logzio, null));
  expect(found.one("trust.no-external-id")).toMatchObject({
    status: "wrong",
    text: containing("without an external ID"),
    fix: {
      instruction: "put into the trust policy of the role, in place of statement 1:",
      statement: { Effect: "Allow", Principal: { AWS: logzio }, Action: "sts:AssumeRole", Condition: right },
    },
  });
  expect(found.one("trust.other-external-id").status).toBe("wrong");
  expect(found.run.exitCode).toBe(1);
});

test.each(["*", "logzio:*", "logzio:aws:extid:new*000", `${externalId}*`, externalId.replace(/.$/, "?")])(
  "finds that the pattern %s accepts other external IDs",
  async (pattern) => {
    const found = await withTrust(trust(logzio, { StringLike: { "sts:ExternalId": pattern } }));
    expect(found.one("trust.external-id").status).toBe("proven");
    expect(found.one("trust.other-external-id").status).toBe("wrong");
    expect(found.one("trust.no-external-id").status).toBe("proven");
  },
);

test("finds a condition that holds where no external ID is sent", async () => {
  const found = await withTrust(trust(logzio, { StringEqualsIfExists: { "sts:ExternalId": externalId } }));
  expect(found.one("trust.other-external-id").status).toBe("proven");
  expect(found.one("trust.no-external-id").status).toBe("wrong");
});

test("judges two external IDs each, and one that is not configured as a stranger's", async () => {
  const second = "logzio:aws:extid:second";
  around.iam.put({
    name: roleName,
    trustPolicy: trust(logzio, { StringEquals: { "sts:ExternalId": [externalId, second] } }),
  });
  const both = await around.doctor([...around.words, "--external-id", second]);
  expect(both.of("trust.external-id").map(({ status }) => status)).toEqual(["proven", "proven"]);
  expect(both.one("trust.other-external-id").status).toBe("proven");
  const one = await around.doctor();
  expect(one.one("trust.other-external-id")).toMatchObject({
    status: "wrong",
    text: containing(second),
  });
});

test("says which statement to add where the trust policy names the wrong account", async () => {
  const found = await withTrust(trust("arn:aws:iam::999999999999:root"));
  expect(found.one("trust.external-id")).toMatchObject({
    status: "wrong",
    fix: {
      instruction: "add to the trust policy of the role:",
      statement: { Effect: "Allow", Principal: { AWS: logzio }, Action: "sts:AssumeRole", Condition: right },
    },
  });
  expect(found.one("trust.others")).toMatchObject({
    status: "wrong",
    text: "Statement 1 lets arn:aws:iam::999999999999:root assume the role",
  });
});

test("finds everyone, also behind the external ID", async () => {
  const found = await withTrust(trust("*"));
  expect(found.one("trust.others")).toMatchObject({
    status: "wrong",
    text: "Statement 1 lets anyone in any AWS account assume the role",
  });
});

test("does not take an organization for everyone, nor for nobody", async () => {
  const Condition = { ...right, StringLike: { "aws:PrincipalOrgID": "o-1" } };
  const found = await withTrust(trust("*", Condition));
  expect(found.one("trust.others")).toMatchObject({
    status: "not-proven",
    reason: "statement 1 decides, and it depends on aws:PrincipalOrgID, which is not known here",
  });
  expect(found.one("trust.external-id").status).toBe("not-proven");
});

test.each([
  ["an account", { StringEquals: { "aws:PrincipalAccount": "999999999999" } }],
  ["accounts by a pattern", { StringLike: { "aws:PrincipalAccount": "9999*" } }],
  ["accounts by single characters", { StringLike: { "aws:principalaccount": "99999999999?" } }],
])("finds that everyone of %s is let in by a condition", async (_, Condition) => {
  const open = { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Condition };
  const found = await withTrust(policy(...trust().Statement, open));
  expect(found.one("trust.others")).toMatchObject({
    status: "wrong",
    text: containing("Statement 2 lets 9999"),
    fix: { instruction: containing("let the conditions of statement 2 leave it out") },
  });
});

test("says that a condition lets in the own account", async () => {
  const Condition = {
    StringEquals: { "aws:PrincipalAccount": [logzioAccount, "123456789012"], ...right.StringEquals },
  };
  const found = await withTrust(trust("*", Condition));
  expect(found.one("trust.others")).toMatchObject({
    status: "proven",
    text: "The trust policy lets in nobody but Logz.io's account and, of your own account, 123456789012",
  });
});

test.each([
  ["the account", "${aws:PrincipalAccount}", logzioAccount],
  ["a star", "a${*}b", "a*b"],
])("finds an external ID that is written with a variable for %s", async (_, written, accepted) => {
  const Condition = { StringEquals: { "sts:ExternalId": [externalId, written] } };
  expect((await withTrust(trust(logzio, Condition))).one("trust.other-external-id")).toMatchObject({
    status: "wrong",
    text: containing(`such as ${accepted}`),
  });
});

test("finds a pattern also where the right external ID is not known", async () => {
  const Condition = { StringNotLike: { "sts:ExternalId": ["logzio*"] } };
  around.iam.put({ name: roleName, trustPolicy: trust(logzio, Condition) });
  const found = await around.doctor(["doctor", "--role-arn", roleArn, "--account-id", logzioAccount]);
  expect(found.one("trust.other-external-id").status).toBe("wrong");
});

test("keeps the principals that may test in what it writes in place of a statement", async () => {
  const tester = "arn:aws:iam::123456789012:role/tester";
  around.iam.put({ name: roleName, trustPolicy: trust([logzio, tester], null) });
  const file = join(mkdtempSync(join(tmpdir(), "doctor-")), "logzio.yaml");
  const role = { testPrincipals: [tester, "arn:aws:iam::123456789012:role/not-there"] };
  writeFileSync(
    file,
    JSON.stringify({ access: { logzioAccountId: logzioAccount, externalIds: [externalId], role } }),
  );
  try {
    const found = await around.doctor(["doctor", "--config", file]);
    expect(found.one("trust.no-external-id").fix?.statement).toMatchObject({
      Principal: { AWS: [logzio, tester] },
      Condition: right,
    });
  } finally {
    rmSync(dirname(file), { recursive: true });
  }
});

test("lets the own account's principals pass, and says who they are", async () => {
  const tester = "arn:aws:iam::123456789012:role/tester";
  const found = await withTrust(trust([logzio, tester]));
  expect(found.one("trust.others")).toMatchObject({
    status: "proven",
    text: containing(tester),
  });
});

test("does not judge a service that the role trusts", async () => {
  const service = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const found = await withTrust(policy(...trust().Statement, service));
  expect(found.one("trust.others")).toMatchObject({
    status: "not-proven",
    reason: containing("ec2.amazonaws.com"),
  });
});

test("names the statement that denies", async () => {
  const deny = { Sid: "Freeze", Effect: "Deny", Principal: "*", Action: "sts:*" };
  const found = await withTrust(policy(...trust().Statement, deny));
  expect(found.one("trust.external-id")).toMatchObject({
    status: "wrong",
    text: containing("statement 2 (Freeze) denies it"),
    fix: { statement: deny },
  });
});

test("does not know which principal of its account Logz.io uses", async () => {
  const found = await withTrust(trust(`arn:aws:iam::${logzioAccount}:role/fetcher`));
  expect(found.one("trust.external-id")).toMatchObject({
    status: "not-proven",
    reason: containing(`which principal of account ${logzioAccount} calls is not known here`),
  });
});

test("says what is wrong with a trust policy that is none", async () => {
  const found = await withTrust('{"Statement":[{"Effect":"Allow"}]}');
  expect(found.one("trust.policy")).toMatchObject({
    status: "wrong",
    text: "The trust policy cannot be used: statement 1 has neither Action nor NotAction",
  });
});

test("proves nothing where AWS refuses the role's description, and says which permission is missing", async () => {
  around.iam.fail("GetRole", accessDenied);
  const found = await around.doctor();
  expect(found.one("trust.policy")).toEqual({
    check: "trust.policy",
    status: "not-proven",
    text: "Whom the role trusts",
    reason: "AWS refuses iam:GetRole to the credentials in use; allow it to them",
  });
  expect(found.run.exitCode).toBe(0);
  expect((await around.doctor([...around.words, "--strict"])).run.exitCode).toBe(1);
});

test("says that the role is not there, or of another account", async () => {
  around.iam.delete(roleName);
  expect((await around.doctor()).one("role.exists")).toMatchObject({ status: "wrong" });
  const elsewhere = ["doctor", "--role-arn", roleArn.replace("123456789012", "222222222222")];
  expect((await around.doctor(elsewhere)).one("trust.policy")).toMatchObject({
    status: "not-proven",
    reason: containing("use credentials of its account"),
  });
});

test("judges what it can where account or external ID are not known", async () => {
  const found = await around.doctor(["doctor", "--role-arn", roleArn, "--account-id", logzioAccount]);
  expect(found.one("trust.external-id").status).toBe("not-proven");
  expect(found.one("trust.no-external-id").status).toBe("proven");
  const less = await around.doctor(["doctor", "--role-arn", roleArn]);
  expect(less.one("trust.external-id").status).toBe("not-proven");
  expect(less.one("trust.others")).toMatchObject({
    status: "not-proven",
    reason: containing(logzio),
  });
});
