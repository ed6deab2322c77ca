import { detectType } from "../../../../lambdas/reading/log-types";
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
    detectType({ key, bytes: Buffer.from(content), complete: true });
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
