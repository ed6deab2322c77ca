import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addConnect } from "../../../../cli/commands/connect";
import type { BucketDouble } from "../../../support/bucket-double";
import { runCommand, type CommandRun } from "../../../support/command-run";
import type { DoubleKey, IamDouble } from "../../../support/iam-double";
import type { LogzioApiDouble } from "../../../support/logzio-api-double";
import { startServices } from "./services";

const user = "logzio-s3-fetcher";

let double: LogzioApiDouble;
let iam: IamDouble;
let s3: BucketDouble;
let folder: string;
let interrupt: AbortController;
/** Configurations that had no valid key at some moment. */
let stranded: string[];
let stop: () => Promise<void>;

beforeEach(async () => {
  ({ double, iam, s3, stop } = await startServices());
  iam.putUser(user);
  s3.buckets.set("my-logs", { owner: "123456789012", region: "eu-central-1" });
  folder = mkdtempSync(join(tmpdir(), "connect-keys-"));
  writeFileSync(join(folder, "logzio.yaml"), "aws: { region: eu-central-1 }\naccess: { user: {} }\n");
  interrupt = new AbortController();
  stranded = [];
  double.awsAccepts = (keyId) => iam.keys.get(keyId)?.active === true;
  double.afterChange = iam.afterKeyChange = () => {
    for (const [id, { settings }] of double.fetchers) {
      if (iam.keys.get(settings.accessKey ?? "")?.active !== true) stranded.push(`fetcher ${id}`);
    }
    for (const [id, { settings }] of double.archives) {
      const key = settings.amazonS3StorageSettings?.s3SecretCredentials?.accessKey ?? "";
      if (iam.keys.get(key)?.active !== true) stranded.push(`archive ${id}`);
    }
  };
});
afterEach(async () => {
  await stop();
  expect(readdirSync(folder)).toEqual(["logzio.yaml"]);
  expect(readFileSync(join(folder, "logzio.yaml"), "utf8")).not.toContain("secret-of-key");
  rmSync(folder, { recursive: true });
  expect(stranded).toEqual([]);
});

async function connect(...words: string[]): Promise<CommandRun> {
  const all = ["connect", ...words, "--config", join(folder, "logzio.yaml"), "--api-url", double.url];
  const run = await runCommand(addConnect, all, { LOGZIO_API_TOKEN: double.token }, interrupt.signal);
  expect(run.stdout + run.stderr).not.toContain("secret-of-key");
  return run;
}

const registering = ["register", "--access-key", "--bucket", "my-logs", "--type", "elb", "--wait", "1"];

function keyIds(): string[] {
  return [...iam.keys.keys()];
}

/** A fetcher that reads with a key of the user. */
function fetcherWith(key: DoubleKey, bucket = "my-logs"): number {
  const credentials = { accessKey: key.id, secretKey: key.secret };
  return double.addFetcher({ bucket, prefix: "", region: "EU_CENTRAL_1", ...credentials }, "none");
}

function keyOf(fetcher: number): string | null | undefined {
  return double.fetchers.get(fetcher)?.settings.accessKey;
}

describe("logzio-s3 connect register --access-key", () => {
  test("hands a new key to Logz.io in the same run", async () => {
    const { exitCode, stdout } = await connect(...registering);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^created {2}1001 {2}my-logs\/$/m);
    const key = [...iam.keys.values()].at(0);
    expect(double.fetchers.get(1001)?.settings).toMatchObject({
      bucket: "my-logs",
      accessKey: key?.id,
      secretKey: key?.secret,
    });
  });

  test("makes no key for a bucket that is not there", async () => {
    const words = registering.map((word) => (word === "my-logs" ? "my-logz" : word));
    const { exitCode, stdout } = await connect(...words);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("There is no bucket my-logz");
    expect(keyIds()).toEqual([]);
  });

  test("makes no key where nothing is to be registered", async () => {
    await connect(...registering);
    const { exitCode, stdout } = await connect(...registering);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^unchanged {2}1001/m);
    expect(iam.callsOf("CreateAccessKey")).toHaveLength(1);
    const { exitCode: differs, stdout: text } = await connect(...registering, "--inactive");
    expect(differs).toBe(1);
    expect(text).toMatch(/active: true → false.*rotate-key 1001/);
  });

  test("tries again until AWS knows the key", async () => {
    let refusals = 1;
    double.awsAccepts = () => refusals-- <= 0;
    expect((await connect(...registering, "--wait", "10")).exitCode).toBe(0);
    expect(double.fetchers.size).toBe(1);
  });

  test("deletes the key again where Logz.io refuses it", async () => {
    double.awsAccepts = () => false;
    const { exitCode, stderr } = await connect(...registering);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/AWS refused/);
    expect(stderr).toMatch(/key AKIA\w+ of the user logzio-s3-fetcher was deleted again/);
    expect(keyIds()).toEqual([]);
  });

  test("deletes the key again where the user interrupts", async () => {
    double.awsAccepts = () => false;
    setTimeout(() => interrupt.abort(new Error("interrupted by SIGINT")), 400);
    expect((await connect(...registering, "--wait", "30")).exitCode).toBe(130);
    expect(iam.callsOf("CreateAccessKey")).toHaveLength(1);
    expect(keyIds()).toEqual([]);
  });

  test("keeps the key that Logz.io has, also where its answer got lost", async () => {
    double.fail({ when: ({ method }) => method === "POST", afterWork: true });
    expect((await connect(...registering)).exitCode).toBe(0);
    expect(keyIds()).toEqual([keyOf(1001)]);
  });

  test("names the key that it could not delete", async () => {
    double.awsAccepts = () => false;
    iam.fail("DeleteAccessKey", { status: 403, code: "AccessDenied" });
    const { stderr } = await connect(...registering);
    expect(stderr).toMatch(
      /not deleted .*AccessDenied.*aws iam delete-access-key --user-name logzio-s3-fetcher --access-key-id AKIA/s,
    );
  });

  test("makes one key and names it, where AWS's answer gets lost", async () => {
    iam.script("CreateAccessKey", "lost");
    const { exitCode, stderr } = await connect(...registering);
    expect(exitCode).toBe(3);
    expect(keyIds()).toHaveLength(1);
    expect(stderr).toMatch(/AKIA\w+ was made nevertheless.*aws iam delete-access-key/s);
    expect(double.fetchers.size).toBe(0);
  });

  test("refuses where the user has two keys, and says which", async () => {
    const keys = [iam.addKey(user, { at: "2026-11-20T00:00:00Z", service: "s3" }), iam.addKey(user)];
    const { exitCode, stderr } = await connect(...registering);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${keys[0].id}, last used 2026-11-20 for s3; ${keys[1].id}, never used`);
    expect(iam.callsOf("CreateAccessKey")).toEqual([]);
  });

  test("moves what uses the user's other key to the new one, so that there is room for a rotation", async () => {
    const old = iam.addKey(user);
    const other = fetcherWith(old, "my-other-logs");
    const asked = await connect(...registering);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/for 1001 \(my-other-logs\/\)\. They get the new key.*--yes/s);
    expect(keyIds()).toEqual([old.id]);
    expect((await connect(...registering, "--yes")).exitCode).toBe(0);
    expect(keyIds()).toHaveLength(1);
    expect([keyOf(other), keyOf(1002)]).toEqual([...keyIds(), ...keyIds()]);
  });

  test("registers what two entries of the file hold only once", async () => {
    writeFileSync(
      join(folder, "logzio.yaml"),
      "aws: { region: eu-central-1 }\naccess:\n  user: {}\n  buckets:\n" +
        "    - { bucket: my-logs, prefix: a/ }\n    - { bucket: my-logs, prefix: a/b/ }\n",
    );
    const words = ["register", "--access-key", "--type", "elb", "--wait", "1"];
    const { exitCode, stdout } = await connect(...words);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/not registered {2}my-logs\/a\/b\/: my-logs\/a\/ is registered too.*twice/);
    expect(double.fetchers.size).toBe(1);
    expect((await connect(...words, "--allow-overlap", "--yes")).exitCode).toBe(0);
    expect(double.fetchers.size).toBe(2);
  });

  test("says that a role cannot be meant", async () => {
    const { exitCode, stderr } = await connect("register", "--bucket", "my-logs", "--type", "elb");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/access\.user \(line 2\).*write --access-key/);
  });

  test("names the user that is missing", async () => {
    const { exitCode, stderr } = await connect(...registering, "--user-name", "nobody");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no IAM user nobody .*--user-name/);
  });
});

describe("logzio-s3 connect rotate-key", () => {
  test("gives all that use the key a new one, then deletes the old one", async () => {
    const old = iam.addKey(user);
    const [one, two] = [fetcherWith(old, "one"), fetcherWith(old, "two")];
    const archive = double.addArchive("archive", "unused", "none");
    double.archives.set(archive, {
      externalId: "none",
      settings: {
        storageType: "S3",
        enabled: true,
        compressed: true,
        amazonS3StorageSettings: {
          credentialsType: "KEYS",
          path: "archive",
          s3SecretCredentials: { accessKey: old.id, secretKey: old.secret },
        },
      },
    });
    const { exitCode, stdout } = await connect("rotate-key", String(one), "--inactive");
    expect(exitCode).toBe(0);
    const [key] = keyIds();
    expect(keyIds()).toHaveLength(1);
    expect(key).not.toBe(old.id);
    expect([keyOf(one), keyOf(two)]).toEqual([key, key]);
    expect(double.fetchers.get(one)?.settings.active).toBe(false);
    expect(double.fetchers.get(two)?.settings.active).toBe(true);
    expect(
      double.archives.get(archive)?.settings.amazonS3StorageSettings?.s3SecretCredentials?.accessKey,
    ).toBe(key);
    expect(stdout).toContain(`${old.id} → ${key}`);
  });

  test("changes nothing where Logz.io refuses the new key", async () => {
    const old = iam.addKey(user);
    const one = fetcherWith(old);
    double.awsAccepts = () => false;
    expect((await connect("rotate-key", String(one), "--wait", "0")).exitCode).toBe(3);
    expect(keyIds()).toEqual([old.id]);
    expect(keyOf(one)).toBe(old.id);
  });

  test("moves none where Logz.io does not show whether one of them is active", async () => {
    const old = iam.addKey(user);
    const [one, two] = [fetcherWith(old, "one"), fetcherWith(old, "two")];
    const shown = [one, two].map((id) => ({ ...double.fetchers.get(id)?.settings, id }));
    const body = JSON.stringify([shown[0], { ...shown[1], active: undefined }]);
    double.fail({
      status: 200,
      body,
      when: ({ method, path }) => method === "GET" && path.endsWith("s3-buckets"),
      times: 1,
    });
    const { exitCode, stderr } = await connect("rotate-key", String(one));
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/does not show whether 1002 .* is active/);
    expect(keyIds()).toEqual([old.id]);
    expect(double.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("keeps both keys where only some could be moved", async () => {
    const old = iam.addKey(user);
    const [one, two] = [fetcherWith(old, "one"), fetcherWith(old, "two")];
    double.fail({
      status: 400,
      when: ({ method, path }) => method === "PUT" && path.endsWith(`/${two}`),
      times: 9,
    });
    const { exitCode, stderr } = await connect("rotate-key", String(one));
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/stays: it is in use by 1001 \(one\/\)/);
    expect(keyIds()).toHaveLength(2);
    const again = await connect("rotate-key", String(two));
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toMatch(/Logz\.io uses both.*Nothing was changed/s);
  });

  test.each([
    ["a key that it had just made", "CreateAccessKey", "lost" as const],
    ["the old key that was left", "UpdateAccessKey", "reset" as const],
    ["the old key that was only switched off", "DeleteAccessKey", { status: 403, code: "AccessDenied" }],
  ])("finishes a run that broke off with %s", async (_, action, fault) => {
    const old = iam.addKey(user);
    const one = fetcherWith(old);
    iam.script(action, fault, ...(fault === "reset" ? [fault, fault, fault] : []));
    const broken = await connect("rotate-key", String(one));
    expect(broken.exitCode).toBe(3);
    const asked = await connect("rotate-key", String(one));
    if (keyIds().length === 2) expect(asked.stderr).toMatch(/has a second key.*Delete it\?.*--yes/s);
    const again = await connect("rotate-key", String(one), "--yes");
    expect(again).toMatchObject({ exitCode: 0 });
    expect(keyIds()).toEqual([keyOf(one)]);
    expect(keyOf(one)).not.toBe(old.id);
  });

  test("changes what it is told to also where an earlier run is finished on the way", async () => {
    const [old, current] = [iam.addKey(user), iam.addKey(user)];
    const one = fetcherWith(current);
    const { exitCode } = await connect("rotate-key", String(one), "--yes", "--inactive");
    expect(exitCode).toBe(0);
    expect(double.fetchers.get(one)?.settings.active).toBe(false);
    expect(keyIds()).toEqual([keyOf(one)]);
    expect(keyIds()).not.toContain(old.id);
  });

  test("tells whose the key is not, and a role from a key", async () => {
    const foreign = fetcherWith(iam.addKey("somebody"));
    const { exitCode, stderr } = await connect("rotate-key", String(foreign));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/none of the user logzio-s3-fetcher; name the user with --user-name/);
    const byRole = double.addFetcher({ bucket: "my-logs", arn: "arn:aws:iam::1:role/r" }, "id");
    const { stderr: text } = await connect("rotate-key", String(byRole));
    expect(text).toMatch(/reads with a role/);
  });
});
