import type { FileHead } from "./formats/format";

/** The type of documents for which Logz.io has no parser of its own; the original's default as well. */
export const defaultType = "s3_hook";

interface LogType {
  /** Name of Logz.io's parsing pipeline ("Default parsing" in its documentation). */
  readonly type: string;
  /** Where AWS puts these files. */
  readonly key?: RegExp;
  /** How they begin, as latin1. Where both are given, both must match. */
  readonly head?: RegExp;
  /** Top-level field of its JSON records that holds their time. */
  readonly timeField?: string;
}

/** Header of a VPC flow log in the default format (version 2). With other fields the parser does not fit. */
const vpcFlowHeader =
  /^(version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\r?\n|2 \d{12} eni-)/;

/** Source: the AWS documentation of each service's log files. Asked in this order. */
const logTypes: readonly LogType[] = [
  {
    type: "cloudtrail",
    key: /\/CloudTrail(-Insight)?\//,
    head: /^\s*\{\s*"Records"/,
    timeField: "eventTime",
  },
  { type: "cloudtrail", head: /^\s*\{"Records":\s*\[\s*\{\s*"eventVersion"/, timeField: "eventTime" },
  // Connection logs lie beside the access logs and have other fields. The guide writes "conn_log.", AWS "conn_log_".
  { type: "elb", key: /\/elasticloadbalancing\/(?!.*\/conn_log[._])/ },
  { type: "vpcflow", key: /\/vpcflowlogs\//, head: vpcFlowHeader },
  { type: "guardduty", key: /\/GuardDuty\// },
  { type: "route_53", key: /\/vpcdnsquerylogs\// },
  { type: "awswaf", key: /(^|\/)(WAFLogs\/|aws-waf-logs-)/ },
  { type: "cloudfront", head: /^#Version: [\d.]+\r?\n#Fields: date time x-edge-location/ },
  { type: "S3Access", head: /^[0-9a-f]{64} \S+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}(:\d{2}){3} [+-]\d{4}\] / },
];

/** Longest head that the patterns look at. */
const headBytes = 1024;

/** Logz.io's type for a file whose source says `auto`. */
export function detectType(head: FileHead): string {
  const start = head.bytes.toString("latin1", 0, headBytes);
  const found = logTypes.find(
    ({ key, head: pattern }) => (key?.test(head.key) ?? true) && (pattern?.test(start) ?? true),
  );
  return found?.type ?? defaultType;
}

/** The field that holds the time of this type's JSON records, if the type defines one. */
export function timeFieldOf(type: string): string | undefined {
  return logTypes.find((known) => known.type === type)?.timeField;
}
