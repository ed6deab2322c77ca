/** Lines of AWS's logs, invented here after the formats' documentation. */

export const vpcFlowHeader =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/** A record of a flow log with the default fields. */
export function vpcFlowLine(index: number, start = 1_767_607_200): string {
  return `2 123456789012 eni-0a1b2c3d 10.0.0.${index % 256} 192.0.2.7 ${40_000 + (index % 20_000)} 443 6 10 ${index} ${start + index} ${start + index + 60} ACCEPT OK`;
}

export const cloudFrontHeader = [
  "#Version: 1.0",
  "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query time-taken",
];

/** A line of CloudFront's, of the columns above. */
export function cloudFrontLine(index: number, status = "200"): string {
  const second = String(index % 60).padStart(2, "0");
  return [
    "2026-01-05",
    `10:00:${second}`,
    "FRA2-C1",
    `${1000 + index}`,
    "192.0.2.10",
    "GET",
    "d111111abcdef8.cloudfront.net",
    `/page/${index}`,
    status,
    "-",
    "Mozilla/5.0%20(X11)",
    "-",
    "0.125",
  ].join("\t");
}

export const albLine =
  'https 2026-01-05T10:00:00.186641Z app/shop/50dc6c495c0c9188 192.0.2.10:41234 10.0.0.5:8080 0.001 0.025 0.000 200 200 34 366 "GET https://shop.example.com:443/cart?id=1 HTTP/1.1" "curl/8.5.0 \\x22test\\x22" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-67890abc-0123456789abcdef01234567" "shop.example.com" "session-reused" 1 2026-01-05T10:00:00.160000Z "authenticate,forward" "-" "-" "10.0.0.5:8080" "200" "-" "-" TID_0123456789abcdef';

export const nlbLine =
  'tls 2.0 2026-01-05T10:00:00 net/edge/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.10:51341 10.0.0.6:443 5 2 98 246 - arn:aws:acm:eu-west-1:123456789012:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - edge.example.com h2 h2 "h2","http/1.1" 2026-01-05T09:59:40';

export const classicElbLine =
  '2026-01-05T10:00:00.945958Z my-lb 192.0.2.10:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/8.5.0" - -';

export const s3AccessLine = `${"79a59df9".repeat(8)} my-bucket [05/Jan/2026:10:00:00 +0000] 192.0.2.3 arn:aws:iam::123456789012:user/reader 3E57427F3EXAMPLE REST.GET.OBJECT logs/a%2Bb.gz "GET /my-bucket/logs/a%2Bb.gz?x=1 HTTP/1.1" 200 - 113 2048 7 - "-" "aws-cli/2.15 Python/3.11" - s9lzHYrFp76ZVxRcpX9 SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader my-bucket.s3.eu-west-1.amazonaws.com TLSv1.2 - -`;
