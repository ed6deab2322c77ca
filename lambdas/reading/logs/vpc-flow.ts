import type { LogTime } from "../log-time";
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

const standard: Log = {
  name: "vpc-flow",
  title: "VPC flow log, default fields",
  type: "vpcflow",
  places: [{ head: new RegExp(`^${defaultNames}(\r?\n|$)`) }, { key, head: /^2 \d{12} eni-/ }],
  header: { names: new RegExp(`^(${defaultNames})(?:\r?\n|$)`), comment: defaultNames, defaultNames },
  time: timeIn,
};

/** With other fields Logz.io's parser does not fit; transit gateways' flow logs have others as well. */
const custom: Log = {
  name: "vpc-flow-custom",
  title: "VPC or transit gateway flow log, other fields",
  places: [{ key, head: anyHeader }],
  header: { names: anyHeader, defaultNames: "" },
  time: timeIn,
};

/** Source: VPC guide, "Flow log records"; transit gateway guide, "Transit gateway flow log records". */
export const vpcFlowLogs: readonly Log[] = [standard, custom];
