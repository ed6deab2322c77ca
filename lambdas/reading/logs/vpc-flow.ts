import type { LogTime } from "../log-time";
import { fieldName, type LineLayout } from "./columns";
import type { Log } from "./log";

/** The two layouts of keys, plain and with Hive's `name=value`. */
const key = /\/(vpcflowlogs|aws-service=vpcflowlogs)\//;

/** The fields of version 2, which are the default and what Logz.io's parser expects. */
const defaultNames =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/** A line of names alone, of which at least one is a field that flow logs have had from the start, or nearly. */
const anyHeader =
  /^((?=[^\r\n]*\b(?:version|resource-type|account-id|interface-id|tgw-id|vpc-id|srcaddr|dstaddr|packets|bytes|start|end|action|log-status)\b)[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*)(?:\r?\n|$)/;

function timeIn(columns: readonly string[]): LogTime | undefined {
  const column = ["start", "end"].map((name) => columns.indexOf(name)).find((index) => index >= 0);
  return column === undefined ? undefined : { kind: "epoch", column };
}

/** The fields that are numbers in flow logs as Parquet, by the guides' tables of data types. */
const numbers = new Set([
  "version",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "tcp-flags",
  "traffic-path",
  "packets-lost-no-route",
  "packets-lost-blackhole",
  "packets-lost-mtu-exceeded",
  "packets-lost-ttl-expired",
]);

function layoutOf(names: readonly string[]): LineLayout {
  const columns = names.map((name) => ({
    name: fieldName(name),
    kind: numbers.has(name) ? ("number" as const) : ("text" as const),
  }));
  return { columns, minimum: columns.length, quoted: false };
}

const standard: Log = {
  name: "vpc-flow",
  title: "VPC flow log, default fields",
  type: "vpcflow",
  places: [{ head: new RegExp(`^${defaultNames}(\r?\n|$)`) }, { key, head: /^2 (\d{12}|unknown) eni-/ }],
  header: { names: new RegExp(`^(${defaultNames})(?:\r?\n|$)`), comment: defaultNames, defaultNames },
  time: timeIn,
  layout: layoutOf,
};

/** With other fields Logz.io's parser does not fit; transit gateways' flow logs have others as well. */
const custom: Log = {
  name: "vpc-flow-custom",
  title: "VPC or transit gateway flow log, other fields",
  places: [{ key, head: anyHeader }],
  header: { names: anyHeader, defaultNames: "" },
  time: timeIn,
  layout: layoutOf,
};

/** Source: VPC guide, "Flow log records"; transit gateway guide, "Transit gateway flow log records". */
export const vpcFlowLogs: readonly Log[] = [standard, custom];
