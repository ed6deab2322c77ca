/** Where an AWS service puts its log files, and what that means for a fetcher that goes by key. */
export interface Layout {
  readonly name: string;
  readonly key: RegExp;
  /** Logz.io's own type. Undefined where it has no parser. */
  readonly type?: string;
  /** `never`: the service writes keys that sort before ones already written. `listing`: it depends on the traffic. */
  readonly order: "never" | "listing";
  /** What is known of the order, as a sentence. */
  readonly note: string;
  /** What the hook leaves out, since it holds no logs. */
  readonly exclude?: string;
}

const date = String.raw`\d{4}/\d{2}/\d{2}/`;
const region = "[a-z0-9-]+";
const sameStamp =
  "files of one interval carry the same time and go on with a random part, so that one that is written seconds later may sort before";

/** Sources: the user guide of each service, on the names of its log files and on their delivery. Asked in this order. */
export const layouts: readonly Layout[] = [
  {
    name: "CloudTrail digest",
    key: /\/CloudTrail-Digest\//,
    order: "listing",
    note: "digests prove that log files are whole and hold no events",
    exclude: "/CloudTrail-Digest/",
  },
  {
    name: "CloudTrail (organization)",
    key: new RegExp(
      String.raw`(^|/)AWSLogs/o-[a-z0-9]+/\d{12}/CloudTrail(-Insight|-NetworkActivity)?/${region}/${date}`,
    ),
    type: "cloudtrail",
    order: "never",
    note: "a file is written some 5 minutes after its events on average, in no order, and its name ends in a random part; every account and region is a stream of its own, and a new account brings new ones",
  },
  {
    name: "CloudTrail",
    key: new RegExp(String.raw`(^|/)AWSLogs/\d{12}/CloudTrail(-Insight|-NetworkActivity)?/${region}/${date}`),
    type: "cloudtrail",
    order: "never",
    note: "a file is written some 5 minutes after its events on average, in no order, and its name ends in a random part",
  },
  {
    // The guide writes "conn_log.", AWS "conn_log_".
    name: "Application Load Balancer (connections, health checks)",
    key: new RegExp(String.raw`/elasticloadbalancing/${region}/${date}(conn_log|health_check_log)[._]`),
    order: "listing",
    note: `connection and health check logs, for which Logz.io has no parser of its own, lie beside the access logs and sort behind all of their day; ${sameStamp}`,
  },
  {
    name: "Application Load Balancer",
    key: new RegExp(String.raw`/elasticloadbalancing/${region}/${date}.*_app\.`),
    type: "elb",
    order: "listing",
    note: `each node writes a file of its own every 5 minutes: ${sameStamp}`,
  },
  {
    name: "Network Load Balancer",
    key: new RegExp(String.raw`/elasticloadbalancing/${region}/${date}.*_net\.`),
    type: "elb",
    order: "listing",
    note: `each node writes a file of its own every 5 minutes: ${sameStamp}`,
  },
  {
    name: "Classic Load Balancer",
    key: new RegExp(String.raw`/elasticloadbalancing/${region}/${date}`),
    type: "elb",
    order: "listing",
    note: `each node writes a file of its own an interval: ${sameStamp}`,
  },
  {
    name: "VPC flow logs",
    key: /\/(vpcflowlogs|aws-service=vpcflowlogs)\//,
    type: "vpcflow",
    order: "listing",
    note: `several files come every 5 minutes: ${sameStamp}`,
  },
  {
    name: "CloudFront",
    key: /(^|\/)E[A-Z0-9]{8,20}\.\d{4}(-\d{2}){3}\.[0-9A-Za-z]{8}\.(gz|parquet)$/,
    type: "cloudfront",
    order: "never",
    note: "files of one hour have random names, and one may come up to 24 hours late",
  },
  {
    name: "GuardDuty",
    key: new RegExp(String.raw`/GuardDuty/${region}/${date}`),
    type: "guardduty",
    order: "never",
    note: "files are named by UUID within a day",
  },
  {
    name: "S3 server access (by date)",
    key: /(^|\/)\d{12}\/[a-z0-9-]+\/[^/]+\/\d{4}\/\d{2}\/\d{2}\/\d{4}(-\d{2}){5}-[0-9A-F]{16}$/,
    type: "S3Access",
    order: "never",
    note: "delivery is best effort; partitioned by event time, a name holds no hour and is random within its day, and days are written side by side",
  },
  {
    name: "S3 server access",
    key: /(^|[^0-9])\d{4}(-\d{2}){5}-[0-9A-F]{16}$/,
    type: "S3Access",
    order: "never",
    note: "names carry the time of delivery in seconds and then a random part, delivery is best effort, and files of one second come in no order",
  },
  {
    name: "WAF",
    key: /\/WAFLogs\/|(^|\/)aws-waf-logs-/,
    type: "awswaf",
    order: "listing",
    note: `files come every 5 minutes: ${sameStamp}`,
  },
  {
    name: "Route 53 Resolver",
    key: /\/vpcdnsquerylogs\//,
    type: "route_53",
    order: "listing",
    note: `files come every few minutes: ${sameStamp}`,
  },
  {
    name: "AWS Config",
    key: new RegExp(String.raw`/Config/${region}/\d{4}/\d{1,2}/\d{1,2}/`),
    order: "never",
    note: 'month and day have no leading zero, so that "10" sorts before "9"',
  },
  {
    name: "Data Firehose",
    key: /-\d{4}(-\d{2}){5}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[a-z0-9.]+)?$/,
    order: "listing",
    note: "a name carries the time when the buffer began; a delivery that is tried again comes later, and buffers of one stream overlap under load",
  },
];

/** Objects that services put once, to see whether they may write. Source: the guides of ELB and AWS Config. */
const testFile = /(^|\/)(ELBAccessLogTestFile|ConfigWritabilityCheckFile|aws-logs-write-test)$/;

/** Whether an object only marks a folder, or was a service's trial. */
export function isNoLog(key: string, bytes: number): boolean {
  return (bytes === 0 && (key.endsWith("/") || key.endsWith("_$folder$"))) || testFile.test(key);
}

/** Position of the layout in {@link layouts}, or -1. */
export function layoutOf(key: string): number {
  return layouts.findIndex(({ key: pattern }) => pattern.test(key));
}
