import { shortCalls, type CallLimits } from "../runtime/aws-clients";
import { DeliveryError, messageOf } from "../runtime/errors";
import type { SourceSettings } from "../runtime/environment";

/** The role that reads a source cannot be assumed. */
export class ReadRoleRefused extends DeliveryError {
  override readonly name = "ReadRoleRefused";
}

/** A role that reads a bucket in place of the function's own. */
export interface ReadRole {
  readonly arn: string;
  readonly externalId: string | undefined;
}

/** What a role is used with, until it expires. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly expiration: Date | undefined;
}

/** Credentials as AWS's clients ask for them. @throws ReadRoleRefused */
export type RoleCredentials = () => Promise<RoleSession>;

/** The role of a source; undefined where the function itself reads. */
export function readRoleOf({ readRoleArn, readRoleExternalId }: SourceSettings): ReadRole | undefined {
  return readRoleArn === undefined ? undefined : { arn: readRoleArn, externalId: readRoleExternalId };
}

/** The longest session of a role that another role assumes, in seconds. Source: IAM user guide, "Role chaining". */
const sessionSeconds = 3_600;
/** What is left of a session when a new one is asked for, in ms: as the AWS SDK does. */
const renewBeforeMs = 300_000;
const callLimits: CallLimits = { requestTimeoutMs: 5_000, attempts: 3 };

/** The credentials of one role, asked for once and again before they expire. */
export function roleCredentials(role: ReadRole): RoleCredentials {
  let session: Promise<RoleSession> | undefined;
  let renewAt = 0;
  return async () => {
    if (session === undefined || Date.now() >= renewAt) {
      const asked = assume(role);
      session = asked;
      renewAt = Infinity;
      try {
        const { expiration } = await asked;
        renewAt = (expiration?.getTime() ?? 0) - renewBeforeMs;
      } catch (error) {
        session = undefined;
        throw error;
      }
    }
    return session;
  };
}

async function assume({ arn, externalId }: ReadRole): Promise<RoleSession> {
  // A function whose sources need no role does not spend the time to load it.
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(shortCalls(callLimits));
  try {
    const command = new AssumeRoleCommand({
      RoleArn: arn,
      RoleSessionName: sessionName(process.env["AWS_LAMBDA_FUNCTION_NAME"]),
      ExternalId: externalId,
      DurationSeconds: sessionSeconds,
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (await client.send(command))
      .Credentials ?? { AccessKeyId: undefined };
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Error("the answer has no credentials");
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  } catch (error) {
    const id = externalId === undefined ? "without an external ID" : "with the external ID of the source";
    throw new ReadRoleRefused(
      `the role ${arn} cannot be assumed (${(error as Error).name}: ${messageOf(error)}); its trust policy must let ` +
        `the role of this function assume it ${id}, and the function's own policy must allow sts:AssumeRole on it`,
    );
  } finally {
    client.destroy();
  }
}

/** Who reads, as the other account's CloudTrail has it. Source: STS API reference, AssumeRole, RoleSessionName. */
function sessionName(functionName = "logzio-s3"): string {
  return functionName.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
