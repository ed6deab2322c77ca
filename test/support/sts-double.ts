import { QueryDouble, type QueryCall, type QueryElements } from "./query-double";
import { ServiceError } from "./service-double";

/** A call of AssumeRole, and what came of it. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly allowed: boolean;
}

/** STS on loopback: who the caller is, and roles to assume. */
export class StsDouble extends QueryDouble {
  /** Who calls, as GetCallerIdentity tells it. */
  callerArn = "arn:aws:iam::123456789012:user/tester";
  /** Whether the role may be assumed. */
  allows: (roleArn: string, externalId: string | undefined) => boolean = () => false;
  readonly assumed: AssumedRole[] = [];

  static async start(): Promise<StsDouble> {
    return new StsDouble().listen();
  }

  private constructor() {
    super();
  }

  protected override act({ action, input }: QueryCall): QueryElements {
    switch (action) {
      case "GetCallerIdentity": {
        const account = this.callerArn.split(":")[4];
        return { Arn: this.callerArn, UserId: "AIDATESTER", Account: account };
      }
      case "AssumeRole":
        return this.assume(input);
      default:
        throw new ServiceError(400, "InvalidAction", `the double does not know ${action}`);
    }
  }

  private assume(input: QueryCall["input"]): QueryElements {
    const { RoleArn: roleArn = "", RoleSessionName: session = "", ExternalId: externalId } = input;
    const allowed = this.allows(roleArn, externalId);
    this.assumed.push({ roleArn, externalId, allowed });
    if (!allowed) {
      const message = `User: ${this.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      throw new ServiceError(403, "AccessDenied", message);
    }
    const [, , , , account = "", role = ""] = roleArn.split(":");
    const name = role.split("/").at(-1) ?? "";
    return {
      Credentials: {
        AccessKeyId: assumedAccessKey,
        SecretAccessKey: "assumed-secret",
        SessionToken: "assumed-session",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      },
      AssumedRoleUser: {
        AssumedRoleId: `AROAEXAMPLE:${session}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
      },
    };
  }
}

/** The access key of every role that was assumed, as calls that it signs show it. */
export const assumedAccessKey = "ASIAASSUMED";
