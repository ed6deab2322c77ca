import { listOf, QueryDouble, type QueryCall, type QueryElements } from "./query-double";
import { ServiceError } from "./service-double";

export { accessDenied, throttling } from "./query-double";

/** Of every role in the double. */
export const iamAccount = "123456789012";

export interface DoubleRole {
  readonly name: string;
  /** @default "/" */
  readonly path?: string;
  /** A document, or the text of one that is not well formed. */
  readonly trustPolicy: object | string;
  readonly tags?: Readonly<Record<string, string>>;
  /** In seconds. @default 3600 */
  readonly maxSessionDuration?: number;
  /** By policy name. */
  readonly inlinePolicies?: Readonly<Record<string, object>>;
  /** Documents by policy ARN. */
  readonly attachedPolicies?: Readonly<Record<string, object>>;
}

/** A change of a role's trust policy that took effect. */
export interface TrustPolicyUpdate {
  readonly roleName: string;
  readonly document: string;
}

/** One entry of a simulation's answer; `matched` as IAM names the statements that decided. */
export interface SimulatedDecision {
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  readonly matched?: readonly { readonly policyId: string; readonly type: string }[];
  readonly missingContext?: readonly string[];
  readonly permissionsBoundaryAllows?: boolean;
  readonly organizationsAllow?: boolean;
}

/** What a simulation is asked about: one action on one resource. */
export interface SimulationQuestion {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  /** By the context key as it was sent. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** An access key of a user. */
export interface DoubleKey {
  readonly id: string;
  readonly userName: string;
  readonly secret: string;
  readonly created: string;
  active: boolean;
  /** When and with which service it signed last; undefined for never. */
  lastUsed?: { readonly at: string; readonly service: string };
}

interface StoredRole extends DoubleRole {
  trust: string;
}

/** IAM on loopback, as far as the command line calls it. Roles live in one account, {@link iamAccount}. */
export class IamDouble extends QueryDouble {
  /** Every trust policy that took effect by UpdateAssumeRolePolicy, in order. */
  readonly updates: TrustPolicyUpdate[] = [];
  /** Runs after a change has taken effect and before it is answered. */
  onUpdate: (update: TrustPolicyUpdate) => void | Promise<void> = () => undefined;
  /** What SimulatePrincipalPolicy answers. */
  simulate: (question: SimulationQuestion) => SimulatedDecision = () => ({ decision: "implicitDeny" });
  readonly questions: SimulationQuestion[] = [];
  /** Access keys that exist, by ID. */
  readonly keys = new Map<string, DoubleKey>();
  /** Runs after each change of an access key has taken effect and before it is answered. */
  afterKeyChange: () => void = () => undefined;
  private readonly roles = new Map<string, StoredRole>();
  private readonly users = new Set<string>();
  private keysMade = 0;

  static async start(...roles: readonly DoubleRole[]): Promise<IamDouble> {
    const double = new IamDouble();
    for (const role of roles) double.put(role);
    return double.listen();
  }

  private constructor() {
    super();
  }

  /** Adds a role, or takes the place of one. */
  put(role: DoubleRole): void {
    this.roles.set(role.name, { ...role, trust: textOf(role.trustPolicy) });
  }

  putUser(name: string): void {
    this.users.add(name);
  }

  /** Gives a user an access key, as if it had been made before. */
  addKey(userName: string, lastUsed?: DoubleKey["lastUsed"]): DoubleKey {
    this.users.add(userName);
    const number = String(++this.keysMade).padStart(4, "0");
    const key: DoubleKey = {
      id: `AKIAEXAMPLE00000${number}`,
      userName,
      secret: `secret-of-key-${number}`,
      created: `2026-01-05T10:${String(this.keysMade).padStart(2, "0")}:00Z`,
      active: true,
      ...(lastUsed === undefined ? {} : { lastUsed }),
    };
    this.keys.set(key.id, key);
    return key;
  }

  delete(roleName: string): void {
    this.roles.delete(roleName);
  }

  /** The trust policy's text as it is now. */
  trustPolicy(roleName: string): string {
    return this.role(roleName).trust;
  }

  arn(roleName: string): string {
    return `arn:aws:iam::${iamAccount}:role${this.role(roleName).path ?? "/"}${roleName}`;
  }

  protected override act(call: QueryCall): QueryElements | Promise<QueryElements> {
    const { input } = call;
    switch (call.action) {
      case "GetRole":
        return { Role: this.describe(this.role(input["RoleName"])) };
      case "UpdateAssumeRolePolicy":
        return this.update(input);
      case "ListRoleTags":
        return { Tags: tags(this.role(input["RoleName"])), IsTruncated: false };
      case "ListRolePolicies": {
        const names = Object.keys(this.role(input["RoleName"]).inlinePolicies ?? {});
        return { PolicyNames: names, IsTruncated: false };
      }
      case "GetRolePolicy":
        return this.inlinePolicy(input);
      case "ListAttachedRolePolicies": {
        const arns = Object.keys(this.role(input["RoleName"]).attachedPolicies ?? {});
        const policies = arns.map((arn) => ({ PolicyName: arn.split("/").at(-1), PolicyArn: arn }));
        return { AttachedPolicies: policies, IsTruncated: false };
      }
      case "GetPolicy": {
        const { PolicyArn: arn } = input;
        this.managedPolicy(arn);
        return {
          Policy: { PolicyName: arn?.split("/").at(-1), Arn: arn, DefaultVersionId: "v1", Path: "/" },
        };
      }
      case "GetPolicyVersion": {
        const document = encodeURIComponent(JSON.stringify(this.managedPolicy(input["PolicyArn"])));
        return { PolicyVersion: { Document: document, VersionId: "v1", IsDefaultVersion: true } };
      }
      case "SimulatePrincipalPolicy":
        return this.simulation(input);
      case "GetUser": {
        const name = this.user(input["UserName"]);
        const arn = `arn:aws:iam::${iamAccount}:user/${name}`;
        return {
          User: { Path: "/", UserName: name, UserId: "AIDA", Arn: arn, CreateDate: "2026-01-05T10:00:00Z" },
        };
      }
      case "ListAccessKeys": {
        const keys = this.keysOf(this.user(input["UserName"]));
        return { AccessKeyMetadata: keys.map(describeKey), IsTruncated: false };
      }
      case "CreateAccessKey": {
        const name = this.user(input["UserName"]);
        if (this.keysOf(name).length >= 2) {
          throw new ServiceError(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
        }
        const key = this.addKey(name);
        this.afterKeyChange();
        return { AccessKey: { ...describeKey(key), SecretAccessKey: key.secret } };
      }
      case "UpdateAccessKey":
        this.key(input).active = input["Status"] === "Active";
        this.afterKeyChange();
        return {};
      case "DeleteAccessKey":
        this.keys.delete(this.key(input).id);
        this.afterKeyChange();
        return {};
      case "GetAccessKeyLastUsed": {
        const { userName, lastUsed } = this.key(input);
        const { at, service = "N/A" } = lastUsed ?? {};
        return {
          UserName: userName,
          AccessKeyLastUsed: { LastUsedDate: at, ServiceName: service, Region: "N/A" },
        };
      }
      default:
        throw new ServiceError(400, "InvalidAction", `the double does not know ${call.action}`);
    }
  }

  private role(name = ""): StoredRole {
    const role = this.roles.get(name);
    if (role !== undefined) return role;
    throw new ServiceError(404, "NoSuchEntity", `The role with name ${name} cannot be found.`);
  }

  private user(name = ""): string {
    if (this.users.has(name)) return name;
    throw new ServiceError(404, "NoSuchEntity", `The user with name ${name} cannot be found.`);
  }

  private keysOf(userName: string): DoubleKey[] {
    return [...this.keys.values()].filter((key) => key.userName === userName);
  }

  private key({ AccessKeyId: id = "", UserName: user }: QueryCall["input"]): DoubleKey {
    const key = this.keys.get(id);
    if (key !== undefined && (user === undefined || key.userName === user)) return key;
    throw new ServiceError(404, "NoSuchEntity", `The Access Key with id ${id} cannot be found.`);
  }

  private describe(role: StoredRole): QueryElements {
    return {
      Path: role.path ?? "/",
      RoleName: role.name,
      RoleId: `AROA${role.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`,
      Arn: this.arn(role.name),
      CreateDate: "2026-01-05T10:00:00Z",
      AssumeRolePolicyDocument: encodeURIComponent(role.trust),
      MaxSessionDuration: role.maxSessionDuration ?? 3600,
      Tags: tags(role),
    };
  }

  private async update(input: QueryCall["input"]): Promise<QueryElements> {
    const role = this.role(input["RoleName"]);
    const { PolicyDocument: document = "" } = input;
    if (!isObject(document)) {
      throw new ServiceError(400, "MalformedPolicyDocument", "This policy contains invalid Json");
    }
    role.trust = document;
    const update = { roleName: role.name, document };
    this.updates.push(update);
    await this.onUpdate(update);
    return {};
  }

  private inlinePolicy({ RoleName: name, PolicyName: policy = "" }: QueryCall["input"]): QueryElements {
    const document = this.role(name).inlinePolicies?.[policy];
    if (document === undefined) {
      throw new ServiceError(404, "NoSuchEntity", `The role policy with name ${policy} cannot be found.`);
    }
    return {
      RoleName: name,
      PolicyName: policy,
      PolicyDocument: encodeURIComponent(JSON.stringify(document)),
    };
  }

  private managedPolicy(arn = ""): object {
    for (const { attachedPolicies } of this.roles.values()) {
      const document = attachedPolicies?.[arn];
      if (document !== undefined) return document;
    }
    throw new ServiceError(404, "NoSuchEntity", `Policy ${arn} was not found.`);
  }

  private simulation(input: QueryCall["input"]): QueryElements {
    const principalArn = input["PolicySourceArn"] ?? "";
    const context = contextOf(input);
    const questions = listOf(input, "ActionNames").flatMap((action) =>
      listOf(input, "ResourceArns").map((resource) => ({ principalArn, action, resource, context })),
    );
    this.questions.push(...questions);
    const results = questions.map((question) => {
      const { decision, matched, missingContext, ...allowances } = this.simulate(question);
      const { permissionsBoundaryAllows: boundary, organizationsAllow: organizations } = allowances;
      return {
        EvalActionName: question.action,
        EvalResourceName: question.resource,
        EvalDecision: decision,
        MatchedStatements: (matched ?? []).map(({ policyId, type }) => ({
          SourcePolicyId: policyId,
          SourcePolicyType: type,
        })),
        // Source: IAM API reference, EvaluationResult: where resources are named, what is missing is listed by resource.
        MissingContextValues: [],
        ResourceSpecificResults: [
          {
            EvalResourceName: question.resource,
            EvalResourceDecision: decision,
            MissingContextValues: missingContext ?? [],
            PermissionsBoundaryDecisionDetail:
              boundary === undefined ? undefined : { AllowedByPermissionsBoundary: boundary },
          },
        ],
        OrganizationsDecisionDetail:
          organizations === undefined ? undefined : { AllowedByOrganizations: organizations },
      };
    });
    return { EvaluationResults: results, IsTruncated: false };
  }
}

function describeKey({ id, userName, created, active }: DoubleKey): QueryElements {
  const status = active ? "Active" : "Inactive";
  return { UserName: userName, AccessKeyId: id, Status: status, CreateDate: created };
}

function tags({ tags = {} }: DoubleRole): QueryElements[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function contextOf(input: QueryCall["input"]): Record<string, string[]> {
  const context: Record<string, string[]> = {};
  for (let number = 1; ; number++) {
    const entry = `ContextEntries.member.${number}`;
    const key = input[`${entry}.ContextKeyName`];
    if (key === undefined) return context;
    context[key] = listOf(input, `${entry}.ContextKeyValues`);
  }
}

function textOf(document: object | string): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
