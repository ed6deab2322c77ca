import type { Random } from "./random";
import { account, at, dayPath, fileTime, gzip, hour, region, sample, type Sample } from "./sample";

/** The access logs that AWS writes as lines of text: ALB, VPC flow, S3 server access. */
export function accessLogSamples(random: Random): Sample[] {
  return [loadBalancer(random), flowLog(random), serverAccess(random)];
}

/** Format: Application Load Balancer user guide, "Access log entries". */
function loadBalancer(random: Random): Sample {
  const name = `app.web.${random.hex(16)}`;
  const lines = Array.from({ length: 60 }, (_, index) => {
    const target = `10.0.${random.whole(0, 3)}.${random.whole(4, 250)}:8080`;
    const time = at(index * 4, random.whole(1, 999))
      .toISOString()
      .replace("Z", "000Z");
    const status = random.pick(["200", "200", "200", "304", "404", "502"]);
    const path = random.pick(["/", "/cart?item=42&qty=1", "/search?q=%E6%97%A5%E6%9C%AC", "/health"]);
    const seconds = `0.000 0.0${random.whole(10, 99)} 0.000`;
    return (
      `h2 ${time} ${name.replaceAll(".", "/")} ${random.address()}:${random.whole(1024, 65_535)} ${target} ${seconds} ` +
      `${status} ${status} ${random.whole(40, 900)} ${random.whole(200, 90_000)} ` +
      `"GET https://www.example.com:443${path} HTTP/2.0" "Mozilla/5.0 (X11; Linux x86_64)" ` +
      `TLS_AES_128_GCM_SHA256 TLSv1.3 ` +
      `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/web/${random.hex(16)} ` +
      `"Root=1-${random.hex(8)}-${random.hex(24)}" "www.example.com" ` +
      `"arn:aws:acm:${region}:${account}:certificate/${random.hex(8)}" 0 ${time} "forward" "-" "-" ` +
      `"${target}" "${status}" "-" "-" TID_${random.hex(32)}\n`
    );
  });
  // AWS appends gzip members as it flushes; a reader that stops after the first loses the rest in silence.
  const members = [lines.slice(0, 25), lines.slice(25, 26), lines.slice(26)].map((part) =>
    gzip(part.join("")),
  );
  return sample(
    "ALB access log: gzip of three members",
    `AWSLogs/${account}/elasticloadbalancing/${region}/${dayPath}/${account}_elasticloadbalancing_${region}_${name}_${fileTime(at(300))}_192.0.2.10_${random.alphanumeric(8)}.log.gz`,
    Buffer.concat(members),
    "elb",
    lines.length,
  );
}

/** Format: VPC user guide, "Flow log records", version 2 with its header line. */
function flowLog(random: Random): Sample {
  const networkInterface = `eni-0${random.hex(16)}`;
  const start = hour.getTime() / 1000;
  const lines = Array.from({ length: 80 }, (_, index) => {
    const window = `${start + index} ${start + index + 59}`;
    // An interface without traffic, or with records that AWS had to leave out, still gets a line.
    if (index % 20 === 19) return `2 ${account} ${networkInterface} - - - - - - - ${window} - NODATA\n`;
    const packets = random.whole(1, 400);
    return (
      `2 ${account} ${networkInterface} ${random.address()} 10.0.0.${random.whole(4, 250)} ` +
      `${random.whole(1024, 65_535)} ${random.pick([22, 443, 5432])} 6 ${packets} ${packets * 60} ` +
      `${window} ${random.pick(["ACCEPT", "ACCEPT", "REJECT"])} OK\n`
    );
  });
  const header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n";
  return sample(
    "VPC flow log: with its header line, which is no record",
    `AWSLogs/${account}/vpcflowlogs/${region}/${dayPath}/${account}_vpcflowlogs_${region}_fl-0${random.hex(16)}_${fileTime(at(300))}_${random.hex(8)}.log.gz`,
    gzip(header + lines.join("")),
    "vpcflow",
    lines.length,
  );
}

/** Format: S3 user guide, "Amazon S3 server access log format". Not compressed, no folder per day. */
function serverAccess(random: Random): Sample {
  const owner = random.hex(64);
  const lines = Array.from({ length: 25 }, (_, index) => {
    const time = `20/Nov/2026:12:${String(index).padStart(2, "0")}:07 +0000`;
    const key = random.pick(["index.html", "images/caf%25C3%25A9.png", "a+b.txt"]);
    const size = random.whole(100, 5_000_000);
    return (
      `${owner} example-bucket [${time}] ${random.address()} arn:aws:iam::${account}:user/alice ` +
      `${random.hex(16).toUpperCase()} REST.GET.OBJECT ${key} "GET /${key} HTTP/1.1" 200 - ${size} ${size} ` +
      `${random.whole(5, 90)} ${random.whole(3, 60)} "-" "aws-sdk-js/3.1000.0" - ${random.alphanumeric(44)}= SigV4 ` +
      `TLS_AES_128_GCM_SHA256 AuthHeader example-bucket.s3.${region}.amazonaws.com TLSv1.3 - -\n`
    );
  });
  return sample(
    "S3 server access log: plain text",
    `s3-access/2026-11-20-12-25-30-${random.hex(16).toUpperCase()}`,
    lines.join(""),
    "S3Access",
    lines.length,
  );
}
