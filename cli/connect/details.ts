import type { AccessConfig } from "../../config/access-schema";
import { apiOptionsFor, configPath, findConfigFile } from "../config-file/config-file";
import type { ConfigFile } from "../config-file/parse";
import { accessLines, writeAccess, type AccessValues } from "../config-file/edit";
import { replaceText } from "../config-file/write";
import { logzioApi } from "../logzio-api/settings";
import type { AssumeRoleDetails } from "../logzio-api/types";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { ApiOptions, ConfigOptions, OutputOptions } from "../program/options";
import type { Output } from "../program/output";
import { lineChanges, type LineChange } from "./line-changes";

export interface DetailsOptions extends ApiOptions, ConfigOptions, OutputOptions {
  readonly print?: boolean;
  readonly replace?: boolean;
}

/** What has to be written into the file, and what stands in the way. */
interface Plan {
  readonly values: AccessValues;
  readonly conflicts: readonly string[];
}

/** Asks Logz.io whom the role has to trust, and writes it into the configuration file. */
export async function details(options: DetailsOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const file = findConfigFile(options, context);
  const api = logzioApi(apiOptionsFor(options, file), context);
  output.progress("asking Logz.io");
  const answer = await api.assumeRoleDetails();
  output.line(`AWS account of Logz.io   ${answer.logzioAWSAccountId}`);
  output.line(`External ID              ${answer.assignedExternalId}`);
  const plan = planFor(file?.access, answer, options);
  const changed = options.print === true || file === undefined ? [] : write(file, plan.values);
  report(output, options, { file, path: configPath(options, context), plan, changed });
  output.result({ ...answer, file: file?.path ?? null, changed, conflicts: plan.conflicts });
  return plan.conflicts.length === 0 ? exitCodes.success : exitCodes.negative;
}

/** Nothing is replaced unless that was asked for: whoever uses the old value is shut out by the next deployment. */
function planFor(
  access: AccessConfig | undefined,
  { logzioAWSAccountId, assignedExternalId }: AssumeRoleDetails,
  { print = false, replace = false }: DetailsOptions,
): Plan {
  if (print) return { values: {}, conflicts: [] };
  if (access?.user !== undefined) {
    return {
      values: {},
      conflicts: [`access.user is given: access keys know no external ID, so nothing is written`],
    };
  }
  const account = access?.logzioAccountId;
  const ids = access?.externalIds ?? [];
  const otherAccount = account !== undefined && account !== logzioAWSAccountId;
  const otherIds = ids.length > 0 && !ids.includes(assignedExternalId);
  const values = {
    ...(account === undefined || (otherAccount && replace) ? { logzioAccountId: logzioAWSAccountId } : {}),
    ...(ids.length === 0 || (otherIds && replace) ? { externalIds: [assignedExternalId] } : {}),
  };
  const conflicts = [
    ...(otherAccount && !replace
      ? [
          `access.logzioAccountId is "${account}", and Logz.io says ${logzioAWSAccountId}; with the other one Logz.io ` +
            "cannot assume the role. Is the file for another account? --replace writes Logz.io's",
        ]
      : []),
    ...(otherIds && !replace
      ? [
          `access.externalIds has ${ids.map((id) => `"${id}"`).join(" and ")} and not the one that Logz.io assigned. ` +
            "Configurations that were made with another ID stop when it is replaced, so it is left; move them " +
            "without a gap with: logzio-s3 migrate-external-id. --replace replaces it at once",
        ]
      : []),
  ];
  return { values, conflicts };
}

function write(file: ConfigFile, values: AccessValues): readonly LineChange[] {
  if (Object.keys(values).length === 0) return [];
  const text = writeAccess(file.text, file.path, values);
  replaceText(file.path, file.text, text);
  return lineChanges(file.text, text);
}

interface Outcome {
  readonly file: ConfigFile | undefined;
  readonly path: string;
  readonly plan: Plan;
  readonly changed: readonly LineChange[];
}

function report(output: Output, options: DetailsOptions, { file, path, plan, changed }: Outcome): void {
  if (options.print === true) return;
  if (file === undefined) {
    output.line(`\nThere is no ${path} to write them into. The lines, for when there is:\n`);
    output.line(accessLines(plan.values, "  ", "\n"));
    return;
  }
  for (const conflict of plan.conflicts) output.warn(`${path}: ${conflict}`);
  if (changed.length > 0) {
    output.line(`\n${path} has now:`);
    const width = Math.max(...changed.map(({ number }) => String(number).length));
    for (const { sign, number, line } of changed) {
      output.line(
        output.paint(
          sign === "+" ? "green" : "red",
          `${String(number).padStart(width)} ${sign} ${line}`.trimEnd(),
        ),
      );
    }
    output.line("\nNext: npx cdktf deploy");
  } else if (plan.conflicts.length === 0) {
    output.line(`\n${path} has them already.`);
  }
}
