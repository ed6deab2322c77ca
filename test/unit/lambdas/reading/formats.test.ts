import { layoutOf, layouts } from "../../../../cli/check/layouts";
import { defaultType, detectLog, readingOf, typeOf } from "../../../../lambdas/reading/log-types";
import {
  compressionsTable,
  refusedList,
  fieldsList,
  formatsTable,
  limitsTable,
  logsTable,
  placesList,
} from "../../../support/formats-page";
import { expectGenerated } from "../../../support/generated-docs";
import { formatOf } from "../../../support/splitting";

describe("the format of a file", () => {
  it.each([
    ["an object a line", '{"a":1}\n{"b":2}\n', "json"],
    ["one pretty-printed object", '{\n  "a": 1\n}\n', "json"],
    ["objects with nothing between them", '{"a":1}{"b":2}', "json"],
    ["an array of objects", '[{"a":1},\n{"b":2}]', "json-array"],
    ["an array of objects behind white space", ' \n [ {"a":1}]', "json-array"],
    ["an empty array", "[]", "json-array"],
    ["CloudTrail records", '{"Records":[{"eventVersion":"1.08"}]}', "records"],
    ["AWS Config's history", '{"fileVersion":"1.0","configurationItems":[{"a":1}]}', "configuration-items"],
    [
      "AWS Config's snapshot",
      '{ "fileVersion": "1.0", "configSnapshotId": "x",\n "configurationItems": []}',
      "configuration-items",
    ],
    ["configuration items behind other members", '{"a":{},"configurationItems":[{"a":1}]}', "json"],
    ["a CloudTrail digest", '{"awsAccountId":"1","digestStartTime":"2026-01-05T10:00:00Z"}', "json"],
    ["an array of numbers", "[1,2]", "text"],
    ["lines with times in brackets", "[2026-01-05 10:00:00] started\n", "text"],
    ["an object with a line behind it", '{"a":1} is what it said\n', "text"],
    ["a template", "{{ name }}\n", "text"],
    ["damaged CloudTrail records", '{"Records":[{"a":1 "b":2}]}', "text"],
    ["a damaged array", '[{"a":1},{"b"]', "text"],
    ["nothing but white space", " \n", "text"],
  ])("is told by content: %s", (_, content, format) => {
    expect(formatOf(content)).toBe(format);
  });

  it("is told by the start of a file that goes on", () => {
    expect(formatOf('{"Records":[{"a":', "k", false)).toBe("records");
    expect(formatOf('[{"a":"', "k", false)).toBe("json-array");
    expect(formatOf('{"a":"', "k", false)).toBe("json");
    expect(formatOf('[{"a" 1', "k", false)).toBe("text");
  });

  it.each(["a.json", "a.JSON.gz", "a.jsonl.gz", "a.ndjson", "a.json.zip"])(
    "is JSON by its name where its first line is none: %s",
    (key) => {
      expect(formatOf('started\n{"a":1}', key)).toBe("json");
    },
  );
});

describe("the type that `auto` picks", () => {
  const type = (key: string, content: string): string =>
    typeOf(detectLog({ key, bytes: Buffer.from(content), complete: true }));
  const logs = "AWSLogs/123456789012";

  it.each([
    ["cloudtrail", `${logs}/CloudTrail/us-east-1/2026/01/05/a.json.gz`, '{"Records":[{}]}'],
    ["cloudtrail", `${logs}/CloudTrail-Insight/us-east-1/2026/01/05/a.json.gz`, '{"Records":[{}]}'],
    ["cloudtrail", "elsewhere", '{"Records":[{"eventVersion":"1.08"}]}'],
    ["s3_hook", `${logs}/CloudTrail-Digest/us-east-1/2026/01/05/a.json.gz`, '{"digestStartTime":"x"}'],
    ["s3_hook", "my-cloudtrail-tests/a.log", "a line"],
    [
      "elb",
      `${logs}/elasticloadbalancing/us-east-1/2026/01/05/a.log.gz`,
      "https 2026-01-05T10:00:00Z app/lb",
    ],
    [
      "s3_hook",
      `${logs}/elasticloadbalancing/us-east-1/2026/01/05/conn_log_1_app.lb.log.gz`,
      "2026-01-05T10:00:00Z 192.0.2.1 36280 443 TLSv1.2",
    ],
    [
      "vpcflow",
      `${logs}/vpcflowlogs/us-east-1/2026/01/05/a.log.gz`,
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    ],
    ["s3_hook", `${logs}/vpcflowlogs/us-east-1/2026/01/05/a.log.gz`, "version vpc-id subnet-id\n"],
    ["vpcflow", `${logs}/vpcflowlogs/us-east-1/2026/01/05/a.log.gz`, "2 123456789012 eni-0a1 192.0.2.1"],
    ["guardduty", `${logs}/GuardDuty/us-east-1/2026/01/05/a.jsonl.gz`, "{}"],
    ["route_53", `${logs}/vpcdnsquerylogs/vpc-1/2026/01/05/a.log.gz`, "{}"],
    ["awswaf", `${logs}/WAFLogs/us-east-1/acl/2026/01/05/a.log.gz`, "{}"],
    [
      "cloudfront",
      "E2EXAMPLE.2026-01-05-10.abc.gz",
      "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes\n",
    ],
    [
      "S3Access",
      "2026-01-05-10-00-00-0123456789ABCDEF",
      `${"0".repeat(64)} logs [05/Jan/2026:10:00:00 +0000] 192.0.2.1 `,
    ],
    ["s3_hook", "app/2026/a.log", "a line"],
  ])("%s for %s", (expected, key, content) => {
    expect(type(key, content)).toBe(expected);
  });
});

describe("what is known of a log", () => {
  const found = (key: string, content: string): [string | undefined, ReturnType<typeof readingOf>] => {
    const log = detectLog({ key, bytes: Buffer.from(content), complete: true });
    return [log.log, readingOf(log, typeOf(log))];
  };
  const logs = "AWSLogs/123456789012";
  const flowLogs = `${logs}/vpcflowlogs/us-east-1/2026/01/05/a.log.gz`;
  const defaultFields =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

  it.each([
    ["alb", `${logs}/elasticloadbalancing/a`, "h2 2026-01-05T10:00:00.1Z app/lb/1 x", "iso", 1],
    ["alb", "copied/a", "https 2026-01-05T10:00:00.1Z app/lb/1 x", "iso", 1],
    ["nlb", `${logs}/elasticloadbalancing/a`, "tls 2.0 2026-01-05T10:00:00 net/lb/1 x", "iso", 2],
    ["classic-elb", `${logs}/elasticloadbalancing/a`, "2026-01-05T10:00:00.1Z lb 192.0.2.1:1 x", "iso", 0],
    ["alb-connections", `${logs}/elasticloadbalancing/x/conn_log_1.gz`, "2026-01-05T10:00:00.1Z x", "iso", 0],
    [
      "alb-health-checks",
      `${logs}/elasticloadbalancing/x/health_check_log_1.gz`,
      "http 2026-01-05T10:00:00.1Z x",
      "iso",
      1,
    ],
    ["vpc-flow", flowLogs, `${defaultFields}\n2 1 `, "epoch", 10],
    ["vpc-flow", "copied/a", `${defaultFields}\r\n2 1 `, "epoch", 10],
    ["vpc-flow", flowLogs, "2 123456789012 eni-0a1 192.0.2.1 x", "epoch", 10],
    ["vpc-flow-custom", flowLogs, "vpc-id srcaddr start end\nvpc-1 192.0.2.1 1 2", "epoch", 2],
    ["vpc-flow-custom", flowLogs, "vpc-id end\nvpc-1 2", "epoch", 1],
    ["vpc-flow-custom", "x/aws-service=vpcflowlogs/y", `${defaultFields} vpc-id\n`, "epoch", 10],
    ["vpc-flow-custom", flowLogs, "version resource-type account-id tgw-id start\n6 x", "epoch", 4],
    ["cloudfront", "a", "#Version: 1.0\n#Fields: date time x-edge-location c-ip\n", "dateAndTime", 0],
    ["cloudfront", "a", "#Version: 1.0\n#Fields: cs-method date time\n", "dateAndTime", 1],
    ["cloudfront", "a", "#Version: 1.0\n#Fields: timestamp(ms) c-ip sc-status\n", "epoch", 0],
    ["s3-access", "a", `${"0".repeat(64)} b [05/Jan/2026:10:00:00 +0000] x`, "clf", 2],
  ])("%s of %s: %j", (log, key, content, kind, column) => {
    expect(found(key, content)).toMatchObject([log, { time: { kind, column } }]);
  });

  it.each([
    ["cloudtrail", `${logs}/CloudTrail/a.json.gz`, '{"Records":[]}', "eventTime"],
    ["cloudtrail", `${logs}/CloudTrail-Insight/a.json.gz`, '{"Records":[]}', "eventTime"],
    ["cloudtrail", `${logs}/CloudTrail-NetworkActivity/a.json.gz`, '{"Records":[]}', "eventTime"],
    ["cloudtrail-digest", `${logs}/CloudTrail-Digest/a.json.gz`, '{"awsAccountId":"1"}', "digestEndTime"],
    ["config", `${logs}/Config/a.json.gz`, '{"configurationItems":[]}', "configurationItemCaptureTime"],
    [
      "config",
      "copied/a",
      '{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[]}',
      "configurationItemCaptureTime",
    ],
    ["guardduty", `${logs}/GuardDuty/a.jsonl.gz`, '{"id":"1"}', "updatedAt"],
    ["route53-resolver", `${logs}/vpcdnsquerylogs/vpc-1/a.log.gz`, '{"version":"1"}', "query_timestamp"],
    ["waf", `${logs}/WAFLogs/a.log.gz`, '{"timestamp":1767607200123}', "timestamp"],
    ["waf", "a", '{"timestamp":1767607200123,"formatVersion":1,"webaclId":"x"}', "timestamp"],
  ])("%s of %s: %j", (log, key, content, name) => {
    expect(found(key, content)).toMatchObject([log, { time: { kind: "field", name } }]);
  });

  it.each([
    ["a flow log's file of no words", flowLogs, "10.0.0.1 10.0.0.2\n"],
    ["a flow log's first record, of names that no header has", flowLogs, "vpc-one subnet-two\n"],
    ["lines of words elsewhere", "app/a.log", "start action end\n"],
    [
      "a load balancer's trial",
      `${logs}/elasticloadbalancing/ELBAccessLogTestFile`,
      "Enable AccessLog for ELB",
    ],
    ["text where findings should be", `${logs}/GuardDuty/a`, "a line\n"],
    ["a comment", "app/a.conf", "#Version: one\n"],
    ["an object with a text field that says so", "a", '{"message":"configurationItems"}'],
  ])("is nothing for %s", (_, key, content) => {
    expect(found(key, content)).toEqual([undefined, {}]);
  });

  it("names the lines that are no records", () => {
    const comment = (key: string, content: string): string | undefined =>
      found(key, content)[1].comment?.toString();
    expect(comment("a", "#Version: 1.0\n#Fields: date time cs-method\n")).toBe("#");
    expect(comment("a", `${defaultFields}\n`)).toBe(defaultFields);
    expect(comment(flowLogs, "2 123456789012 eni-0a1")).toBe(defaultFields);
    expect(comment(flowLogs, "vpc-id start\r\n")).toBe("vpc-id start");
    expect(comment(`${logs}/elasticloadbalancing/a`, "h2 2026-01-05T10:00:00Z app/lb")).toBeUndefined();
  });

  it("follows from the type where the log was not told, as in continuations of older versions", () => {
    expect(readingOf({}, "cloudtrail")).toEqual({ time: { kind: "field", name: "eventTime" } });
    expect(readingOf({}, "elb")).toEqual({});
    expect(readingOf({}, "mine")).toEqual({});
    expect(readingOf({ log: "of a later version" }, "mine")).toEqual({});
  });
});

it("logzio-s3 check names the same types for the same keys", () => {
  const home = "AWSLogs/123456789012";
  const balancers = `${home}/elasticloadbalancing/eu-west-1/2026/01/05`;
  const owner = "0".repeat(64);
  const time = "2026-01-05T10:00:00Z";
  const files: readonly (readonly [string, string])[] = [
    [`${home}/CloudTrail/eu-west-1/2026/01/05/a.json.gz`, '{"Records":['],
    [`AWSLogs/o-abc/123456789012/CloudTrail/eu-west-1/2026/01/05/a.json.gz`, '{"Records":['],
    [`${home}/CloudTrail-Digest/eu-west-1/2026/01/05/a.json.gz`, "{"],
    [`${balancers}/123456789012_elasticloadbalancing_eu-west-1_app.x.log.gz`, `h2 ${time} app/x`],
    [`${balancers}/123456789012_elasticloadbalancing_eu-west-1_net.x.log.gz`, `tls 2.0 ${time} net/x`],
    [`${balancers}/123456789012_elasticloadbalancing_eu-west-1_x.log`, `${time} x`],
    [`${balancers}/conn_log_123456789012_elasticloadbalancing_eu-west-1_app.x.log.gz`, `${time} x`],
    [`${balancers}/health_check_log_123456789012_elasticloadbalancing_eu-west-1_app.x.log.gz`, `h2 ${time}`],
    [`${home}/vpcflowlogs/eu-west-1/2026/01/05/a.log.gz`, "2 123456789012 eni-1"],
    ["E2EXAMPLE123.2026-01-05-10.0a1b2c3d.gz", "#Version: 1.0\n#Fields: date time x-edge-location"],
    [`${home}/GuardDuty/eu-west-1/2026/01/05/a.jsonl.gz`, "{"],
    ["a/2026-01-05-10-00-00-0123456789ABCDEF", `${owner} b [05/Jan/2026:10:00:00 +0000] x`],
    [`${home}/WAFLogs/eu-west-1/acl/2026/01/05/a.log.gz`, "{"],
    [`${home}/vpcdnsquerylogs/vpc-1/2026/01/05/a.log.gz`, "{"],
    [`${home}/Config/eu-west-1/2026/1/5/ConfigHistory/a.json.gz`, '{"configurationItems":['],
  ];

  for (const [key, content] of files) {
    const layout = layouts.at(layoutOf(key));
    const type = typeOf(detectLog({ key, bytes: Buffer.from(content), complete: false }));
    expect([key, layout?.type ?? defaultType]).toEqual([key, type]);
  }
});

it("docs/formats.md says what the registries have (UPDATE_DOCS=1 writes it)", () => {
  expectGenerated("formats.md", {
    formats: formatsTable(),
    compressions: compressionsTable(),
    refused: refusedList(),
    logs: logsTable(),
    places: placesList(),
    fields: fieldsList(),
    limits: limitsTable(),
  });
});
