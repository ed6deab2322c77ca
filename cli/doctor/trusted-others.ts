import { nameOf, type Policy, type Statement } from "../policies/document";
import { valuesOf } from "../policies/conditions";
import { accountIn, accountOfArn, type Caller } from "../policies/principals";
import { notProven, proven, sentence, wrong, type Finding, type Fix } from "./finding";
import { otherExternalIds } from "./other-external-ids";
import { mayAssume, reasonOf, trustStatement, type TrustExpectation } from "./assume";

const check = "trust.others";

/** An account of nobody, for whoever is not named. */
const stranger: Caller = { accountId: "000000000000" };

/** Judges who besides Logz.io may assume a role. */
export function judgeOthers(policy: Policy, expected: TrustExpectation): Finding[] {
  const { logzioAccountId, reader } = expected;
  const named = namedPrincipals(policy);
  const ofOwn = named.filter((name) => accountOfName(name) === reader.accountId);
  const foreign = named.filter((name) => ![reader.accountId, logzioAccountId].includes(accountOfName(name)));
  const findings = judgeOne(policy, "anyone in any AWS account", stranger, expected);
  if (logzioAccountId !== undefined) {
    findings.push(...foreign.flatMap((name) => judgeOne(policy, name, callerNamed(name), expected)));
  }
  const doubtful = [...(logzioAccountId === undefined ? foreign : []), ...servicesIn(policy)];
  if (doubtful.length > 0) {
    const names = [...new Set(doubtful)].join(", ");
    const reason = `the trust policy names ${names}, and whether that is wanted cannot be told from here`;
    findings.push(notProven(check, "That nobody but Logz.io may assume the role", reason));
  }
  if (findings.length > 0) return findings;
  const besides = ofOwn.length === 0 ? "" : ` and, of your own account, ${ofOwn.join(", ")}`;
  return [proven(check, `The trust policy lets in nobody but Logz.io's account${besides}`)];
}

function judgeOne(policy: Policy, who: string, caller: Caller, expected: TrustExpectation): Finding[] {
  const { externalIds } = expected;
  const tried = [undefined, ...externalIds, ...otherExternalIds(policy, externalIds, caller)];
  const decisions = tried.map((externalId) => mayAssume(policy, caller, externalId));
  for (const decision of decisions) {
    if (decision.outcome !== "allowed") continue;
    const { statement } = decision;
    return [
      wrong(
        check,
        `${sentence(nameOf(statement))} lets ${who} assume the role`,
        caller === stranger
          ? {
              instruction: `put into the trust policy of the role, in place of ${nameOf(statement)}:`,
              statement: trustStatement(expected, statement),
            }
          : withoutName(statement, who),
      ),
    ];
  }
  for (const decision of decisions) {
    if (decision.outcome !== "unknown") continue;
    return [notProven(check, `That the trust policy keeps out ${who}`, reasonOf(decision))];
  }
  return [];
}

/** A name may stand among the principals, or in a condition on principals that are everyone. */
function withoutName(statement: Statement, name: string): Fix {
  const { principal, source } = statement;
  const named = principal !== undefined && "is" in principal ? (principal.is["AWS"] ?? []) : [];
  const change = named.includes(name)
    ? `take it out of the principals of ${nameOf(statement)}`
    : `let the conditions of ${nameOf(statement)} leave it out,`;
  return { instruction: `${change} in the trust policy of the role:`, statement: source };
}

/** Accounts, roles and users that statements which allow name; `*` is nobody's name. */
function namedPrincipals(policy: Policy): string[] {
  const names = allowing(policy).flatMap((principals) => principals["AWS"] ?? []);
  const accounts = valuesOf(policy, "aws:PrincipalAccount").map(accountLike);
  // What is neither an account nor an ARN is the ID of a principal that was deleted: nobody.
  return [...new Set([...names, ...accounts])].filter(
    (name) => accountIn(name) !== undefined || name.startsWith("arn:"),
  );
}

/** An account that a pattern stands for: `*` alone may be several characters. */
function accountLike(pattern: string): string {
  const single = pattern.replaceAll("?", "0");
  const zeros = "0".repeat(Math.max(0, 12 - single.replaceAll("*", "").length));
  return single.replace("*", zeros).replaceAll("*", "");
}

function servicesIn(policy: Policy): string[] {
  return allowing(policy).flatMap((principals) => [
    ...(principals["Service"] ?? []),
    ...(principals["Federated"] ?? []),
  ]);
}

function allowing(policy: Policy): Readonly<Record<string, readonly string[]>>[] {
  return policy.statements.flatMap(({ effect, principal }: Statement) =>
    effect === "Allow" && principal !== undefined && "is" in principal ? [principal.is] : [],
  );
}

function accountOfName(name: string): string {
  return accountIn(name) ?? accountOfArn(name);
}

function callerNamed(name: string): Caller {
  const accountId = accountIn(name);
  if (accountId !== undefined) return { accountId };
  // A session is its role's, whose path its ARN does not tell.
  return /:assumed-role\//.test(name) ? { accountId: accountOfArn(name) } : { arn: name };
}
