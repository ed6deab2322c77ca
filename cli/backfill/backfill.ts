import { resolve } from "node:path";
import { BucketListing } from "../../lambdas/s3-fetcher/listing/bucket-listing";
import { S3Clients } from "../aws/s3-clients";
import { awsFailure } from "../aws/session";
import { awsOptionsFor, findConfigFile } from "../config-file/config-file";
import { shippingConfig } from "../config-file/shipping";
import { locateBucket } from "../check/bucket";
import { withFailures } from "../shipping/failures";
import type { CommandContext } from "../program/context";
import { parseDate } from "../program/dates";
import { exitCodes, type ExitCode } from "../program/errors";
import type { AwsOptions } from "../program/options";
import { ShippingSession } from "../shipping/session";
import { count } from "../terminal/terminal";
import { estimate, rateOf, type Estimate } from "./estimate";
import { endOf, jobOf, targetOf, type BackfillOptions, type Target } from "./arguments";
import { stateFileName, type Job } from "./job";
import { BackfillProgress } from "./progress";
import { queueAll } from "./queue-run";
import { doneLines, estimateLines, resultOf, stoppedLines } from "./report";
import { Selection } from "./selection";
import { shipAll } from "./shipping-run";
import { ObjectSettings } from "./source-settings";
import { StateFile } from "./state";

/** Ships the objects that are in a bucket already. */
export async function backfill(options: BackfillOptions, context: CommandContext): Promise<ExitCode> {
  const file = findConfigFile(options, context);
  const config = file && shippingConfig(file);
  const aws = awsOptionsFor(options, file);
  const target = targetOf(options, file, aws, context);
  const job = jobOf(options, target);
  const settings = new ObjectSettings(job.bucket, config, options);
  const s3 = new S3Clients(aws);
  const state = new StateFile(resolve(options.state ?? stateFileName(job)), job, endOf(job));
  try {
    return await withFailures(async () => {
      const region = (await regionOf(job, aws, context)) ?? settings.region ?? (await defaultRegion(s3, job));
      return new Backfill({ job, settings, s3, region, state, target }, options, context).run();
    });
  } finally {
    state.release();
    s3.close();
    if (target.kind === "queue") target.queue.close();
  }
}

interface Parts {
  readonly job: Job;
  readonly settings: ObjectSettings;
  readonly s3: S3Clients;
  readonly region: string;
  readonly state: StateFile;
  readonly target: Target;
}

class Backfill {
  private readonly listing: BucketListing;
  private readonly selection: Selection;

  constructor(
    private readonly parts: Parts,
    private readonly options: BackfillOptions,
    private readonly context: CommandContext,
  ) {
    const { job, settings, s3, region, state } = parts;
    this.listing = new BucketListing(s3.in(region), job.bucket, context.signal);
    const range = { from: parseDate(job.from ?? "") ?? 0, until: state.current.until };
    this.selection = new Selection(this.listing, job, range, settings);
  }

  async run(): Promise<ExitCode> {
    const { output } = this.context;
    const { state, target } = this.parts;
    const { finishedAt, failed } = state.current;
    if (finishedAt !== undefined && failed.length === 0) {
      output.line(
        `All of it was ${target.kind === "queue" ? "asked for" : "shipped"} already, by ${finishedAt}. To do it once more, delete ${state.path}`,
      );
      output.result(resultOf(state, true));
      return exitCodes.success;
    }
    try {
      const left = await this.estimate();
      if (left.objects === 0 && left.complete && failed.length === 0) return this.nothingLeft(left);
      if (this.options.yes !== true && !(await this.context.confirm(this.question()))) {
        output.line("Nothing was shipped.");
        return exitCodes.negative;
      }
      return await this.work(left);
    } catch (error) {
      // The state is in the file, whatever happened; what went wrong is said by the program.
      stoppedLines(state, output);
      throw error;
    }
  }

  private async estimate(): Promise<Estimate> {
    const { output } = this.context;
    const { job, settings, state, target } = this.parts;
    const left = await estimate(this.selection, state.current.lastKey, this.options.maxKeys, (text) =>
      output.progress(text),
    );
    const rate = rateOf(state.current.totals, target.kind === "queue" ? "queue" : "ship");
    estimateLines({ job, settings, state, left, rate }, output);
    return left;
  }

  private nothingLeft({ keys, undated }: Estimate): ExitCode {
    const { output } = this.context;
    const why =
      undated > 0
        ? `; the keys of ${count(undated, "object")} name no date, --by modified goes by another one`
        : "";
    output.line(`Nothing is left to ship among ${count(keys, "key")}${why}.`);
    output.result(resultOf(this.parts.state, true));
    return exitCodes.success;
  }

  private question(): string {
    return this.parts.target.kind === "queue" ? "Ask the hook for them?" : "Ship them?";
  }

  private async work(left: Estimate): Promise<ExitCode> {
    const { output, signal } = this.context;
    const { state, target } = this.parts;
    const progress = new BackfillProgress(state, left, output);
    const finished =
      target.kind === "queue" ? await this.queue(target, progress) : await this.ship(target, progress);
    if (!finished) {
      stoppedLines(state, output);
      output.result(resultOf(state, false));
      return signal.aborted ? exitCodes.interrupted : exitCodes.failure;
    }
    state.update({ finishedAt: new Date().toISOString() });
    doneLines(state, target.kind, output);
    output.result(resultOf(state, true));
    const { failed, totals } = state.current;
    return failed.length === 0 && totals.refused === 0 ? exitCodes.success : exitCodes.negative;
  }

  private async ship(
    { listener, token }: Extract<Target, { kind: "listener" }>,
    progress: BackfillProgress,
  ): Promise<boolean> {
    const { output, signal } = this.context;
    const { s3, region, settings, state } = this.parts;
    const note = (text: string): void => progress.note(text);
    const session = new ShippingSession({ listener, token, s3: s3.in, signal, note });
    try {
      const work = shipAll({
        session,
        selection: this.selection,
        settings,
        listing: this.listing,
        s3: s3.in(region),
        region,
        state,
        progress: (key) => progress.at(key),
        warn: (text) => output.warn(text),
      });
      return await this.context.finish(work);
    } finally {
      session.close();
    }
  }

  private queue({ queue }: Extract<Target, { kind: "queue" }>, progress: BackfillProgress): Promise<boolean> {
    const { job, region, state } = this.parts;
    return queueAll({
      queue,
      selection: this.selection,
      bucket: job.bucket,
      region,
      state,
      inFlight: this.options.inFlight,
      signal: this.context.signal,
      progress: (key) => progress.at(key),
      waiting: (messages) =>
        progress.note(`${count(messages, "message")} in the queue; waiting for the hook`),
    });
  }
}

/** Undefined where AWS does not say. @throws CommandError where there is no such bucket */
async function regionOf(
  { bucket }: Job,
  aws: AwsOptions,
  { signal }: CommandContext,
): Promise<string | undefined> {
  const { client, region } = await locateBucket(bucket, aws, signal);
  client.destroy();
  return region;
}

async function defaultRegion(s3: S3Clients, { bucket }: Job): Promise<string> {
  try {
    return await s3.defaultRegion();
  } catch (error) {
    throw awsFailure(`Looking for the bucket ${bucket}`, error);
  }
}
