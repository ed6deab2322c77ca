import { MigrationWorld, roleArn, type Kill, type WorldOptions } from "./migration-world";

export interface KilledMigration {
  readonly world: WorldOptions;
  readonly words?: readonly string[];
  /** The role in the end. @default the one at first */
  readonly arn?: string;
  /** What there is at first. @default two fetchers and an archive */
  readonly populate?: (world: MigrationWorld) => void;
  /** Whether a kill may be meant for a call that no run makes. */
  readonly mayFinishEarly?: boolean;
  /** Runs the command until it says that it has finished. @default one run */
  readonly toTheEnd?: (world: MigrationWorld) => Promise<number>;
}

/** Every place where a run can be cut off: each call before its effect, and behind it where it has one. */
export async function killsOf(migration: KilledMigration): Promise<Kill[]> {
  const world = await start(migration);
  try {
    await world.run(migration.words);
    const before = Array.from({ length: world.calls }, (_, index) => index + 1);
    return [
      ...before.map((call) => ({ call, afterEffect: false })),
      ...world.changes.map((call) => ({ call, afterEffect: true })),
    ];
  } finally {
    await world.stop();
  }
}

/** Those around a change: before it, and behind it. */
export function changing(kills: readonly Kill[]): Kill[] {
  return kills.filter(({ call }) => kills.some((one) => one.call === call && one.afterEffect));
}

/** Cuts runs off at these places, one after the other, then lets the migration finish. Returns what is wrong then. */
export async function problemsAfter(kills: readonly Kill[], migration: KilledMigration): Promise<string[]> {
  const world = await start(migration);
  try {
    for (const [index, kill] of kills.entries()) {
      const { exitCode } = await world.run(migration.words, kill);
      if (!migration.mayFinishEarly && index === 0 && exitCode !== 130)
        return [`the run was not cut off, but ended with ${exitCode}`];
    }
    const exitCode = await (migration.toTheEnd?.(world) ?? lastRun(world, migration));
    return exitCode === 0
      ? world.problemsAtEnd(migration.arn ?? roleArn)
      : [`the last run ended with ${exitCode}`];
  } finally {
    await world.stop();
  }
}

/** {@link problemsAfter} for each of these places by itself, by place. */
export async function problemsByKill(
  kills: readonly Kill[],
  migration: KilledMigration,
): Promise<Record<string, string[]>> {
  const problems: Record<string, string[]> = {};
  for (const kill of kills) {
    const found = await problemsAfter([kill], migration);
    if (found.length > 0) problems[JSON.stringify(kill)] = found;
  }
  return problems;
}

async function lastRun(world: MigrationWorld, { words }: KilledMigration): Promise<number> {
  return (await world.run(words)).exitCode;
}

async function start({ world: options, populate }: KilledMigration): Promise<MigrationWorld> {
  const world = await MigrationWorld.start(options);
  if (populate) populate(world);
  else world.populate();
  return world;
}
