import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addConnect } from "../../../../cli/commands/connect";
import type { Registration } from "../../../../cli/connect/registrations";
import type { Fetcher } from "../../../../cli/logzio-api/types";
import type { BucketDouble } from "../../../support/bucket-double";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { setEnvironment } from "../../../support/environment";
import { accessDenied, type IamDouble } from "../../../support/iam-double";
import type { LogzioApiDouble } from "../../../support/logzio-api-double";
import { startServices } from "./services";

let double: LogzioApiDouble;
let iam: IamDouble;
let s3: BucketDouble;
let folder: string;
let file: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  const role = { name: "logzio-s3-fetcher", path: "/logging/", trustPolicy: {} };
  ({ double, iam, s3, stop } = await startServices(role));
  putBuckets("eu-central-1", "my-logs", "my-other-logs", "My_Logs", "aaa", "bbb");
  folder = mkdtempSync(join(tmpdir(), "connect-fetchers-"));
  file = join(folder, "logzio.yaml");
  writeFileSync(file, "region: eu\naws: { region: eu-central-1 }\n");
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

const arn = "arn:aws:iam::123456789012:role/logging/logzio-s3-fetcher";

function connect(...words: string[]): Promise<CommandRun> {
  const all = ["connect", ...words, "--config", file, "--api-url", double.url];
  return runCommand(addConnect, all, { LOGZIO_API_TOKEN: double.token });
}

async function registered(...words: string[]): Promise<{ run: CommandRun; registrations: Registration[] }> {
  const run = await connect("register", ...words, "--json");
  const { registrations } = JSON.parse(run.stdout) as { registrations: Registration[] };
  return { run, registrations };
}

function putBuckets(region: string, ...names: readonly string[]): void {
  for (const name of names) s3.buckets.set(name, { owner: "123456789012", region });
}

function settings(): unknown[] {
  return [...double.fetchers.values()].map((one) => one.settings);
}

describe("logzio-s3 connect register", () => {
  test("registers a bucket with an old name of us-east-1", async () => {
    const { registrations } = await registered("--bucket", "My_Logs", "--type", "elb");
    expect(registrations).toMatchObject([{ outcome: "created", place: "My_Logs/" }]);
  });

  test("says what to do next once the buckets of logzio.yaml are registered, and only then", async () => {
    writeFileSync(
      file,
      "region: eu\naws: { region: eu-central-1 }\naccess: { buckets: [{ bucket: my-logs }] }\n",
    );
    expect((await connect("register", "--type", "elb")).stdout).toMatch(
      /^created .*\n\nNext: npx logzio-s3 doctor\n$/,
    );
    expect((await connect("register", "--type", "elb")).stdout).not.toContain("Next");
  });

  test("registers a bucket with the role that AWS knows", async () => {
    const { run, registrations } = await registered("--bucket", "my-logs", "--type", "elb");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(registrations).toMatchObject([{ outcome: "created", place: "my-logs/" }]);
    expect(settings()).toEqual([
      {
        bucket: "my-logs",
        prefix: "",
        region: "EU_CENTRAL_1",
        logsType: "elb",
        active: true,
        addS3ObjectKeyAsLogField: false,
        arn,
      },
    ]);
  });

  test("registers no bucket that is not there", async () => {
    const { run, registrations } = await registered("--bucket", "my-logz", "--type", "elb");
    expect(run.exitCode).toBe(1);
    expect(registrations).toMatchObject([
      { outcome: "not registered", text: expect.stringContaining("There is no bucket my-logz") as string },
    ]);
    expect(settings()).toEqual([]);
  });

  test("registers no bucket in a region where it is not, and names the right one", async () => {
    putBuckets("us-west-2", "my-logs");
    const { registrations } = await registered("--bucket", "my-logs", "--type", "elb");
    expect(registrations).toMatchObject([
      { outcome: "not registered", text: expect.stringContaining("it is in us-west-2") as string },
    ]);
    const words = ["--bucket", "my-logs", "--type", "elb", "--region", "us-west-2"];
    expect((await registered(...words)).registrations).toMatchObject([{ outcome: "created" }]);
  });

  test("registers a bucket that it may not look at, and says so", async () => {
    s3.refuses = () => true;
    const { run, registrations } = await registered("--bucket", "my-logs", "--type", "elb");
    expect(run.exitCode).toBe(0);
    expect(registrations).toMatchObject([{ outcome: "created" }]);
    expect(run.stderr).toContain("the credentials in use may not look at it");
  });

  test("registers a bucket where AWS cannot be asked, and says so", async () => {
    const restore = setEnvironment({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      AWS_EC2_METADATA_DISABLED: "true",
    });
    const words = ["--bucket", "my-logs", "--type", "elb", "--role-arn", arn];
    const { run, registrations } = await registered(...words);
    restore();
    expect(registrations).toMatchObject([{ outcome: "created" }]);
    expect(run.stderr).toContain("whether there is a bucket my-logs is not known");
  });

  test("registers the buckets of the file, and leaves to the deployment what that registers", async () => {
    writeFileSync(
      file,
      `region: eu
aws: { region: eu-central-1 }
access:
  role: { name: logzio-s3-fetcher }
  buckets:
    - { bucket: my-logs, prefix: AWSLogs/1/ }
    - { bucket: my-other-logs, region: us-west-2 }
    - { bucket: my-trail, register: { type: cloudtrail } }
`,
    );
    putBuckets("us-west-2", "my-other-logs");
    const { run, registrations } = await registered("--type", "elb", "--inactive", "--source-file-path");
    expect(run.exitCode).toBe(0);
    expect(registrations.map(({ place, outcome }) => [place, outcome])).toEqual([
      ["my-logs/AWSLogs/1/", "created"],
      ["my-other-logs/", "created"],
      ["my-trail/", "left to Terraform"],
    ]);
    const common = { logsType: "elb", active: false, addS3ObjectKeyAsLogField: true, arn };
    expect(settings()).toMatchObject([
      { bucket: "my-logs", prefix: "AWSLogs/1/", region: "EU_CENTRAL_1", ...common },
      { bucket: "my-other-logs", region: "US_WEST_2", ...common },
    ]);
  });

  test("changes nothing the second time, and then only what differs", async () => {
    const words = ["--bucket", "my-logs", "--type", "elb"];
    await registered(...words);
    const saves = (): number => double.requests.filter(({ method }) => method !== "GET").length;
    expect(saves()).toBe(1);
    expect((await registered(...words)).registrations).toMatchObject([{ outcome: "unchanged" }]);
    expect(saves()).toBe(1);
    const { registrations } = await registered(...words, "--inactive", "--region", "us-east-1");
    expect(registrations).toMatchObject([
      { outcome: "updated", text: "region: EU_CENTRAL_1 → US_EAST_1, active: true → false" },
    ]);
    // What is not said stays as it is.
    expect((await registered(...words, "--region", "us-east-1")).registrations).toMatchObject([
      { outcome: "unchanged" },
    ]);
    expect(settings()).toMatchObject([{ active: false, region: "US_EAST_1" }]);
  });

  test.each([
    [
      "with another role",
      { logsType: "elb", arn: "arn:aws:iam::1:role/other" },
      /connect update 1001 --role-arn/,
    ],
    ["as another type", { logsType: "vpcflow", arn }, /shipped twice/],
    ["by a shorter prefix", { logsType: "elb", arn, prefix: "" }, /shipped twice/],
    ["by a longer prefix", { logsType: "elb", arn, prefix: "AWSLogs/1/" }, /shipped twice/],
  ])("refuses what is fetched already %s", async (_, other, reason) => {
    double.addFetcher({ bucket: "my-logs", prefix: "AWSLogs/", ...other }, "id");
    const words = ["--bucket", "my-logs", "--prefix", "AWSLogs/", "--type", "elb"];
    const { run, registrations } = await registered(...words);
    expect(run.exitCode).toBe(1);
    expect(registrations).toMatchObject([
      { outcome: "not registered", text: expect.stringMatching(reason) as string },
    ]);
    expect(double.fetchers.size).toBe(1);
    expect((await registered(...words, "--allow-overlap")).registrations).toMatchObject([
      { outcome: "created" },
    ]);
  });

  test("tries again while AWS does not know the role yet", async () => {
    let refusals = 2;
    double.awsAccepts = () => refusals-- <= 0;
    const { registrations } = await registered("--bucket", "my-logs", "--type", "elb", "--wait", "20");
    expect(registrations).toMatchObject([{ outcome: "created" }]);
    expect(double.fetchers.size).toBe(1);
  });

  test("says in the end that AWS refused, and goes on with the next bucket", async () => {
    writeFileSync(
      file,
      "region: eu\naws: { region: eu-central-1 }\naccess:\n  buckets: [{ bucket: aaa }, { bucket: bbb }]\n",
    );
    double.awsAccepts = () => false;
    const started = Date.now();
    const { run, registrations } = await registered("--type", "elb", "--wait", "1");
    expect(run.exitCode).toBe(1);
    expect(registrations).toMatchObject([
      { place: "aaa/", text: expect.stringMatching(/AWS refused.*tried for 1 s/s) as string },
      { place: "bbb/", outcome: "not registered" },
    ]);
    // The time is for all of them.
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test("stops at a token without rights", async () => {
    double.fail({ status: 401, when: ({ method }) => method === "POST" });
    const { exitCode, stderr } = await connect("register", "--bucket", "my-logs", "--type", "elb");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/refused the API token/);
  });

  test("stops when interrupted", async () => {
    double.awsAccepts = () => false;
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(new Error("interrupted by SIGINT")), 300);
    const words = [
      "connect",
      "register",
      "--bucket",
      "my-logs",
      "--type",
      "elb",
      "--role-arn",
      arn,
      "--config",
      file,
    ];
    const run = await runCommand(
      addConnect,
      [...words, "--api-url", double.url],
      { LOGZIO_API_TOKEN: double.token },
      interrupt.signal,
    );
    expect(run.exitCode).toBe(130);
  });

  test.each([
    [["--bucket", "arn:aws:s3:::b", "--type", "elb"], /name of the bucket, without s3:\/\/ and not its ARN/],
    [["--bucket", "my-logs"], /write --type/],
    [["--bucket", "my-logs", "--type", "a b"], /without spaces/],
    [["--bucket", "my-logs", "--type", "elb", "--prefix", "/a/"], /write "a\/"/],
    [["--bucket", "my-logs", "--type", "elb", "--active", "--inactive"], /either --active or --inactive/],
    [
      ["--bucket", "my-logs", "--type", "elb", "--region", "eu-north-1"],
      /us-east-1, .*S3Hook and S3Fetcher of this package have no such limit \(hook and fetcher in logzio.yaml\)/,
    ],
    [["--bucket", "my-logs", "--type", "elb", "--role-arn", "role"], /write an ARN/],
    [["--prefix", "a/", "--type", "elb"], /name it with --bucket/],
    [["--bucket", "my-logs", "--type", "elb", "--wait", "long"], /whole number of seconds/],
  ])("refuses %j before it asks anybody", async (words, reason) => {
    const { exitCode, stderr } = await connect("register", ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(reason);
    expect(double.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(iam.calls).toEqual([]);
  });

  test("does not register twice what the deployment registers", async () => {
    writeFileSync(
      file,
      "region: eu\naws: { region: eu-central-1 }\naccess: { buckets: [{ bucket: my-logs, register: { type: elb } }] }\n",
    );
    const { exitCode, stderr } = await connect(
      "register",
      "--bucket",
      "my-logs",
      "--prefix",
      "a/",
      "--type",
      "elb",
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/registered by npx cdktf deploy.*\(line 3\).*twice/);
  });

  test("names the role that is missing, and the permission", async () => {
    iam.delete("logzio-s3-fetcher");
    const words = ["register", "--bucket", "my-logs", "--type", "elb"];
    expect((await connect(...words)).stderr).toMatch(
      /no role logzio-s3-fetcher .*npx cdktf deploy.*--role-arn/,
    );
    iam.fail("GetRole", accessDenied);
    const { exitCode, stderr } = await connect(...words);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/asking for the role logzio-s3-fetcher .*AccessDenied.*may not do that/);
  });
});

describe("logzio-s3 connect list", () => {
  test("fits 80 columns, whatever the names", async () => {
    double.addFetcher(
      { bucket: "b".repeat(63), prefix: "a/".repeat(200), arn, logsType: "t".repeat(60) },
      "id",
    );
    double.addFetcher({ bucket: "short", accessKey: "AKIAIOSFODNN7EXAMPLE", active: false }, "id");
    double.addArchive("c".repeat(63), arn, "id");
    const { stdout, exitCode } = await runCommand(
      addConnect,
      ["connect", "list", "--api-url", double.url, "--config", file],
      { LOGZIO_API_TOKEN: double.token },
      undefined,
      80,
    );
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^1001 {2}yes .*us-east-1/m);
    expect(stdout).toMatch(/^1002 {2}no .*short.*key AK/m);
    expect(stdout).toMatch(/^1003 .*role logz/m);
  });

  test("gives machines everything, and shows fetchers where archives may not be listed", async () => {
    double.addFetcher({ bucket: "my-logs", arn }, "id");
    double.fail({ status: 403, when: ({ path }) => path.includes("archive") });
    const { stdout, stderr, exitCode } = await connect("list", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ fetchers: [{ bucket: "my-logs", arn }], archives: null });
    expect(stderr).toMatch(/archives are not known/);
  });
});

describe("logzio-s3 connect update and remove", () => {
  test("changes what is named and keeps the rest", async () => {
    const id = double.addFetcher({ bucket: "my-logs", prefix: "a/", arn, logsType: "elb" }, "id");
    const { exitCode, stdout } = await connect("update", String(id), "--prefix", "", "--inactive");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("prefix: a/ → none, active: true → false");
    expect(settings()).toMatchObject([
      { bucket: "my-logs", prefix: "", logsType: "elb", active: false, arn },
    ]);
  });

  test("says which settings it does not know, and so may reset", async () => {
    const later = { bucket: "my-logs", arn, shards: 4 };
    const id = double.addFetcher(later, "logzio:aws:extid:old");
    const { exitCode, stderr } = await connect("update", String(id), "--inactive");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${id} has settings that this version does not know (shards)`);
  });

  test("does not save one of which Logz.io does not show whether it is active, unless it is told", async () => {
    const id = double.addFetcher({ bucket: "my-logs", region: "EU_CENTRAL_1", arn, active: false }, "id");
    const hidden = JSON.stringify({ ...double.fetchers.get(id)?.settings, id, active: undefined });
    const hide = (body: string, path: RegExp): void => {
      double.fail({ status: 200, body, when: ({ method, path: at }) => method === "GET" && path.test(at) });
    };
    hide(hidden, /buckets\/\d+$/);
    const { exitCode, stderr } = await connect("update", String(id), "--type", "vpcflow");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/does not show whether 1001 .*my-logs\/.* is active.*--active or --inactive/);
    hide(`[${hidden}]`, /buckets$/);
    const again = await connect("register", "--bucket", "my-logs", "--type", "elb", "--source-file-path");
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toMatch(/not registered .*does not show whether 1001/);
    expect(settings()).toMatchObject([{ logsType: "elb", active: false, addS3ObjectKeyAsLogField: false }]);
    hide(hidden, /buckets\/\d+$/);
    const told = await connect("update", String(id), "--type", "vpcflow", "--inactive");
    expect(told).toMatchObject({ exitCode: 0, stderr: "" });
    expect(settings()).toMatchObject([{ logsType: "vpcflow", active: false }]);
  });

  test("takes the ARN of a role in a path of any characters that IAM allows", async () => {
    const odd = "arn:aws:iam::123456789012:role/a:b(c)#d/logzio";
    const id = double.addFetcher({ bucket: "my-logs", arn }, "id");
    expect((await connect("update", String(id), "--role-arn", odd)).exitCode).toBe(0);
    expect(settings()).toMatchObject([{ arn: odd }]);
    const bad = await connect("update", String(id), "--role-arn", "arn:aws:iam::123456789012:role/a b");
    expect(bad).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--role-arn is/) as string });
  });

  test("does not believe an answer that says otherwise", async () => {
    const id = double.addFetcher({ bucket: "my-logs", prefix: "a/", arn }, "id");
    const body = JSON.stringify({ ...double.fetchers.get(id)?.settings, id });
    double.fail({ status: 200, body, when: ({ method }) => method === "PUT" });
    const { exitCode, stderr } = await connect("update", String(id), "--prefix", "");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/did not make it \(prefix: a\/ → none\)/);
  });

  test.each([
    ["update", ["1001", "--inactive"]],
    ["register", ["--bucket", "my-logs", "--type", "elb", "--inactive"]],
  ])("does not believe an answer of %s that repeats what was sent", async (command, words) => {
    const id = double.addFetcher({ bucket: "my-logs", region: "EU_CENTRAL_1", arn }, "id");
    const body = JSON.stringify({ ...double.fetchers.get(id)?.settings, active: false, id });
    double.fail({ status: 200, body, when: ({ method }) => method === "PUT" });
    const { exitCode, stdout, stderr } = await connect(command, ...words);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/did not make it \(active: true → false\)/);
    expect(stdout).not.toMatch(/^(updated|changed)/m);
  });

  test("moves a fetcher from its key to a role", async () => {
    const id = double.addFetcher({ bucket: "my-logs", accessKey: "AKIAONE", secretKey: "s" }, "id");
    expect((await connect("update", String(id), "--inactive")).stderr).toMatch(
      /access key.*rotate-key 1001/s,
    );
    const { exitCode, stderr } = await connect("update", String(id), "--role-arn", arn);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/key AKIAONE .* still valid.*aws iam delete-access-key --access-key-id AKIAONE/s);
    expect(settings()).toMatchObject([{ arn }]);
    expect(settings()[0]).not.toHaveProperty("accessKey");
  });

  test.each([
    [["update", "77", "--inactive"], /no fetcher 77/],
    [["remove", "77", "--yes"], /no fetcher 77/],
    [["update", "one", "--inactive"], /Write the number/],
    [["lst"], /connect has no command "lst"; write one of details, list, register/],
  ])("refuses %j", async (words, reason) => {
    const { exitCode, stderr } = await connect(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(reason);
  });

  test.each([
    "https://proxy.example.com/logzio",
    "https://me:pass-word@api.logz.io",
    "https://api.logz.io/?a=b",
  ])("takes no address of which it would leave out a part: %s", async (url) => {
    const words = ["connect", "list", "--api-url", url];
    const { exitCode, stderr } = await runCommand(addConnect, words, { LOGZIO_API_TOKEN: double.token });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--api-url is more than scheme and host/);
    expect(stderr).not.toContain("pass-word");
  });

  test("removes only after a yes, and prints what it removes so that it can be made again", async () => {
    const id = double.addFetcher({ bucket: "my-logs", prefix: "a/", arn, logsType: "elb" }, "id");
    const asked = await connect("remove", String(id));
    expect(asked).toMatchObject({ exitCode: 2, stdout: "" });
    expect(asked.stderr).toMatch(
      /Active fetcher 1001 of my-logs\/a\/ \(elb, role logzio-s3-fetcher\).*--yes/s,
    );
    expect(double.fetchers.size).toBe(1);
    const { exitCode, stdout } = await connect("remove", String(id), "--yes");
    expect(exitCode).toBe(0);
    const gone = JSON.parse(stdout) as Fetcher;
    expect(gone).toMatchObject({ id, bucket: "my-logs", prefix: "a/", arn, logsType: "elb", active: true });
    expect(double.fetchers.size).toBe(0);
  });

  test("has printed the settings where the removal fails", async () => {
    const id = double.addFetcher({ bucket: "my-logs", arn }, "id");
    double.fail({ status: 403, when: ({ method }) => method === "DELETE" });
    const { exitCode, stdout } = await connect("remove", String(id), "--yes");
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ id });
    expect(double.fetchers.size).toBe(1);
  });

  test("warns where the next deployment makes it again", async () => {
    writeFileSync(file, "access: { buckets: [{ bucket: my-logs, register: { type: elb } }] }\n");
    const id = double.addFetcher({ bucket: "my-logs", arn }, "id");
    expect((await connect("remove", String(id), "--yes")).stderr).toMatch(/next deployment makes it again/);
  });
});
