import { defaultFolder, install, type InstallOptions } from "../dashboards/install";
import { withApiOptions, withConfigOption, withOutputOptions } from "../program/options";
import type { AddCommand } from "../program/program";

/** `logzio-s3 dashboards`. */
export const addDashboards: AddCommand = (program, run) => {
  const dashboards = program
    .command("dashboards")
    .summary("put the dashboards of this package into Logz.io's Grafana")
    .description("Puts the dashboards of this package into Logz.io's Grafana.");
  const command = dashboards
    .command("install")
    .summary("create the dashboards, or bring them up to date")
    .description(
      "Creates the dashboards in Logz.io's Grafana, or brings them up to date. Those that are there are found by their " +
        "uid wherever they were moved to, and left alone where nothing differs. Needs an API token of the Logz.io account " +
        "in LOGZIO_API_TOKEN.",
    )
    .option(
      "--folder <title>",
      `folder to put them into, made where it is missing (default: ${defaultFolder}; those that are there stay where they are)`,
    )
    .option(
      "--from <folder>",
      "folder of this machine with dashboards of your own, in place of the package's",
    )
    .option("--dry-run", "say what would be done and change nothing")
    .option("--yes", "do not ask before what differs is replaced");
  withOutputOptions(withApiOptions(withConfigOption(command)))
    .addHelpText("after", help)
    .action((options: InstallOptions) => run(install, options));
};

const help = `
Examples:
  logzio-s3 dashboards install --dry-run
  logzio-s3 dashboards install
  logzio-s3 dashboards install --folder "Platform team" --logzio-region eu
  logzio-s3 dashboards install --yes --json | jq '.dashboards[].url'

Exit code: 0 when all are there as they should be, 1 when one is not.`;
