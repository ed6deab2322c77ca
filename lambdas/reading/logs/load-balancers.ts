import type { Log } from "./log";

/** Connection and health check logs of Application Load Balancers lie beside the access logs, and have other fields. */
const accessLogs = /\/elasticloadbalancing\/(?!.*\/(conn_log|health_check_log)[._])/;

const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}`;

const application: Log = {
  name: "alb",
  title: "Application Load Balancer, access",
  type: "elb",
  places: [
    { key: accessLogs, head: new RegExp(`^[a-z0-9]+ ${time}`) },
    { head: new RegExp(String.raw`^(https?|h2|grpcs|wss?) ${time}\S* app/\S+ `) },
  ],
  time: () => ({ kind: "iso", column: 1 }),
};

const network: Log = {
  name: "nlb",
  title: "Network Load Balancer, access",
  type: "elb",
  places: [
    { key: accessLogs, head: new RegExp(String.raw`^[a-z0-9]+ \d+\.\d+ ${time}`) },
    { head: new RegExp(String.raw`^tls \d+\.\d+ ${time}\S* net/\S+ `) },
  ],
  time: () => ({ kind: "iso", column: 2 }),
};

/** By its key alone: its lines begin as those of many programs do. */
const classic: Log = {
  name: "classic-elb",
  title: "Classic Load Balancer, access",
  type: "elb",
  places: [{ key: accessLogs, head: new RegExp(`^${time}`) }],
  time: () => ({ kind: "iso", column: 0 }),
};

/** The guide writes "conn_log.", AWS "conn_log_". */
const applicationConnections: Log = {
  name: "alb-connections",
  title: "Application Load Balancer, connections",
  places: [{ key: /\/elasticloadbalancing\/.*\/conn_log[._]/ }],
  time: () => ({ kind: "iso", column: 0 }),
};

const applicationHealthChecks: Log = {
  name: "alb-health-checks",
  title: "Application Load Balancer, health checks",
  places: [{ key: /\/elasticloadbalancing\/.*\/health_check_log[._]/ }],
  time: () => ({ kind: "iso", column: 1 }),
};

/** Source: the Elastic Load Balancing guides, "Access log entries", "Connection log entries", "Health check log entries". */
export const loadBalancerLogs: readonly Log[] = [
  application,
  network,
  classic,
  applicationConnections,
  applicationHealthChecks,
];
