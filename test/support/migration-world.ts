import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addMigrateExternalId } from "../../cli/commands/migrate-external-id";
import { runCommand, type CommandRun } from "./command-run";
import { IamDouble, iamAccount } from "./iam-double";
import { LogzioApiDouble, type ApiDoubleOptions } from "./logzio-api-double";

export const oldId = "acme-logs";
export const newId = "logzio:aws:extid:new0000000000000";
export const logzioAccount = "111122223333";
export const roleName = "logzio-reader";
export const roleArn = `arn:aws:iam::${iamAccount}:role/${roleName}`;
export const newRoleName = "logzio-team-a";
export const newRoleArn = `arn:aws:iam::${iamAccount}:role/${newRoleName}`;

/** A trust policy that lets Logz.io in, beside a statement about somebody else. */
export function trustPolicy(externalIds: string | readonly string[]): object {
  return {
    Version: "2012-10-17",
    Id: "readers",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      {
        Sid: "Logzio",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${logzioAccount}:root` },
        Action: "sts:AssumeRole",
        Condition: {
          Bool: { "aws:SecureTransport": "true" },
          StringEquals: { "sts:ExternalId": externalIds },
        },
      },
    ],
  };
}

/** Every step of a run is written to its disk before it goes on; hundreds of runs wait less for memory. */
const memoryFolder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Where a run is cut off: at the n-th call that it makes, of Logz.io or of AWS, without or with its effect. */
export interface Kill {
  /** From 1. */
  readonly call: number;
  readonly afterEffect: boolean;
}

export interface WorldOptions extends ApiDoubleOptions {
  readonly trust?: string | readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface StoredOne {
  /** All that somebody entered, but the role. */
  readonly settings: string;
  /** What objects are read, or where logs are written. */
  readonly place: string;
  readonly arn: string;
  readonly externalId: string;
}

/**
 * Logz.io and IAM on loopback, with a role that fetchers and archives use. After every change on either side it looks
 * whether AWS lets Logz.io in for each configuration, and whether each place still has one.
 */
export class MigrationWorld {
  /** What was wrong at some moment. */
  readonly violations: string[] = [];
  /** Calls since the last run began. */
  calls = 0;
  /** The numbers of those calls that could change something. */
  readonly changes: number[] = [];
  readonly folder = mkdtempSync(join(memoryFolder, "migration-"));
  private kill: Kill | undefined;
  private stopRun: () => void = () => undefined;
  private placesAtFirst: readonly string[] = [];
  private settingsAtFirst: readonly string[] = [];

  static async start(options: WorldOptions = {}): Promise<MigrationWorld> {
    const { trust = oldId, tags = {}, ...apiOptions } = options;
    const [api, iam] = await Promise.all([
      LogzioApiDouble.start(apiOptions),
      IamDouble.start(
        { name: roleName, trustPolicy: trustPolicy(trust), tags },
        { name: newRoleName, trustPolicy: trustPolicy(newId) },
      ),
    ]);
    return new MigrationWorld(api, iam, tags);
  }

  private constructor(
    readonly api: LogzioApiDouble,
    readonly iam: IamDouble,
    private readonly tags: Readonly<Record<string, string>>,
  ) {
    api.awsAccepts = (arn, externalId) => this.accepts(arn, externalId);
    api.afterChange = () => this.look();
    iam.onUpdate = () => this.look();
    api.fail({ times: Infinity, when: ({ method }) => this.count(method !== "GET") === "reset" });
    api.fail({ times: Infinity, afterWork: true, when: () => this.isToLose() });
    iam.watch = ({ action }) => {
      const fault = this.count(action.startsWith("Update"));
      return fault ?? (this.isToLose() ? "lost" : undefined);
    };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_IAM: iam.url,
      AWS_ACCESS_KEY_ID: "AKIALOCAL",
      AWS_SECRET_ACCESS_KEY: "local",
    });
  }

  /** Two fetchers, one of them inactive, and an archive of the role; and what has nothing to do with it. */
  populate(externalId = oldId): this {
    this.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, externalId);
    this.api.addFetcher({ bucket: "logs", prefix: "old/", arn: roleArn, active: false }, externalId);
    this.api.addArchive("archive-bucket", roleArn, externalId);
    return this.settle();
  }

  /** What is there now is what has to be there in the end, and what no change may take away. */
  settle(): this {
    this.placesAtFirst = this.stored().map(({ place }) => place);
    this.settingsAtFirst = this.stored().map(({ settings }) => settings);
    return this;
  }

  /** One run of the command that asks nothing, to its end or to where it is cut off. */
  run(words: readonly string[] = [], kill?: Kill): Promise<CommandRun> {
    return this.runAsking(["--yes", ...words], kill);
  }

  /** {@link run} with the question before anything is changed. */
  async runAsking(words: readonly string[], kill?: Kill, first = this.words): Promise<CommandRun> {
    const interrupt = new AbortController();
    this.expectRun(kill, () => interrupt.abort(new Error("cut off")));
    return runCommand(
      addMigrateExternalId,
      ["migrate-external-id", ...first, ...words],
      this.env,
      interrupt.signal,
    );
  }

  /** Counts calls from here, and stops the run that makes them at one of them. */
  expectRun(kill: Kill | undefined, stopRun: () => void): void {
    this.calls = 0;
    this.changes.length = 0;
    this.kill = kill;
    this.stopRun = stopRun;
  }

  get env(): Record<string, string> {
    return { LOGZIO_API_TOKEN: this.api.token, LOGZIO_CONFIG: "" };
  }

  /** Words that keep a run from waiting, and its files in a folder of its own. */
  get words(): string[] {
    return [
      ...["--role", roleName, "--api-url", this.api.url, "--journal", this.journalPath],
      ...["--overlap", "0", "--settle", "0", "--patience", "0"],
    ];
  }

  /** What somebody else does to the role, such as a deployment. */
  deploy(...externalIds: readonly string[]): void {
    // As IAM writes a list of one.
    const ids = externalIds.length === 1 ? externalIds.join() : externalIds;
    this.iam.put({ name: roleName, trustPolicy: trustPolicy(ids), tags: this.tags });
    this.look();
  }

  /** Requests that changed something at Logz.io, or tried to. */
  get saves(): string[] {
    return this.api.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }

  get files(): string[] {
    return readdirSync(this.folder);
  }

  get journalPath(): string {
    return join(this.folder, "journal.json");
  }

  get journal(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.journalPath, "utf8")) as Record<string, unknown>;
  }

  /** Whether AWS lets Logz.io assume the role with the external ID now: by this policy, and by no code of ours. */
  accepts(arn: string, externalId: string): boolean {
    const { Statement } = JSON.parse(this.iam.trustPolicy(arn.split("/").at(-1) ?? "")) as {
      Statement: { Sid?: string; Condition?: { StringEquals: { "sts:ExternalId": string | string[] } } }[];
    };
    const ids = Statement.find(({ Sid }) => Sid === "Logzio")?.Condition?.StringEquals["sts:ExternalId"];
    return [ids ?? []].flat().includes(externalId);
  }

  /** What is wrong with the end of a migration: nothing, as a rule. */
  problemsAtEnd(arn = roleArn): string[] {
    const problems = [...this.violations];
    const stored = this.stored();
    const settings = stored.map((one) => one.settings);
    if (JSON.stringify(settings.sort()) !== JSON.stringify([...this.settingsAtFirst].sort())) {
      problems.push(`there is ${settings.join("; ")}, and there was ${this.settingsAtFirst.join("; ")}`);
    }
    for (const one of stored) {
      if (one.externalId !== newId) problems.push(`${one.place} holds ${one.externalId}`);
      if (one.arn !== arn) problems.push(`${one.place} uses ${one.arn}`);
    }
    const trust = JSON.stringify(JSON.parse(this.iam.trustPolicy(roleName)));
    const wanted = JSON.stringify(trustPolicy(arn === roleArn ? newId : oldId));
    if (trust !== wanted) problems.push(`the trust policy is ${trust}`);
    return problems;
  }

  async stop(): Promise<void> {
    await Promise.all([this.api.stop(), this.iam.stop()]);
    rmSync(this.folder, { recursive: true });
  }

  /** What uses one of the two roles. */
  stored(): StoredOne[] {
    const fetchers = [...this.api.fetchers.values()].map(
      ({ settings: { arn, ...settings }, externalId }) => ({
        settings: JSON.stringify(settings, Object.keys(settings).sort()),
        place: `fetcher ${settings.bucket}/${settings.prefix ?? ""} ${settings.logsType}`,
        arn: arn ?? "",
        externalId,
      }),
    );
    const archives = [...this.api.archives.values()].map(({ settings, externalId }) => {
      const { storageType, enabled, compressed, amazonS3StorageSettings: storage } = settings;
      const { credentialsType, path, s3IamCredentials: role } = storage ?? { path: "" };
      return {
        settings: JSON.stringify({ storageType, enabled, compressed, credentialsType, path }),
        place: `archive ${path}`,
        arn: role?.arn ?? "",
        externalId,
      };
    });
    return [...fetchers, ...archives].filter(({ arn }) => [roleArn, newRoleArn].includes(arn));
  }

  private look(): void {
    const stored = this.stored();
    for (const { place, arn, externalId } of stored) {
      if (!this.accepts(arn, externalId)) this.violations.push(`AWS refuses ${place} with ${externalId}`);
    }
    for (const place of new Set(this.placesAtFirst)) {
      const [before, now] = [this.placesAtFirst, stored.map((one) => one.place)].map(
        (places) => places.filter((one) => one === place).length,
      ) as [number, number];
      if (now < before) this.violations.push(`${place} has ${now} configurations in place of ${before}`);
    }
  }

  private count(changes: boolean): "reset" | undefined {
    this.calls += 1;
    if (changes) this.changes.push(this.calls);
    if (this.kill?.call !== this.calls || this.kill.afterEffect) return undefined;
    this.cutOff();
    return "reset";
  }

  private isToLose(): boolean {
    if (this.kill?.call !== this.calls || !this.kill.afterEffect) return false;
    this.cutOff();
    return true;
  }

  /** What the call does is done by then, and the run has not heard of it. */
  private cutOff(): void {
    setImmediate(() => this.stopRun());
  }
}
