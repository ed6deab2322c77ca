import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../lambdas/runtime/errors";
import { CommandError, UsageError } from "../program/errors";
import { renameFlushed, writeFlushed } from "../program/flushed-file";
import type { Settings } from "./configuration";
import { MigrationRefused } from "./errors";

/**
 * How far a configuration is:
 * - `unmoved`: as it was found
 * - `replacing`: to be created anew; a new one may exist already without its ID being here
 * - `doubled`: the new one works, the old one may be there still
 * - `moved`: the one of `id` holds the new external ID
 * - `left out`: not touched, as the user asked
 */
const entryStates = ["unmoved", "replacing", "doubled", "moved", "left out"] as const;

const fetcherBody = z.strictObject({
  bucket: z.string(),
  prefix: z.string().optional(),
  region: z.string(),
  logsType: z.string(),
  active: z.boolean(),
  addS3ObjectKeyAsLogField: z.boolean(),
  arn: z.string(),
});

const archiveBody = z.strictObject({
  storageType: z.string(),
  enabled: z.boolean(),
  compressed: z.boolean(),
  amazonS3StorageSettings: z.strictObject({
    credentialsType: z.string(),
    path: z.string(),
    s3IamCredentials: z.strictObject({ arn: z.string() }),
  }),
});

const progress = {
  /** Of the one that is to stay; until it is replaced, of the one that was found. */
  id: z.number(),
  /** Of those that it replaced, the first one first. */
  formerIds: z.array(z.number()),
  /** Where Logz.io showed it, before anything was changed. */
  externalIdBefore: z.string().optional(),
  state: z.enum(entryStates),
  /** The new one, which AWS has accepted. */
  replacement: z.strictObject({ id: z.number(), createdAt: z.iso.datetime() }).optional(),
};

const entry = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fetcher"), ...progress, body: fetcherBody }),
  z.strictObject({ kind: z.literal("archive"), ...progress, body: archiveBody }),
]);

const schema = z.strictObject({
  version: z.literal(1),
  role: z.string(),
  /** Of the second procedure. */
  newRole: z.string().optional(),
  logzioAccountId: z.string(),
  /** The one that Logz.io assigned to its account. */
  externalId: z.string(),
  /** Accepted until all is moved, and not any more then. */
  retiredExternalIds: z.array(z.string()),
  /** JSON, as it was before anything was changed. */
  trustPolicyBefore: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  configurations: z.array(entry),
});

export type JournalContent = z.infer<typeof schema>;
export type JournalEntry = Settings & Omit<z.infer<typeof entry>, "kind" | "body">;

/**
 * What was there before a migration, and how far it is: enough to go on after a run that was broken off, or to restore
 * everything by hand. It is in the file before what it says is done at Logz.io or AWS. It holds no secrets: of
 * configurations with access keys there are none in it.
 */
export class Journal {
  private constructor(
    readonly path: string,
    private state: JournalContent,
  ) {}

  /** Undefined where there is no file yet. @throws UsageError where the file is no journal */
  static read(path: string): Journal | undefined {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new UsageError(`the journal ${path} cannot be read (${messageOf(error)})`);
    }
    try {
      return new Journal(path, schema.parse(JSON.parse(text)));
    } catch (error) {
      const reason =
        error instanceof z.ZodError
          ? error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")
          : messageOf(error);
      throw new UsageError(
        `${path} is no journal of a migration (${reason}); restore it, or name another file with --journal`,
      );
    }
  }

  static begin(path: string, content: JournalContent): Journal {
    const journal = new Journal(path, content);
    journal.write(content);
    return journal;
  }

  get content(): Readonly<JournalContent> {
    return this.state;
  }

  get entries(): readonly JournalEntry[] {
    return this.state.configurations;
  }

  /** The entry as it is now, found by the ID that it has now. */
  entry(kind: Settings["kind"], id: number): JournalEntry {
    const found = this.entries.find((one) => one.kind === kind && one.id === id);
    if (found === undefined) throw new Error(`${kind} ${id} is not in the journal`);
    return found;
  }

  /** Changes an entry, and returns it as it is then. */
  update(old: JournalEntry, change: Partial<Omit<JournalEntry, "kind" | "body">>): JournalEntry {
    const changed = {
      ...this.entry(old.kind, old.id),
      ...change,
    } as JournalContent["configurations"][number];
    const configurations = this.state.configurations.map((one) =>
      one.kind === old.kind && one.id === old.id ? changed : one,
    );
    this.write({ ...this.state, configurations });
    return this.entry(changed.kind, changed.id);
  }

  /** Takes what an entry has to be like from the configuration itself. */
  updateSettings(old: JournalEntry, { body }: Settings): JournalEntry {
    return this.update(old, { body } as Partial<JournalEntry>);
  }

  add(entries: readonly JournalEntry[]): void {
    const added = entries as JournalContent["configurations"];
    this.write({ ...this.state, configurations: [...this.state.configurations, ...added] });
  }

  finish(): void {
    this.write({ ...this.state, finishedAt: new Date().toISOString() });
  }

  /** Either the old content or the new one is in the file, whenever the machine stops. */
  private write(content: JournalContent): void {
    checkReadable(content);
    const folder = dirname(this.path);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Of one name, so that runs that were killed leave one behind at most; the lock keeps it to one writer.
      const draft = join(folder, `.${basename(this.path)}.draft`);
      rmSync(draft, { force: true });
      try {
        writeFlushed(draft, `${JSON.stringify(content, null, 2)}\n`, 0o600);
        renameFlushed(draft, this.path);
      } finally {
        rmSync(draft, { force: true });
      }
    } catch (error) {
      throw new CommandError(
        `the journal ${this.path} cannot be written (${messageOf(error)}); nothing is changed without it. Make room, or ` +
          "name a file that you may write with --journal",
      );
    }
    this.state = content;
  }
}

/** What could not be read again is refused before it is changed: settings may come from Logz.io with gaps. */
function checkReadable(content: JournalContent): void {
  const issues = schema.safeParse(content).error?.issues ?? [];
  const problems = issues.map(({ path: [list, index, ...field], message }) => {
    const at = list === "configurations" ? content.configurations[Number(index)] : undefined;
    return at === undefined ? message : `${at.kind} ${at.id}: ${field.join(".")} (${message})`;
  });
  if (problems.length === 0) return;
  throw new MigrationRefused(
    `Logz.io shows configurations with settings that cannot be saved again as they are: ${problems.join("; ")}. ` +
      "They stay as they are. Save them anew in Logz.io, then run the command again",
  );
}
