import { IamUser } from "@cdktf/provider-aws/lib/iam-user/index.js";
import { FetcherUser, type FetcherUserProps } from "../../../constructs";
import { statements, type Template } from "../../support/template";
import { problemsOf, synthesize } from "./stacks";

const props: FetcherUserProps = { buckets: [{ bucket: "my-logs", prefix: "AWSLogs/" }] };

function withUser(changes: Partial<FetcherUserProps> = {}): Template {
  return synthesize((stack) => {
    new FetcherUser(stack, "fetcher", { ...props, ...changes });
  });
}

/** What JavaScript and configuration files can pass where the types say no. */
const untyped = (changes: object): Partial<FetcherUserProps> => changes;

describe("FetcherUser", () => {
  it("is refused for buckets of a partition that Logz.io is not in", () => {
    const buckets = [{ bucket: "my-logs", region: "us-gov-west-1" }];

    expect(problemsOf(() => withUser({ buckets }))).toEqual([
      expect.stringMatching(/buckets\[0\]\.region is us-gov-west-1, where Logz\.io cannot read/),
    ]);
  });

  const template = withUser();

  it("makes the resources at addresses that do not change, and no access key", () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ bucket: `my-company-logs-of-team-${index}` }));

    expect(template.addresses).toMatchSnapshot();
    expect(withUser({ buckets: many }).addresses).toMatchSnapshot();
  });

  it("is deleted with the keys that were made elsewhere", () => {
    expect(template.only("aws_iam_user")).toEqual({
      name: "logzio-s3-fetcher",
      force_destroy: true,
      lifecycle: { precondition: [expect.objectContaining({ error_message: expect.any(String) as string })] },
      tags: { "managed-by": "cdktf-logzio-s3" },
    });
  });

  it("reads the buckets", () => {
    const policy = statements(template.only("aws_iam_user_policy")["policy"]);

    const arn = (path: string): string => expect.stringMatching(new RegExp(`:s3:::${path}$`)) as string;
    expect(policy).toEqual([
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [arn("my-logs")] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [arn("my-logs/AWSLogs/\\*")],
      },
    ]);
  });

  it("passes on what is asked for", () => {
    const boundary = "arn:aws:iam::210987654321:policy/boundary";
    const changes = {
      name: "logs",
      path: "/logging/",
      permissionsBoundaryArn: boundary,
      tags: { team: "a" },
    };

    expect(withUser(changes).only("aws_iam_user")).toMatchObject({
      name: "logs",
      path: "/logging/",
      permissions_boundary: boundary,
      tags: { team: "a", "managed-by": "cdktf-logzio-s3" },
    });
  });

  it("warns, and names the role that needs no keys, and what makes them", () => {
    const warnings: unknown[] = [];
    synthesize((stack) => {
      const user = new FetcherUser(stack, "fetcher", props);
      warnings.push(...user.node.metadata.map(({ type, data }) => `${type} ${String(data)}`));
    });

    expect(warnings).toEqual([
      expect.stringMatching(/^@cdktf\/warn .* FetcherRole lets .* are made by logzio-s3 connect, and never/),
    ]);
  });

  it.each<[string, Partial<FetcherUserProps>, RegExp]>([
    ["no bucket", { buckets: [] }, /^buckets has no entry; write at least one, such as/],
    ["no buckets", untyped({ buckets: undefined }), /^buckets has no entry/],
    ["a long name", { name: "x".repeat(65) }, /^name is ".*"; write 1 to 64 letters/],
    ["a path without slashes", { path: "logging" }, /^path is "logging"/],
    ["a bucket's URL", { buckets: [{ bucket: "s3://my-logs/a" }] }, /^buckets\[0\]\.bucket is the URL/],
    [
      "more than its policies hold",
      {
        buckets: Array.from({ length: 200 }, (_, index) => ({
          bucket: `my-logs-${index}`,
          prefix: "x".repeat(400),
        })),
      },
      /^buckets need policies of up to \d{5} characters, an inline one of 2048 .* split them between 2 users, or/,
    ],
  ])("refuses %s", (_, changes, expected) => {
    expect(problemsOf(() => withUser(changes))).toEqual([expect.stringMatching(expected)]);
  });

  it("refuses the name of a user that the stack has already", () => {
    const problems = problemsOf(() =>
      synthesize((stack) => {
        new IamUser(stack, "mine", { name: "logzio-s3-fetcher" });
        new FetcherUser(stack, "fetcher", props);
      }),
    );

    expect(problems).toEqual(['name is "logzio-s3-fetcher", the name of test/mine; write another name']);
  });
});
