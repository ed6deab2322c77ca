import { IamUser } from "@cdktf/provider-aws/lib/iam-user/index.js";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { nameLimits, userInlinePolicyCharacters } from "../foundation/limits";
import { mergeStatements, type PolicyStatement } from "../foundation/policy";
import { packingProblems } from "../foundation/policy-packing";
import { literals } from "../foundation/templates";
import { each, refuse, validate, type Problem, type Rules } from "../foundation/validation";
import { BucketReadAccess } from "./bucket-read-access";
import { fetcherBucketExample, fetcherBucketRules, type FetcherBucket } from "./fetcher-bucket";
import {
  freeName,
  iamName,
  iamPath,
  iamTags,
  permissionsBoundaryArn,
  withOwnership,
} from "../foundation/iam-rules";
import { checkedBuckets } from "./bucket-references";
import { bucketsElsewhere, inLogzioPartition } from "./logzio-partition";
import { oneRegionEach } from "./one-region";
import { PermissionPolicies } from "./permission-policies";

export interface FetcherUserProps {
  /** What Logz.io may fetch; at least one entry. */
  readonly buckets: readonly FetcherBucket[];
  /** Name of the user, up to 64 characters; a change renames it. @default "logzio-s3-fetcher" */
  readonly name?: string;
  /** Path of the user and its managed policies, such as `/logging/`. @default "/" */
  readonly path?: string;
  /** ARN of a managed policy that bounds what the user may do. @default none */
  readonly permissionsBoundaryArn?: string;
  /** Tags of the user and its managed policies, besides `managed-by`. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

const defaultName = "logzio-s3-fetcher";

const rules: Rules<FetcherUserProps> = {
  props: {
    buckets: each(fetcherBucketRules, fetcherBucketExample),
    name: iamName(nameLimits.user),
    path: iamPath,
    permissionsBoundaryArn,
    tags: iamTags,
  },
  // What is synthesized depends on it.
  known: ["buckets"],
  together: [
    someBucket,
    inPartition,
    ({ buckets }, construct) => oneRegionEach({ buckets }, construct),
    nameIsFree,
  ],
};

function someBucket({ buckets }: Partial<FetcherUserProps>): Problem[] {
  if (Array.isArray(buckets) && buckets.length > 0) return [];
  return [{ path: "buckets", text: `has no entry; write at least one, such as ${fetcherBucketExample}` }];
}

function inPartition({ buckets }: Partial<FetcherUserProps>): Problem[] {
  return bucketsElsewhere("buckets", buckets);
}

function nameIsFree({ name = defaultName }: FetcherUserProps, construct: IConstruct): Problem[] {
  return freeName(construct, name, (other) => (other instanceof IamUser ? other.nameInput : undefined));
}

/**
 * A user whose access keys Logz.io gets, for accounts where it cannot assume a role. Prefer {@link FetcherRole}: keys
 * do not expire. There is no resource for the key, since Terraform would keep it in its state: `logzio-s3 connect`
 * makes one and hands it to Logz.io.
 * @throws ConstructError with everything that is wrong with the props
 */
export class FetcherUser extends Construct {
  readonly name: string;
  readonly user: IamUser;
  readonly policies: PermissionPolicies;
  /** What the user may read, an entry of `buckets` each. */
  readonly access: readonly BucketReadAccess[];
  /** Everything that the user may do, whichever policy holds it. */
  readonly permissionStatements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, props: FetcherUserProps) {
    super(scope, id);
    validate(this, props, rules);
    this.name = props.name ?? defaultName;
    this.access = props.buckets.map((bucket, index) => new BucketReadAccess(this, `access-${index}`, bucket));
    const statements = this.access.flatMap((access) => access.identityStatements);
    const tooLong = packingProblems(this, statements, userInlinePolicyCharacters, "user");
    refuse(
      this,
      tooLong.map((text) => ({ path: "buckets", text })),
    );

    this.permissionStatements = mergeStatements(statements);
    const tags = literals(withOwnership(props.tags));
    this.user = this.createUser(props, tags);
    const { path } = props;
    const namePrefix = `${this.name}-`;
    this.policies = new PermissionPolicies(this, "policies", {
      owner: this.user,
      statements,
      preconditions: checkedBuckets(this, props.buckets),
      namePrefix,
      path,
      tags,
    });
    this.warn();
  }

  /** What must exist before the user can do everything that it is for. */
  get dependables(): ITerraformDependable[] {
    return [this.user, ...this.policies.dependables];
  }

  private createUser(props: FetcherUserProps, tags: Record<string, string>): IamUser {
    return new IamUser(this, "user", {
      name: this.name,
      path: props.path,
      permissionsBoundary: props.permissionsBoundaryArn,
      // Its keys are made elsewhere, and IAM deletes no user that has some.
      forceDestroy: true,
      lifecycle: { precondition: [inLogzioPartition(this)] },
      tags,
    });
  }

  private warn(): void {
    Annotations.of(this).addWarning(
      "Access keys do not expire, and who has them can read the buckets from anywhere; FetcherRole lets Logz.io in " +
        "by a role and an external ID, without keys. Keys of this user are made by logzio-s3 connect, and never by " +
        "Terraform",
    );
  }
}
