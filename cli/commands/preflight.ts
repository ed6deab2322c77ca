import { preflight, type PreflightOptions } from "../preflight/preflight";
import { withAwsOptions, withConfigOption, withOutputOptions } from "../program/options";
import type { AddCommand } from "../program/program";

export const addPreflight: AddCommand = (program, run) => {
  const command = program
    .command("preflight")
    .summary("say what each trigger of the S3 Hook would do to a bucket, or need")
    .description(
      "Reads where a bucket is, how it is encrypted, whom it notifies, whether it is on for EventBridge, and its policy; says " +
        "of each trigger of the S3 Hook what it would overwrite or need, and prints the lines for logzio.yaml. Changes nothing.",
    )
    .argument("<bucket>", "name of the bucket, or s3://BUCKET/PREFIX")
    .option("--prefix <start>", "ship only keys that start so")
    .option("--suffix <end>", "ship only keys that end so")
    .option("--name <name>", "name of the hook (default: of logzio.yaml, or logzio-s3-hook)");
  withOutputOptions(withAwsOptions(withConfigOption(command)))
    .addHelpText("after", help)
    .action((bucket: string, options: Omit<PreflightOptions, "bucket">) =>
      run(preflight, { ...options, bucket }),
    );
};

const help = `
Examples:
  logzio-s3 preflight my-logs --prefix AWSLogs/
  logzio-s3 preflight s3://my-logs/app/ --region eu-central-1 --json

--region is that of the stack (default: aws.region of logzio.yaml). Reads with
s3:ListBucket, s3:GetBucketNotification, s3:GetEncryptionConfiguration and
s3:GetBucketPolicy, and kms:DescribeKey where the bucket names its key by an
alias. What may not be read is said, and the rest judged without it.

Exit code: 0 when a trigger fits as the bucket is, 1 when none does without
changes, 3 when too little could be read to tell.`;
