import { FetcherRole, ListenerToken, MetricStream, type FetcherRoleProps } from "../../../constructs";
import { EnvironmentError } from "../../../lambdas/runtime/environment";
import { parse, render } from "../../../lambdas/s3-hook/environment";
import { fault } from "../../support/fault";
import {
  ephemeralVariable,
  hookProblems,
  hookTemplate,
  metricsTokenIn,
  problemsOf,
  synthesize,
  untyped,
} from "./stacks";

const bucket = "my-logs";
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";

/** What the function is told by the construct, with changes. */
const variables = (
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> => ({
  ...render({
    listener: "https://listener.logz.io:8071",
    tokenSecretArn: secretArn,
    sources: [{ bucket }],
    queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/hook",
    deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/hook-dlq",
    logLevel: "info",
  }),
  ...changes,
});

/** The line that a cold start ends with. */
function coldStart(changes: Readonly<Record<string, string | undefined>>): string {
  try {
    parse(variables(changes));
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return "";
}

/** Whether the only thing that is said is this. */
function expectOnly(problems: readonly string[], text: RegExp): void {
  expect(problems).toEqual([expect.stringMatching(text)]);
}

function streamProblems(changes: object): string[] {
  return problemsOf(() =>
    synthesize((stack) => {
      new MetricStream(stack, "metrics", { region: "eu", token: metricsTokenIn(stack), ...changes });
    }),
  );
}

function roleProblems(changes: Partial<FetcherRoleProps>): string[] {
  const props = { logzioAccountId: "123456789012", externalIds: ["logzio:id"], buckets: [{ bucket }] };
  return problemsOf(() =>
    synthesize((stack) => {
      new FetcherRole(stack, "fetcher", { ...props, ...changes });
    }),
  );
}

fault(66, "no token, or no listener", "refused at synthesis, and at a cold start, with what to write", () => {
  expectOnly(hookProblems(untyped({ token: undefined })), /^token is missing; write new ListenerToken/);
  expectOnly(hookProblems({ region: undefined }), /^region is missing, and so is listener; write one of us/);
  expectOnly(
    problemsOf(() => synthesize((stack) => new ListenerToken(stack, "token", {}))),
    /^secretArn is missing, and so is a token variable/,
  );
  expect(coldStart({ LOGZIO_TOKEN_SECRET_ARN: "" })).toMatch(
    /^LOGZIO_TOKEN_SECRET_ARN is not set; write the ARN/,
  );
  expect(coldStart({ LOGZIO_LISTENER: "" })).toMatch(/^LOGZIO_LISTENER is not set; write https:/);
  expect(coldStart({})).toBe("");
});

fault(
  67,
  "a listener without a scheme, with http, or with a path",
  "refused at synthesis, and at a cold start, with what to write; a wrong port is told by what the listener answers (48)",
  () => {
    const refused: [string, RegExp][] = [
      ["listener.logz.io", /not a URL/],
      ["http://listener.logz.io:8070", /must use https, since it carries the token/],
      ["https://listener.logz.io:8071/bulk", /must be scheme, host and port alone/],
    ];
    for (const [listener, reason] of refused) {
      expectOnly(hookProblems({ listener }), reason);
      expect(coldStart({ LOGZIO_LISTENER: listener })).toMatch(reason);
    }
  },
);

fault(
  68,
  "a regular expression that does not compile",
  "refused at synthesis, and at a cold start, by its name",
  () => {
    expectOnly(
      hookProblems({ sources: [{ bucket, include: ["ok", "(open"] }] }),
      /^sources\[0\]\.include\[1\] is "\(open", which is no regular expression/,
    );
  },
);

fault(
  70,
  "a prefix that starts with a slash, or filters that overlap",
  "refused at synthesis, with what to write",
  () => {
    expectOnly(
      hookProblems({ sources: [{ bucket, prefix: "/AWSLogs/" }] }),
      /^sources\[0\]\.prefix is "\/AWSLogs\/", and keys begin with "\/" only where their writer puts one there; write "AWSLogs\/"/,
    );
    expectOnly(
      hookProblems({ sources: ["a/b/", "a/"].map((prefix) => ({ bucket, prefix })) }),
      /^sources\[1\] \(prefix "a\/"\) overlaps sources\[0\] \(prefix "a\/b\/"\) on the bucket "my-logs"/,
    );
  },
);

fault(
  71,
  "a name that is too long once its endings are added",
  "refused at synthesis, with the length that fits",
  () => {
    expect(hookProblems({ name: "x".repeat(49) })).toEqual([]);
    expectOnly(hookProblems({ name: "x".repeat(50) }), /^name has 50 characters; write at most 49/);
    expect(hookProblems({ name: "x".repeat(77) })).toContainEqual(
      expect.stringMatching(/too long for the dead-letter queue's name, which may have 80 characters/),
    );
  },
);

fault(
  72,
  "what exists and what is to be made are both given",
  "refused at synthesis: one of the two is to go",
  () => {
    expectOnly(
      problemsOf(() =>
        synthesize((stack) => {
          const token = ephemeralVariable(stack).stringValue;
          new ListenerToken(stack, "token", { secretArn, token });
        }),
      ),
      /^secretArn and a token variable are both given; keep one of them/,
    );
    expectOnly(
      hookProblems({ region: "us", listener: "https://l.example" }),
      /^region and listener are both given/,
    );
  },
);

fault(
  73,
  "the alias of a KMS key in the place of its ARN",
  "refused at synthesis, with what to write",
  () => {
    const alias = "arn:aws:kms:eu-central-1:123456789012:alias/logs";
    expectOnly(
      hookProblems({ sources: [{ bucket, kmsKeyArn: alias }] }),
      /^sources\[0\]\.kmsKeyArn .* is an alias; write the key's ARN/,
    );
  },
);

fault(
  74,
  "an external ID that IAM would refuse, or take for any",
  "refused at synthesis, with what it may be",
  () => {
    for (const id of ["x", "a b", "x".repeat(1225), "${x}"])
      expectOnly(roleProblems({ externalIds: [id] }), /; external IDs have 2 to 1224 letters/);
    expectOnly(
      roleProblems({ externalIds: ["logzio:*"] }),
      /^externalIds\[0\] is "logzio:\*", and IAM compares/,
    );
    expectOnly(roleProblems({ externalIds: [""] }), /^externalIds\[0\] is empty, and without/);
  },
);

fault(75, "an account that is not 12 digits", "refused at synthesis, with what to write", () => {
  expectOnly(roleProblems({ logzioAccountId: "1234" }), /^logzioAccountId is "1234"; write the 12/);
  expect(hookProblems({ sources: [{ bucket, accountId: "1234" }] })).toContainEqual(
    expect.stringMatching(/^sources\[0\]\.accountId is "1234"; write the 12 digits/),
  );
});

fault(
  76,
  "a partition other than aws",
  "the hook's ARNs and endpoints are those of the partition that Terraform is in; the role for Logz.io's fetcher, which is in aws alone, is refused",
  () => {
    const rendered = JSON.stringify(hookTemplate().json);
    expect(rendered).toContain("data.aws_partition.");
    expect(rendered).not.toMatch(/arn:aws[:-]|amazonaws\.com(?!\.)\S*\.cn/);
    expectOnly(
      roleProblems({ buckets: [{ bucket, region: "cn-north-1" }] }),
      /^buckets\[0\]\.region is .*IAM lets nobody of one partition into another.*S3Hook and S3Fetcher/,
    );
  },
);

fault(
  77,
  "metrics that are both included and excluded, or more than 1,000 names",
  "the first is refused at synthesis; the names are spread over several streams",
  () => {
    expect(streamProblems({ namespaces: ["AWS/EC2"], exclude: ["AWS/Usage"] })).toContainEqual(
      expect.stringMatching(/^exclude and a list of namespaces are both given/),
    );
    const metrics = Array.from({ length: 1500 }, (_, index) => `m${index}`);
    const template = synthesize((stack) => {
      const namespaces = [{ namespace: "Mine", metrics }];
      new MetricStream(stack, "metrics", { region: "eu", token: metricsTokenIn(stack), namespaces });
    });
    const streams = Object.values(template.all("aws_cloudwatch_metric_stream")) as {
      include_filter: { metric_names: string[] }[];
    }[];
    const names = streams.flatMap(({ include_filter: filters }) =>
      filters.flatMap(({ metric_names: some }) => some),
    );
    expect(streams.length).toBeGreaterThan(1);
    expect(names.sort()).toEqual([...metrics].sort());
  },
);

fault(
  78,
  "an empty list of namespaces, which to AWS is everything",
  "refused at synthesis: it would bill for all",
  () => {
    expectOnly(streamProblems({ namespaces: [] }), /^namespaces is empty, .* bills/);
    expectOnly(streamProblems({ namespaces: undefined }), /^namespaces is missing; .*"all", which bills/);
  },
);
