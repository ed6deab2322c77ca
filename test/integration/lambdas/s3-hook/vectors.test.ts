import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { s3Event } from "../../../support/events";
import { HookBench } from "../../../support/hook-bench";

/** The original's test objects and what it makes of them; handed over by CI, since they are not ours to commit. */
const folder = process.env["VENDOR_VECTORS"] && join(process.env["VENDOR_VECTORS"], "s3-hook");
const available = folder !== undefined && existsSync(join(folder, "expected"));
if (!available) console.warn("VENDOR_VECTORS is not set: skipping the original's test objects");

/** Where they lie in the bucket, where it is not the bucket's root. */
const folders: Readonly<Record<string, string>> = {
  "cloudtrail.json.gz": "435t44fw3/CloudTrail/7493758342983/",
  "cloudtrail-invalid.json.gz": "435t44fw3/CloudTrail/7493758342983/",
};

(available ? describe : describe.skip)("the original's test objects", () => {
  const names = available
    ? readdirSync(join(folder, "expected")).map((file) => file.replace(/\.ndjson$/, ""))
    : [];
  let bench: HookBench;
  beforeEach(async () => {
    bench = await HookBench.start();
  });
  afterEach(() => bench.stop());

  const ship = async (name: string, type: string): Promise<Record<string, unknown>[]> => {
    const key = `${folders[name] ?? ""}${name}`;
    bench.s3.put("test", key, readFileSync(join(folder ?? "", name)));
    await bench.run(s3Event({ bucket: "test", key }), { sources: [{ bucket: "test", type }] });
    return bench.documents;
  };
  const expected = (name: string): Record<string, unknown>[] =>
    readFileSync(join(folder ?? "", "expected", `${name}.ndjson`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  // Listed in CHANGELOG.md: an array was one document with the whole array as its message.
  it.each(names.filter((name) => name !== "test.json"))("makes the same documents of %s", async (name) => {
    expect(await ship(name, "s3_hook")).toEqual(expected(name));
  });

  it("makes a document of each element of test.json, where the original made one of the array", async () => {
    const [original] = expected("test.json");
    const elements = JSON.parse(String(original["message"])) as object[];

    const documents = await ship("test.json", "s3_hook");

    const ours = { aws_region: "us-east-1", s3_object_key: "test/test.json", type: "s3_hook" };
    expect(documents).toEqual(elements.map((element) => ({ ...element, ...ours })));
  });

  it("gives CloudTrail records Logz.io's type, where the original's default was s3_hook", async () => {
    const documents = await ship("cloudtrail.json.gz", "auto");

    expect(documents).toEqual(
      expected("cloudtrail.json.gz").map((document) => ({ ...document, type: "cloudtrail" })),
    );
  });
});
