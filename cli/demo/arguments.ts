import { parseArgs } from "node:util";

export interface DemoArguments {
  readonly help: boolean;
  /** A file of the user's own instead of the samples. */
  readonly file: string | undefined;
  /** The key that `file` gets in the bucket. */
  readonly key: string | undefined;
  readonly seed: number;
  /** Prints the result as one JSON document and nothing else. */
  readonly json: boolean;
}

/** What the user wrote cannot be run; the message says what to write instead. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

export const helpText = `Usage: npm run demo -- [options]

Sends sample AWS log files from a bucket through a queue and the Lambda function to a
listener, all of them on this machine: no AWS, no Terraform, no network but loopback.
The function's code, environment and queue rules are those that "cdktf deploy" would use.

Options:
  --file PATH  ship this file instead of the samples
  --key KEY    the key of that file in the bucket [default: app/example/<its name>];
               AWS's own key layout lets the function pick a type, such as
               AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/20/flow.log.gz
  --seed N     other sample files [default: 1]
  --json       print the result as one JSON document
  --help       this text

Exit code: 0 when every document arrived, 1 when one did not, 2 when the options are wrong.
`;

/** @throws ArgumentError naming the option and what is allowed */
export function parseDemoArguments(words: readonly string[]): DemoArguments {
  const values = parseOptions(words);
  const seed = values.seed ?? "1";
  if (!/^\d{1,10}$/.test(seed) || Number(seed) > 0xffff_ffff) {
    throw new ArgumentError(`--seed is "${seed}"; write a whole number from 0 to 4294967295`);
  }
  if (values.key !== undefined && values.file === undefined) {
    throw new ArgumentError("--key names the object of --file; write --file PATH as well");
  }
  if (values.key === "" || values.file === "") {
    throw new ArgumentError("--file and --key must not be empty");
  }
  if (values.key !== undefined && Buffer.byteLength(values.key) > maximumKeyBytes) {
    throw new ArgumentError(`--key is over ${maximumKeyBytes} bytes, the limit of S3; write a shorter one`);
  }
  return {
    help: values.help ?? false,
    file: values.file,
    key: values.key,
    seed: Number(seed),
    json: values.json ?? false,
  };
}

/** Source: S3 user guide, "Naming Amazon S3 objects". */
const maximumKeyBytes = 1024;

interface Options {
  file?: string;
  key?: string;
  seed?: string;
  json?: boolean;
  help?: boolean;
}

function parseOptions(words: readonly string[]): Options {
  try {
    return parseArgs({
      args: [...words],
      options: {
        file: { type: "string" },
        key: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
      strict: true,
    }).values;
  } catch (error) {
    throw new ArgumentError(`${(error as Error).message}\nTry: npm run demo -- --help`);
  }
}
