/** What IAM's policy language calls a block of a condition: values by key, by operator. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Principals by kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. */
export type Principals = Readonly<Record<string, readonly string[]>>;

export interface Statement {
  /** From 1, as people count. */
  readonly number: number;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** `is`: the statement is about these; `not`: about all but these. Undefined in policies of roles and users. */
  readonly principal: Listed<Principals> | undefined;
  readonly action: Listed<readonly string[]>;
  /** Undefined in trust policies, which are about their own role. */
  readonly resource: Listed<readonly string[]> | undefined;
  readonly conditions: Conditions;
  /** As it was written. */
  readonly source: Readonly<Record<string, unknown>>;
}

export type Listed<Entries> = { readonly is: Entries } | { readonly not: Entries };

export interface Policy {
  readonly statements: readonly Statement[];
  /** Whether `${...}` stands for a value: not so in the language's version of 2008, the default. */
  readonly variables: boolean;
}

/** The text is no policy; the message says where, and what it is instead. */
export class PolicySyntaxError extends Error {
  override readonly name = "PolicySyntaxError";
}

/** How messages name a statement: `statement 2 (DenyInsecureTransport)`. */
export function nameOf({ number, sid }: Pick<Statement, "number" | "sid">): string {
  return `statement ${number}${sid === undefined ? "" : ` (${sid})`}`;
}

type Written = Readonly<Record<string, unknown>>;

/** Reads a policy. @throws PolicySyntaxError where it is none */
export function parsePolicy(text: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new PolicySyntaxError(`it is not JSON (${(error as Error).message})`);
  }
  if (!isObject(document)) throw new PolicySyntaxError("it is no JSON object");
  const version = document["Version"] ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17") {
    throw new PolicySyntaxError(`it has the Version ${show(version)}; IAM knows 2012-10-17 and 2008-10-17`);
  }
  if (document["Statement"] === undefined) throw new PolicySyntaxError("it has no Statement");
  const statements = [document["Statement"]].flat().map((one, index) => parseStatement(one, index + 1));
  return { statements, variables: version === "2012-10-17" };
}

const elements = new Set([
  ...[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
  ],
]);

function parseStatement(written: unknown, number: number): Statement {
  if (!isObject(written))
    throw new PolicySyntaxError(`statement ${number} is ${show(written)}, no JSON object`);
  const sid = typeof written["Sid"] === "string" && written["Sid"] !== "" ? written["Sid"] : undefined;
  const where = nameOf({ number, sid });
  const strange = Object.keys(written).filter((element) => !elements.has(element));
  if (strange.length > 0)
    throw new PolicySyntaxError(`${where} has ${strange.map(show).join(", ")}, which IAM does not know`);
  const effect = written["Effect"];
  if (effect !== "Allow" && effect !== "Deny") {
    throw new PolicySyntaxError(`${where} has the Effect ${show(effect)}; IAM knows Allow and Deny`);
  }
  const action = listed(written, "Action", where, texts);
  if (action === undefined) throw new PolicySyntaxError(`${where} has neither Action nor NotAction`);
  return {
    number,
    sid,
    effect,
    principal: listed(written, "Principal", where, principals),
    action,
    resource: listed(written, "Resource", where, texts),
    conditions: conditions(written["Condition"], where),
    source: written,
  };
}

function listed<Entries>(
  written: Written,
  element: string,
  where: string,
  parse: (value: unknown, where: string) => Entries,
): Listed<Entries> | undefined {
  const is = written[element];
  const excluded = written[`Not${element}`];
  if (is !== undefined && excluded !== undefined) {
    throw new PolicySyntaxError(`${where} has both ${element} and Not${element}`);
  }
  if (is !== undefined) return { is: parse(is, `${element} of ${where}`) };
  return excluded === undefined ? undefined : { not: parse(excluded, `Not${element} of ${where}`) };
}

function principals(value: unknown, where: string): Principals {
  if (value === "*") return { AWS: ["*"] };
  if (!isObject(value))
    throw new PolicySyntaxError(`${where} is ${show(value)}; IAM knows "*" and an object`);
  return Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, texts(names, where)]));
}

function conditions(value: unknown, where: string): Conditions {
  if (value === undefined) return {};
  const place = `Condition of ${where}`;
  if (!isObject(value)) throw new PolicySyntaxError(`${place} is ${show(value)}, no JSON object`);
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys))
        throw new PolicySyntaxError(`${operator} in ${place} is ${show(keys)}, no JSON object`);
      const values = Object.entries(keys).map(([key, wanted]) => [key, texts(wanted, `${key} in ${place}`)]);
      return [operator, Object.fromEntries(values) as Record<string, readonly string[]>];
    }),
  );
}

/** One text or a list; IAM also takes numbers and booleans, as text. */
function texts(value: unknown, where: string): string[] {
  return [value].flat().map((one) => {
    if (typeof one === "string" || typeof one === "number" || typeof one === "boolean") return String(one);
    throw new PolicySyntaxError(`${where} holds ${show(one)} in place of text`);
  });
}

function isObject(value: unknown): value is Written {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
}
