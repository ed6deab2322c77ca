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
import type { FetcherBucket } from "./fetcher-bucket";
import type { FetcherRoleProps } from "./fetcher-role-props";
import { fetcherRoleRules, logzioAccountForm, roleDefaults } from "./fetcher-role-rules";
import { withOwnership } from "../foundation/iam-rules";
import { checkedLater } from "./later-values";
import { inLogzioPartition } from "./logzio-partition";
import { PermissionPolicies } from "./permission-policies";
import { testPrincipalForm } from "./principal-rules";
import { Settling } from "./settling";
import { trustPolicy, trustPolicyLength, trustProblems, type Trust } from "./trust-policy";

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
