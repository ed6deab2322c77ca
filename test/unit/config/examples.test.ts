import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { removeFolder, synthesize } from "./configurations";

const root = resolve(__dirname, "../../..");
const examples = join(root, "examples");
const names = readdirSync(examples).sort();

afterAll(removeFolder);

describe("The examples", () => {
  it("are files of YAML alone, of which there are some", () => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.endsWith(".yaml"))).toEqual([]);
  });

  it.each(names)("synthesize as they stand, and name the schema for editors: %s", (name) => {
    const text = readFileSync(join(examples, name), "utf8");

    const { resource, output } = synthesize(text);

    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../config/logzio.schema.json");
    expect(Object.keys(resource)).not.toEqual([]);
    expect(Object.keys(output)).not.toEqual([]);
  });

  it.each(names)("are told of in the README: %s", (name) => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`(examples/${name})`);
  });
});
