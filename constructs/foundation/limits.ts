/** Limits of AWS Lambda. Source: Lambda developer guide, "Lambda quotas" and "Configure Lambda function memory". */
export const lambdaLimits = {
  memoryMegabytes: { min: 128, max: 10_240 },
  timeoutSeconds: { min: 1, max: 900 },
  /** All variables of a function together. */
  environmentBytes: 4096,
} as const;

/** Subnets and security groups of a function. Source: Lambda API reference, VpcConfig. */
export const functionNetworkLimits = { subnets: 16, securityGroups: 5 } as const;

/** Limits of Lambda's polling of Amazon SQS. Source: Lambda developer guide, "Configuring scaling behavior for SQS event source mappings". */
export const queueMappingLimits = { maximumConcurrency: { min: 2, max: 1000 } } as const;

/** Limits of Amazon SQS. Source: SQS developer guide, "Amazon SQS message quotas". */
export const queueLimits = {
  visibilityTimeoutSeconds: { min: 0, max: 43_200 },
  retentionSeconds: { min: 60, max: 1_209_600 },
} as const;

/** Longest names. Sources: the API references of Lambda, IAM, SQS, CloudWatch Logs and Secrets Manager. */
export const nameLimits = {
  function: 64,
  role: 64,
  user: 64,
  policy: 128,
  queue: 80,
  logGroup: 512,
  secret: 512,
} as const;

/** Characters of a role's inline policies together, without white space. Source: IAM user guide, "IAM and AWS STS quotas". */
export const inlinePolicyCharacters = 10_240;

/** The same of a user. Source as above. */
export const userInlinePolicyCharacters = 2048;

/** Managed policies: characters of one, without white space, and how many a role or user has unless the quota is raised. Source as above. */
export const managedPolicyLimits = { characters: 6144, attached: 10 } as const;

/** Characters of a role's trust policy: without a raised quota, and with the highest. Source as above. */
export const trustPolicyCharacters = { standard: 2048, raised: 4096 } as const;

/** Longest path of a role, user or policy. Source: IAM API reference, CreateRole, Path. */
export const iamPathCharacters = 512;

/** Limits of a role's sessions, in seconds. Source: IAM API reference, CreateRole, MaxSessionDuration. */
export const sessionSeconds = { min: 3600, max: 43_200 } as const;

/** Limits of an external ID. Source: STS API reference, AssumeRole, ExternalId. */
export const externalIdCharacters = { min: 2, max: 1224 } as const;

/** Characters of the longest AWS region code, such as `ap-southeast-2`. Source: AWS regions reference. */
export const longestRegionCode = 14;

/** Days that CloudWatch Logs can keep a log group. Source: CloudWatch Logs API, PutRetentionPolicy. */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Days between deletion and loss of a secret. Source: Secrets Manager API, DeleteSecret. */
export const recoveryWindowDays = { min: 7, max: 30 } as const;

/** Limits of tags. Source: AWS tagging guide, "Tag naming limits and requirements". */
export const tagLimits = { count: 50, keyCharacters: 128, valueCharacters: 256 } as const;

/** Longest object key. Source: S3 user guide, "Naming Amazon S3 objects". */
export const objectKeyBytes = 1024;

/** Notification rules of one bucket. Source: AWS general reference, "Amazon S3 endpoints and quotas", event notifications. */
export const notificationRules = 100;

/** Characters that the provider adds to a `name_prefix`. Source: terraform-plugin-sdk, id.UniqueIDSuffixLength. */
export const uniqueSuffix = 26;
