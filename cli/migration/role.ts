import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { setTimeout as sleep } from "node:timers/promises";
import { Backoff } from "../../lambdas/runtime/backoff";
import { awsFailure, isAccessDenied } from "../aws/session";
import { CommandError, UsageError } from "../program/errors";

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** JSON. */
  readonly trustPolicy: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The credentials in use may not do a call of IAM. */
export class IamDenied extends CommandError {
  override readonly name = "IamDenied";
}

/** There is no such role in the account of the credentials. */
export class NoSuchRole extends CommandError {
  override readonly name = "NoSuchRole";
}

/** How long a change of IAM may take to show when it is read back: it is seconds as a rule. */
const readBack = { attempts: 12, baseMs: 250, capMs: 10_000 };

/** Roles of the account that the AWS credentials belong to. */
export class Roles {
  constructor(
    private readonly iam: IAMClient,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * @param nameOrArn of a role; with an ARN, the role of that very ARN
   * @throws NoSuchRole, IamDenied
   */
  async read(nameOrArn: string): Promise<Role> {
    const name = roleName(nameOrArn);
    const { Role: role } = await this.call(`reading the role ${name}`, "iam:GetRole", name, () =>
      this.iam.send(new GetRoleCommand({ RoleName: name }), { abortSignal: this.signal }),
    );
    const { Arn: arn = "", AssumeRolePolicyDocument: document = "", Tags: tags = [] } = role ?? {};
    if (nameOrArn !== name && nameOrArn !== arn) {
      throw new NoSuchRole(
        `there is no role ${nameOrArn} in the AWS account of the credentials in use, only ${arn}; use credentials of the ` +
          "role's account, or correct the ARN",
      );
    }
    return {
      name,
      arn,
      trustPolicy: decodeURIComponent(document),
      tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  }

  /** Changes the trust policy, and waits until IAM shows it. */
  async writeTrustPolicy(name: string, document: string): Promise<void> {
    await this.call(`changing the trust policy of ${name}`, "iam:UpdateAssumeRolePolicy", name, () =>
      this.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: document }), {
        abortSignal: this.signal,
      }),
    );
    const backoff = new Backoff(readBack);
    for (let attempt = 1; !sameDocument((await this.read(name)).trustPolicy, document); attempt++) {
      if (attempt >= backoff.attempts) {
        throw new CommandError(
          `IAM took the new trust policy of ${name} and still shows another one; something else may be changing it. Run ` +
            "the command again: it goes on where it was",
        );
      }
      await sleep(backoff.delayMs(attempt), undefined, { signal: this.signal });
    }
  }

  private async call<Answer>(
    trying: string,
    permission: string,
    role: string,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      this.signal.throwIfAborted();
      const { name } = error as { name?: string };
      if (name === "NoSuchEntityException") {
        throw new NoSuchRole(
          `there is no role ${role} in the AWS account of the credentials in use; correct its name, or use credentials of ` +
            "its account (--profile)",
        );
      }
      if (isAccessDenied(error)) {
        throw new IamDenied(
          `${trying} was denied; the credentials in use need ${permission} on the role ${role}`,
        );
      }
      if (name === "LimitExceededException") {
        throw new CommandError(
          `${trying} failed: with both external IDs it is longer than the account's quota "Role trust policy length" ` +
            "allows; have the quota raised (Service Quotas, IAM), or shorten the policy",
        );
      }
      throw awsFailure(trying, error);
    }
  }
}

/** The name in the ARN of a role, whose path is no part of it; or the name itself. @throws UsageError */
export function roleName(nameOrArn: string): string {
  const name = /^arn:[^:]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
  // Source: IAM API reference, CreateRole, RoleName.
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw new UsageError(
    `"${nameOrArn}" is neither the name nor the ARN of a role; write one such as logzio-s3-fetcher or arn:aws:iam::123456789012:role/logzio-s3-fetcher`,
  );
}

export function isRoleArn(text: string): boolean {
  return text.startsWith("arn:");
}

function sameDocument(one: string, other: string): boolean {
  try {
    return inOneForm(JSON.parse(one)) === inOneForm(JSON.parse(other));
  } catch {
    return false;
  }
}

/**
 * The lists of a policy are sets, which IAM may give back in another order; one value alone is the same as a list of it,
 * and an account's number the same as the ARN of its root.
 */
function inOneForm(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(inOneForm).sort();
    return items.length === 1 ? items.join() : `[${items.join()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${inOneForm(item)}`).join()}}`;
  }
  return JSON.stringify(value).replace(/^"arn:[^:]+:iam::(\d{12}):root"$/, '"$1"');
}
