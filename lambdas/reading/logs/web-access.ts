import type { LogTime } from "../log-time";
import type { Log } from "./log";

function cloudFrontTime(columns: readonly string[]): LogTime | undefined {
  const date = columns.indexOf("date");
  if (date >= 0 && columns[date + 1] === "time") return { kind: "dateAndTime", column: date };
  const epoch = ["timestamp(ms)", "timestamp"]
    .map((name) => columns.indexOf(name))
    .find((index) => index >= 0);
  return epoch === undefined ? undefined : { kind: "epoch", column: epoch };
}

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
    defaultNames: "date time",
  },
  time: cloudFrontTime,
};

/** Told by how its lines begin: the bucket owner's id, the bucket, the time. Its keys are anything. */
const s3Access: Log = {
  name: "s3-access",
  title: "S3 server access",
  type: "S3Access",
  places: [{ head: /^([0-9a-f]{64}|-) \S+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}(:\d{2}){3} [+-]\d{4}\] / }],
  time: () => ({ kind: "clf", column: 2 }),
};

/** Source: CloudFront guide, "Standard logging"; S3 guide, "Amazon S3 server access log format". */
export const webAccessLogs: readonly Log[] = [cloudFront, s3Access];
