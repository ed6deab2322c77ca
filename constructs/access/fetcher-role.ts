import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Annotations, type ITerraformDependable, type Precondition } from "cdktf";
import { Construct } from "constructs";
import { AwsContext } from "../foundation/aws-context";
import { inlinePolicyCharacters, trustPolicyCharacters } from "../foundation/limits";
import { mergeStatements, type PolicyStatement } from "../foundation/policy";
import { packingProblems } from "../foundation/policy-packing";
import { literals } from "../foundation/templates";
import { refuse, validate } from "../foundation/validation";
import { ArchiveAccess } from "./archive-access";
import { BucketReadAccess } from "./bucket-read-access";
import { checkedBuckets } from "./bucket-references";
import { externalIdForm } from "./external-id";
import type { ArchiveBucket, FetcherBucket } from "./fetcher-bucket";
import { fetcherRoleRules, logzioAccountForm, roleDefaults } from "./fetcher-role-rules";
import { withOwnership } from "../foundation/iam-rules";
import { checkedLater } from "./later-values";
import { inLogzioPartition } from "./logzio-partition";
import { PermissionPolicies } from "./permission-policies";
import { testPrincipalForm } from "./principal-rules";
import { Settling } from "./settling";
import { trustPolicy, trustPolicyLength, trustProblems, type Trust } from "./trust-policy";

/** At least one of `buckets` and `archiveBuckets` has an entry. */
export interface FetcherRoleProps {
  /** Logz.io's AWS account, 12 digits; Logz.io shows it with its role settings, and `logzio-s3 connect` asks for it. */
  readonly logzioAccountId: string;
  /**
   * The external ID that Logz.io sends, or two, the old and the new one, while configurations are moved from one to
   * the other. Of 2 to 1,224 letters, digits and `_+=,.@:/-`; references are taken as entries.
   */
  readonly externalIds: readonly string[];
  /** What Logz.io may fetch. @default nothing */
  readonly buckets?: readonly FetcherBucket[];
  /** Where Logz.io may archive logs, and restore them from. @default nowhere */
  readonly archiveBuckets?: readonly ArchiveBucket[];
  /** Name of the role, up to 64 characters; a change replaces the role. @default "logzio-s3-fetcher" */
  readonly name?: string;
  /** Start of the role's name in place of the whole name, up to 38 characters. @default none */
  readonly namePrefix?: string;
  /** Path of the role and its managed policies, such as `/logging/`; a change replaces the role. @default "/" */
  readonly path?: string;
  /** ARN of a managed policy that bounds what the role may do. @default none */
  readonly permissionsBoundaryArn?: string;
  /** How long credentials of the role may live, in seconds, 3,600 to 43,200. @default 3600 */
  readonly maxSessionDurationSeconds?: number;
  /**
   * ARNs of IAM roles and users of your own that may assume the role too, with the same external ID, so that
   * `logzio-s3 doctor` can list and read for real. IAM refuses the ARN of one that does not exist.
   * @default none
   */
  readonly testPrincipals?: readonly string[];
  /**
   * Seconds to wait between the role and the first `FetcherConnector` that uses it, and after each change of its
   * policies; 0 for none, at most 300. IAM tells its other regions of changes later, Logz.io tries the role at once,
   * and an attempt that comes too early fails the deployment. The wait is a `sleep` in a POSIX shell where Terraform
   * runs; write 0 where there is none, and deploy again after such a failure.
   * @default 15
   */
  readonly settleSeconds?: number;
  /** Tags of the role and its managed policies, besides `managed-by`. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The role with which Logz.io reads buckets, and archives into them: its AWS account may assume it, and only with the
 * external ID. Permissions that do not fit into one inline policy spread over managed policies, of which AWS allows a
 * role 10; some 200 buckets, depending on their prefixes and keys.
 * @throws ConstructError with everything that is wrong with the props
 */
export class FetcherRole extends Construct {
  /** The name, or its start with `namePrefix`. */
  readonly name: string;
  readonly role: IamRole;
  readonly policies: PermissionPolicies;
  /** What the role may read, an entry of `buckets` each. */
  readonly access: readonly BucketReadAccess[];
  /** What the role may archive into, an entry of `archiveBuckets` each. */
  readonly archiveAccess: readonly ArchiveAccess[];
  /** The entries of `buckets`. */
  readonly buckets: readonly FetcherBucket[];
  /** The trust policy, as a Terraform argument has it. */
  readonly trustPolicy: string;
  /** Everything that the role may do, whichever policy holds it. */
  readonly permissionStatements: readonly PolicyStatement[];
  private settling?: Settling;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FetcherRoleProps,
  ) {
    super(scope, id);
    validate(this, props, fetcherRoleRules);
    this.name = props.namePrefix ?? props.name ?? roleDefaults.name;
    this.buckets = props.buckets ?? [];
    const trust = this.describeTrust();
    this.access = this.buckets.map((bucket, index) => new BucketReadAccess(this, `access-${index}`, bucket));
    this.archiveAccess = (props.archiveBuckets ?? []).map(
      (bucket, index) => new ArchiveAccess(this, `archive-access-${index}`, bucket),
    );
    // Archives come first: there are few of them, so that entries added to the longer list move nothing.
    const statements = [...this.archiveAccess, ...this.access].flatMap((access) => access.identityStatements);
    this.refuseSizes(trust, statements);

    this.trustPolicy = trustPolicy(trust);
    this.permissionStatements = mergeStatements(statements);
    const tags = literals(withOwnership(props.tags));
    this.role = this.createRole(tags);
    this.policies = this.createPolicies(statements, tags);
  }

  /** What must exist before the role can do everything that it is for. */
  get dependables(): ITerraformDependable[] {
    return [this.role, ...this.policies.dependables];
  }

  /** Waits until the role can be used, where `settleSeconds` asks for it. @returns what depends on it has to name */
  settle(): ITerraformDependable[] {
    const seconds = this.props.settleSeconds ?? roleDefaults.settleSeconds;
    if (seconds === 0) return this.dependables;
    this.settling ??= new Settling(this, "settling", this, seconds);
    return [this.settling.resource];
  }

  private describeTrust(): Trust {
    const { logzioAccountId, externalIds, testPrincipals = [] } = this.props;
    return { partition: AwsContext.of(this).partition, logzioAccountId, externalIds, testPrincipals };
  }

  private refuseSizes(trust: Trust, statements: readonly PolicyStatement[]): void {
    refuse(this, [
      ...packingProblems(this, statements, inlinePolicyCharacters, "role").map((text) => ({
        path: "buckets and archiveBuckets",
        text,
      })),
      ...trustProblems(this, trust).map((text) => ({ path: "externalIds and testPrincipals", text })),
    ]);
    const length = trustPolicyLength(this, trust);
    if (length <= trustPolicyCharacters.standard) return;
    Annotations.of(this).addWarning(
      `The trust policy has up to ${length} characters; AWS allows more than ${trustPolicyCharacters.standard} only ` +
        'where the quota "Role trust policy length" of the account was raised',
    );
  }

  private createRole(tags: Record<string, string>): IamRole {
    const { props } = this;
    return new IamRole(this, "role", {
      name: props.namePrefix === undefined ? this.name : undefined,
      namePrefix: props.namePrefix,
      path: props.path,
      description: "Lets Logz.io read logs from S3 buckets",
      assumeRolePolicy: this.trustPolicy,
      maxSessionDuration: props.maxSessionDurationSeconds,
      permissionsBoundary: props.permissionsBoundaryArn,
      lifecycle: { precondition: this.preconditions() },
      tags,
    });
  }

  /** What is put into the trust policy: nothing of it may be a wildcard, or JSON of its own. */
  private preconditions(): Precondition[] {
    const { logzioAccountId, externalIds, testPrincipals = [] } = this.props;
    return [
      inLogzioPartition(this),
      ...checkedLater(this, logzioAccountForm, [logzioAccountId]),
      ...checkedLater(this, externalIdForm, externalIds),
      ...checkedLater(this, testPrincipalForm, testPrincipals),
    ];
  }

  private createPolicies(
    statements: readonly PolicyStatement[],
    tags: Record<string, string>,
  ): PermissionPolicies {
    const { namePrefix, path, archiveBuckets = [] } = this.props;
    return new PermissionPolicies(this, "policies", {
      owner: this.role,
      statements,
      preconditions: checkedBuckets(this, [...this.buckets, ...archiveBuckets]),
      namePrefix: namePrefix ?? `${this.name}-`,
      path,
      tags,
    });
  }
}
