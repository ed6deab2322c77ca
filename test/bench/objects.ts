import { gzipSync } from "node:zlib";
import { corpus, type Corpus } from "../support/corpora";
import type { S3Content } from "../support/s3-double";

/** An object as AWS, or an application, would have put it. */
export interface BenchObject {
  readonly key: string;
  /** Logz.io's type, which the function is to find by itself. */
  readonly type: string;
  readonly content: S3Content;
  /** Decompressed. */
  readonly rawBytes: number;
  /** Compressed. */
  readonly storedBytes: number;
  /** Documents that are made of it; undefined where that is not known beforehand. */
  readonly records?: number;
}

const account = "AWSLogs/123456789012";
const day = "us-east-1/2026/01/05";

/** Where AWS puts such files, and the type they have. Source: the user guide of each service. */
const places: Record<Corpus, { readonly key: string; readonly type: string }> = {
  alb: {
    key: `${account}/elasticloadbalancing/${day}/123456789012_elasticloadbalancing_us-east-1_app.web.50dc6c495c0c9188_20260105T0005Z_10.0.0.1_2abcd3ef.log.gz`,
    type: "elb",
  },
  vpc: {
    key: `${account}/vpcflowlogs/${day}/123456789012_vpcflowlogs_us-east-1_fl-0a1b2c3d_20260105T0005Z_7b8c9d0e.log.gz`,
    type: "vpcflow",
  },
  ndjson: { key: "app/checkout/2026/01/05/10/part-0001.json.gz", type: "s3_hook" },
  cloudtrail: {
    key: `${account}/CloudTrail/${day}/123456789012_CloudTrail_us-east-1_20260105T0005Z_AbCdEfGhIjKlMnOp.json.gz`,
    type: "cloudtrail",
  },
};

/** One gzip stream, as services write their files: of about so many raw bytes. */
export function wholeObject(kind: Corpus, bytes: number): BenchObject {
  const { generate, length, records } = corpus(kind, bytes);
  const content = gzipSync(Buffer.concat([...generate()], length), { level: 6 });
  return { ...places[kind], content, rawBytes: length, storedBytes: content.length, records };
}

/** The same in gzip members of a few megabytes, made when they are asked for, so that a huge object needs no memory. */
export function endlessObject(kind: Corpus, bytes: number): BenchObject {
  const { length, records, block, blocks, opening, last, closing } = corpus(kind, bytes);
  const compress = (raw: Buffer | string): Buffer => gzipSync(raw, { level: 6 });
  const tail = Buffer.concat([last, Buffer.from(closing)]);
  const members = { opening: compress(opening), block: compress(block), last: compress(tail) };
  return { ...places[kind], ...repeated(members, blocks - 1), rawBytes: length, records };
}

/** One line of about so many bytes, not compressed: no newline, and nothing that JSON would escape. */
export function oneLine(bytes: number): BenchObject {
  const { block } = corpus("vpc", 4_000_000);
  const line = Buffer.from(block.toString("latin1").replaceAll("\n", " "), "latin1");
  const blocks = Math.ceil(bytes / line.length);
  const stored = repeated({ opening: Buffer.alloc(0), block: line, last: Buffer.from("\n") }, blocks);
  return { key: "app/one-line.log", type: "s3_hook", ...stored, rawBytes: stored.storedBytes };
}

/** Lines that gzip shrinks to a thousandth, about as far as deflate can go (1,032:1). */
export function bomb(bytes: number): BenchObject {
  const lines = Buffer.from(`${"a".repeat(1000)}\n`.repeat(10_000));
  const blocks = Math.ceil(bytes / lines.length);
  const nothing = Buffer.alloc(0);
  const member = gzipSync(lines, { level: 9 });
  return {
    key: "app/bomb.log.gz",
    type: "s3_hook",
    ...repeated({ opening: nothing, block: member, last: nothing }, blocks),
    rawBytes: blocks * lines.length,
    records: blocks * 10_000,
  };
}

interface Parts {
  readonly opening: Buffer;
  readonly block: Buffer;
  readonly last: Buffer;
}

function repeated(
  { opening, block, last }: Parts,
  blocks: number,
): Pick<BenchObject, "content" | "storedBytes"> {
  const length = opening.length + blocks * block.length + last.length;
  const generate = async function* (): AsyncGenerator<Buffer> {
    yield* slices(opening);
    for (let index = 0; index < blocks; index++) yield* slices(block);
    yield* slices(last);
  };
  return { content: { length, generate }, storedBytes: length };
}

/** As a network would bring them. */
async function* slices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536)
    yield await Promise.resolve(bytes.subarray(at, at + 65_536));
}
