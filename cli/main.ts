import { addCheck } from "./commands/check";
import { addConnect } from "./commands/connect";
import { addMigrateExternalId } from "./commands/migrate-external-id";
import { exitCodes } from "./program/errors";
import { runProgram, type AddCommand } from "./program/program";

const commands: readonly AddCommand[] = [addCheck, addConnect, addMigrateExternalId];

// The SDK's advice on Node versions is for whoever builds this program, who sees it in the tests.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interrupted.abort(new Error(`interrupted by ${signal}`));
    // What does not listen to the signal must not keep the user waiting.
    setTimeout(() => process.exit(exitCodes.interrupted), 2_000).unref();
  });
}
// The reader of a pipe has gone, such as "head".
process.stdout.once("error", () => process.exit(exitCodes.failure));

const { env, stdout, stderr } = process;
void runProgram(process.argv.slice(2), commands, { env, stdout, stderr, signal: interrupted.signal }).then(
  (code) => {
    process.exitCode = code;
  },
);
