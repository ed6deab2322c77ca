import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addFetcher } from "../../../../cli/commands/fetcher";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { bucket, type FetcherBench } from "../../../support/fetcher-bench";

const token = "a-token-for-tests";

/** Runs `logzio-s3 fetcher …` against a bench's doubles. */
export function fetcherCommand(
  bench: FetcherBench,
  words: readonly string[],
  columns?: number,
): Promise<CommandRun> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: bench.table.url,
    AWS_ENDPOINT_URL_S3: bench.s3.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const named = words.includes("--config") ? [] : ["--config", configFile()];
  return runCommand(addFetcher, ["fetcher", ...words, ...named], { LOGZIO_TOKEN: token }, undefined, columns);
}

let folder: string | undefined;

/** A file with the bench's source. */
function configFile(): string {
  folder ??= mkdtempSync(join(tmpdir(), "fetcher-command-"));
  const file = join(folder, "logzio.yaml");
  const source = `{ bucket: ${bucket}, type: s3_hook, start: beginning }`;
  writeFileSync(file, `fetcher: { name: fetcher, sources: [${source}] }\n`);
  return file;
}

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});
