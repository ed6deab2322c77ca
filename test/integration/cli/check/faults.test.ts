import { addCheck } from "../../../../cli/commands/check";
import type { CheckReport } from "../../../../cli/check/report";
import { runCommand } from "../../../support/command-run";
import { ListingDouble } from "../../../support/listing-double";
import { otherListings } from "../../../support/listings";
import { setAwsEnvironment } from "../../../support/environment";

// The waits before a page is asked for again are those of a real run.
let s3: ListingDouble;
let restore: () => void;
beforeEach(async () => {
  s3 = await ListingDouble.start();
  restore = setAwsEnvironment({ AWS_ENDPOINT_URL_S3: s3.url });
});
afterEach(async () => {
  restore();
  await s3.stop();
});

describe("a listing that goes wrong", () => {
  it.each([
    ["throttled", { status: 503, code: "SlowDown", message: "Please reduce your request rate." }],
    ["broken off in the middle of a page", "break off"],
    ["cut short in the middle of a page", "cut short"],
  ] as const)("is continued where it is %s, with no key left out or counted twice", async (_, fault) => {
    s3.bucket("logs", otherListings.epoch(2_500));
    s3.script(fault, fault);
    const { stdout, exitCode } = await runCommand(addCheck, ["check", "logs", "--json"]);

    expect(exitCode).toBe(0);
    const { objects } = JSON.parse(stdout) as CheckReport;
    expect(objects.count).toBe(2_500);
    expect(s3.listings.length).toBe(5);
  });

  it("names the statement that is missing where it is refused", async () => {
    s3.bucket("logs", [], { allowed: false, region: "eu-central-1" });
    const { stderr, stdout, exitCode } = await runCommand(addCheck, ["check", "logs", "--prefix", "a/"]);

    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      "Listing s3://logs/a/ failed (AccessDenied: User: arn:aws:iam::123456789012:user/alice",
    );
    const statement = stderr.slice(stderr.indexOf("{"), stderr.lastIndexOf("}") + 1);
    expect(JSON.parse(statement)).toEqual({
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::logs",
    });
  });

  it("says so where there is no such bucket", async () => {
    const { stderr, exitCode } = await runCommand(addCheck, ["check", "no-such-bucket"]);

    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^There is no bucket no-such-bucket;/);
  });

  it("goes to the bucket's region, wherever the settings point", async () => {
    s3.bucket("logs", otherListings.epoch(1_500), { region: "ap-south-1" });
    const { stdout, exitCode } = await runCommand(addCheck, ["check", "logs", "--json"]);

    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as CheckReport).region).toBe("ap-south-1");
    expect(s3.listings.map(({ region }) => region)).toEqual(["ap-south-1", "ap-south-1"]);
  });

  it("asks for the location where answers name no region, as of emulators", async () => {
    s3.namesRegions = false;
    s3.bucket("logs", otherListings.epoch(1_000), { region: "eu-west-2" });
    const { stdout } = await runCommand(addCheck, ["check", "logs", "--json"]);

    expect((JSON.parse(stdout) as CheckReport).region).toBe("eu-west-2");
  });

  it("ends at once where it is interrupted, and prints no verdict", async () => {
    s3.bucket("logs", otherListings.epoch(1_500));
    s3.script("hang");
    const interrupted = new AbortController();
    const run = runCommand(addCheck, ["check", "logs"], {}, interrupted.signal);
    while (s3.listings.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    interrupted.abort(new Error("interrupted by SIGINT"));

    expect(await run).toEqual({ exitCode: 130, stdout: "", stderr: "" });
  });

  it("reads keys that XML cannot carry", async () => {
    const keys = ["a b+c%20/\u0001/ü&<>.log", "\u{1f600}.log"];
    s3.bucket(
      "logs",
      keys.map((key, index) => ({ key, writtenAt: 1_775_000_000 + index })),
    );
    const { stdout } = await runCommand(addCheck, ["check", "logs", "--json"]);

    const { looked } = JSON.parse(stdout) as CheckReport;
    expect([looked.firstKey, looked.lastKey]).toEqual(keys);
  });
});

it("names a key that is not UTF-8", async () => {
  s3.bucket("logs", [{ key: "app/\u00e9.log", encodedKey: "app/%E9.log", writtenAt: 1_775_000_000 }]);
  const { exitCode, stderr } = await runCommand(addCheck, ["check", "logs"]);

  expect(exitCode).toBe(3);
  expect(stderr).toMatch(
    /a key of the bucket is not UTF-8, as keys of S3 are \(app\/%E9\.log\); check a --prefix/,
  );
});

describe("a command line that cannot be used", () => {
  it.each([
    [["arn:aws:s3:::my-logs"], /BUCKET is the ARN/],
    [["my-logs--x-s3"], /lists its keys in no order/],
    [["a/b"], /which no bucket can be called/],
    [["s3://my-logs/AWSLogs/", "--prefix", "x"], /has a prefix, and --prefix gives another/],
    [["my-logs", "--prefix", "/AWSLogs/"], /write "AWSLogs\/"/],
    [["my-logs", "--prefix", "AWSLogs/*"], /it is the start of keys, no pattern/],
    [["my-logs", "--max-keys", "10"], /Write a whole number from 1,000 to 10,000,000/],
    [[], /missing required argument 'bucket'/],
  ])("%j", async (words, expected) => {
    const { exitCode, stderr } = await runCommand(addCheck, ["check", ...words]);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(expected);
    expect(s3.requests).toEqual([]);
  });

  it("takes a URL with its prefix", async () => {
    s3.bucket("my-logs", otherListings.epoch(1_000));
    const { stdout } = await runCommand(addCheck, ["check", "s3://my-logs/app/", "--json"]);

    expect(JSON.parse(stdout)).toMatchObject({ bucket: "my-logs", prefix: "app/" });
  });
});
