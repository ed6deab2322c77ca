import { refusal, removeFolder } from "./configurations";
import { valid, validAccess } from "./valid";

afterAll(removeFolder);

describe("Registering a prefix", () => {
  it("is refused where Logz.io fetches it already", () => {
    const registered = (prefixes: readonly string[], more = ""): string =>
      prefixes
        .map((prefix) => `    - { bucket: b-1, prefix: "${prefix}", register: { type: elb${more} } }\n`)
        .reduce((text, line) => text + line, `region: eu\n${validAccess}`);

    expect(refusal(registered(["a/", "b/", "a/b/"]))).toContain(
      "access.buckets[3].register (line 12) has Logz.io fetch objects that access.buckets[1].register has it fetch " +
        "already, and they would be shipped twice; write prefixes of which none starts with another, or remove it",
    );
    expect(refusal(registered(["a/", "b/"]))).toBe("");
    // Once, though a construct would say it too; what else is wrong with such an entry is said with it.
    const nested = registered(["a/", "a/b/"]).replaceAll("type: elb", 'type: "e lb"');
    const [, ...problems] = refusal(nested).split("\n");
    expect(problems.map((line) => /access\.\S+/.exec(line)?.[0])).toEqual([
      "access.buckets[2].register",
      "access.buckets[1].register.type",
      "access.buckets[2].register.type",
    ]);
    expect(refusal(registered(["a/", "a/b/"], ", active: false"))).toBe("");
    expect(refusal(registered(["a/", "a/"], ", active: false"))).toContain(
      "access.buckets[2].register (line 11)",
    );
  });

  it("is refused where the hook ships its objects, unless the hook picks some of them", () => {
    const both = (source: string, active = true): string =>
      `${valid.replace("- bucket: my-logs\n      prefix: AWSLogs/", `- { bucket: my-logs, ${source} }`)}${validAccess
        .replace(/aws:\n.*\n/, "")
        .concat(`      region: us-east-1\n      register: { type: elb, active: ${active} }\n`)}`;

    expect(refusal(both("prefix: AWSLogs/a/"))).toContain(
      "access.buckets[0].register (line 17) has Logz.io fetch objects that the hook ships (hook.sources[0]), and they " +
        "would be shipped twice; write prefixes of which none starts with another, or remove it",
    );
    expect(refusal(both("prefix: AWSLogs/a/", false))).toBe("");
    expect(refusal(both("prefix: other/"))).toBe("");
    expect(refusal(both('exclude: ["elasticloadbalancing"]'))).toBe("");
  });

  it("is refused where the fetcher ships its objects", () => {
    const text = `${valid.replace("hook:\n  trigger: s3", "fetcher:")}${validAccess.replace(/aws:\n.*\n/, "")}      register: { type: elb }\n`;

    expect(refusal(text)).toContain(
      "access.buckets[0].register (line 16) has Logz.io fetch objects that the fetcher ships (fetcher.sources[0])",
    );
  });
});

describe("A source of the fetcher", () => {
  it("is refused where the hook ships its objects, unless one of the two picks some", () => {
    const both = (source: string): string =>
      `${valid}fetcher: { sources: [{ bucket: my-logs, ${source} }] }\n`;

    expect(refusal(both("prefix: AWSLogs/a/"))).toContain(
      "fetcher.sources[0] (line 11) ships objects that the hook ships (hook.sources[0]), and they would be shipped twice",
    );
    expect(refusal(both("prefix: other/"))).toBe("");
    expect(refusal(both('prefix: AWSLogs/, include: ["/CloudTrail/"]'))).toBe("");
  });
});
