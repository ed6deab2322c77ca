import { DimensionsInArn, dimensionsOf, parseArn } from "../../../../lambdas/resource-tags/arn";
import { parse, render } from "../../../../lambdas/resource-tags/environment";
import { resourceKinds } from "../../../../lambdas/resource-tags/resource-kinds";
import { resourceSeries, resourceTypes } from "../../../../lambdas/resource-tags/series";
import { dimensionLabel, tagLabels } from "../../../../lambdas/resource-tags/tag-labels";
import { writeRequests } from "../../../../lambdas/resource-tags/write-request";
import { uncompress } from "snappyjs";
import { expectGenerated } from "../../../support/generated-docs";
import { decodeWriteRequest } from "../../../support/prometheus-format";
import { tagTable } from "../../../support/tag-joins";
import { taggedHome, taggedKinds } from "../../../support/tagged-kinds";

const everything = { namespaces: ["*"], exclude: [], tagKeys: ["*"], p8sLogzioName: "my-stream" };
const tag = (key: string, value = "x"): { key: string; value: string } => ({ key, value });
const series = (arns: readonly string[], changes: Partial<typeof everything> = {}) =>
  resourceSeries(
    arns.map((arn) => ({ arn, tags: [tag("team", "shop")] })),
    { ...everything, ...changes },
    taggedHome,
  );
const labelsOf = (arn: string, changes: Partial<typeof everything> = {}): Record<string, string>[] =>
  series([arn], changes).series.map((labels) => Object.fromEntries(labels) as Record<string, string>);

describe("the table of kinds", () => {
  test("has a resource to be judged by for every kind and namespace", () => {
    const judged = taggedKinds.map(({ namespace, type, arn }) => {
      const kinds = resourceKinds.filter((kind) => kind.type === type && kind.namespaces.includes(namespace));
      const parsed = parseArn(arn);
      const kind = kinds.find(
        (candidate) => parsed !== undefined && new DimensionsInArn(candidate).in(parsed) !== undefined,
      );
      return `${namespace} ${type} ${kind === undefined ? "of no kind" : dimensionsOf(kind).join()}`;
    });
    const known = resourceKinds.flatMap((kind) =>
      kind.namespaces.map((namespace) => `${namespace} ${kind.type} ${dimensionsOf(kind).join()}`),
    );
    expect(judged.sort()).toEqual(known.sort());
  });

  test.each(taggedKinds.map((kind) => [kind.namespace, kind.arn, kind] as const))(
    "%s: %s is of one kind, with the dimensions of its metrics",
    (namespace, arn, kind) => {
      const labels = labelsOf(arn, { namespaces: [namespace] });

      expect(labels).toHaveLength(1);
      const { resource_type: type, namespace: found, account, region, ...rest } = labels[0];
      expect({ type, found, account, region }).toEqual({
        type: kind.type,
        found: namespace.toLowerCase(),
        ...taggedHome,
      });
      const { __name__: name, tag_team: team, p8s_logzio_name: p8s, ...dimensions } = rest;
      expect([name, team, p8s]).toEqual(["aws_resource_info", "shop", "my-stream"]);
      expect(Object.keys(dimensions)).not.toHaveLength(0);
      const expected = Object.entries(kind.dimensions).map(
        ([dimension, value]) => [dimensionLabel(dimension), value.toLowerCase()] as const,
      );
      expect(Object.fromEntries(expected)).toMatchObject(dimensions);
    },
  );

  test("is in the documentation (UPDATE_DOCS=1 writes it)", () => {
    expectGenerated("metrics-tags.md", { table: tagTable() });
  });
});

describe("what is no resource of a kind", () => {
  test.each([
    "arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-1",
    "arn:aws:s3:eu-central-1:123456789012:accesspoint/my-point",
    "arn:aws:lambda:eu-central-1:123456789012:function:MyFn:42",
    "arn:aws:rds:eu-central-1:123456789012:snapshot:a",
    "arn:aws:sns:eu-central-1:123456789012:Topic:subscription",
    "no ARN at all",
  ])("%s is counted as unknown", (arn) => {
    expect(series([arn])).toMatchObject({ series: [], unknown: [arn] });
  });

  test("the ARN of a log group may end in :*", () => {
    const [labels] = labelsOf("arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/App:*");
    expect(labels.loggroupname).toBe("/ecs/app");
  });

  test("a load balancer is not unknown where its own namespace is not chosen", () => {
    const arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/1";
    expect(series([arn], { namespaces: ["AWS/ELB"] })).toMatchObject({ series: [], unknown: [] });
  });

  test("asks for the types of the chosen namespaces alone", () => {
    const selection = {
      ...everything,
      namespaces: ["AWS/E*", "MyApp"],
      exclude: ["AWS/E[CKLMSFlv]*", "AWS/EC2*"],
    };
    expect(
      resourceTypes({ ...selection, namespaces: ["AWS/EBS", "AWS/S3", "MyApp"], exclude: ["AWS/S*"] }),
    ).toEqual(["ec2:volume"]);
    expect(resourceTypes({ ...selection, namespaces: ["MyApp"] })).toEqual([]);
  });
});

describe("series of resources", () => {
  const s3 = "arn:aws:s3:::my-logs";
  const arn = (name: string): string => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

  test("are the same in whatever order resources and tags come", () => {
    const tags = ["b.c", "b-c", "b_c", "Name", "name", "aws:x", "ü"].map((key) => tag(key));
    const made = (resources: string[], order: typeof tags): unknown =>
      resourceSeries(
        resources.map((name) => ({ arn: arn(name), tags: order })),
        everything,
        taggedHome,
      );
    expect(made(["A", "a", "B"], tags)).toEqual(made(["B", "a", "A", "a"], [...tags].reverse()));
  });

  test("of names that differ in case alone: the first is shipped, the other told", () => {
    const found = series([arn("orders"), arn("Orders")]);
    expect(found.series).toHaveLength(1);
    expect(found.doubled).toEqual([arn("orders")]);
  });

  test("take account and region from the ARN, else from where the function runs", () => {
    expect(labelsOf("arn:aws-cn:sqs:cn-north-1:210987654321:q")).toMatchObject([
      { account: "210987654321", region: "cn-north-1" },
    ]);
    expect(labelsOf(s3)).toMatchObject([taggedHome]);
  });

  test("leave out resources without a tag that is shipped", () => {
    const resources = [
      { arn: s3, tags: [] },
      { arn: arn("a"), tags: [tag("team", "")] },
      { arn: arn("b"), tags: [tag("cost"), tag("other")] },
    ];
    const found = resourceSeries(resources, { ...everything, tagKeys: ["team", "cos*"] }, taggedHome);
    expect(found.untagged).toBe(2);
    expect(found.series.map((labels) => labels.filter(([name]) => name.startsWith("tag_")))).toEqual([
      [["tag_cost", "x"]],
    ]);
  });

  test("fit into requests of the size that is asked for", () => {
    const found = series(Array.from({ length: 200 }, (_, index) => arn(`queue-${index}`)));
    const requests = [...writeRequests(found.series, 1_767_607_200_000, 2_000)];
    const decoded = requests.map(({ body }) => uncompress(body));
    expect(requests.length).toBeGreaterThan(10);
    for (const bytes of decoded) expect(bytes.length).toBeLessThanOrEqual(2_000);
    expect(decoded.flatMap(decodeWriteRequest)).toEqual(
      found.series.map((labels) => ({
        labels: Object.fromEntries(labels),
        value: 1,
        timestamp: 1_767_607_200_000,
      })),
    );
  });
});

describe("labels of tags", () => {
  const names = (...keys: string[]): string[] =>
    tagLabels(keys.map((key) => tag(key))).labels.map(([name]) => name);

  test("keep what Prometheus allows, and nothing else", () => {
    expect(names("Cost Center/2")).toEqual(["tag_Cost_Center_2"]);
    expect(names("größe")).toEqual(["tag_gr__e"]);
    expect(names("1st")).toEqual(["tag_1st"]);
    expect(names("aws:cloudformation:stack-name")).toEqual(["tag_aws_cloudformation_stack_name"]);
  });

  test("of keys that clean to the same are told apart by a digest, the clean one having none", () => {
    expect(names("a.b", "a-b", "a_b")).toEqual([
      "tag_a_b",
      expect.stringMatching(/^tag_a_b_[0-9a-f]{6}$/),
      expect.stringMatching(/^tag_a_b_[0-9a-f]{6}$/),
    ]);
    expect(new Set(names("a.b", "a-b", "a_b")).size).toBe(3);
  });

  test("are bounded in number: AWS's own go first, the others by name", () => {
    const keys = ["aws:a", ...Array.from({ length: 21 }, (_, index) => `k${String(index).padStart(2, "0")}`)];
    const { labels, leftOut } = tagLabels(keys.map((key) => tag(key)));
    expect(labels).toHaveLength(20);
    expect(leftOut).toEqual(["k20", "aws:a"]);
  });

  test("are bounded in length, without cutting a character in two", () => {
    const { labels, cut } = tagLabels([tag("k".repeat(300), "😀".repeat(300))]);
    const [[name, value]] = labels;
    expect(name).toMatch(/^tag_k{136}_[0-9a-f]{6}$/);
    expect(value).toBe("😀".repeat(256));
    expect(cut).toHaveLength(1);
  });

  test.each([
    ["BucketName", "bucketname"],
    ["Cluster Name", "cluster_name"],
    ["function_name", "function_name"],
    ["2xx", "key_2xx"],
    ["_private", "key_private"],
  ])("the dimension %s is the label %s", (dimension, label) => {
    expect(dimensionLabel(dimension)).toBe(label);
  });
});

describe("the environment of resource-tags", () => {
  const settings = {
    listener: "https://listener.logz.io:8053",
    tokenSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf",
    logLevel: "warn",
    ...everything,
  } as const;

  test("is read as it was written", () => {
    expect(parse(render(settings))).toMatchObject({ ...settings, listener: new URL(settings.listener) });
  });

  test.each([
    ["NAMESPACES", "AWS/S3", /NAMESPACES is no JSON list of texts; write \["AWS\/S3"/],
    ["NAMESPACES", "[]", /NAMESPACES is empty/],
    ["TAG_KEYS", "[1]", /TAG_KEYS is no JSON list of texts/],
    ["P8S_LOGZIO_NAME", "", /P8S_LOGZIO_NAME is not set/],
    [
      "LOGZIO_LISTENER",
      "http://listener.logz.io:8053",
      /must use https.*such as https:\/\/listener\.logz\.io:8053/,
    ],
    ["LOGZIO_TOKEN_SECRET_ARN", "", /write the ARN of the secret that holds the metrics token/],
  ])("refuses %s=%s", (name, value, message) => {
    expect(() => parse({ ...render(settings), [name]: value })).toThrow(message);
  });
});
