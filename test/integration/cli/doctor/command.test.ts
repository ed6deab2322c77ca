import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDoctor } from "../../../../cli/commands/doctor";
import { LocalListener } from "../../../../cli/local/listener";
import { runCommand } from "../../../support/command-run";
import {
  bucketPermissions,
  containing,
  Examination,
  externalId,
  goodBucket,
  logzioAccount,
  roleArn,
  Surroundings,
} from "./surroundings";

let around: Surroundings;
let folder: string;
beforeEach(async () => {
  around = await Surroundings.start();
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await around.stop();
});

function configuration(...lines: string[]): string {
  const file = join(folder, "logzio.yaml");
  writeFileSync(file, ["region: eu", "aws:", "  region: us-east-1", ...lines, ""].join("\n"));
  return file;
}

const access = [
  "access:",
  `  logzioAccountId: "${logzioAccount}"`,
  `  externalIds: ["${externalId}"]`,
  "  buckets:",
  "    - bucket: logs",
  "      prefix: AWSLogs/",
];

test("takes role, external IDs and buckets from logzio.yaml, and checks one of them where it is named", async () => {
  const file = configuration(...access, "    - bucket: other", "      region: eu-central-1");
  around.s3.buckets.set("other", { ...goodBucket, region: "eu-central-1" });
  const words = ["doctor", "--config", file];
  const found = await around.doctor(words);
  expect(found.report.sections.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    `role ${roleArn}`,
    "bucket logs, prefix AWSLogs/",
    "bucket other",
  ]);
  expect(found.one("trust.external-id").status).toBe("proven");
  const one = await around.doctor([...words, "--bucket", "other"]);
  expect(one.report.sections.map(({ name }) => name)).toEqual([roleArn, "other"]);
});

test("checks an archive for what it needs, ACLs included", async () => {
  const file = configuration(...access.slice(0, 3), "  archiveBuckets:", "    - bucket: archive");
  around.s3.buckets.set("archive", goodBucket);
  const found = await around.doctor(["doctor", "--config", file]);
  expect(found.one("permission.s3:PutObject")).toMatchObject({
    status: "wrong",
    fix: { statement: { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::archive/*" } },
  });
  expect(found.one("bucket.ownership")).toMatchObject({
    status: "wrong",
    fix: { command: containing("put-bucket-ownership-controls --bucket archive") },
  });
  around.s3.buckets.set("archive", { ...goodBucket, ownership: "BucketOwnerPreferred" });
  expect((await around.doctor(["doctor", "--config", file])).one("bucket.ownership").status).toBe("proven");
});

test("prints marks, what to paste and a summary", async () => {
  around.permissions = [bucketPermissions[0]];
  const { stdout, exitCode } = await runCommand(addDoctor, around.words);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe(`Role ${roleArn}`);
  expect(lines).toContain("  ✓ The role's policies allow s3:ListBucket on the bucket");
  expect(lines).toContain("  ✗ No policy of the role allows s3:GetObject on objects under AWSLogs/");
  expect(lines).toContain(
    '      {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/AWSLogs/*"}',
  );
  expect(lines).toContainEqual(
    containing("  ? That Logz.io gets through to the bucket: not proven, since there is no API token"),
  );
  expect(lines.at(-2)).toBe("11 proven, 1 wrong, 3 not proven");
  expect(stdout).not.toContain("\x1b");
  expect(exitCode).toBe(1);
});

test("gives people a long reason once, and refers to it from then on", async () => {
  around.s3.buckets.set("other", goodBucket);
  const buckets = ["access:", "  buckets:", "    - bucket: logs", "    - bucket: other"];
  const words = ["doctor", "--config", configuration(...buckets), ...around.words.slice(1, 7)];
  const { stdout } = await runCommand(addDoctor, words);
  const lines = stdout.split("\n").filter((line) => /real read|can be assumed/.test(line));
  expect(lines).toEqual([
    expect.stringMatching(
      /^ {2}\? That the role can be assumed .*: not proven, since the role does not let arn:/,
    ),
    ...Array<string>(2).fill(
      '  ? That a real read succeeds: not proven, for the reason given with "That the role can be assumed with the external ID"',
    ),
  ]);
  // Machines get each finding whole.
  const { report } = await around.doctor(words);
  const reasons = report.sections.flatMap(({ findings }) => findings.map(({ reason = "" }) => reason));
  expect(reasons.filter((reason) => reason.startsWith("the role does not let"))).toHaveLength(3);
});

test("names every mistake of the command line together, and says what to write", async () => {
  const run = await runCommand(addDoctor, [
    ...["doctor", "--role-arn", "logzio", "--account-id", "12", "--prefix", "a/"],
    ...["--kms-key-arn", "alias/logs", "--user-arn", "x"],
  ]);
  expect(run.exitCode).toBe(2);
  for (const part of [
    '--role-arn is "logzio"',
    '--account-id is "12"',
    "--prefix is given without --bucket",
    "not of an alias",
    "keep one",
  ]) {
    expect(run.stderr).toContain(part);
  }
  const nothing = await runCommand(addDoctor, ["doctor"], { LOGZIO_CONFIG: configuration() });
  expect(nothing).toMatchObject({ exitCode: 2, stderr: containing("there is nothing to check") });
  expect(nothing.stderr).toContain("logzio.yaml has no access:; write it");
});

test("asks for the role's ARN where only the start of its name is known", async () => {
  const file = configuration(...access, "  role:", "    namePrefix: logzio-");
  const run = await runCommand(addDoctor, ["doctor", "--config", file]);
  expect(run).toMatchObject({ exitCode: 2, stderr: containing("--role-arn") });
});

test("fails, and blames nothing, where AWS does not answer at all", async () => {
  await around.sts.stop();
  const run = await runCommand(addDoctor, around.words);
  expect(run).toMatchObject({ exitCode: 3, stderr: containing("sts:GetCallerIdentity") });
  expect(run.stdout).toBe("");
});

describe("--send", () => {
  let listener: LocalListener;
  beforeEach(async () => {
    listener = await LocalListener.start({ token: "shipping-token" });
  });
  afterEach(() => listener.stop());

  const send = async (token: string) => {
    const file = join(folder, "logzio.yaml");
    writeFileSync(file, `listener: ${listener.url}\n`);
    return new Examination(
      await runCommand(addDoctor, ["doctor", "--config", file, "--send", "--json"], { LOGZIO_TOKEN: token }),
    );
  };

  test("sends one document, and says how to find it", async () => {
    const found = await send("shipping-token");
    const [document] = listener.documents.map(
      (line) => JSON.parse(line) as { message: string; type: string },
    );
    expect(document).toMatchObject({ type: "logzio-s3-doctor" });
    const id = document.message.split(" ").at(-1) ?? "";
    expect(found.one("listener.accepts")).toMatchObject({ status: "proven", text: containing(id) });
    expect(found.run.exitCode).toBe(0);
  });

  test("says that the token is refused, and keeps it to itself", async () => {
    const found = await send("another-token");
    expect(found.one("listener.accepts")).toMatchObject({
      status: "wrong",
      text: containing("does not accept the token"),
    });
    expect(found.run.stdout + found.run.stderr).not.toContain("another-token");
    expect(found.run.exitCode).toBe(1);
  });

  test("proves nothing where the listener does not answer", async () => {
    listener.always("reset");
    expect((await send("shipping-token")).one("listener.accepts").status).toBe("not-proven");
  });

  test("asks for the token and the region", async () => {
    const file = configuration();
    const words = ["doctor", "--config", file, "--send"];
    expect(await runCommand(addDoctor, words)).toMatchObject({
      exitCode: 2,
      stderr: containing("LOGZIO_TOKEN"),
    });
    writeFileSync(file, "aws: {}\n");
    const run = await runCommand(addDoctor, words, { LOGZIO_TOKEN: "t" });
    expect(run).toMatchObject({
      exitCode: 2,
      stderr: containing("--logzio-region with one of us, au, ca, eu, uk"),
    });
  });
});
