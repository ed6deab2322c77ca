import type { LogTime } from "../log-time";
import { columnsOf, fieldName, type ColumnKind, type LineLayout } from "./columns";
import type { Log } from "./log";

function cloudFrontTime(columns: readonly string[]): LogTime | undefined {
  const date = columns.indexOf("date");
  if (date >= 0 && columns[date + 1] === "time") return { kind: "dateAndTime", column: date };
  const epoch = ["timestamp(ms)", "timestamp"]
    .map((name) => columns.indexOf(name))
    .find((index) => index >= 0);
  return epoch === undefined ? undefined : { kind: "epoch", column: epoch };
}

/** The columns of standard logs that name none, as they all were until columns could be chosen. */
const standardNames =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) " +
  "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken " +
  "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status " +
  "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len " +
  "sc-range-start sc-range-end";

const times = ["date", "time", "timestamp", "timestamp(ms)"];
const numbers = [
  "sc-bytes",
  "sc-status",
  "cs-bytes",
  "time-taken",
  "fle-encrypted-fields",
  "c-port",
  "time-to-first-byte",
  "sc-content-len",
  "sc-range-start",
  "sc-range-end",
];

function cloudFrontLayout(names: readonly string[]): LineLayout {
  const kindOf = (name: string): ColumnKind =>
    times.includes(name) ? "time" : numbers.includes(name) ? "number" : "text";
  const columns = names.map((name) => ({ name: fieldName(name), kind: kindOf(name) }));
  return { columns, minimum: columns.length, quoted: false };
}

/** Two columns are the time, since it holds a space. */
const s3Columns = columnsOf(
  "bucket_owner bucket time=time time_zone=time remote_ip requester request_id operation key request_uri " +
    "http_status=number error_code bytes_sent=number object_size=number total_time=number turn_around_time=number " +
    "referer user_agent version_id host_id signature_version cipher_suite authentication_type host_header " +
    "tls_version access_point_arn acl_required source_region",
);

/** Told by its header, since distributions put it under any key. Its columns can be chosen, and the header names them. */
const cloudFront: Log = {
  name: "cloudfront",
  title: "CloudFront, standard logs",
  type: "cloudfront",
  places: [
    { head: /^#Version: [\d.]+\r?\n#Fields: (?=[^\r\n]*\b(x-edge-|cs-|sc-))/ },
    { key: /(^|\/)E[A-Z0-9]{8,20}\.\d{4}(-\d{2}){3}\./, head: /^#Version: / },
  ],
  header: {
    names: /^#Version: [^\r\n]*\r?\n#Fields: ([^\r\n]+)/,
    comment: "#",
    defaultNames: standardNames,
  },
  time: cloudFrontTime,
  layout: cloudFrontLayout,
};

/** Told by how its lines begin: the bucket owner's id, the bucket, the time. Its keys are anything. */
const s3Access: Log = {
  name: "s3-access",
  title: "S3 server access",
  type: "S3Access",
  places: [{ head: /^([0-9a-f]{64}|-) \S+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}(:\d{2}){3} [+-]\d{4}\] / }],
  time: () => ({ kind: "clf", column: 2 }),
  // Up to version_id, as it was before 2018.
  layout: () => ({ columns: s3Columns, minimum: 19, quoted: true }),
};

/** Source: CloudFront guide, "Standard logging"; S3 guide, "Amazon S3 server access log format". */
export const webAccessLogs: readonly Log[] = [cloudFront, s3Access];
