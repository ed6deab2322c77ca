import { spawnSync } from "node:child_process";
import { ArgumentError, helpText, parseDemoArguments } from "../../../cli/demo/arguments";

describe("the demo's options", () => {
  it("have defaults", () => {
    expect(parseDemoArguments([])).toEqual({
      help: false,
      file: undefined,
      key: undefined,
      seed: 1,
      json: false,
    });
  });

  it("are read in both spellings", () => {
    expect(
      parseDemoArguments(["--file", "a.log", "--key=AWSLogs/a.log", "--seed", "7", "--json"]),
    ).toMatchObject({ file: "a.log", key: "AWSLogs/a.log", seed: 7, json: true });
    expect(parseDemoArguments(["-h"]).help).toBe(true);
  });

  it.each<[string, string[], RegExp]>([
    ["an unknown option", ["--fiel", "x"], /--fiel.*--help/s],
    ["a word too many", ["x.log"], /x\.log/],
    ["a seed that is no number", ["--seed", "one"], /--seed is "one"; write a whole number from 0/],
    ["a negative seed", ["--seed=-1"], /--seed is "-1"/],
    ["a seed over 32 bits", ["--seed", "4294967296"], /--seed is "4294967296"/],
    ["a key without a file", ["--key", "x"], /--file PATH/],
    ["an option without its value", ["--file"], /--file/],
    ["an empty key", ["--file", "x", "--key", ""], /must not be empty/],
    ["a key over S3's limit", ["--file", "x", "--key", "ü".repeat(513)], /over 1024 bytes/],
  ])("refuse %s", (_, words, message) => {
    const parse = (): unknown => parseDemoArguments(words);

    expect(parse).toThrow(ArgumentError);
    expect(parse).toThrow(message);
  });

  it("are all in the help", () => {
    for (const option of ["--file", "--key", "--seed", "--json", "--help"])
      expect(helpText).toContain(option);
  });
});

describe("the demo's program", () => {
  const run = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ["dist/cli/demo/main.js", ...words], { encoding: "utf8" });

  it("prints its help and ends with 0", () => {
    const { status, stdout } = run("--help");

    expect(stdout).toBe(helpText);
    expect(status).toBe(0);
  });

  it("ends with 2 and one message where it cannot read what it is to ship", () => {
    const missing = run("--file", "no/such/file.log");
    const folder = run("--file", "test");

    expect(missing).toMatchObject({ status: 2, stdout: "" });
    expect(missing.stderr).toMatch(/^--file no\/such\/file\.log cannot be read: ENOENT.*\n$/);
    expect(folder).toMatchObject({ status: 2, stderr: "--file test is no file; write the path of one\n" });
  });
});
