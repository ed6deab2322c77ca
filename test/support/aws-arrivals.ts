import type { Random } from "../../cli/samples/random";
import { account, dashed, day, hour, iso, named, several, stamp, uuid, type ArrivalCase } from "./writers";

const balanced = (name: string, time: number, random: Random): string =>
  `AWSLogs/${account}/elasticloadbalancing/eu-west-1/${day(time)}/${account}_elasticloadbalancing_eu-west-1_` +
  `${name}_${stamp(time)}_192.0.2.1_${random.alphanumeric(8)}.log.gz`;
const trail = (folder: string, id: string, region: string, time: number, random: Random): string =>
  `${folder}/${id}/CloudTrail/${region}/${day(time)}/${id}_CloudTrail_${region}_${stamp(time)}_${random.alphanumeric(16)}.json.gz`;

/** What AWS services write. */
export const awsArrivals: readonly ArrivalCase[] = [
  [
    "Firehose",
    "fetcher",
    named(300, (time, _, random) => `fh/${day(time)}/${hour(time)}/s-1-${dashed(time)}-${uuid(random)}`),
  ],
  ["one node of a load balancer", "fetcher", several(["app.web.50dc6c495c0c9188"], [300, 3, 40], balanced)],
  [
    "a trail",
    "hook",
    several(["eu-west-1", "us-east-1"], [300, 60, 400], (region, time, random) =>
      trail("AWSLogs", account, region, time, random),
    ),
  ],
  [
    "an organization's trail",
    "hook",
    several([account, "222222222222"], [300, 60, 400], (id, time, random) =>
      trail("AWSLogs/o-abcdefghij", id, "eu-west-1", time, random),
    ),
  ],
  [
    "three nodes of a load balancer",
    "hook",
    several(
      ["app.web.50dc6c495c0c9188", "app.web.50dc6c495c0c9188", "app.web.50dc6c495c0c9188"],
      [300, 3, 40],
      balanced,
    ),
  ],
  [
    "two load balancers in one folder",
    "hook",
    several(["app.api.1111111111111111", "app.web.2222222222222222"], [300, 3, 40], balanced),
  ],
  [
    "VPC flow logs",
    "hook",
    several(
      [1, 2, 3],
      [300, 200, 500],
      (_, time, random) =>
        `AWSLogs/${account}/vpcflowlogs/eu-west-1/${day(time)}/${account}_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_${stamp(time)}_${random.hex(8)}.log.gz`,
    ),
  ],
  [
    "VPC flow logs for Hive",
    "hook",
    several(
      [1, 2],
      [300, 200, 500],
      (_, time, random) =>
        `AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=${iso(time).slice(5, 7)}/day=${iso(time).slice(8, 10)}/hour=${hour(time)}/${account}_${stamp(time)}_${random.hex(8)}.log.gz`,
    ),
  ],
  [
    "CloudFront",
    "hook",
    several(
      [1],
      [240, 300, 3_600],
      (_, time, random) => `cdn/E2EXAMPLE1ABCD.${dashed(time).slice(0, 13)}.${random.alphanumeric(8)}.gz`,
    ),
  ],
  [
    "GuardDuty",
    "hook",
    several(
      [1],
      [300, 1, 20],
      (_, time, random) => `AWSLogs/${account}/GuardDuty/eu-west-1/${day(time)}/${uuid(random)}.jsonl.gz`,
    ),
  ],
  [
    "S3 server access",
    "hook",
    several([1], [20, 0, 40], (_, time, random) => `acc/${dashed(time)}-${random.hex(16).toUpperCase()}`),
  ],
  [
    "Config",
    "hook",
    several(
      [1],
      [7_200, 1, 60],
      (_, time) =>
        `AWSLogs/${account}/Config/eu-west-1/${day(time).split("/").map(Number).join("/")}/ConfigHistory/${stamp(time)}.json.gz`,
    ),
  ],
  [
    "WAF",
    "hook",
    several(
      [1, 2],
      [300, 300, 420],
      (_, time, random) =>
        `AWSLogs/${account}/WAFLogs/eu-west-1/shop/${day(time)}/${hour(time)}/${account}_waflogs_eu-west-1_shop_${stamp(time)}_${random.hex(8)}.log.gz`,
    ),
  ],
  [
    "Route 53 Resolver",
    "hook",
    several(
      [1, 2],
      [120, 60, 180],
      (_, time, random) =>
        `AWSLogs/${account}/vpcdnsquerylogs/vpc-0123456789abcdef0/${day(time)}/vpc-0123456789abcdef0_vpcdnsquerylogs_${account}_${stamp(time)}_${random.hex(8)}.log.gz`,
    ),
  ],
];
