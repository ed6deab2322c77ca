import { FetcherUser } from "../../../constructs";
import type { Simulation } from "../../support/policy-simulation";
import {
  accounts,
  assume,
  identityPolicies,
  ids,
  keyArn,
  keys,
  kms,
  prove,
  roleArn,
  roleTemplate,
  s3,
  trustOf,
  type Row,
} from "./proof";
import { synthesize } from "./stacks";

const role: Omit<Simulation, "call"> = {
  principal: roleArn,
  identityPolicies: identityPolicies(roleTemplate()),
};

const large = roleTemplate({
  buckets: Array.from({ length: 200 }, (_, index) => ({
    bucket: `my-company-logs-of-team-${index}`,
    prefix: "AWSLogs/",
    kmsKeyArn: keys.logs,
  })),
});

const userTemplate = synthesize((stack) => {
  const buckets = [
    { bucket: "my-logs", prefix: "AWSLogs/1/" },
    { bucket: "secret-logs", prefix: "app/", kmsKeyArn: keys.logs },
  ];
  new FetcherUser(stack, "fetcher", { buckets });
});
const userArn = `arn:aws:iam::${accounts.own}:user/logzio-s3-fetcher`;

prove({
  "The policies of a role, on buckets to read": [
    role,
    [
      ["allow", "read an object of a bucket", s3("GetObject", "whole-logs/any/key.gz")],
      ["allow", "list a bucket", s3("ListBucket", "whole-logs")],
      ["allow", "locate a bucket", s3("GetBucketLocation", "whole-logs")],
      ["allow", "read an object under a prefix", s3("GetObject", "my-logs/AWSLogs/1/a.gz")],
      ["allow", "read a version under a prefix", s3("GetObjectVersion", "my-logs/AWSLogs/1/a.gz")],
      ["allow", "read an object under the bucket's other prefix", s3("GetObject", "my-logs/elb/a.gz")],
      [
        "allow",
        "list a bucket of which a prefix is read",
        s3("ListBucket", "my-logs", { "s3:prefix": "other/" }),
      ],
      ["deny", "read an object beside the prefix", s3("GetObject", "my-logs/AWSLogs/2/a.gz")],
      ["deny", "read a version beside the prefix", s3("GetObjectVersion", "my-logs/AWSLogs/2/a.gz")],
      ["deny", "read an object under a sibling prefix", s3("GetObject", "my-logs/AWSLogs/11/a.gz")],
      ["deny", "read an object above the prefix", s3("GetObject", "my-logs/AWSLogs/a.gz")],
      ["deny", "read an object with the prefix further in", s3("GetObject", "my-logs/x/elb/a.gz")],
      ["deny", "read another bucket", s3("GetObject", "my-logs-2/AWSLogs/1/a.gz")],
      ["deny", "list another bucket", s3("ListBucket", "my-logs-2")],
      ["deny", "locate another bucket", s3("GetBucketLocation", "other-my-logs")],
      ["deny", "list versions", s3("ListBucketVersions", "my-logs")],
      ["deny", "write", s3("PutObject", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "delete", s3("DeleteObject", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "delete a version", s3("DeleteObjectVersion", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "change access", s3("PutObjectAcl", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "read tags", s3("GetObjectTagging", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "read the bucket's policy", s3("GetBucketPolicy", "my-logs")],
      ["deny", "change the bucket's policy", s3("PutBucketPolicy", "my-logs")],
      ["deny", "change the bucket's notifications", s3("PutBucketNotification", "my-logs")],
      ["allow", "read under a prefix with characters of patterns", s3("GetObject", "odd-logs/a*b?/x.gz")],
      ["deny", "read what such characters would match as patterns", s3("GetObject", "odd-logs/aXbY/x.gz")],
    ],
  ],
  "The policies of a role, on keys of buckets to read": [
    role,
    [
      ["allow", "decrypt an object", kms("Decrypt", keys.logs, "secret-logs/app/a.gz")],
      ["allow", "decrypt with a bucket key", kms("Decrypt", keys.logs, "secret-logs")],
      [
        "allow",
        "decrypt an object of another bucket with the same key",
        kms("Decrypt", keys.logs, "more-logs/any/a.gz"),
      ],
      [
        "allow",
        "decrypt through S3 of the bucket's region",
        kms("Decrypt", keys.far, "far-logs/a.gz", "s3.eu-central-1.amazonaws.com"),
      ],
      [
        "allow",
        "decrypt under a prefix with characters of patterns",
        kms("Decrypt", keys.logs, "odd-logs/a*b?/x.gz"),
      ],
      [
        "deny",
        "decrypt what such characters would match as patterns",
        kms("Decrypt", keys.logs, "odd-logs/aXbY/x.gz"),
      ],
      [
        "deny",
        "decrypt through S3 of the stack's region, where the bucket is elsewhere",
        kms("Decrypt", keys.far, "far-logs/a.gz"),
      ],
      [
        "deny",
        "decrypt through S3 of another region",
        kms("Decrypt", keys.logs, "secret-logs/app/a.gz", "s3.eu-central-1.amazonaws.com"),
      ],
      [
        "deny",
        "decrypt through another service",
        kms("Decrypt", keys.logs, "secret-logs/app/a.gz", "secretsmanager.us-east-1.amazonaws.com"),
      ],
      [
        "deny",
        "decrypt itself, not through S3",
        {
          ...kms("Decrypt", keys.logs, ""),
          context: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::secret-logs" },
        },
      ],
      [
        "deny",
        "decrypt without a context",
        { ...kms("Decrypt", keys.logs, ""), context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
      ],
      ["deny", "decrypt an object beside the prefix", kms("Decrypt", keys.logs, "secret-logs/other/a.gz")],
      ["deny", "decrypt an object of another bucket", kms("Decrypt", keys.logs, "other-logs/app/a.gz")],
      ["deny", "decrypt with the bucket key of another bucket", kms("Decrypt", keys.logs, "other-logs")],
      [
        "deny",
        "decrypt with the bucket key of a bucket whose name is longer",
        kms("Decrypt", keys.logs, "secret-logs-2"),
      ],
      [
        "deny",
        "decrypt with the key of another bucket",
        kms("Decrypt", keys.far, "secret-logs/app/a.gz", "s3.eu-central-1.amazonaws.com"),
      ],
      ["deny", "decrypt with a key that nobody named", kms("Decrypt", keyArn(9), "secret-logs/app/a.gz")],
      ["deny", "make a data key", kms("GenerateDataKey", keys.logs, "secret-logs/app/a.gz")],
      ["deny", "encrypt", kms("Encrypt", keys.logs, "secret-logs/app/a.gz")],
      ["deny", "describe the key", kms("DescribeKey", keys.logs, "secret-logs")],
    ],
  ],
  "The policies of a role, on buckets to archive into": [
    role,
    [
      ["allow", "write an archive", s3("PutObject", "my-archive/2026/01/a.gz")],
      ["allow", "write the file that proves the bucket", s3("PutObject", "plain-archive/logzio-verified")],
      ["allow", "read an archive back", s3("GetObject", "my-archive/2026/01/a.gz")],
      ["allow", "list the archive", s3("ListBucket", "my-archive")],
      ["allow", "locate the archive", s3("GetBucketLocation", "plain-archive")],
      [
        "allow",
        "make a data key for an object",
        kms("GenerateDataKey", keys.archive, "my-archive/2026/a.gz"),
      ],
      ["allow", "make a data key for the bucket", kms("GenerateDataKey", keys.archive, "my-archive")],
      ["allow", "decrypt an archive", kms("Decrypt", keys.archive, "my-archive/2026/a.gz")],
      ["allow", "decrypt an archive with a bucket key", kms("Decrypt", keys.archive, "my-archive")],
      ["deny", "write into a bucket to read", s3("PutObject", "whole-logs/a.gz")],
      ["deny", "write into another archive", s3("PutObject", "my-archive-2/a.gz")],
      ["deny", "delete an archive", s3("DeleteObject", "my-archive/2026/01/a.gz")],
      ["deny", "read a version of an archive", s3("GetObjectVersion", "my-archive/2026/01/a.gz")],
      ["deny", "open an archive to others", s3("PutObjectAcl", "my-archive/2026/01/a.gz")],
      [
        "deny",
        "make a data key for another bucket",
        kms("GenerateDataKey", keys.archive, "secret-logs/app/a.gz"),
      ],
      [
        "deny",
        "make a data key through S3 of another region",
        kms("GenerateDataKey", keys.archive, "my-archive/a.gz", "s3.eu-central-1.amazonaws.com"),
      ],
      [
        "deny",
        "make a data key without its text",
        kms("GenerateDataKeyWithoutPlaintext", keys.archive, "my-archive/a.gz"),
      ],
      ["deny", "make a pair of keys", kms("GenerateDataKeyPair", keys.archive, "my-archive/a.gz")],
      ["deny", "encrypt again", kms("ReEncryptFrom", keys.archive, "my-archive/a.gz")],
      ["deny", "use the archive's key for logs", kms("Decrypt", keys.archive, "secret-logs/app/a.gz")],
    ],
  ],
  "The policies of a role that spread": [
    { principal: roleArn, identityPolicies: identityPolicies(large) },
    [
      ...[0, 99, 199].flatMap((index): Row[] => {
        const bucket = `my-company-logs-of-team-${index}`;
        return [
          ["allow", `read bucket ${index}`, s3("GetObject", `${bucket}/AWSLogs/a.gz`)],
          ["allow", `list bucket ${index}`, s3("ListBucket", bucket)],
          [
            "allow",
            `decrypt an object of bucket ${index}`,
            kms("Decrypt", keys.logs, `${bucket}/AWSLogs/a.gz`),
          ],
          ["deny", `read beside the prefix of bucket ${index}`, s3("GetObject", `${bucket}/other/a.gz`)],
          [
            "deny",
            `decrypt beside the prefix of bucket ${index}`,
            kms("Decrypt", keys.logs, `${bucket}/other/a.gz`),
          ],
        ];
      }),
      ["allow", "write the archive", s3("PutObject", "my-archive/a.gz")],
      ["deny", "read bucket 200", s3("GetObject", "my-company-logs-of-team-200/AWSLogs/a.gz")],
    ],
  ],
  "The policies of a user": [
    { principal: userArn, identityPolicies: identityPolicies(userTemplate) },
    [
      ["allow", "list", s3("ListBucket", "my-logs")],
      ["allow", "read", s3("GetObject", "my-logs/AWSLogs/1/a.gz")],
      ["allow", "decrypt an object", kms("Decrypt", keys.logs, "secret-logs/app/a.gz")],
      ["allow", "decrypt with a bucket key", kms("Decrypt", keys.logs, "secret-logs")],
      ["deny", "read beside the prefix", s3("GetObject", "my-logs/AWSLogs/2/a.gz")],
      ["deny", "write", s3("PutObject", "my-logs/AWSLogs/1/a.gz")],
      ["deny", "decrypt beside the prefix", kms("Decrypt", keys.logs, "secret-logs/other/a.gz")],
      ["deny", "make keys for itself", { action: "iam:CreateAccessKey", resource: userArn, context: {} }],
      [
        "deny",
        "assume the role",
        assume(ids.new),
        { resourcePolicy: trustOf(roleTemplate()).resourcePolicy },
      ],
    ],
  ],
});
