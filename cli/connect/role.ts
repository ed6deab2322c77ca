import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { awsFailure, iamSettings } from "../aws/session";
import type { ConfigFile } from "../config-file/parse";
import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";
import type { AwsOptions } from "../program/options";

/** Name of the role where nothing else is said; as constructs/access/fetcher-role.ts has it. */
const defaultRoleName = "logzio-s3-fetcher";

/** The ARN of the role that Logz.io is to assume: as given, or else of the role that the file describes. */
export async function findRoleArn(
  options: AwsOptions & { readonly roleArn?: string },
  file: ConfigFile | undefined,
  { signal, output }: CommandContext,
): Promise<string> {
  if (options.roleArn !== undefined) return checkedArn(options.roleArn);
  const { name, namePrefix } = file?.access?.role ?? {};
  if (name === undefined && namePrefix !== undefined) {
    throw new UsageError(
      `the role's name begins with ${namePrefix} (${file?.place(["access", "role", "namePrefix"])}) and AWS completed ` +
        "it; write its ARN with --role-arn (npx cdktf output shows it)",
    );
  }
  const roleName = name ?? defaultRoleName;
  output.progress(`asking AWS for the role ${roleName}`);
  const iam = new IAMClient(iamSettings(options));
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName }), { abortSignal: signal });
    if (Role?.Arn !== undefined) return Role.Arn;
    throw new UsageError(`AWS said no ARN for the role ${roleName}; write it with --role-arn`);
  } catch (error) {
    if (signal.aborted || error instanceof UsageError) throw error;
    if ((error as { name?: string }).name === "NoSuchEntityException") {
      throw new UsageError(
        `there is no role ${roleName} in this AWS account; deploy it first (npx cdktf deploy), or name another with --role-arn`,
      );
    }
    throw awsFailure(`asking for the role ${roleName} (or write --role-arn)`, error);
  } finally {
    iam.destroy();
  }
}

/** A path may have characters that names have not. Source: IAM API reference, CreateRole, Path and RoleName. */
const roleArns = /^arn:aws[\w-]*:iam::\d{12}:role\/(?:[\x21-\x7e]+\/)?[\w+=,.@-]+$/;

export function checkedArn(arn: string): string {
  if (roleArns.test(arn)) return arn;
  throw new UsageError(
    `--role-arn is "${arn}"; write an ARN such as arn:aws:iam::123456789012:role/${defaultRoleName}`,
  );
}
