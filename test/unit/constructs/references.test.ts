import { TerraformVariable, Token } from "cdktf";
import { addHook, problemsOf, synthesize, tokenIn, untyped } from "./stacks";

/** One source that may be anything but for its bucket. */
const source = (changes: object): object => ({ sources: [{ bucket: "my-logs", ...changes }] });

describe("S3Hook refuses", () => {
  it.each<[string, (later: TerraformVariable) => object]>([
    ["trigger", (later) => ({ trigger: later.stringValue })],
    ["region", (later) => ({ region: later.stringValue })],
    ["sources", (later) => ({ sources: later.listValue })],
    ["sources[0]", (later) => ({ sources: [later.value as object] })],
    ["sources[0].include", (later) => source({ include: later.listValue })],
    ["sources[0].exclude", (later) => source({ exclude: later.listValue })],
    ["sources[0].fields", (later) => source({ fields: Token.asStringMap(later.value) })],
    ["sources[0].recordId", (later) => source({ recordId: later.booleanValue })],
    ["sources[0].parse", (later) => source({ parse: later.booleanValue })],
    ["sources[0].sourceFilePath", (later) => source({ sourceFilePath: later.booleanValue })],
    ["sources[0].multiline", (later) => source({ multiline: later.stringValue })],
    ["sources[0].dropRecords", (later) => source({ dropRecords: later.listValue })],
  ])("a reference as %s, which must be known at synthesis", (path, changes) => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const later = new TerraformVariable(stack, "later", {});
        addHook(stack, "hook", tokenIn(stack), untyped(changes(later)));
      }),
    );

    expect(problems).toEqual([
      `${path} is a reference, whose value Terraform knows only later; write the value itself, since it must be ` +
        "known when the stack is synthesized",
    ]);
  });

  it.each<[string, (later: TerraformVariable) => object]>([
    ["memory", (later) => ({ memory: later.value as number })],
    ["tags", (later) => ({ tags: later.value as object })],
    ["sources[0].bucket", (later) => source({ bucket: later.value as string })],
    ["sources[0].prefix", (later) => source({ prefix: later.value as string })],
  ])("a reference as an object as %s", (path, changes) => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const later = new TerraformVariable(stack, "later", {});
        addHook(stack, "hook", tokenIn(stack), untyped(changes(later)));
      }),
    );

    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(`^${path.replace(/[[\].]/g, "\\$&")} is a reference as an object, which`),
      ),
    ]);
  });

  it("equal references as prefixes on one bucket", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const team = new TerraformVariable(stack, "team", { type: "string" });
        const sources = [".gz", ".log"].map((suffix) => ({
          bucket: "my-logs",
          prefix: `${team.stringValue}/`,
          suffix,
        }));
        addHook(stack, "hook", tokenIn(stack), { sources });
      }),
    );

    expect(problems).toEqual([
      expect.stringContaining(
        'sources[1] has the bucket and prefix of sources[0] (prefix "${var.team}/", suffix',
      ),
    ]);
  });

  it("a prefix under which a reference goes on", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const team = new TerraformVariable(stack, "team", { type: "string" });
        const sources = ["a/", `a/${team.stringValue}/`].map((prefix) => ({ bucket: "my-logs", prefix }));
        addHook(stack, "hook", tokenIn(stack), { sources });
      }),
    );

    expect(problems).toEqual([
      expect.stringContaining('sources[1] (prefix "a/${var.team}/") overlaps sources[0] (prefix "a/")'),
    ]);
  });
});

describe("S3Hook accepts", () => {
  it("values that Terraform knows only later", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const later = new TerraformVariable(stack, "later", { type: "string" });
        addHook(stack, "hook", tokenIn(stack), {
          listener: later.stringValue,
          memory: later.numberValue,
          timeoutSeconds: 60,
          tags: { team: later.stringValue },
          sources: [{ bucket: later.stringValue, prefix: later.stringValue, kmsKeyArn: later.stringValue }],
        });
      }),
    );

    expect(problems).toEqual([]);
  });
});
