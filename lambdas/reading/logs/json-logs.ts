import type { Log } from "./log";

const opens = /^\s*\{/;

const cloudTrail: Log = {
  name: "cloudtrail",
  title: "CloudTrail events, network activity and insights",
  type: "cloudtrail",
  places: [
    { key: /\/CloudTrail(-Insight|-NetworkActivity)?\//, head: /^\s*\{\s*"Records"/ },
    { head: /^\s*\{\s*"Records"\s*:\s*\[\s*\{\s*"eventVersion"/ },
  ],
  time: () => ({ kind: "field", name: "eventTime" }),
};

/** It lists log files and their hashes, and is no event: Logz.io's pipeline for CloudTrail does not fit it. */
const cloudTrailDigest: Log = {
  name: "cloudtrail-digest",
  title: "CloudTrail digest",
  places: [{ key: /\/CloudTrail-Digest\//, head: opens }],
  time: () => ({ kind: "field", name: "digestEndTime" }),
};

const config: Log = {
  name: "config",
  title: "AWS Config history and snapshots",
  places: [
    { key: /\/Config\//, head: /^\s*\{[^{[]*"configurationItems"\s*:\s*\[/ },
    { head: /^\s*\{\s*"fileVersion"[^{[]*"configurationItems"\s*:\s*\[/ },
  ],
  time: () => ({ kind: "field", name: "configurationItemCaptureTime" }),
};

const guardDuty: Log = {
  name: "guardduty",
  title: "GuardDuty findings",
  type: "guardduty",
  places: [{ key: /\/GuardDuty\//, head: opens }],
  time: () => ({ kind: "field", name: "updatedAt" }),
  ownType: true,
};

const route53Resolver: Log = {
  name: "route53-resolver",
  title: "Route 53 Resolver queries",
  type: "route_53",
  places: [{ key: /\/vpcdnsquerylogs\//, head: opens }],
  time: () => ({ kind: "field", name: "query_timestamp" }),
};

const waf: Log = {
  name: "waf",
  title: "WAF web ACL traffic",
  type: "awswaf",
  places: [
    { key: /(^|\/)(WAFLogs\/|aws-waf-logs-)/, head: opens },
    { head: /^\s*\{\s*"timestamp"\s*:\s*\d{13}\s*,\s*"formatVersion"\s*:\s*\d+\s*,\s*"webaclId"/ },
  ],
  time: () => ({ kind: "field", name: "timestamp" }),
};

/**
 * Logs whose records are JSON. Sources: the guides of CloudTrail ("record contents", "digest file structure"), AWS Config
 * ("example configuration history"), GuardDuty ("exporting findings"), Route 53 ("Resolver query logs") and WAF ("log
 * fields").
 */
export const jsonLogs: readonly Log[] = [
  cloudTrail,
  cloudTrailDigest,
  config,
  guardDuty,
  route53Resolver,
  waf,
];
