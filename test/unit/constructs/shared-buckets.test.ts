import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import type { TerraformStack } from "cdktf";
import type { HookSource } from "../../../constructs";
import { withApp } from "../../support/template";
import { addHook, problemsOf, stackIn, synthesize, tokenIn, type HookChanges } from "./stacks";

/** What is said against the second of two hooks in stacks of their own. */
function problemsOfSecond(first: HookChanges, second: (firstStack: TerraformStack) => HookChanges): string[] {
  return withApp((app) =>
    problemsOf(() => {
      const [one, other] = ["one", "other"].map((id) => stackIn(app, id));
      addHook(one, "hook", tokenIn(one), first);
      addHook(other, "hook", tokenIn(other), second(one));
    }),
  );
}

const prefixes = (count: number, start: string, bucket = "shared"): HookSource[] =>
  Array.from({ length: count }, (_, index) => ({
    bucket,
    prefix: `${start}${String(index).padStart(3, "0")}/`,
  }));

describe("Buckets of several hooks", () => {
  const text = (bucket: string): string =>
    `sources[0].bucket is ${bucket}, whose notifications the stack one writes (for one/hook), and each stack would ` +
    'undo those of the other; put both hooks into one stack, or write trigger: "none" for one of them';

  it("are refused in two stacks, whatever the prefixes", () => {
    const problems = problemsOfSecond({ sources: [{ bucket: "shared", prefix: "a/" }] }, () => ({
      sources: [{ bucket: "shared", prefix: "b/" }],
    }));

    expect(problems).toEqual([text('the bucket "shared"')]);
  });

  it("are refused in two stacks by name and by reference", () => {
    const problems = problemsOfSecond({ sources: [{ bucket: "shared", prefix: "a/" }] }, (one) => ({
      sources: [{ bucket: new S3Bucket(one, "logs", { bucket: "shared" }).bucket, prefix: "b/" }],
    }));

    expect(problems).toEqual([text("a bucket")]);
  });

  it("are refused in two stacks by references to a bucket without a name", () => {
    const problems = withApp((app) =>
      problemsOf(() => {
        const [one, other] = ["one", "other"].map((id) => stackIn(app, id));
        const bucket = new S3Bucket(one, "logs", { bucketPrefix: "logs-" });
        addHook(one, "hook", tokenIn(one), { sources: [{ bucket: bucket.id }] });
        addHook(other, "hook", tokenIn(other), { sources: [{ bucket: bucket.bucket }] });
      }),
    );

    expect(problems).toEqual([text("a bucket")]);
  });

  it.each<[string, HookChanges, HookChanges]>([
    ["the second writes nothing", {}, { trigger: "none" }],
    ["the first writes nothing", { trigger: "none" }, {}],
    ["they are of other names", {}, { sources: [{ bucket: "other-logs" }] }],
  ])("are taken in two stacks where %s", (_, first, second) => {
    expect(problemsOfSecond(first, () => second)).toEqual([]);
  });

  it("are told apart in two stacks whose buckets have the same id", () => {
    const problems = withApp((app) =>
      problemsOf(() => {
        for (const stack of ["one", "other"].map((id) => stackIn(app, id))) {
          const { bucket } = new S3Bucket(stack, "logs", { bucketPrefix: "logs-" });
          addHook(stack, "hook", tokenIn(stack), { sources: [{ bucket }] });
        }
      }),
    );

    expect(problems).toEqual([]);
  });

  it("do not concern the hooks of another app", () => {
    const build = (): string[] =>
      problemsOf(() => synthesize((stack) => addHook(stack, "hook", tokenIn(stack))));

    expect([...build(), ...build()]).toEqual([]);
  });

  it("get one notification where one hook has the name and others a reference, which it takes", () => {
    const template = synthesize((stack) => {
      const token = tokenIn(stack);
      const add = (name: string, bucket: string): unknown =>
        addHook(stack, name, token, { name, sources: [{ bucket, prefix: `${name}/` }] });
      add("name", "shared");
      add("resource", new S3Bucket(stack, "logs", { bucket: "shared" }).bucket);
      add("data", new DataAwsS3Bucket(stack, "read", { bucket: "shared" }).bucket);
      add("again", "shared");
    });

    const notification = template.only("aws_s3_bucket_notification");
    expect(notification["bucket"]).toBe("${aws_s3_bucket.logs.bucket}");
    expect(notification["queue"]).toHaveLength(4);
  });

  it("are refused where a name and a reference overlap", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const { id } = new S3Bucket(stack, "logs", { bucket: "shared" });
        addHook(stack, "hook", tokenIn(stack), {
          sources: [{ bucket: "shared" }, { bucket: id, prefix: "a/" }],
        });
      }),
    );

    expect(problems).toEqual([
      expect.stringContaining('sources[1] (prefix "a/") overlaps sources[0] (prefix "") on the same bucket'),
    ]);
  });

  it.each<[string, string[]]>([
    ["100 rules are taken", []],
    [
      "101 are refused",
      [
        'sources lead to 101 notification rules on the bucket "shared", those of other hooks included, and S3 takes ' +
          "100 a bucket; write fewer sources with shorter prefixes, and choose among their keys by include and exclude",
      ],
    ],
  ])("count the rules of all hooks: %s", (_, expected) => {
    const more = expected.length;
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const token = tokenIn(stack);
        addHook(stack, "one", token, { name: "one", sources: prefixes(50, "a") });
        addHook(stack, "two", token, { name: "two", sources: prefixes(50 + more, "b") });
      }),
    );

    expect(problems).toEqual(expected);
  });
});
