import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { Deployment } from "../support/deployment";
import { createEncryptedBucket, Emulator, emulatorAccount, emulatorCredentials } from "../support/emulator";
import type { PolicyDocument } from "../support/policy-proof";

export const region = "us-east-1";

/** What the deployments are about, unless a test says otherwise. */
export const fetched = {
  logzioAccountId: "406095609952",
  externalId: "logzio:aws:extid:example0nktixxe8q",
  nextExternalId: "logzio:aws:extid:second0nktixxe8q",
  plainBucket: "plain-logs-e2e",
  encryptedBucket: "encrypted-logs-e2e",
  archiveBucket: "log-archive-e2e",
  testPrincipal: `arn:aws:iam::${emulatorAccount}:role/platform-engineer`,
} as const;

/** A role as IAM has it. */
export interface RoleInIam {
  readonly id: string;
  readonly arn: string;
  readonly trustPolicy: PolicyDocument;
  readonly maxSessionSeconds: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Of all its policies together. */
  readonly statements: PolicyDocument["Statement"];
}

/** AWS on this machine with the buckets, and the app's block `access` deployed to it by cdktf and Terraform. */
export class DeployedAccess {
  readonly iam: IAM;
  readonly s3: S3;

  /** Starts AWS, and makes the buckets; nothing is deployed yet. */
  static async start(stack: string): Promise<DeployedAccess> {
    const emulator = await Emulator.start();
    const started = new DeployedAccess(emulator, new Deployment(stack, emulator.url));
    try {
      await started.createBuckets();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** ARN of the key of the encrypted bucket. */
  keyArn = "";

  private constructor(
    readonly emulator: Emulator,
    readonly deployment: Deployment,
  ) {
    const options = { region, endpoint: emulator.url, credentials: emulatorCredentials };
    this.iam = new IAM(options);
    this.s3 = new S3({ ...options, forcePathStyle: true });
  }

  /** Deploys a role for two buckets, one of them encrypted, and an archive; also once more, with other IDs. */
  async deploy(externalIds: readonly string[] = [fetched.externalId]): Promise<void> {
    this.deployment.configure({
      region: "eu",
      aws: { region, tags: { project: "logzio" } },
      access: {
        logzioAccountId: fetched.logzioAccountId,
        externalIds,
        buckets: [
          { bucket: fetched.plainBucket, prefix: "AWSLogs/" },
          { bucket: fetched.encryptedBucket, kmsKeyArn: this.keyArn },
        ],
        archiveBuckets: [{ bucket: fetched.archiveBucket }],
        role: { path: "/logging/", testPrincipals: [fetched.testPrincipal], tags: { team: "platform" } },
      },
    });
    await this.deployment.deploy();
  }

  /** Reads a role back through IAM's API, whose policies come percent-encoded. */
  async role(RoleName: string): Promise<RoleInIam> {
    const { Role } = await this.iam.getRole({ RoleName });
    if (Role?.RoleId === undefined || Role.Arn === undefined) throw new Error(`IAM has no role ${RoleName}`);
    return {
      id: Role.RoleId,
      arn: Role.Arn,
      trustPolicy: documentOf(Role.AssumeRolePolicyDocument),
      maxSessionSeconds: Role.MaxSessionDuration,
      tags: Object.fromEntries((Role.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
      statements: [
        ...(await this.inlinePolicies(RoleName)),
        ...(await this.managedPolicies(RoleName)),
      ].flatMap(({ Statement }) => Statement),
    };
  }

  /** What of the deployment's kinds AWS still holds, whoever made it. */
  async leftovers(): Promise<string[]> {
    const { Roles = [] } = await this.iam.listRoles();
    const { Policies = [] } = await this.iam.listPolicies({ Scope: "Local" });
    const { Users = [] } = await this.iam.listUsers();
    return [
      ...Roles.map(({ RoleName = "" }) => `role ${RoleName}`),
      ...Policies.map(({ PolicyName = "" }) => `policy ${PolicyName}`),
      ...Users.map(({ UserName = "" }) => `user ${UserName}`),
    ];
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const client of [this.iam, this.s3]) client.destroy();
    this.deployment.remove();
    await this.emulator.stop();
  }

  private async inlinePolicies(RoleName: string): Promise<PolicyDocument[]> {
    const { PolicyNames = [] } = await this.iam.listRolePolicies({ RoleName });
    return Promise.all(
      PolicyNames.map(async (PolicyName) => {
        const { PolicyDocument: text } = await this.iam.getRolePolicy({ RoleName, PolicyName });
        return documentOf(text);
      }),
    );
  }

  private async managedPolicies(RoleName: string): Promise<PolicyDocument[]> {
    const { AttachedPolicies = [] } = await this.iam.listAttachedRolePolicies({ RoleName });
    return Promise.all(
      AttachedPolicies.map(async ({ PolicyArn }) => {
        const { Policy } = await this.iam.getPolicy({ PolicyArn });
        const VersionId = Policy?.DefaultVersionId;
        const { PolicyVersion } = await this.iam.getPolicyVersion({ PolicyArn, VersionId });
        return documentOf(PolicyVersion?.Document);
      }),
    );
  }

  private async createBuckets(): Promise<void> {
    await this.s3.createBucket({ Bucket: fetched.plainBucket });
    await this.s3.createBucket({ Bucket: fetched.archiveBucket });
    this.keyArn = await createEncryptedBucket(this.emulator, this.s3, fetched.encryptedBucket);
  }
}

function documentOf(encoded: string | undefined): PolicyDocument {
  return JSON.parse(decodeURIComponent(encoded ?? "")) as PolicyDocument;
}
