import { columnsOf } from "./columns";
import type { Log } from "./log";

/** Connection and health check logs of Application Load Balancers lie beside the access logs, and have other fields. */
const accessLogs = /\/elasticloadbalancing\/(?!.*\/(conn_log|health_check_log)[._])/;

const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}`;

const applicationColumns = columnsOf(
  "type time=time elb client=address target=address request_processing_time=number target_processing_time=number " +
    "response_processing_time=number elb_status_code=number target_status_code=number received_bytes=number " +
    "sent_bytes=number request user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name " +
    "chosen_cert_arn matched_rule_priority=number request_creation_time actions_executed redirect_url error_reason " +
    "target_port_list target_status_code_list classification classification_reason conn_trace_id transformed_host " +
    "transformed_uri request_transform_status",
);

const networkColumns = columnsOf(
  "type version=number time=time elb listener client=address destination=address connection_time=number " +
    "tls_handshake_time=number received_bytes=number sent_bytes=number incoming_tls_alert=number chosen_cert_arn " +
    "chosen_cert_serial tls_cipher tls_protocol_version tls_named_group domain_name alpn_fe_protocol " +
    "alpn_be_protocol alpn_client_preference_list=list tls_connection_creation_time",
);

const classicColumns = columnsOf(
  "time=time elb client=address backend=address request_processing_time=number backend_processing_time=number " +
    "response_processing_time=number elb_status_code=number backend_status_code=number received_bytes=number " +
    "sent_bytes=number request user_agent ssl_cipher ssl_protocol",
);

const application: Log = {
  name: "alb",
  title: "Application Load Balancer, access",
  type: "elb",
  places: [
    { key: accessLogs, head: new RegExp(`^[a-z0-9]+ ${time}`) },
    { head: new RegExp(String.raw`^(https?|h2|grpcs|wss?) ${time}\S* app/\S+ `) },
  ],
  time: () => ({ kind: "iso", column: 1 }),
  // Up to trace_id, as it was when these logs began.
  layout: () => ({ columns: applicationColumns, minimum: 18, quoted: true }),
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
  // Up to domain_name, as in version 1.0.
  layout: () => ({ columns: networkColumns, minimum: 18, quoted: true }),
};

/** By its key alone: its lines begin as those of many programs do. */
const classic: Log = {
  name: "classic-elb",
  title: "Classic Load Balancer, access",
  type: "elb",
  places: [{ key: accessLogs, head: new RegExp(`^${time}`) }],
  time: () => ({ kind: "iso", column: 0 }),
  // Up to the request.
  layout: () => ({ columns: classicColumns, minimum: 12, quoted: true }),
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
