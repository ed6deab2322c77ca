import { Arrivals } from "../../../cli/demo/arrivals";
import { readFunctionLog } from "../../../cli/demo/function-log";
import { judge, type Evidence, type ShippedObject } from "../../../cli/demo/judge";
import type { ObjectResult } from "../../../cli/demo/result";

const object: ShippedObject = {
  title: "a log",
  region: "us-east-1",
  bucket: "b",
  key: "app/a b.log",
  bytes: 10,
  eTag: "e",
  announced: true,
  expected: { type: "s3_hook", documents: 2, verbatim: ["1.50"] },
};
const account = {
  level: "info",
  message: "object shipped",
  bucket: "b",
  key: "app/a b.log",
  type: "s3_hook",
  records: 2,
  accepted: 2,
  filtered: 0,
  refused: 0,
  seconds: 0.5,
};
const document = (message: string): string =>
  JSON.stringify({ message, s3_object_key: "b/app/a b.log", type: "s3_hook" });

function arrivals(documents: readonly string[]): Arrivals {
  const found = new Arrivals(new Map([["b/app/a b.log", ["1.50"]]]));
  found.add(documents);
  return found;
}

function judged(change: Partial<Evidence>, shipped: Partial<ShippedObject> = {}): ObjectResult {
  const evidence: Evidence = {
    log: readFunctionLog([JSON.stringify(account)]),
    arrivals: arrivals([document("one 1.50"), document("two")]),
    deadLetters: [],
    delayed: [],
    ...change,
  };
  return judge([{ ...object, ...shipped }], evidence).objects[0];
}

describe("judging an object", () => {
  it("finds nothing where account, documents and expectation agree", () => {
    expect(judged({})).toMatchObject({
      outcome: "shipped",
      type: "s3_hook",
      records: 2,
      documents: 2,
      seconds: 0.5,
      problems: [],
    });
  });

  it("notices a document too few", () => {
    const { problems } = judged({ arrivals: arrivals([document("one 1.50")]) });

    expect(problems).toContain("1 documents arrived, 2 were expected");
    expect(problems).toContain("the function says 2 were accepted, the listener has 1");
  });

  it("notices another type", () => {
    const expected = { type: "elb", documents: 2, verbatim: [] };

    expect(judged({}, { expected }).problems).toEqual(["its type is s3_hook, elb was expected"]);
  });

  it("notices a number that was written anew", () => {
    const { problems } = judged({ arrivals: arrivals([document("one 1.5"), document("two")]) });

    expect(problems).toEqual(["no document holds 1.50 as it was written"]);
  });

  it("notices an account that does not add up, and refused lines", () => {
    const line = { ...account, accepted: 1, refused: 0, records: 3 };
    const { problems } = judged({ log: readFunctionLog([JSON.stringify(line)]) });

    expect(problems[0]).toBe("3 records in, but 1 accepted, 0 filtered and 0 refused");
  });

  it.each([
    ["a notification", JSON.stringify({ Records: [{ s3: { object: { key: "app/a+b.log" } } }] })],
    ["a continuation", JSON.stringify({ version: 1, bucket: "b", key: "app/a b.log" })],
  ])("tells why %s is in the dead-letter queue", (_, body) => {
    const failure = { level: "error", message: "object failed", key: "app/a b.log", error: "damaged gzip" };

    const result = judged({ log: readFunctionLog([JSON.stringify(failure)]), deadLetters: [body] });

    expect(result.outcome).toBe("failed");
    expect(result.problems[0]).toBe("its message went to the dead-letter queue: damaged gzip");
  });

  it("counts what a run that failed has got through, and says that another try is to come", () => {
    const failure = {
      ...account,
      message: "object failed",
      level: "error",
      records: 9,
      error: "unreachable",
    };
    const delayed = [JSON.stringify({ version: 1, bucket: "b", key: "app/a b.log" })];

    const result = judged({ log: readFunctionLog([JSON.stringify(failure)]), delayed });

    expect(result).toMatchObject({ outcome: "failed", records: 2, accepted: 2 });
    expect(result.problems).toEqual([expect.stringMatching(/waits for another try.*: unreachable$/)]);
  });

  it("adds up the runs of an object that was continued", () => {
    const first = {
      ...account,
      message: "object interrupted: the time is nearly over",
      records: 5,
      accepted: 1,
    };
    const second = { ...account, records: 1, accepted: 1 };

    const result = judged({ log: readFunctionLog([first, second].map((line) => JSON.stringify(line))) });

    expect(result).toMatchObject({ outcome: "shipped", records: 2, accepted: 2, seconds: 1, problems: [] });
  });

  it("knows objects that nobody was told of, and such with nothing in them", () => {
    const nothing = { log: readFunctionLog([]), arrivals: arrivals([]) };
    const expected = { type: undefined, documents: 0, verbatim: [] };

    expect(judged(nothing, { announced: false, expected })).toMatchObject({
      outcome: "no rule",
      problems: [],
    });
    expect(judged(nothing, { bytes: 0, expected: undefined })).toMatchObject({
      outcome: "skipped",
      problems: [],
    });
  });

  it("asks for an account of a file that has bytes", () => {
    const { problems } = judged(
      { log: readFunctionLog([]), arrivals: arrivals([]) },
      { expected: undefined },
    );

    expect(problems).toEqual(["the function wrote no account of it"]);
  });

  it("picks a document of each type, in the order of the objects", () => {
    const documents = [
      { key: "app/2", type: "s3_hook" },
      { key: "app/1", type: "elb" },
      { key: "app/1", type: "elb" },
      { key: "app/3", type: "elb" },
    ].map(({ key, type }, n) => JSON.stringify({ n, type, s3_object_key: `b/${key}` }));
    const objects = ["app/1", "app/2", "app/3"].map((key) => ({ ...object, key }));
    const evidence = {
      log: readFunctionLog([]),
      arrivals: arrivals(documents),
      deadLetters: [],
      delayed: [],
    };

    expect(judge(objects, evidence).someDocuments).toEqual([documents[1], documents[0]]);
  });

  it("passes over log lines that are not the function's", () => {
    const log = readFunctionLog(["(node:1) Warning: x", "null", "[]", JSON.stringify({ _aws: {} })]);

    expect(log).toEqual({ accounts: [], failures: [] });
  });
});
