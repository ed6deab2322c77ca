import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** One queue rule of a bucket's notification configuration. */
export interface NotificationRule {
  readonly id: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** What the synthesized stack says about the hook. */
export interface DeployedHook {
  /** Absolute path of the function's zip. */
  readonly zip: string;
  /** Region of the provider, and so of queue, function and buckets. */
  readonly region: string;
  readonly functionName: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** As synthesized: values may refer to Terraform resources. */
  readonly environment: Readonly<Record<string, string>>;
  readonly rules: readonly NotificationRule[];
  /** Messages that one invocation gets at most. */
  readonly batchSize: number;
  /** Tries of a message before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** Address of the queue in Terraform, such as `aws_sqs_queue.hook_queue_1234`. */
  readonly queueAddress: string;
  readonly deadLetterQueueAddress: string;
}

/** The synthesized JSON is not what the demo knows how to run. */
export class StackError extends Error {
  override readonly name = "StackError";
}

type Json = Readonly<Record<string, unknown>>;

/** Reads `cdk.tf.json`. @throws StackError naming what is missing */
export async function readDeployedHook(path: string): Promise<DeployedHook> {
  const text = await readFile(path, "utf8");
  return describeHook(JSON.parse(text) as unknown, dirname(path));
}

/** The one hook of a synthesized stack; `folder` is where its assets are. */
export function describeHook(stack: unknown, folder: string): DeployedHook {
  const blocks = record(stack, "the stack");
  const resources = record(blocks["resource"], "resource");
  const provider = record(first(record(blocks["provider"], "provider")["aws"]), "provider aws");
  const mapping = single(resources, "aws_lambda_event_source_mapping");
  const queueAddress = addressIn(mapping["event_source_arn"], "event_source_arn of the mapping");
  const functionAddress = addressIn(mapping["function_name"], "function_name of the mapping");
  const lambda = resourceAt(resources, functionAddress);
  const redrive = stringOf(resourceAt(resources, queueAddress), "redrive_policy");
  return {
    zip: resolve(folder, stringOf(lambda, "filename").replace("${path.module}", ".")),
    region: stringOf(provider, "region"),
    functionName: stringOf(lambda, "function_name"),
    handler: stringOf(lambda, "handler"),
    runtime: stringOf(lambda, "runtime"),
    memoryMegabytes: numberOf(lambda, "memory_size"),
    timeoutSeconds: numberOf(lambda, "timeout"),
    environment: variablesOf(lambda),
    rules: rulesFor(resources, queueAddress),
    batchSize: numberOf(mapping, "batch_size"),
    maxReceiveCount: maxReceiveCountIn(redrive),
    queueAddress,
    deadLetterQueueAddress: addressIn(redrive, "redrive_policy of the queue"),
  };
}

function variablesOf(lambda: Json): Record<string, string> {
  const block = record(first(lambda["environment"]), "environment of the function");
  const variables = record(block["variables"], "environment.variables of the function");
  return Object.fromEntries(Object.keys(variables).map((name) => [name, stringOf(variables, name)]));
}

function rulesFor(resources: Json, queueAddress: string): NotificationRule[] {
  const notifications = Object.values(record(resources["aws_s3_bucket_notification"] ?? {}, "notifications"));
  return notifications.flatMap((value) => {
    const notification = record(value, "aws_s3_bucket_notification");
    return list(notification["queue"])
      .map((item) => record(item, "queue of a notification"))
      .filter((rule) => addressIn(rule["queue_arn"], "queue_arn of a notification") === queueAddress)
      .map((rule, index) => ({
        id: typeof rule["id"] === "string" ? rule["id"] : `rule-${index + 1}`,
        bucket: stringOf(notification, "bucket"),
        prefix: filterOf(rule["filter_prefix"]),
        suffix: filterOf(rule["filter_suffix"]),
      }));
  });
}

/** Filters are URL-encoded as in a form; keys are compared decoded. */
function filterOf(value: unknown): string {
  return typeof value === "string" ? decodeURIComponent(resolveTemplate(value).replaceAll("+", " ")) : "";
}

/** The policy is JSON text, or Terraform's jsonencode() of an object, whose keys are quoted as well. */
function maxReceiveCountIn(redrivePolicy: string): number {
  const digits = /maxReceiveCount"?\s*[:=]\s*"?(\d+)/.exec(redrivePolicy.replaceAll('\\"', '"'))?.[1];
  if (digits === undefined) throw new StackError("redrive_policy of the queue has no maxReceiveCount");
  return Number(digits);
}

/**
 * Reads a Terraform template as Terraform would: local values where it refers to a resource, and `$${` as `${`.
 * @throws StackError for a reference that `localValues` does not have
 */
export function resolveTemplate(text: string, localValues: ReadonlyMap<string, string> = new Map()): string {
  return text.replace(/\$\$\{|%%\{|\$\{([^}]+)\}/g, (found, reference: string | undefined) => {
    if (reference === undefined) return found.slice(1);
    const value = localValues.get(reference);
    if (value === undefined) throw new StackError(`the demo has no local value for ${found}`);
    return value;
  });
}

/** `aws_sqs_queue.name` of the first reference in a text. */
function addressIn(value: unknown, where: string): string {
  const address = typeof value === "string" ? /\$\{(aws_\w+\.[\w-]+)\./.exec(value)?.[1] : undefined;
  if (address === undefined) throw new StackError(`${where} refers to no resource of the stack`);
  return address;
}

function resourceAt(resources: Json, address: string): Json {
  const [type = "", name = ""] = address.split(".");
  return record(record(resources[type], type)[name], address);
}

function single(resources: Json, type: string): Json {
  const found = Object.values(record(resources[type] ?? {}, type));
  if (found.length !== 1) throw new StackError(`the demo needs one ${type}, the stack has ${found.length}`);
  return record(found[0], type);
}

function record(value: unknown, where: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new StackError(`${where} is not in the synthesized stack`);
  }
  return value as Json;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function first(value: unknown): unknown {
  return list(value)[0];
}

function stringOf(owner: Json, name: string): string {
  const value = owner[name];
  if (typeof value !== "string") throw new StackError(`${name} is not a text in the synthesized stack`);
  return value;
}

function numberOf(owner: Json, name: string): number {
  const value = owner[name];
  if (typeof value !== "number") throw new StackError(`${name} is not a number in the synthesized stack`);
  return value;
}
