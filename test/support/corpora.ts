/** Kinds of log file that the benchmark and the soak tests work on. */
export const corpora = ["alb", "vpc", "ndjson", "cloudtrail"] as const;
export type Corpus = (typeof corpora)[number];

/** A small seeded generator (mulberry32): the same bytes on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Draw = (below: number) => number;

const hex = (draw: Draw, length: number): string =>
  Array.from({ length }, () => "0123456789abcdef"[draw(16)]).join("");
const address = (draw: Draw): string => `10.${draw(8)}.${draw(256)}.${draw(256)}`;
const time = (draw: Draw): string =>
  `2026-01-05T${String(draw(24)).padStart(2, "0")}:${String(draw(60)).padStart(2, "0")}:${String(draw(60)).padStart(2, "0")}`;

const records: Record<Corpus, (draw: Draw) => string> = {
  alb: (draw) =>
    `https ${time(draw)}.${draw(1_000_000)}Z app/web/50dc6c495c0c9188 ${address(draw)}:${draw(65_536)} ${address(draw)}:80 ` +
    `0.00${draw(10)} 0.0${draw(100)} 0.000 ${[200, 200, 301, 404, 500][draw(5)]} 200 ${draw(2000)} ${draw(9000)} ` +
    `"GET https://www.example.com:443/items/${draw(5000)}?page=${draw(40)} HTTP/2.0" "Mozilla/5.0 (X11; Linux x86_64)" ` +
    `ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/73e2d6bc24d8a067 ` +
    `"Root=1-${hex(draw, 8)}-${hex(draw, 24)}" "www.example.com" "-" 0 ${time(draw)}.000000Z "forward" "-" "-" "${address(draw)}:80" "200" "-" "-"`,
  vpc: (draw) =>
    `2 123456789012 eni-${hex(draw, 17)} ${address(draw)} ${address(draw)} ${draw(65_536)} ${[443, 80, 22, 53][draw(4)]} 6 ` +
    `${draw(500)} ${draw(90_000)} ${1_767_600_000 + draw(86_400)} ${1_767_600_060 + draw(86_400)} ${draw(9) ? "ACCEPT" : "REJECT"} OK`,
  ndjson: (draw) =>
    `{"time":"${time(draw)}Z","level":"${["info", "warn", "error"][draw(3)]}","service":"checkout-${draw(20)}",` +
    `"trace_id":"${hex(draw, 32)}","duration_ms":${draw(5000)}.${draw(100)},"user":{"id":${draw(1_000_000)},"plan":"pro"},` +
    `"message":"order ${draw(1_000_000)} was \\"accepted\\" for customer ${draw(50_000)}","tags":["a${draw(9)}","b${draw(9)}"]}`,
  cloudtrail: (draw) =>
    `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:${draw(900)}",` +
    `"arn":"arn:aws:sts::123456789012:assumed-role/worker/${draw(900)}","accountId":"123456789012"},` +
    `"eventTime":"${time(draw)}Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1",` +
    `"sourceIPAddress":"${address(draw)}","userAgent":"[aws-sdk-js/3.0]","requestParameters":{"bucketName":"b${draw(30)}",` +
    `"key":"data/${hex(draw, 16)}.json"},"responseElements":null,"additionalEventData":{"bytesTransferredOut":${draw(90_000)}},` +
    `"requestID":"${hex(draw, 16)}","eventID":"${hex(draw, 32)}","readOnly":true,"eventType":"AwsApiCall","managementEvent":false}`,
};

/** Bytes of generated content that are repeated: enough that a window of 32 KB never sees the repetition. */
const blockBytes = 4_000_000;

/** What stands before and behind the records of a file, as the service writes it. */
const frames: Record<Corpus, { readonly opening: string; readonly closing: string }> = {
  alb: { opening: "", closing: "\n" },
  vpc: {
    opening:
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    closing: "\n",
  },
  ndjson: { opening: "", closing: "\n" },
  cloudtrail: { opening: '{"Records":[', closing: "]}" },
};

/** A log file: its opening, some blocks of records, and at the end a last block with the closing. */
export interface CorpusFile {
  readonly length: number;
  readonly records: number;
  readonly opening: string;
  /** Records with a separator behind each. */
  readonly block: Buffer;
  /** How often the block comes, the last time included. */
  readonly blocks: number;
  /** The block without the separator at its end. */
  readonly last: Buffer;
  readonly closing: string;
  /** All of it, in chunks. */
  readonly generate: () => Generator<Buffer>;
}

/**
 * A log file of the kind, of about `length` bytes (never less), in chunks. After some megabytes it repeats itself,
 * so that making it costs nothing beside what is measured.
 */
export function corpus(kind: Corpus, length: number, seed = 1): CorpusFile {
  const next = random(seed);
  const draw: Draw = (below) => Math.floor(next() * below);
  const separator = kind === "cloudtrail" ? "," : "\n";
  const parts: string[] = [];
  let size = 0;
  while (size < Math.min(blockBytes, length)) {
    const record = records[kind](draw);
    parts.push(record);
    size += record.length + 1;
  }
  const block = Buffer.from(parts.join(separator) + separator);
  const last = Buffer.from(parts.join(separator));
  const blocks = Math.ceil(length / block.length);
  const { opening, closing } = frames[kind];
  return {
    length: opening.length + (blocks - 1) * block.length + last.length + closing.length,
    records: blocks * parts.length,
    opening,
    block,
    blocks,
    last,
    closing,
    *generate() {
      if (opening !== "") yield Buffer.from(opening);
      for (let index = 1; index < blocks; index++) yield* slices(block);
      yield* slices(last);
      yield Buffer.from(closing);
    },
  };
}

/** As S3 sends a body: no chunk longer than a socket's read. */
function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
