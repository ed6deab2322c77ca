import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Finding, Report } from "../../cli/doctor/finding";
import { contextOf } from "../../cli/policies/context";
import { parsePolicy } from "../../cli/policies/document";
import { evaluate } from "../../cli/policies/evaluate";
import { emulatorCredentials } from "../support/emulator";
import { IamDouble } from "../support/iam-double";
import { fetched, region, type DeployedAccess, type RoleInIam } from "./deployed-access";

const commandLine = resolve(__dirname, "../../dist/bin/logzio-s3.js");

/**
 * What `logzio-s3 doctor`, as it is installed, finds of a deployed role. The emulator has no simulation of policies, so
 * that IAM is a double which holds the role as the emulator has it and judges by its statements.
 */
export async function examine(access: DeployedAccess, role: RoleInIam): Promise<readonly Finding[]> {
  const [path = "/", name = ""] = /:role(\/.*\/)(.*)$/.exec(role.arn)?.slice(1) ?? [];
  const iam = await IamDouble.start({ name, path, trustPolicy: role.trustPolicy });
  const policy = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: role.statements }));
  iam.simulate = ({ action, resource, context }) => {
    const { outcome } = evaluate(policy, { action, resource, context: contextOf(context, true) });
    return { decision: outcome === "allowed" ? "allowed" : "implicitDeny" };
  };
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const file = join(folder, "logzio.yaml");
  writeFileSync(file, stringify({ region: "eu", aws: { region }, access: accessOf(access, path) }));
  try {
    const report = await run(["doctor", "--config", file, "--json"], access.emulator.url, iam.url);
    return report.sections.flatMap(({ findings }) => findings);
  } finally {
    rmSync(folder, { recursive: true });
    await iam.stop();
  }
}

function accessOf({ keyArn }: DeployedAccess, path: string): object {
  return {
    logzioAccountId: fetched.logzioAccountId,
    externalIds: [fetched.externalId],
    buckets: [
      { bucket: fetched.plainBucket, prefix: "AWSLogs/" },
      { bucket: fetched.encryptedBucket, kmsKeyArn: keyArn },
    ],
    role: { path },
  };
}

/** A negative verdict is an answer like others. */
function run(words: readonly string[], emulatorUrl: string, iamUrl: string): Promise<Report> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: emulatorUrl,
    AWS_ENDPOINT_URL_IAM: iamUrl,
    AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
  };
  return new Promise((done, fail) => {
    execFile(process.execPath, [commandLine, ...words], { env }, (error, stdout, stderr) => {
      if (stdout === "") fail(new Error(stderr, { cause: error }));
      else done(JSON.parse(stdout) as Report);
    });
  });
}
