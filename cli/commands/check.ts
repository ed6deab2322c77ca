import { InvalidArgumentError } from "commander";
import { locateBucket, listingFailure } from "../check/bucket";
import { ListingAnalysis } from "../check/analysis";
import { BucketListing } from "../check/listing";
import { render } from "../check/render";
import { reportOf, type CheckReport } from "../check/report";
import { keepHeapSmall } from "../check/small-heap";
import { mostPlaces, survey } from "../check/survey";
import { parseTarget, type Target } from "../check/target";
import type { CommandContext } from "../program/context";
import { CommandError, exitCodes, type ExitCode } from "../program/errors";
import { withAwsOptions, withOutputOptions, type AwsOptions, type OutputOptions } from "../program/options";
import type { AddCommand } from "../program/program";

interface CheckOptions extends AwsOptions, OutputOptions {
  readonly prefix?: string;
  readonly maxKeys: number;
}

/** 100 requests, and 10 to 30 seconds. */
const defaultMaxKeys = 100_000;
const leastMaxKeys = 1_000;
/** Some 50 bytes of memory each. */
const greatestMaxKeys = 10_000_000;

export const addCheck: AddCommand = (program, run) => {
  const command = program
    .command("check")
    .summary("tell whether Logz.io's fetcher can read a bucket, or the S3 Hook is needed")
    .description(
      "Tells whether Logz.io's own S3 fetcher can read what is written into a bucket, or whether it needs the S3 Hook. " +
        "The fetcher reads objects in order of their keys and remembers the last one: an object whose key sorts before " +
        "it is never read. Lists the bucket, compares the order of keys with the times of writing, and changes nothing.",
    )
    .argument("<bucket>", "name of the bucket, or s3://BUCKET/PREFIX")
    .option("--prefix <start>", "look only at keys that start so")
    .option(
      "--max-keys <number>",
      `keys to list one after the other; of more, ${mostPlaces} places of up to 1,000 keys spread over the rest`,
      parseMaxKeys,
      defaultMaxKeys,
    );
  withOutputOptions(withAwsOptions(command))
    .addHelpText("after", help)
    .action((bucket: string, options: CheckOptions) =>
      run((input, context) => check(bucket, input, context), options),
    );
};

const help = `
Examples:
  logzio-s3 check my-logs
  logzio-s3 check my-logs --prefix AWSLogs/123456789012/elasticloadbalancing/
  logzio-s3 check my-logs --max-keys 1000000 --profile logging
  logzio-s3 check my-logs --json | jq .verdict

Needs s3:ListBucket on the bucket, and reads no object.

Exit code: 0 when the fetcher fits, 1 when the data needs the hook, several
prefixes, or is too little to tell by.`;

async function check(
  word: string,
  options: CheckOptions,
  { output, signal }: CommandContext,
): Promise<ExitCode> {
  const target = parseTarget(word, options.prefix);
  const report = await lookAt(target, options, signal, (text) => output.progress(text));
  render(report, output);
  output.result(report);
  return report.verdict.fit ? exitCodes.success : exitCodes.negative;
}

async function lookAt(
  target: Target,
  options: CheckOptions,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<CheckReport> {
  progress(`looking for ${target.bucket}`);
  keepHeapSmall();
  const { client, region } = await locateBucket(target.bucket, options, signal);
  try {
    const analysis = new ListingAnalysis(target.prefix);
    const coverage = await survey(
      new BucketListing(client, target, signal),
      {
        maxKeys: options.maxKeys,
        progress: (keys, key) => progress(`${keys.toLocaleString("en-US")} keys, now at ${key}`),
      },
      (object) => analysis.add(object),
    );
    progress("comparing the order of keys with the times of writing");
    return reportOf(target, { analysis: analysis.finish(), coverage, region });
  } catch (error) {
    if (signal.aborted || error instanceof CommandError) throw error;
    throw listingFailure(target, region, error);
  } finally {
    client.destroy();
  }
}

function parseMaxKeys(text: string): number {
  const number = Number(text.replaceAll(/[,_]/g, ""));
  if (Number.isInteger(number) && number >= leastMaxKeys && number <= greatestMaxKeys) return number;
  throw new InvalidArgumentError(
    `Write a whole number from ${leastMaxKeys.toLocaleString("en-US")} to ${greatestMaxKeys.toLocaleString("en-US")}.`,
  );
}
