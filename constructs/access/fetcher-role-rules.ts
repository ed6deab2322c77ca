import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { IConstruct } from "constructs";
import { forms, hasForm } from "../foundation/forms";
import { nameLimits, sessionSeconds } from "../foundation/limits";
import {
  each,
  eachText,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { externalIds } from "./external-id";
import {
  archiveBucketExample,
  archiveBucketRules,
  fetcherBucketExample,
  fetcherBucketRules,
} from "./fetcher-bucket";
import type { FetcherRoleProps } from "./fetcher-role-props";
import {
  freeName,
  iamName,
  iamNamePrefix,
  iamPath,
  iamTags,
  permissionsBoundaryArn,
} from "../foundation/iam-rules";
import type { Form } from "./later-values";
import { arnElsewhere, bucketsElsewhere } from "./logzio-partition";
import { oneRegionEach } from "./one-region";
import { roleOrUserArn } from "./principal-rules";

/** What a role gets where nothing else is asked for. */
export const roleDefaults = { name: "logzio-s3-fetcher", settleSeconds: 15 } as const;

/** Longest wait; IAM's changes have reached every region long before. */
const settleSeconds = { min: 0, max: 300 } as const;

const twelveDigits =
  "write the 12 digits of Logz.io's AWS account, in quotes, as Logz.io shows them with its role settings";

/** Logz.io's account where Terraform knows it later. */
export const logzioAccountForm: Form = {
  pattern: forms.accountId,
  allowed: `Logz.io's AWS account has 12 digits; ${twelveDigits}`,
};

/** An account of AWS. */
const accountId: Rule<string> = text((id) =>
  hasForm(id, "accountId") ? [] : [`is ${show(id)}; ${twelveDigits}`],
);

const testPrincipal: Rule<string> = (arn, construct) => {
  const problems = roleOrUserArn(arn, construct);
  return problems.length > 0 ? problems : arnElsewhere(arn);
};

const testPrincipals: Rule<readonly string[]> = (arns, construct) => {
  const problems = [...eachText(testPrincipal)(arns, construct)];
  if (problems.length === 0 && new Set(arns).size < arns.length)
    problems.push("has an ARN twice; write each once");
  return problems;
};

export const fetcherRoleRules: Rules<FetcherRoleProps> = {
  props: {
    logzioAccountId: accountId,
    externalIds,
    buckets: each(fetcherBucketRules, fetcherBucketExample),
    archiveBuckets: each(archiveBucketRules, archiveBucketExample),
    name: iamName(nameLimits.role),
    namePrefix: iamNamePrefix(nameLimits.role),
    path: iamPath,
    permissionsBoundaryArn,
    maxSessionDurationSeconds: within(sessionSeconds, "seconds"),
    testPrincipals,
    settleSeconds: within(settleSeconds, "seconds, 0 for none"),
    tags: iamTags,
  },
  // What is synthesized depends on them.
  known: ["externalIds", "buckets", "archiveBuckets", "testPrincipals", "settleSeconds"],
  together: [required, someBucket, inPartition, inOneRegion, oneName, nameIsFree],
};

/** The types say so already; configuration files and JavaScript do not. */
function required(props: Partial<FetcherRoleProps>): Problem[] {
  const problems: Problem[] = [];
  if (props.logzioAccountId === undefined)
    problems.push({
      path: "logzioAccountId",
      text: "is missing; write the 12 digits of Logz.io's AWS account, as Logz.io shows them with its role settings",
    });
  if (props.externalIds === undefined)
    problems.push({
      path: "externalIds",
      text: "is missing; write the external ID that Logz.io shows with its role settings, in a list",
    });
  return problems;
}

function someBucket({ buckets, archiveBuckets }: FetcherRoleProps): Problem[] {
  const isEmpty = (list: unknown): boolean => !list || (Array.isArray(list) && list.length === 0);
  if (!isEmpty(buckets) || !isEmpty(archiveBuckets)) return [];
  return [
    {
      path: "buckets",
      text: `and archiveBuckets have no entry; write at least one, such as ${fetcherBucketExample}`,
    },
  ];
}

function inPartition({ buckets, archiveBuckets }: FetcherRoleProps): Problem[] {
  return [...bucketsElsewhere("buckets", buckets), ...bucketsElsewhere("archiveBuckets", archiveBuckets)];
}

function inOneRegion({ buckets, archiveBuckets }: FetcherRoleProps, construct: IConstruct): Problem[] {
  return oneRegionEach({ buckets, archiveBuckets }, construct);
}

function oneName({ name, namePrefix }: FetcherRoleProps): Problem[] {
  if (name === undefined || namePrefix === undefined) return [];
  return [{ path: "name", text: "and namePrefix are both given; keep one of them" }];
}

function nameIsFree({ name, namePrefix }: FetcherRoleProps, construct: IConstruct): Problem[] {
  if (namePrefix !== undefined) return [];
  return freeName(construct, name ?? roleDefaults.name, (other) =>
    other instanceof IamRole ? other.nameInput : undefined,
  );
}
