import {
  renderPolicy,
  type BundledFunction,
  type MetricStream,
  type S3Fetcher,
  type S3Hook,
} from "../constructs";
import { literal } from "../constructs/foundation/templates";
import type { Access } from "./access";
import type { AccessConfig } from "./access-schema";

/** Values of Terraform outputs, by name. */
export type Outputs = Readonly<Record<string, string | readonly string[]>>;

export function hookOutputs(hook: S3Hook): Outputs {
  return {
    queue_url: hook.queue.url,
    dead_letter_queue_url: hook.deadLetterQueue.url,
    function_name: hook.function.resource.functionName,
    ...(hook.trigger === "none" ? { notification_document: json(hook.notificationDocuments) } : {}),
    ...policyOutput("hook_function_policy", hook.function),
    ...some({
      bucket_policy_statements: hook.bucketPolicyStatements,
      object_key_policy_statements: hook.objectKeyPolicyStatements,
      hook_key_policy_statements: hook.keyPolicyStatements,
      read_role_policies: hook.readRolePolicies,
      topic_policy_statements: hook.topics?.policyStatements ?? [],
      event_forwarding: hook.eventRule?.forwarding ?? {},
    }),
  };
}

/** Documents for whoever owns a bucket, a key, a role or a topic, but for those that are empty. */
function some(documents: Readonly<Record<string, object>>): Outputs {
  return Object.fromEntries(
    Object.entries(documents)
      .filter(([, document]) => Object.keys(document).length > 0)
      .map(([name, document]) => [name, json(document)]),
  );
}

function json(document: object): string {
  return literal(JSON.stringify(document));
}

/** Of the fetcher in the user's own account; what Logz.io's needs is below. */
export function fetcherOutputs(fetcher: S3Fetcher): Outputs {
  return {
    fetcher_function_name: fetcher.function.resource.functionName,
    checkpoint_table: fetcher.table.name,
    ...some({ fetcher_read_role_policies: fetcher.readRolePolicies }),
    ...policyOutput("fetcher_function_policy", fetcher.function),
  };
}

/** For the owner of a role that is there. */
function policyOutput(name: string, { role, statements }: BundledFunction): Outputs {
  return role === undefined ? { [name]: renderPolicy(statements) } : {};
}

export function metricsOutputs(stream: MetricStream): Outputs {
  return {
    metric_stream_names: stream.streams.map(({ name }) => name),
    delivery_stream_name: stream.delivery.resource.name,
    metrics_backup_bucket: stream.backup.bucketName,
  };
}

/** Logz.io's account and the external IDs are those of the file. */
export function accessOutputs({ role, user }: Access, config: AccessConfig | undefined): Outputs {
  if (role !== undefined) {
    return {
      fetcher_role_arn: role.role.arn,
      fetcher_account_id: config?.logzioAccountId ?? "",
      fetcher_external_ids: config?.externalIds ?? [],
      fetcher_policy: renderPolicy(role.permissionStatements),
    };
  }
  if (user === undefined) return {};
  return {
    fetcher_user_name: user.user.name,
    fetcher_policy: renderPolicy(user.permissionStatements),
  };
}
