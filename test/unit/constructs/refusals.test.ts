import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { createHash } from "node:crypto";
import { ConstructError } from "../../../constructs";
import {
  addHook,
  hookProblems,
  hookTemplate,
  problemsOf,
  synthesize,
  tokenIn,
  untyped,
  type HookChanges,
} from "./stacks";

const one = [{ bucket: "my-logs" }];

describe("S3Hook refuses", () => {
  it.each<[string, HookChanges, string]>([
    ["no source", { sources: [] }, "sources is empty; write at least one source"],
    ["sources left out", untyped({ sources: undefined }), "sources is missing; write at least one source"],
    [
      "a source as sources",
      untyped({ sources: "my-logs" }),
      'sources is "my-logs"; write a list, such as [{ bucket',
    ],
    [
      "nothing as source",
      untyped({ sources: [null] }),
      'sources[0] is null; write { bucket: "my-logs", prefix',
    ],
    ["a source without bucket", untyped({ sources: [{}] }), "sources[0].bucket is missing; write { bucket"],
    ["a source with an empty bucket", { sources: [{ bucket: "" }] }, "sources[0].bucket is missing; write"],
    [
      "a number as prefix",
      untyped({ sources: [{ bucket: "my-logs", prefix: 5 }] }),
      "sources[0].prefix is 5; write text",
    ],
    [
      "an include alone",
      untyped({ sources: [{ bucket: "my-logs", include: "x" }] }),
      'sources[0].include is "x"; write a list, such as ["text"]',
    ],
    [
      "a field alone",
      untyped({ sources: [{ bucket: "my-logs", fields: "x" }] }),
      'sources[0].fields is "x"; write names and values',
    ],
    ["a number as name", untyped({ name: 5 }), "name is 5; write text"],
    [
      "no token",
      untyped({ token: undefined }),
      'token is missing; write new ListenerToken(this, "token", { secretArn })',
    ],
    [
      "no trigger",
      untyped({ trigger: undefined }),
      "trigger is missing; write one of s3, eventbridge, sns, none",
    ],
    [
      "an unknown trigger",
      untyped({ trigger: "sqs" }),
      'trigger is "sqs"; write one of s3, eventbridge, sns, none',
    ],
    [
      "a bucket's ARN",
      { sources: [{ bucket: "arn:aws:s3:::my-logs/AWSLogs" }] },
      'sources[0].bucket is the ARN "arn:aws:s3:::my-logs/AWSLogs"; write the bucket\'s name, "my-logs"',
    ],
    [
      "a bucket's URL",
      { sources: [{ bucket: "s3://my-logs/AWSLogs/" }] },
      'sources[0].bucket is the URL "s3://my-logs/AWSLogs/"; write the bucket\'s name, "my-logs", and the rest as prefix',
    ],
    [
      "a bucket with a slash",
      { sources: [{ bucket: "my-logs/AWSLogs" }] },
      'sources[0].bucket is "my-logs/AWSLogs", which no bucket',
    ],
    [
      "a bucket that is too long",
      { sources: [{ bucket: "x".repeat(256) }] },
      "which no bucket can be called; write 3 to 63 lower-case letters",
    ],
    [
      "a short bucket",
      { sources: [{ bucket: "ab" }] },
      'sources[0].bucket is "ab", which no bucket can be called',
    ],
    [
      "an address as bucket",
      { sources: [{ bucket: "10.0.0.1" }] },
      'sources[0].bucket is "10.0.0.1", which no bucket',
    ],
    [
      "a reserved bucket",
      { sources: [{ bucket: "a-s3alias" }] },
      'sources[0].bucket is "a-s3alias", which no bucket',
    ],
    [
      "a prefix with a slash in front",
      { sources: [{ bucket: "my-logs", prefix: "/AWSLogs/" }] },
      'sources[0].prefix is "/AWSLogs/", and keys begin with "/" only where their writer puts one there; write "AWSLogs/"',
    ],
    [
      "a prefix longer than a key",
      { sources: [{ bucket: "my-logs", prefix: "é".repeat(513) }] },
      "sources[0].prefix has 1026 bytes; a key has at most 1024",
    ],
    [
      "a wildcard in a prefix",
      { sources: [{ bucket: "my-logs", prefix: "AWSLogs/*/elb/" }] },
      'sources[0].prefix is "AWSLogs/*/elb/", and S3 filters have no wildcards; write the part of the keys',
    ],
    [
      "a wildcard in a suffix",
      { sources: [{ bucket: "my-logs", suffix: ".log.?" }] },
      'sources[0].suffix is ".log.?", and S3 filters have no wildcards',
    ],
    [
      "half a character",
      { sources: [{ bucket: "my-logs", prefix: "a\ud800/" }] },
      'sources[0].prefix is "a\\ud800/", which is not valid Unicode',
    ],
    [
      "a suffix longer than a key",
      { sources: [{ bucket: "my-logs", suffix: "x".repeat(1025) }] },
      "sources[0].suffix is longer than a key, which has 1024 bytes",
    ],
    [
      "a type with a space",
      { sources: [{ bucket: "my-logs", type: "my type" }] },
      'sources[0].type is "my type"; write a type without spaces',
    ],
    [
      "an include that does not compile",
      { sources: [{ bucket: "my-logs", include: ["ok", "(open"] }] },
      'sources[0].include[1] is "(open", which is no regular expression (missing closing )',
    ],
    [
      "an exclude that does not compile",
      { sources: [{ bucket: "my-logs", exclude: ["["] }] },
      'sources[0].exclude[0] is "[", which is no regular expression (missing closing ]: `[`)',
    ],
    [
      "a pattern that looks ahead",
      { sources: [{ bucket: "my-logs", include: ["(?!x)a"] }] },
      'sources[0].include[0] is "(?!x)a", which looks ahead or behind; that can take any time, so write it without',
    ],
    [
      "a pattern that refers back",
      { sources: [{ bucket: "my-logs", dropRecords: ["(a)\\1"] }] },
      'sources[0].dropRecords[0] is "(a)\\\\1", which refers back to a group; that can take any time',
    ],
    [
      "a pattern with high counts",
      { sources: [{ bucket: "my-logs", keepRecords: ["(a{30}){30}"] }] },
      "steps once its counts are written out; write one of at most 500",
    ],
    [
      "a pattern that matches every record",
      { sources: [{ bucket: "my-logs", dropRecords: [".*"] }] },
      'sources[0].dropRecords[0] is ".*", which matches every record; write what only some of them have',
    ],
    [
      "a first line that an empty line is as well",
      { sources: [{ bucket: "my-logs", multiline: "^\\d*" }] },
      "which matches an empty line as well; write what the first line of a record begins with",
    ],
    [
      "a first line that the lines of a stack trace are as well",
      { sources: [{ bucket: "my-logs", multiline: "^\\s+at " }] },
      'sources[0].multiline is "^\\\\s+at ", which matches the lines of a stack trace (such as "    at a.b(c)"), so that ' +
        "each would be a record; write what the first line of a record begins with",
    ],
    [
      "what is kept and dropped",
      { sources: [{ bucket: "my-logs", keepRecords: ["a"], dropRecords: ["b", "a"] }] },
      'sources[0].dropRecords[1] is "a", which keepRecords has as well; remove it from one of the two',
    ],
    [
      "keys that are included and excluded",
      { sources: [{ bucket: "my-logs", include: ["a"], exclude: ["a"] }] },
      'sources[0].exclude[0] is "a", which include has as well; remove it from one of the two',
    ],
    [
      "a URL for a prefix",
      { sources: [{ bucket: "my-logs", prefix: "s3://my-logs/a/" }] },
      'sources[0].prefix is "s3://my-logs/a/", a URL; write what stands behind the bucket, "a/"',
    ],
    [
      "an unknown format",
      untyped({ sources: [{ bucket: "my-logs", format: "xml" }] }),
      'sources[0].format is "xml"; write one of csv, tsv',
    ],
    [
      "a delimiter of two characters",
      { sources: [{ bucket: "my-logs", format: "csv", delimiter: "||" }] },
      'sources[0].delimiter is "||"; write one ASCII character but the quote, such as ";"',
    ],
    [
      "a tab by its name",
      { sources: [{ bucket: "my-logs", format: "csv", delimiter: "tab" }] },
      'such as ";", or "\\t" in double quotes for a tab',
    ],
    [
      "a delimiter of tsv",
      { sources: [{ bucket: "my-logs", format: "tsv", delimiter: ";" }] },
      "sources[0].delimiter is given with the format tsv, whose cells are a tab apart; write format: csv",
    ],
    [
      "columns without a table",
      { sources: [{ bucket: "my-logs", columns: ["a"] }] },
      "sources[0].columns is for tables alone; write format: csv as well, or remove it",
    ],
    [
      "columns of one name",
      { sources: [{ bucket: "my-logs", format: "csv", columns: ["a", "b", "a"] }] },
      'sources[0].columns names "a" twice; write each name once',
    ],
    [
      "columns without a name, or with one of the function's",
      { sources: [{ bucket: "my-logs", format: "csv", columns: [" ", "type"] }] },
      'sources[0].columns has the field "type", which the function writes itself; take another name',
    ],
    [
      "columns whose names Logz.io cannot take",
      { sources: [{ bucket: "my-logs", format: "csv", columns: ["a.b", "a..b", "."] }] },
      'sources[0].columns has the field "a..b", and Logz.io takes no document with a dot that has no name before or behind it; write "a.b"',
    ],
    [
      "columns that are none",
      { sources: [{ bucket: "my-logs", format: "csv", columns: [] }] },
      'sources[0].columns is []; write a list of names, such as ["time", "level"]',
    ],
    [
      "rows of several lines by a pattern",
      { sources: [{ bucket: "my-logs", format: "csv", multiline: "^a" }] },
      'sources[0].multiline is given with the format "csv", whose rows may have several lines as it is',
    ],
    [
      "fields of lines, of records of several",
      { sources: [{ bucket: "my-logs", multiline: "^a", parse: true }] },
      "sources[0].parse is for the lines of AWS's logs, and multiline makes other records; remove one of the two",
    ],
    [
      "a time that no column has",
      { sources: [{ bucket: "my-logs", format: "csv", columns: ["a"], timeField: "b" }] },
      'sources[0].timeField is "b", which columns does not name; write one of its names',
    ],
    [
      "a time that the function's own field stands in place of",
      { sources: [{ bucket: "my-logs", timeField: "type" }] },
      'sources[0].timeField is "type", which the function writes itself in place of the record\'s; write another field',
    ],
    [
      "a time that a field of the source stands in place of",
      { sources: [{ bucket: "my-logs", timeField: "day", pathToFields: "-/day" }] },
      'sources[0].timeField is "day", which the function writes itself',
    ],
    [
      "a time that is no text",
      untyped({ sources: [{ bucket: "my-logs", format: "csv", timeField: 5 }] }),
      "sources[0].timeField is 5; write",
    ],
    [
      "a time by a name that no column gets",
      { sources: [{ bucket: "my-logs", format: "csv", timeField: "Date." }] },
      'sources[0].timeField is "Date.", and the names of columns lose spaces around them and dots without a name; write "Date"',
    ],
    [
      "a time in text",
      { sources: [{ bucket: "my-logs", multiline: "^a", timeField: "b" }] },
      "sources[0].timeField is given with multiline, whose records are text without fields; remove it",
    ],
    [
      "an empty name in pathToFields",
      { sources: [{ bucket: "my-logs", pathToFields: "org//account" }] },
      'sources[0].pathToFields is "org//account", which has an empty field name',
    ],
    [
      "pathToFields that names nothing",
      { sources: [{ bucket: "my-logs", pathToFields: "-/-" }] },
      'sources[0].pathToFields is "-/-", which skips every part',
    ],
    [
      "a name twice in pathToFields",
      { sources: [{ bucket: "my-logs", pathToFields: "org/-/org" }] },
      'sources[0].pathToFields names "org" twice',
    ],
    [
      "a field of the function's own in pathToFields",
      { sources: [{ bucket: "my-logs", pathToFields: "message" }] },
      'sources[0].pathToFields ("message") has the field "message", which the function writes itself',
    ],
    [
      "a field of the function's own",
      { sources: [{ bucket: "my-logs", fields: { "@timestamp": "now" } }] },
      'sources[0].fields has the field "@timestamp", which the function writes itself',
    ],
    [
      "a field whose name begins with a dot",
      { sources: [{ bucket: "my-logs", fields: { ".env": "x" } }] },
      'sources[0].fields has the field ".env", and Logz.io takes no document with a dot that has no name before or ' +
        'behind it; write "env"',
    ],
    [
      "the type auto in capitals",
      { sources: [{ bucket: "my-logs", type: "Auto" }] },
      'sources[0].type is "Auto", which would be a type of its own; write "auto"',
    ],
    [
      "a field without a name",
      { sources: [{ bucket: "my-logs", fields: { " ": "x" } }] },
      "sources[0].fields has an empty field name",
    ],
    [
      "a KMS alias",
      { sources: [{ bucket: "my-logs", kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:alias/logs" }] },
      'sources[0].kmsKeyArn ("arn:aws:kms:eu-central-1:123456789012:alias/logs") is an alias; write the key\'s ARN',
    ],
    [
      "a KMS key's id",
      { sources: [{ bucket: "my-logs", kmsKeyArn: "11111111-2222-3333-4444-555555555555" }] },
      'sources[0].kmsKeyArn ("11111111-2222-3333-4444-555555555555") is not the ARN of a KMS key; write',
    ],
    ...["*", "11111111-2222-*", "alias/logs"].map((id): [string, HookChanges, string] => [
      `the KMS key ${id}`,
      { sources: [{ bucket: "my-logs", kmsKeyArn: `arn:aws:kms:eu-central-1:123456789012:key/${id}` }] },
      "write the key's ARN",
    ]),
    [
      "a KMS key of any region",
      { sources: [{ bucket: "my-logs", kmsKeyArn: "arn:aws:kms:*:123456789012:key/11111111" }] },
      "is not the ARN of a KMS key; write the key's ARN",
    ],
    [
      "equal filters on one bucket",
      { sources: [...one, ...one] },
      'sources[1] has the bucket and prefix of sources[0] (prefix "")',
    ],
    [
      "equal prefixes with different suffixes",
      {
        sources: [
          { bucket: "my-logs", prefix: "a/", suffix: ".gz" },
          { bucket: "my-logs", prefix: "a/", suffix: ".log" },
        ],
      },
      'sources[1] has the bucket and prefix of sources[0] (prefix "a/", suffix ".log")',
    ],
    [
      "overlapping prefixes on one bucket",
      {
        sources: [
          { bucket: "my-logs", prefix: "a/b/" },
          { bucket: "my-logs", prefix: "a/" },
        ],
      },
      'sources[1] (prefix "a/") overlaps sources[0] (prefix "a/b/") on the bucket "my-logs"; S3 takes no two rules',
    ],
    [
      "overlapping prefixes and suffixes",
      {
        sources: [
          { bucket: "my-logs", prefix: "a/", suffix: ".log.gz" },
          { bucket: "my-logs", suffix: ".gz" },
        ],
      },
      'sources[1] (prefix "", suffix ".gz") overlaps sources[0] (prefix "a/", suffix ".log.gz")',
    ],
    [
      "a name with a dot",
      { name: "my.hook" },
      'name is "my.hook"; write letters, digits, hyphens and underscores',
    ],
    [
      "a name too long for the role",
      { name: "x".repeat(50) },
      "name has 50 characters; write at most 49 (with what is added to it, the role's name may have 64)",
    ],
    [
      "a name too long for the dead-letter queue",
      { name: "x".repeat(77) },
      "name is too long for the dead-letter queue's name, which may have 80 characters",
    ],
    ["an unknown region", untyped({ region: "nl" }), 'region is "nl"; write one of us, au, ca, eu, uk'],
    [
      "both region and listener",
      { region: "us", listener: "https://l.example" },
      "region and listener are both given",
    ],
    [
      "neither region nor listener",
      { region: undefined },
      "region is missing, and so is listener; write one of us",
    ],
    [
      "a listener without scheme",
      { listener: "listener.logz.io" },
      'listener is "listener.logz.io", which is not a URL',
    ],
    [
      "a listener without TLS",
      { listener: "http://listener.logz.io:8070" },
      'listener is "http://listener.logz.io:8070", which must use https, since it carries the token',
    ],
    [
      "a listener with a path",
      { listener: "https://listener.logz.io:8071/bulk" },
      'listener is "https://listener.logz.io:8071/bulk", which must be scheme, host and port alone',
    ],
    ["too little memory", { memory: 64 }, "memory is 64; write a whole number from 128 to 10240 (MB)"],
    ["half a megabyte", { memory: 512.5 }, "memory is 512.5; write a whole number from 128 to 10240 (MB)"],
    [
      "a negative timeout",
      { timeoutSeconds: -1 },
      "timeoutSeconds is -1; write a whole number from 60 to 900 (seconds)",
    ],
    [
      "a timeout that is too long",
      { timeoutSeconds: 901 },
      "timeoutSeconds is 901; write a whole number from 60 to 900",
    ],
    [
      "a concurrency of one",
      { maximumConcurrency: 1 },
      "maximumConcurrency is 1; write a whole number from 2 to 1000 (batches at a time)",
    ],
    [
      "a retention that AWS does not have",
      { logRetentionDays: 31 },
      "logRetentionDays is 31; write one of 1, 3, 5, 7",
    ],
    ["an unknown log level", untyped({ logLevel: "trace" }), 'logLevel is "trace"; write one of debug, info'],
    ["a tag of AWS's own", { tags: { "aws:x": "y" } }, 'tags has the key "aws:x"; write 1 to 128 characters'],
    ["a long tag", { tags: { team: "x".repeat(257) } }, "tags.team has 257 characters; AWS allows 256"],
    [
      "a tag's key that IAM refuses",
      { tags: { "cost&center": "1" } },
      'tags has the key "cost&center"; IAM allows letters, digits, spaces and _.:/=+-@',
    ],
    [
      "a tag's value that IAM refuses",
      { tags: { team: "a, b" } },
      'tags.team is "a, b"; IAM allows letters, digits, spaces and _.:/=+-@',
    ],
    [
      "too many tags",
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, "x"])) },
      "tags has 51 entries; AWS allows 50",
    ],
  ])("%s", (_, changes, expected) => {
    const problems = hookProblems(changes);

    expect(problems).toContainEqual(expect.stringContaining(expected));
  });

  it("an environment over 4 KB, compressed", () => {
    const sources = Array.from({ length: 80 }, (_, index) => ({
      bucket: "my-logs",
      prefix: createHash("sha256").update(String(index)).digest("hex"),
    }));

    const problems = hookProblems({ sources });

    expect(problems).toEqual([
      expect.stringMatching(
        /^sources need an environment of \d+ bytes, compressed .* AWS allows 4096; split the hook/,
      ),
    ]);
  });

  it("a token that is no ListenerToken, without repeating it", () => {
    expect(hookProblems(untyped({ token: "SECRET" }))).toEqual([
      'token is no ListenerToken; write new ListenerToken(this, "token", { secretArn })',
    ]);
  });

  it("a bucket that is a construct", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const sources = [{ bucket: new S3Bucket(stack, "logs") }];
        addHook(stack, "hook", tokenIn(stack), untyped({ sources }));
      }),
    );

    expect(problems).toEqual(["sources[0].bucket is an object (S3Bucket); write text"]);
  });

  it("filters that overlap those of another hook", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const token = tokenIn(stack);
        addHook(stack, "first", token, { name: "first", sources: [{ bucket: "shared", prefix: "a/" }] });
        addHook(stack, "second", token, { name: "second", sources: [{ bucket: "shared" }] });
      }),
    );

    expect(problems).toEqual([
      expect.stringContaining(
        'sources[0] (prefix "") overlaps a source of test/first (prefix "a/") on the bucket "shared"',
      ),
    ]);
  });

  it("the name of another hook", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        const token = tokenIn(stack);
        addHook(stack, "first", token);
        addHook(stack, "second", token, { sources: [{ bucket: "other" }] });
      }),
    );

    expect(problems).toEqual(['name is "logzio-s3-hook", the name of test/first; write another name']);
  });

  it("a listener that may hold the token, without repeating it", () => {
    const problems = hookProblems({ listener: "https://listener.logz.io:8071/?token=SECRET" });

    expect(problems).toEqual([
      "listener holds more than scheme, host and port; write https://listener.logz.io:8071",
    ]);
  });

  it("everything that is wrong at once, with the construct's path", () => {
    const build = (): unknown =>
      hookTemplate({ memory: 1, sources: [{ bucket: "X", prefix: "/" }], name: "a b" });

    expect(build).toThrow(ConstructError);
    expect(build).toThrow(/^test\/hook cannot be built as it is written:\n( {2}- .+\n){3} {2}- .+$/);
  });
});

describe("S3Hook accepts", () => {
  it.each<[string, HookChanges]>([
    [
      "neighbouring prefixes",
      {
        sources: [
          { bucket: "my-logs", prefix: "a/" },
          { bucket: "my-logs", prefix: "b/" },
        ],
      },
    ],
    [
      "nested prefixes whose suffixes are apart",
      {
        sources: [
          { bucket: "my-logs", prefix: "a/", suffix: ".gz" },
          { bucket: "my-logs", prefix: "a/b/", suffix: ".log" },
        ],
      },
    ],
    ["the same prefix on two buckets", { sources: [{ bucket: "one-logs" }, { bucket: "two-logs" }] }],
    ["a listener of another host", { listener: "https://vpce-1.logz.example:8443" }],
    ["a listener without TLS on this machine", { listener: "http://127.0.0.1:8070" }],
    ["a bucket's name of old", { sources: [{ bucket: `My_Logs..${"x".repeat(246)}` }] }],
    [
      "a key of several regions",
      {
        sources: [
          {
            bucket: "my-logs",
            kmsKeyArn: `arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-${"1a".repeat(16)}`,
          },
        ],
      },
    ],
    ["tags with all that IAM allows", { tags: { "Größe 1": "a_b.c:d/e=f+g-h@i 日本", empty: "" } }],
    ["the longest name", { name: "x".repeat(49) }],
    [
      "the limits themselves",
      { memory: 10_240, timeoutSeconds: 900, maximumConcurrency: 1000, logRetentionDays: 3653 },
    ],
  ])("%s", (_, changes) => {
    expect(hookProblems(changes)).toEqual([]);
  });
});
