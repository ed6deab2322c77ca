import { bucketAndPrefix } from "../fetcher/target";
import type { ConfigFile } from "../config-file/parse";
import type { CommandContext } from "../program/context";
import { parseDate } from "../program/dates";
import { UsageError } from "../program/errors";
import type { AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import { listenerAddress, type ListenerOptions } from "../shipping/listener-address";
import { shippingToken } from "../shipping/token";
import { HookQueue } from "./hook-queue";
import type { GoBy, Job } from "./job";
import type { DocumentOptions } from "./source-settings";

export interface BackfillOptions
  extends AwsOptions, ConfigOptions, OutputOptions, ListenerOptions, DocumentOptions {
  readonly bucket: string;
  readonly prefix?: string;
  readonly from?: string;
  readonly to?: string;
  readonly by: GoBy;
  readonly queue?: string;
  readonly inFlight: number;
  readonly state?: string;
  readonly maxKeys: number;
  readonly yes?: boolean;
}

/** Where the objects go: to the listener from this machine, or to the queue of the hook. */
export type Target =
  | { readonly kind: "listener"; readonly listener: URL; readonly token: string }
  | { readonly kind: "queue"; readonly queue: HookQueue };

/** @throws UsageError */
export function targetOf(
  options: BackfillOptions,
  file: ConfigFile | undefined,
  aws: AwsOptions,
  { env, signal }: CommandContext,
): Target {
  if (options.queue !== undefined) {
    if (
      options.type !== undefined ||
      options.field !== undefined ||
      options.pathToFields !== undefined ||
      options.recordId
    ) {
      throw new UsageError(
        "--type, --field, --path-to-fields and --record-id say how this machine ships; the hook ships as its own sources say: leave them out, or --queue",
      );
    }
    return { kind: "queue", queue: new HookQueue(options.queue, aws, signal) };
  }
  const listener = listenerAddress(options, file);
  return { kind: "listener", listener, token: shippingToken(env) };
}

/** @throws UsageError */
export function jobOf(options: BackfillOptions, target: Target): Job {
  const named = bucketAndPrefix(options.bucket);
  if (named.bucket === "" || (named.prefix !== "" && options.prefix !== undefined)) {
    throw new UsageError(
      `the bucket is "${options.bucket}"; write BUCKET with --prefix, or BUCKET/PREFIX, such as my-logs/AWSLogs/`,
    );
  }
  const { from, to, by } = options;
  const range = { from: parseDate(from ?? "") ?? 0, to: parseDate(to ?? "") ?? Infinity };
  if (range.from >= range.to)
    throw new UsageError(`--from ${from} is not before --to ${to}, which is no part of it`);
  return {
    bucket: named.bucket,
    prefix: options.prefix ?? named.prefix,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    by,
    target: target.kind === "queue" ? (options.queue ?? "") : target.listener.origin,
  };
}

/** End of the time that is asked for, in ms since 1970. */
export function endOf({ to }: Job): number {
  return parseDate(to ?? "") ?? Date.now();
}
