import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  apiOptionsFor,
  awsOptionsFor,
  findConfigFile,
  readConfigFile,
} from "../../../../cli/config-file/config-file";
import type { ConfigFile } from "../../../../cli/config-file/parse";
import { UsageError } from "../../../../cli/program/errors";

const text = `region: eu
token: { variable: true }
aws:
  region: eu-central-1
hook:
  what: the command line does not read
access:
  logzioAccountId: "001122334455"
  externalIds: ["logzio:aws:extid:example0nktixxe8q"]
  buckets:
    - bucket: my-logs
      prefix: AWSLogs/
      register:
        type: elb
`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "config-file-"));
  path = join(folder, "logzio.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: string): ConfigFile {
  writeFileSync(path, content);
  return readConfigFile({ config: path }, { env: {} });
}

function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("the configuration file of the command line", () => {
  test("says regions and access, and leaves the rest unread", () => {
    const file = read(text);
    expect(file).toMatchObject({ path, text, logzioRegion: "eu", awsRegion: "eu-central-1" });
    expect(file.access).toEqual({
      logzioAccountId: "001122334455",
      externalIds: ["logzio:aws:extid:example0nktixxe8q"],
      buckets: [{ bucket: "my-logs", prefix: "AWSLogs/", register: { type: "elb" } }],
    });
    expect(file.place(["access", "buckets", 0, "prefix"])).toBe("access.buckets[0].prefix (line 12)");
  });

  test.each(["", "# nothing yet\n", "region: us\n"])("may say little: %j", (content) => {
    expect(read(content)).toMatchObject({ awsRegion: undefined, access: undefined });
  });

  test("is the one of --config, then of LOGZIO_CONFIG", () => {
    const other = join(folder, "other.yaml");
    writeFileSync(other, "region: uk\n");
    read(text);
    expect(readConfigFile({ config: path }, { env: { LOGZIO_CONFIG: other } }).logzioRegion).toBe("eu");
    expect(readConfigFile({}, { env: { LOGZIO_CONFIG: other } }).logzioRegion).toBe("uk");
  });

  test("may be absent only where none was named", () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(findConfigFile({}, { env: {} })).toBeUndefined();
      expect(failure(() => readConfigFile({}, { env: {} }))).toMatch(/^logzio.yaml does not exist; copy /);
      expect(failure(() => findConfigFile({ config: "a.yaml" }, { env: {} }))).toMatch(
        /^a.yaml does not exist/,
      );
      expect(failure(() => findConfigFile({}, { env: { LOGZIO_CONFIG: "b.yaml" } }))).toMatch(
        /^b.yaml does not/,
      );
    } finally {
      process.chdir(before);
    }
  });

  test("names a folder, and a file that cannot be read, for what they are", () => {
    expect(failure(() => readConfigFile({ config: folder }, { env: {} }))).toMatch(/is a folder/);
    if (process.getuid?.() === 0) return;
    writeFileSync(path, text);
    chmodSync(path, 0);
    expect(failure(() => readConfigFile({ config: path }, { env: {} }))).toMatch(/cannot be read .*EACCES/);
  });

  test.each([
    ["of Latin-1", Buffer.from("region: us # f\u00fcr uns\n", "latin1")],
    ["of UTF-16", Buffer.from("\ufeffregion: us\n", "utf16le")],
  ])("%s is refused, as it could not be written back", (_, bytes) => {
    const path = join(folder, "other-encoding.yaml");
    writeFileSync(path, bytes);
    expect(() => readConfigFile({ config: path }, { env: {} })).toThrow(/is not UTF-8/);
  });

  test("reports every problem with its line", () => {
    const wrong = `region: moon
aws: { region: Frankfurt }
access:
  logzioAccountId: 001122334455
  externalIds: one
  bucket: my-logs
  buckets:
    - prefix: 7
      register: { type: elb, active: perhaps }
`;
    expect(failure(() => read(wrong)).split("\n")).toEqual([
      `${path} cannot be used as it is:`,
      '  - region (line 1) is "moon" (text); write one of us, au, ca, eu, uk',
      '  - aws.region (line 2) is "Frankfurt" (text); write the code of an AWS region, such as us-east-1',
      '  - access.logzioAccountId (line 4) is 1122334455 (a number); write the 12 digits in quotes: "001122334455"',
      '  - access.externalIds (line 5) is "one" (text); write a list',
      "  - access.buckets[0].bucket (line 8) is missing; write text, in quotes where it looks like a number",
      "  - access.buckets[0].prefix (line 8) is 7 (a number); write text, in quotes where it looks like a number",
      '  - access.buckets[0].register.active (line 9) is "perhaps" (text); write true or false',
      "  - access.bucket (line 6) is not a known key; did you mean buckets?",
    ]);
  });

  test("takes a star without quotes in access for the mistake that it is, and elsewhere for text", () => {
    expect(read("hook:\n  sources:\n    - { bucket: b, suffix: *.gz }\n").access).toBeUndefined();
    expect(failure(() => read("access:\n  buckets:\n    - bucket: *logs\n"))).toMatch(
      /access\.buckets\[0\]\.bucket \(line 3\) is \*logs, which YAML takes for a reference/,
    );
  });

  test("names the line where it is not YAML", () => {
    expect(failure(() => read("region: us\naccess: [\n"))).toMatch(/is not YAML:\n {2}- line \d: /);
  });

  test("gives way to the options of the command line", () => {
    const file = read(text);
    expect(apiOptionsFor({}, file)).toEqual({ logzioRegion: "eu" });
    expect(apiOptionsFor({ logzioRegion: "us" }, file)).toEqual({ logzioRegion: "us" });
    expect(awsOptionsFor({ profile: "p" }, file)).toEqual({ region: "eu-central-1", profile: "p" });
    expect(awsOptionsFor({ region: "us-east-2" }, file)).toEqual({ region: "us-east-2" });
    expect(apiOptionsFor({}, undefined)).toEqual({});
  });
});
