import { addBackfill } from "./commands/backfill";
import { addCheck } from "./commands/check";
import { addConnect } from "./commands/connect";
import { addDashboards } from "./commands/dashboards";
import { addDoctor } from "./commands/doctor";
import { addFetcher } from "./commands/fetcher";
import { addMigrateExternalId } from "./commands/migrate-external-id";
import { addPreflight } from "./commands/preflight";
import { addReplay } from "./commands/replay";
import { addStatus } from "./commands/status";
import { insistOnTls } from "./network/verified-tls";
import { exitCodes } from "./program/errors";
import { runProgram, type AddCommand } from "./program/program";

const commands: readonly AddCommand[] = [
  addBackfill,
  addCheck,
  addConnect,
  addDashboards,
  addDoctor,
  addFetcher,
  addMigrateExternalId,
  addPreflight,
  addReplay,
  addStatus,
];

// The SDK's advice on Node versions is for whoever builds this program, who sees it in the tests.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const held = new Set<Promise<unknown>>();
/** Work that must not be left half done. */
function hold(work: Promise<unknown>): void {
  held.add(work);
  const release = (): boolean => held.delete(work);
  work.then(release, release);
}

/** What does not listen to a signal must not keep the user waiting. */
async function leave(): Promise<void> {
  while (held.size > 0) await Promise.allSettled(held);
  // What was waiting for that work may still have something to say.
  setTimeout(() => process.exit(exitCodes.interrupted), 500).unref();
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interrupted.abort(new Error(`interrupted by ${signal}`));
    setTimeout(() => void leave(), 1_500).unref();
  });
}
// The reader of a pipe has gone, such as "head".
process.stdout.once("error", () => process.exit(exitCodes.failure));

const { env, stdout, stderr } = process;
const tlsWarning = insistOnTls(env);
if (tlsWarning !== undefined) stderr.write(`warning: ${tlsWarning}\n`);
void runProgram(process.argv.slice(2), commands, {
  env,
  stdout,
  stderr,
  signal: interrupted.signal,
  hold,
}).then((code) => {
  process.exitCode = code;
});
