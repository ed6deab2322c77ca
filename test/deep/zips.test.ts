import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(__dirname, "../..");

/** What must not reach the zip's bytes. */
interface Surroundings {
  readonly timeZone: string;
  readonly locale: string;
  readonly umask: string;
  readonly modified: Date;
}

/** Builds the Lambdas of a copy of the sources, and returns each zip. */
function buildIn(
  folder: string,
  { timeZone, locale, umask, modified }: Surroundings,
): Record<string, Buffer> {
  cpSync(join(root, "lambdas"), join(folder, "lambdas"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  cpSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  for (const file of readdirSync(join(folder, "lambdas"), { recursive: true, encoding: "utf8" }))
    utimesSync(join(folder, "lambdas", file), modified, modified);
  const script = pathToFileURL(join(root, "scripts/lambdas.mjs")).href;
  const program = `process.umask(${umask}); const { buildLambdas } = await import("${script}"); await buildLambdas(${JSON.stringify(folder)}, ${JSON.stringify(join(folder, "out"))});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, TZ: timeZone, LC_ALL: locale },
  });
  const zips = readdirSync(join(folder, "out")).filter((name) => name.endsWith(".zip"));
  return Object.fromEntries(zips.map((name) => [name, readFileSync(join(folder, "out", name))]));
}

describe("Lambda zips", () => {
  const folders: string[] = [];
  const newFolder = (name: string): string => {
    const folder = mkdtempSync(join(tmpdir(), name));
    folders.push(folder);
    return folder;
  };

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it("have the same bytes whatever the folder, time, time zone, umask and locale", () => {
    const one = buildIn(newFolder("logzio zip one-"), {
      timeZone: "Pacific/Kiritimati",
      locale: "C",
      umask: "0o077",
      modified: new Date("2001-02-03T04:05:06Z"),
    });
    const other = buildIn(newFolder("logzio-zip-other-longer-"), {
      timeZone: "America/Los_Angeles",
      locale: "tr_TR.UTF-8",
      umask: "0o002",
      modified: new Date("2026-07-08T09:10:11Z"),
    });

    expect(Object.keys(one)).toContain("s3-hook.zip");
    expect(Object.keys(other)).toEqual(Object.keys(one));
    for (const [name, bytes] of Object.entries(one)) expect(Buffer.compare(bytes, other[name])).toBe(0);
    // Two builds in processes of their own, beside the other tests.
  }, 60_000);
});
