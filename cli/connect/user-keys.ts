import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { messageOf } from "../../lambdas/runtime/errors";
import { awsFailure, iamSettings } from "../aws/session";
import { CommandError, UsageError } from "../program/errors";
import type { AwsOptions } from "../program/options";

/** How many access keys AWS lets a user have. Source: IAM quotas, "Access keys assigned to an IAM user". */
export const keysPerUser = 2;

export interface UserKey {
  readonly id: string;
  readonly active: boolean;
  /** When it was made, in ms since 1970. */
  readonly created: number;
}

/** A key that was just made: the only time that its secret is known. It goes to Logz.io and nowhere else. */
export interface NewKey {
  readonly id: string;
  readonly secret: string;
}

/** The access keys of one IAM user. Its calls are not aborted: a key that was made must not get lost. */
export class UserKeys {
  private readonly iam: IAMClient;
  /** Does not try again. */
  private readonly once: IAMClient;

  constructor(
    readonly userName: string,
    options: AwsOptions,
  ) {
    const settings = iamSettings(options);
    this.iam = new IAMClient(settings);
    this.once = new IAMClient({ ...settings, maxAttempts: 1 });
  }

  close(): void {
    this.iam.destroy();
    this.once.destroy();
  }

  /** Oldest first. */
  async list(): Promise<UserKey[]> {
    const input = { UserName: this.userName };
    const { AccessKeyMetadata: keys = [] } = await this.asked("listing the access keys", () =>
      this.iam.send(new ListAccessKeysCommand(input)),
    );
    return keys
      .map(({ AccessKeyId: id = "", Status, CreateDate }) => ({
        id,
        active: Status === "Active",
        created: CreateDate?.getTime() ?? 0,
      }))
      .sort((one, other) => one.created - other.created);
  }

  /** Asked for once: a second try would make a second key where only the answer to the first got lost. */
  async create(): Promise<NewKey> {
    const before = await this.list();
    try {
      const input = { UserName: this.userName };
      const { AccessKey: key } = await this.asked("making an access key", () =>
        this.once.send(new CreateAccessKeyCommand(input)),
      );
      const { AccessKeyId: id, SecretAccessKey: secret } = key ?? {};
      if (id !== undefined && secret !== undefined) return { id, secret };
      throw new CommandError(`AWS did not say which access key it made for ${this.userName}`);
    } catch (error) {
      const lost = (await this.list()).find(({ id }) => !before.some((known) => known.id === id));
      if (lost === undefined) throw error;
      throw new CommandError(
        `${messageOf(error)}. The key ${lost.id} was made nevertheless, and nobody knows its secret; delete it: ` +
          `aws iam delete-access-key --user-name ${this.userName} --access-key-id ${lost.id}`,
      );
    }
  }

  async deactivate(id: string): Promise<void> {
    const input = { UserName: this.userName, AccessKeyId: id, Status: "Inactive" as const };
    await this.asked(`deactivating the access key ${id}`, () =>
      this.iam.send(new UpdateAccessKeyCommand(input)),
    );
  }

  /** It is no error where it is gone already. */
  async remove(id: string): Promise<void> {
    const input = { UserName: this.userName, AccessKeyId: id };
    try {
      await this.iam.send(new DeleteAccessKeyCommand(input));
    } catch (error) {
      if (isMissing(error)) return;
      throw awsFailure(`deleting the access key ${id} of the user ${this.userName}`, error);
    }
  }

  /** In words, such as "last used 2026-11-20 for s3". */
  async lastUse(id: string): Promise<string> {
    try {
      const { AccessKeyLastUsed: use } = await this.iam.send(
        new GetAccessKeyLastUsedCommand({ AccessKeyId: id }),
      );
      const day = use?.LastUsedDate?.toISOString().slice(0, 10);
      return day === undefined ? "never used" : `last used ${day} for ${use?.ServiceName ?? "a service"}`;
    } catch {
      // It is only for people to know, and needs a permission of its own.
      return "not known when it was used last";
    }
  }

  private async asked<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error)) {
        throw new UsageError(
          `there is no IAM user ${this.userName} in this AWS account; deploy it first (access.user in logzio.yaml), ` +
            "or name another with --user-name",
        );
      }
      throw awsFailure(`${what} of the user ${this.userName}`, error);
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as { name?: string }).name === "NoSuchEntityException";
}
