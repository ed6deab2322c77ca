import { parseListener } from "../../lambdas/runtime/environment";
import type { ListedObject } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { bucketNames } from "../aws/bucket-name";
import { S3Clients } from "../aws/s3-clients";
import { locateBucket } from "../check/bucket";
import { size, sum, time } from "../check/words";
import { awsOptionsFor, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import { metricsPlaces, type MetricsPlaces } from "../config-file/metrics";
import { withFailures } from "../shipping/failures";
import { logzioRegions } from "../logzio-api/settings";
import type { CommandContext } from "../program/context";
import { exitCodes, UsageError, type ExitCode } from "../program/errors";
import type { AwsOptions, ConfigOptions, OutputOptions } from "../program/options";
import { metricsToken } from "../shipping/token";
import { count, printable } from "../terminal/terminal";
import { BackupBucket } from "./firehose/backup";
import { MetricsEndpoint } from "./firehose/endpoint";
import { BackupReplay, type Outcome } from "./firehose/run";

export interface BackupOptions extends AwsOptions, ConfigOptions, OutputOptions {
  /** `true` where the option came without a value. */
  readonly firehoseBackup: string | true;
  readonly prefix?: string;
  readonly logzioRegion?: string;
  readonly endpoint?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Where Firehose puts what an HTTP endpoint did not take, below the prefix of the backup. */
const failedFolder = "http-endpoint-failed/";
const defaultP8sName = "logzio-otlp-metrics-stream";

/** Sends the metrics that Firehose could not deliver once more, and removes from the backup what was accepted. */
export async function replayFirehoseBackup(
  options: BackupOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const file = findConfigFile(options, context);
  const places = file === undefined ? {} : metricsPlaces(file);
  const bucket = bucketOf(options, places);
  const prefix = options.prefix ?? `${places.backup?.prefix ?? ""}${failedFolder}`;
  const token = options.dryRun === true ? "" : metricsToken(context.env);
  const url = endpointOf(options, file, places);
  const { output, signal } = context;
  const aws = awsOptionsFor(options, file);
  const { client, region } = await locateBucket(bucket, aws, signal);
  client.destroy();
  const s3 = new S3Clients(aws);
  const endpoint = new MetricsEndpoint({
    url,
    token,
    p8sLogzioName: places.p8sLogzioName ?? defaultP8sName,
    signal,
    note: (text) => output.progress(text),
  });
  try {
    return await withFailures(async () => {
      const backup = new BackupBucket(s3.in(region ?? (await s3.defaultRegion())), bucket, prefix, signal);
      const objects = await backup.objects((found) => output.progress(`${count(found, "object")} found`));
      const replay = new BackupReplay(backup, endpoint, context);
      return await new Command(options, context, backup, replay, url).run(objects);
    });
  } finally {
    endpoint.close();
    s3.close();
  }
}

class Command {
  constructor(
    private readonly options: BackupOptions,
    private readonly context: CommandContext,
    private readonly backup: BackupBucket,
    private readonly replay: BackupReplay,
    private readonly url: URL,
  ) {}

  async run(objects: readonly ListedObject[]): Promise<ExitCode> {
    const { output } = this.context;
    const place = `s3://${this.backup.bucket}/${this.backup.prefix}`;
    if (objects.length === 0) {
      output.line(`Nothing is in ${printable(place)}.`);
      return this.end(objects, undefined);
    }
    const dates = objects.map(({ lastModified }) => lastModified / 1000);
    const bytes = size(sum(objects.map((object) => object.size)));
    output.line(
      `${printable(place)}: ${count(objects.length, "object")}, ${bytes}, of ${time(Math.min(...dates))} to ${time(Math.max(...dates))}`,
    );
    if (this.options.dryRun === true) return this.end(objects, await this.replay.look(objects));
    const question = `Send them to ${this.url.host}, and remove from the bucket what it accepts?`;
    if (this.options.yes !== true && !(await this.context.confirm(question))) {
      output.line("Nothing was sent.");
      return exitCodes.negative;
    }
    return this.end(objects, await this.context.finish(this.replay.send(objects)));
  }

  private end(objects: readonly ListedObject[], outcome: Outcome | undefined): ExitCode {
    const { output, signal } = this.context;
    const { options, backup } = this;
    const left = objects.length - (outcome?.removed ?? 0);
    output.result({
      bucket: backup.bucket,
      prefix: backup.prefix,
      objects: objects.length,
      left,
      ...(outcome ?? { removed: 0, records: 0, accepted: 0, errors: {}, failed: [] }),
    });
    if (outcome === undefined) return exitCodes.success;
    for (const [code, records] of Object.entries(outcome.errors))
      output.line(`  ${count(records, "record")}: ${printable(code)}`);
    for (const { key, reason } of outcome.failed) output.warn(`${printable(key)}: ${printable(reason)}`);
    if (options.dryRun === true) return exitCodes.success;
    output.line(
      `${count(outcome.accepted, "record")} accepted, ${count(outcome.removed, "object")} removed` +
        (left === 0 ? "." : `; ${count(left, "object")} left, and the same command goes on with them.`),
    );
    if (left === 0) return exitCodes.success;
    return signal.aborted ? exitCodes.interrupted : exitCodes.negative;
  }
}

function bucketOf({ firehoseBackup }: BackupOptions, places: MetricsPlaces): string {
  const bucket = firehoseBackup === true ? places.backup?.bucket : firehoseBackup;
  if (bucket === undefined) {
    throw new UsageError(
      "which bucket holds the backup is not known; write --firehose-backup BUCKET (npx cdktf output shows it as metrics_backup_bucket)",
    );
  }
  if (bucketNames.test(bucket)) return bucket;
  throw new UsageError(`--firehose-backup is ${JSON.stringify(bucket)}; write the name of a bucket`);
}

function endpointOf(options: BackupOptions, file: ConfigFile | undefined, places: MetricsPlaces): URL {
  if (options.endpoint !== undefined) return checkedUrl(options.endpoint, "--endpoint");
  if (options.logzioRegion === undefined && places.endpoint !== undefined)
    return checkedUrl(places.endpoint, `metrics.endpoint in ${file?.path ?? ""}`);
  const region = options.logzioRegion ?? file?.logzioRegion;
  if (region === undefined || !logzioRegions.some((code) => code === region)) {
    throw new UsageError(
      `the region of the Logz.io account is ${region === undefined ? "not known" : `"${region}"`}; write region: in logzio.yaml, or --logzio-region with one of ${logzioRegions.join(", ")}`,
    );
  }
  return new URL(`https://listener-otlp-aws-metrics-stream-${region}.logz.io`);
}

/** The token goes there: https, or this machine. */
function checkedUrl(text: string, name: string): URL {
  try {
    const url = new URL(text);
    parseListener(url.origin);
    if (url.search !== "" || url.hash !== "" || url.username !== "")
      throw new Error("more than host and path");
    return url;
  } catch {
    // The URL may hold a token, so it is not repeated.
    throw new UsageError(`${name} is no endpoint; write one such as https://metrics.example.com/logzio`);
  }
}
