import { spawn } from "node:child_process";
import { join } from "node:path";
import { killsOf } from "../support/migration-kills";
import { MigrationWorld, oldId, roleArn, type Kill } from "../support/migration-world";

const bundle = join(__dirname, "../../dist/bin/logzio-s3.js");

interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/**
 * Runs what is published, as a process of its own, until it ends or is killed.
 * @param shell line that runs the words which it is given
 */
async function runBundle(world: MigrationWorld, kill?: Kill, shell = 'exec "$@"'): Promise<Ended> {
  const command = [process.execPath, bundle, "migrate-external-id", ...world.words, "--yes"];
  const child = spawn("bash", ["-c", shell, "bash", ...command], {
    cwd: world.folder,
    env: { ...process.env, ...world.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  world.expectRun(kill, () => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  return new Promise((resolve) => {
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, output }));
  });
}

function populate(world: MigrationWorld): void {
  world.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, oldId);
  world.settle();
}

test("a process that is killed is followed by one that finishes", async () => {
  const options = { keepsExternalId: true };
  const changes = (await killsOf({ world: options, populate })).filter(({ afterEffect }) => afterEffect);
  // Widened, saved, created anew, deleted, narrowed, proven.
  expect(changes).toHaveLength(6);

  for (const kill of [changes[2], changes[4]]) {
    const world = await MigrationWorld.start(options);
    try {
      populate(world);
      expect(await runBundle(world, kill)).toMatchObject({ signal: "SIGKILL" });
      expect(world.files).toContain("journal.json.lock");

      expect(await runBundle(world)).toMatchObject({
        exitCode: 0,
        output: expect.stringMatching("Finished: ") as unknown,
      });

      expect(world.problemsAtEnd()).toEqual([]);
      expect(world.files).toEqual(["journal.json"]);
    } finally {
      await world.stop();
    }
  }
}, 60_000);

test("a disk that gets full leaves the journal whole, and changes nothing that is not in it", async () => {
  const options = { keepsExternalId: true };
  const changes = (await killsOf({ world: options })).filter(({ afterEffect }) => afterEffect);
  const afterCreation = changes[2];
  const world = (await MigrationWorld.start(options)).populate();
  try {
    // No file of this process gets longer than a kilobyte, and what is written over that is cut.
    const first = await runBundle(world, undefined, 'ulimit -f 1; exec "$@"');
    expect(first.output).toMatch(/the journal .* cannot be written[^]*EFBIG/);
    expect(first.exitCode).toBe(3);
    expect([world.saves, world.iam.updates, world.files]).toEqual([[], [], []]);

    await runBundle(world, afterCreation);
    const journal = JSON.stringify(world.journal);
    await runBundle(world, undefined, 'ulimit -f 1; exec "$@"');
    expect(JSON.stringify(world.journal)).toBe(journal);

    expect(await runBundle(world)).toMatchObject({ exitCode: 0 });
    expect(world.problemsAtEnd()).toEqual([]);
  } finally {
    await world.stop();
  }
}, 60_000);
