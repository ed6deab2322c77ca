import { TerraformOutput } from "cdktf";
import { ArchiveAccess, BucketReadAccess, renderPolicy, type PolicyStatement } from "../../../constructs";
import type { Simulation } from "../../support/policy-simulation";
import { accounts, administrator, as, deployed, keys, kms, prove, roleArn, s3, tester } from "./proof";
import { synthesize } from "./stacks";

/** Policies of buckets and keys of the account that owns them, for a role of another account. */
const foreign = synthesize((stack) => {
  const access = new BucketReadAccess(stack, "access", {
    bucket: "owned-logs",
    prefix: "AWSLogs/",
    kmsKeyArn: keys.foreign,
  });
  const archive = new ArchiveAccess(stack, "archive", { bucket: "owned-archive", kmsKeyArn: keys.foreign });
  const listing = new BucketReadAccess(stack, "listing", {
    bucket: "owned-logs",
    prefix: "AWSLogs/",
    restrictListing: true,
  });
  const policies: Record<string, readonly PolicyStatement[]> = {
    bucket: access.bucketPolicyStatements(roleArn),
    key: access.keyPolicyStatements(roleArn),
    identity: access.identityStatements,
    archiveBucket: archive.bucketPolicyStatements(roleArn),
    archiveKey: archive.keyPolicyStatements(roleArn),
    listing: listing.identityStatements,
  };
  for (const [id, list] of Object.entries(policies))
    new TerraformOutput(stack, `${id}-policy`, { value: renderPolicy(list), staticId: true });
});

/** A reader that its own policies let do everything, so that the resource's policy alone decides. */
function reader(resourcePolicy: string): Omit<Simulation, "call"> {
  return {
    principal: roleArn,
    identityPolicies: [administrator],
    resourceAccount: accounts.owner,
    resourcePolicy: deployed(foreign.output(`${resourcePolicy}-policy`)),
  };
}

const none = { Version: "2012-10-17", Statement: [] };
const outsider = as(`arn:aws:iam::${accounts.other}:role/admin`);
const colleague = as(tester);

prove({
  "The bucket policy for a reader of another account": [
    reader("bucket"),
    [
      ["allow", "read", s3("GetObject", "owned-logs/AWSLogs/a.gz")],
      ["allow", "read a version", s3("GetObjectVersion", "owned-logs/AWSLogs/a.gz")],
      ["allow", "list", s3("ListBucket", "owned-logs")],
      ["allow", "locate", s3("GetBucketLocation", "owned-logs")],
      [
        "allow",
        "read with the permissions that the access gives its reader",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { identityPolicies: [deployed(foreign.output("identity-policy"))] },
      ],
      [
        "deny",
        "read with permissions of the reader alone",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { resourcePolicy: undefined },
      ],
      [
        "deny",
        "read without permissions of the reader",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { identityPolicies: [none] },
      ],
      ["deny", "read beside the prefix", s3("GetObject", "owned-logs/other/a.gz")],
      ["deny", "write", s3("PutObject", "owned-logs/AWSLogs/a.gz")],
      ["deny", "change the policy", s3("PutBucketPolicy", "owned-logs")],
      [
        "deny",
        "read as another role of the reader's account",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        colleague,
      ],
      [
        "deny",
        "read as an administrator of a third account",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        outsider,
      ],
    ],
  ],
  "The key policy for a reader of another account": [
    reader("key"),
    [
      ["allow", "decrypt an object", kms("Decrypt", keys.foreign, "owned-logs/AWSLogs/a.gz")],
      ["allow", "decrypt with a bucket key", kms("Decrypt", keys.foreign, "owned-logs")],
      [
        "deny",
        "decrypt with permissions of the reader alone",
        kms("Decrypt", keys.foreign, "owned-logs"),
        { resourcePolicy: none },
      ],
      ["deny", "decrypt beside the prefix", kms("Decrypt", keys.foreign, "owned-logs/other/a.gz")],
      [
        "deny",
        "decrypt an object of another bucket",
        kms("Decrypt", keys.foreign, "other-logs/AWSLogs/a.gz"),
      ],
      [
        "deny",
        "decrypt through S3 of another region",
        kms("Decrypt", keys.foreign, "owned-logs", "s3.eu-central-1.amazonaws.com"),
      ],
      [
        "deny",
        "decrypt itself, not through S3",
        {
          ...kms("Decrypt", keys.foreign, ""),
          context: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::owned-logs" },
        },
      ],
      ["deny", "make a data key", kms("GenerateDataKey", keys.foreign, "owned-logs/AWSLogs/a.gz")],
      ["deny", "change the policy", { action: "kms:PutKeyPolicy", resource: keys.foreign, context: {} }],
      [
        "deny",
        "decrypt as another role of the reader's account",
        kms("Decrypt", keys.foreign, "owned-logs"),
        colleague,
      ],
      [
        "deny",
        "decrypt as an administrator of a third account",
        kms("Decrypt", keys.foreign, "owned-logs"),
        outsider,
      ],
    ],
  ],
  "The policy of an archive's bucket of another account": [
    reader("archiveBucket"),
    [
      ["allow", "write", s3("PutObject", "owned-archive/a.gz")],
      ["allow", "read back", s3("GetObject", "owned-archive/a.gz")],
      ["allow", "list", s3("ListBucket", "owned-archive")],
      ["deny", "delete", s3("DeleteObject", "owned-archive/a.gz")],
      [
        "deny",
        "write as another role of the reader's account",
        s3("PutObject", "owned-archive/a.gz"),
        colleague,
      ],
    ],
  ],
  "The policy of an archive's key of another account": [
    reader("archiveKey"),
    [
      ["allow", "make a data key", kms("GenerateDataKey", keys.foreign, "owned-archive/a.gz")],
      ["allow", "decrypt with a bucket key", kms("Decrypt", keys.foreign, "owned-archive")],
      ["deny", "make a data key for another bucket", kms("GenerateDataKey", keys.foreign, "owned-logs/a.gz")],
      ["deny", "encrypt", kms("Encrypt", keys.foreign, "owned-archive/a.gz")],
      [
        "deny",
        "make a data key as another role",
        kms("GenerateDataKey", keys.foreign, "owned-archive/a.gz"),
        colleague,
      ],
    ],
  ],
  "The policy of a reader whose listing is restricted": [
    { principal: roleArn, identityPolicies: [deployed(foreign.output("listing-policy"))] },
    [
      ["allow", "list under the prefix", s3("ListBucket", "owned-logs", { "s3:prefix": "AWSLogs/1/" })],
      ["allow", "locate the bucket", s3("GetBucketLocation", "owned-logs")],
      ["allow", "read under the prefix", s3("GetObject", "owned-logs/AWSLogs/a.gz")],
      ["deny", "list beside the prefix", s3("ListBucket", "owned-logs", { "s3:prefix": "other/" })],
      ["deny", "list above the prefix", s3("ListBucket", "owned-logs", { "s3:prefix": "AWS" })],
      ["deny", "list everything", s3("ListBucket", "owned-logs")],
      ["deny", "list an empty prefix", s3("ListBucket", "owned-logs", { "s3:prefix": "" })],
    ],
  ],
});
