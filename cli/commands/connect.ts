import type { Command } from "commander";
import { details, type DetailsOptions } from "../connect/details";
import { list, type ListOptions } from "../connect/list";
import { withApiOptions, withConfigOption, withOutputOptions } from "../program/options";
import { UsageError } from "../program/errors";
import type { AddCommand, Run } from "../program/program";
import { addRegister, addRemove, addRotateKey, addUpdate } from "./connect-fetchers";

export const addConnect: AddCommand = (program, run) => {
  const connect = program
    .command("connect")
    .summary("bring Logz.io's own fetcher and your buckets together")
    .description(
      "Brings Logz.io's own S3 fetcher and your buckets together: whom the role has to trust, and which buckets are " +
        "registered. Needs an API token of the Logz.io account in LOGZIO_API_TOKEN.",
    )
    .addHelpText("after", help);
  addDetails(connect, run);
  addList(connect, run);
  addRegister(connect, run);
  addUpdate(connect, run);
  addRotateKey(connect, run);
  addRemove(connect, run);
};

const help = `
Examples:
  logzio-s3 connect                      as connect details
  npx cdktf deploy                       make the role
  logzio-s3 connect register --type elb  register the buckets of logzio.yaml
  logzio-s3 connect list                 look at what is registered`;

function addDetails(connect: Command, run: Run): void {
  const command = connect
    .command("details", { isDefault: true })
    .summary("ask whom the role has to trust, and write it into logzio.yaml; what connect alone does")
    .description(
      "Asks Logz.io for its AWS account and for the external ID that it assigned to your account, and writes them into " +
        "the block access of logzio.yaml. Nothing else of the file changes.",
    )
    .option("--print", "only print them, and write nothing")
    .option("--replace", "replace other values in the file; what uses them stops with the next deployment");
  withOutputOptions(withApiOptions(withConfigOption(command)))
    .addHelpText("after", detailsHelp)
    // What is no command of connect comes here, as the default does.
    .allowExcessArguments()
    .action((options: DetailsOptions, { args }: Command) => {
      const word = args.at(0);
      if (word === undefined) return run(details, options);
      const names = connect.commands.map((one) => one.name()).join(", ");
      throw new UsageError(`logzio-s3 connect has no command "${word}"; write one of ${names}`);
    });
}

const detailsHelp = `
Examples:
  logzio-s3 connect details
  logzio-s3 connect details --print --logzio-region eu --json

Exit code: 0 when the file has them, 1 when it has others, which are left.`;

function addList(connect: Command, run: Run): void {
  const command = connect
    .command("list")
    .summary("list the buckets that Logz.io fetches from and archives to")
    .description(
      "Lists the buckets that Logz.io fetches from and archives to, with what it reads them with.",
    );
  withOutputOptions(withApiOptions(withConfigOption(command)))
    .addHelpText(
      "after",
      "\nExamples:\n  logzio-s3 connect list\n  logzio-s3 connect list --json | jq '.fetchers[].bucket'",
    )
    .action((options: ListOptions) => run(list, options));
}
