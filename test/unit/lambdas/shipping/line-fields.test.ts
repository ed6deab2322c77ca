import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { longestTextBytes } from "../../../../lambdas/reading/formats/long-record";
import { TextLines } from "../../../../lambdas/reading/formats/text-lines";
import { detectLog, readingOf, typeOf } from "../../../../lambdas/reading/log-types";
import { columnsOf, type LineLayout } from "../../../../lambdas/reading/logs/columns";
import {
  documentRoomBytes,
  DocumentWriter,
  longestDocumentBytes,
  type DocumentSettings,
} from "../../../../lambdas/shipping/document";
import {
  albLine,
  classicElbLine,
  cloudFrontHeader,
  cloudFrontLine,
  nlbLine,
  s3AccessLine,
  vpcFlowHeader,
  vpcFlowLine,
} from "../../../support/log-lines";

interface Written {
  readonly documents: Record<string, unknown>[];
  readonly unparsed: number;
}

/** Documents of lines without the fields that every document has, checked to be JSON that no key is twice in. */
function write(bytes: Buffer, settings: DocumentSettings, comment?: Buffer): Written {
  const writer = new DocumentWriter(settings);
  const target = Buffer.alloc(documentRoomBytes);
  const documents: Record<string, unknown>[] = [];
  const splitter = new TextLines({ offset: 0, lines: 0, state: undefined, comment });
  for (const slice of splitter.split(bytes, true)) {
    const length = writer.write(slice, target, 0) - 1;
    expect(length).toBeLessThanOrEqual(longestDocumentBytes);
    const text = target.toString("utf8", 0, length);
    const document = JSON.parse(text) as Record<string, unknown>;
    expect(document["message"]).toBe(slice.buffer.toString("utf8", slice.start, slice.end));
    expect(text.match(/"[^"\\]+":/g)?.length ?? 0).toBeGreaterThanOrEqual(Object.keys(document).length);
    documents.push(document);
  }
  return { documents, unparsed: writer.unparsed };
}

/** What `parse: true` makes of a file. */
function parsed(key: string, lines: readonly string[], fields: Record<string, string> = {}): Written {
  const bytes = Buffer.from(lines.join("\n"));
  const found = detectLog({ key, bytes, complete: true });
  const { time, layout, comment } = readingOf(found, typeOf(found));
  return write(bytes, { fields, time, layout }, comment);
}

const loadBalancers = "AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/01/05/a.log.gz";
const flowLogs = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/01/05/a.log.gz";

describe("the fields of a log's lines", () => {
  it("are those of a flow log", () => {
    expect(parsed(flowLogs, [vpcFlowHeader, vpcFlowLine(1)]).documents).toEqual([
      {
        message: vpcFlowLine(1),
        "@timestamp": "2026-01-05T10:00:01Z",
        version: 2,
        account_id: "123456789012",
        interface_id: "eni-0a1b2c3d",
        srcaddr: "10.0.0.1",
        dstaddr: "192.0.2.7",
        srcport: 40_001,
        dstport: 443,
        protocol: 6,
        packets: 10,
        bytes: 1,
        start: 1_767_607_201,
        end: 1_767_607_261,
        action: "ACCEPT",
        log_status: "OK",
      },
    ]);
  });

  it("are named by the header of a flow log with other fields, without what is not known", () => {
    const lines = ["vpc-id tcp-flags pkt-srcaddr start flow-direction", "vpc-1 18 - 1767607200 egress"];

    expect(parsed(flowLogs, lines).documents).toEqual([
      {
        message: lines[1],
        "@timestamp": "2026-01-05T10:00:00Z",
        vpc_id: "vpc-1",
        tcp_flags: 18,
        start: 1_767_607_200,
        flow_direction: "egress",
      },
    ]);
  });

  it("are those that CloudFront's header names", () => {
    expect(parsed("a", [...cloudFrontHeader, cloudFrontLine(1, "000")]).documents).toEqual([
      {
        message: cloudFrontLine(1, "000"),
        "@timestamp": "2026-01-05T10:00:01Z",
        x_edge_location: "FRA2-C1",
        sc_bytes: 1001,
        c_ip: "192.0.2.10",
        cs_method: "GET",
        cs_host: "d111111abcdef8.cloudfront.net",
        cs_uri_stem: "/page/1",
        sc_status: 0,
        cs_user_agent: "Mozilla/5.0%20(X11)",
        time_taken: 0.125,
      },
    ]);
  });

  it("are those of an Application Load Balancer", () => {
    expect(parsed(loadBalancers, [albLine], { type: "elb" }).documents).toEqual([
      {
        message: albLine,
        type: "elb",
        "@timestamp": "2026-01-05T10:00:00.186641Z",
        log_type: "https",
        elb: "app/shop/50dc6c495c0c9188",
        client_ip: "192.0.2.10",
        client_port: 41_234,
        target_ip: "10.0.0.5",
        target_port: 8080,
        request_processing_time: 0.001,
        target_processing_time: 0.025,
        response_processing_time: 0,
        elb_status_code: 200,
        target_status_code: 200,
        received_bytes: 34,
        sent_bytes: 366,
        request: "GET https://shop.example.com:443/cart?id=1 HTTP/1.1",
        user_agent: "curl/8.5.0 \\x22test\\x22",
        ssl_cipher: "ECDHE-RSA-AES128-GCM-SHA256",
        ssl_protocol: "TLSv1.2",
        target_group_arn:
          "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067",
        trace_id: "Root=1-67890abc-0123456789abcdef01234567",
        domain_name: "shop.example.com",
        chosen_cert_arn: "session-reused",
        matched_rule_priority: 1,
        request_creation_time: "2026-01-05T10:00:00.160000Z",
        actions_executed: "authenticate,forward",
        target_port_list: "10.0.0.5:8080",
        target_status_code_list: "200",
        conn_trace_id: "TID_0123456789abcdef",
      },
    ]);
  });

  it("are those of a Network Load Balancer, its list of protocols as it is", () => {
    expect(parsed(loadBalancers, [nlbLine], { type: "elb" }).documents).toMatchObject([
      {
        "@timestamp": "2026-01-05T10:00:00Z",
        log_type: "tls",
        version: 2,
        listener: "g3d4b5e8bb8464cd",
        destination_ip: "10.0.0.6",
        destination_port: 443,
        tls_protocol_version: "tlsv12",
        alpn_fe_protocol: "h2",
        alpn_client_preference_list: '"h2","http/1.1"',
        tls_connection_creation_time: "2026-01-05T09:59:40",
      },
    ]);
  });

  it("are those of a Classic Load Balancer", () => {
    const [document] = parsed(loadBalancers, [classicElbLine]).documents;

    expect(document).toMatchObject({
      "@timestamp": "2026-01-05T10:00:00.945958Z",
      elb: "my-lb",
      backend_ip: "10.0.0.1",
      backend_port: 80,
      backend_status_code: 200,
      request: "GET http://www.example.com:80/ HTTP/1.1",
      user_agent: "curl/8.5.0",
    });
    expect(Object.keys(document)).not.toContain("ssl_cipher");
  });

  it("are those of S3 server access", () => {
    const [document] = parsed("a", [s3AccessLine]).documents;

    expect(document).toEqual({
      message: s3AccessLine,
      "@timestamp": "2026-01-05T10:00:00+00:00",
      bucket_owner: "79a59df9".repeat(8),
      bucket: "my-bucket",
      remote_ip: "192.0.2.3",
      requester: "arn:aws:iam::123456789012:user/reader",
      request_id: "3E57427F3EXAMPLE",
      operation: "REST.GET.OBJECT",
      key: "logs/a%2Bb.gz",
      request_uri: "GET /my-bucket/logs/a%2Bb.gz?x=1 HTTP/1.1",
      http_status: 200,
      bytes_sent: 113,
      object_size: 2048,
      total_time: 7,
      user_agent: "aws-cli/2.15 Python/3.11",
      host_id: "s9lzHYrFp76ZVxRcpX9",
      signature_version: "SigV4",
      cipher_suite: "ECDHE-RSA-AES128-GCM-SHA256",
      authentication_type: "AuthHeader",
      host_header: "my-bucket.s3.eu-west-1.amazonaws.com",
      tls_version: "TLSv1.2",
    });
  });

  it("are left out of a line that does not fit, which is counted", () => {
    const lines = [
      albLine,
      albLine.split(" ").slice(0, 12).join(" "),
      albLine.replace(" 34 366 ", " many 366 "),
      albLine.slice(0, albLine.indexOf('"curl') + 5),
      `${albLine} and "what AWS adds" next`,
    ];

    const { documents, unparsed } = parsed(loadBalancers, lines);

    expect(documents.map((document) => document["elb"] !== undefined)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(unparsed).toBe(3);
    expect(documents[1]).toEqual({ message: lines[1], "@timestamp": "2026-01-05T10:00:00.186641Z" });
  });

  it("keep a quote that is no closing one", () => {
    const line = s3AccessLine.replace("aws-cli/2.15 Python/3.11", 'an "odd"er agent\\');

    expect(parsed("a", [line]).documents).toMatchObject([{ user_agent: 'an "odd"er agent\\' }]);
  });

  it("are renamed where the document has a field of that name", () => {
    const fields = { type: "elb", elb: "mine", log_elb: "mine", client_ip: "mine" };

    const [document] = parsed(loadBalancers, [albLine], fields).documents;

    expect(document).toMatchObject({
      ...fields,
      log_type: "https",
      log_log_elb: "app/shop/50dc6c495c0c9188",
      log_client_ip: "192.0.2.10",
      client_port: 41_234,
    });
  });
});

describe("a layout", () => {
  const layout = (columns: string): LineLayout => {
    const known = columnsOf(columns);
    return { columns: known, minimum: known.length, quoted: true };
  };
  const fieldsOf = (columns: string, line: string): Record<string, unknown> | undefined => {
    const { documents, unparsed } = write(Buffer.from(line), { fields: {}, layout: layout(columns) });
    if (unparsed > 0) return undefined;
    return Object.fromEntries(Object.entries(documents[0]).filter(([name]) => name !== "message"));
  };

  it.each([
    ["192.0.2.1:443", { a_ip: "192.0.2.1", a_port: 443 }],
    ["[2001:db8::1]:443", { a_ip: "2001:db8::1", a_port: 443 }],
    ["2001:db8::1:443", { a_ip: "2001:db8::1", a_port: 443 }],
    ["192.0.2.1", { a_ip: "192.0.2.1" }],
    ["192.0.2.1:http", { a_ip: "192.0.2.1:http" }],
    ["-", {}],
  ])("takes the address %s apart", (address, expected) => {
    expect(fieldsOf("a=address b", `${address} x`)).toEqual({ ...expected, b: "x" });
  });

  it.each([
    ["0", 0],
    ["-1", -1],
    ["007", 7],
    ["-0.25", -0.25],
    ["00.5", 0.5],
    ["1.", undefined],
    [".5", undefined],
    ["1e3", undefined],
    ["0x1", undefined],
    ["--1", undefined],
    ["9".repeat(31), undefined],
  ])("takes the number %s as %s", (text, expected) => {
    expect(fieldsOf("a=number", text)).toEqual(expected === undefined ? undefined : { a: expected });
  });

  it("leaves out a column that comes twice", () => {
    expect(fieldsOf("a a b", "1 2 3")).toEqual({ a: "1", b: "3" });
  });

  it("gives a line in parts no fields, and counts it once", () => {
    const { documents, unparsed } = write(Buffer.from(`1 ${"x".repeat(70_000)}\n1 2`), {
      fields: {},
      layout: layout("a b"),
    });

    expect(unparsed).toBe(1);
    expect(documents.map(({ a }) => a)).toEqual([undefined, undefined, undefined, "1"]);
  });

  it("makes no document too long, of whatever a line consists", () => {
    const fields = { long: "x".repeat(99_900) };
    const line = "\u0001".repeat(longestTextBytes);
    const names = Array.from({ length: 2000 }, (_, index) => `c${index.toString(36)}`).join(" ");
    const known = columnsOf(names);

    for (const columns of [known, columnsOf("a")]) {
      const [document] = write(Buffer.from(line), {
        fields,
        layout: { columns, minimum: 1, quoted: true },
      }).documents;
      expect(document["long"]).toBe(fields.long);
    }
  });

  it("of any kind writes JSON for any line", () => {
    const columns = columnsOf("a b=number c=address d=list e=time f");
    const piece = fc.oneof(
      fc.constantFrom(" ", "\t", '"', "-", "[", "]", ":", "\\", ".", "\u20ac", "\u0000"),
      fc.stringMatching(/^[0-9a-z.:-]{1,6}$/),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 30 }).map((pieces) => pieces.join("")),
        fc.boolean(),
        (line, quoted) => {
          const { documents, unparsed } = write(Buffer.from(line), {
            fields: { type: "t" },
            layout: { columns, minimum: 2, quoted },
          });
          expect(documents).toHaveLength(1);
          if (unparsed > 0) expect(Object.keys(documents[0])).toEqual(["message", "type"]);
        },
      ),
    );
  });
});

/** AWS's logs as other projects' tests have them; handed over by CI, since they are not ours to commit. */
const samples = process.env["VENDOR_VECTORS"] && join(process.env["VENDOR_VECTORS"], "aws-logs");
const available = samples !== undefined && existsSync(samples);
if (!available) console.warn("VENDOR_VECTORS is not set: skipping the samples of AWS's logs");

(available ? describe : describe.skip)("samples of AWS's logs", () => {
  const content = (name: string): string => {
    const bytes = readFileSync(join(samples ?? "", name));
    return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().trim();
  };
  const keys: Readonly<Record<string, string>> = {
    "albaccesslog.log.gz": loadBalancers,
    "nlbaccesslog.log.gz": loadBalancers,
  };
  const names = available ? readdirSync(samples).filter((name) => name.includes(".log")) : [];

  it.each(names.filter((name) => !name.startsWith("waf")))(
    "%s: each line has its time and its fields",
    (name) => {
      const { documents, unparsed } = parsed(keys[name] ?? name, content(name).split("\n"));

      expect(unparsed).toBe(0);
      expect(documents.length).toBeGreaterThan(0);
      for (const document of documents) {
        expect(document["@timestamp"]).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d/);
        expect(Object.keys(document).length).toBeGreaterThan(12);
      }
    },
  );

  it.each([
    ["waflog.log.gz", "waf"],
    ["cloudtrail-log-file.json.gz", "cloudtrail"],
  ])("%s is told by its content", (name, log) => {
    expect(detectLog({ key: "any", bytes: Buffer.from(content(name)), complete: true }).log).toBe(log);
  });
});
