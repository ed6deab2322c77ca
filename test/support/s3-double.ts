import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { sendBody, type BodyFault } from "./s3-body";
import { compareKeys, escapeXml, listingXml, type Listing, type ListingEntry } from "./s3-listing";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";
import { accessKeyOf, regionOf } from "./query-double";

/** An object's bytes: held, or made on demand so that a huge one needs no memory. */
export type S3Content =
  Buffer | string | { readonly length: number; readonly generate: () => AsyncIterable<Buffer> };

/** How the next GET of a key goes wrong. */
export type S3Behaviour =
  /** Answers with S3's XML error. */
  { readonly status: number; readonly code: string; readonly message?: string } | BodyFault;

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly range: string | undefined;
  readonly ifMatch: string | undefined;
  readonly versionId: string | undefined;
  /** The access key that signed the request. */
  readonly accessKeyId: string;
  /** The region that it was signed for. */
  readonly region: string;
  /** Connections open when the request came. */
  readonly openSockets: number;
  /** Bytes of the body written so far. */
  bytesSent: number;
  status: number | undefined;
}

interface StoredVersion {
  readonly versionId: string | undefined;
  readonly etag: string;
  readonly content: Exclude<S3Content, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly lastModified: Date;
  readonly storageClass: string | undefined;
}

class S3Error extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** An S3 on loopback that serves GetObject, HeadObject, HeadBucket and ListObjectsV2, and breaks them as told. Path style only. */
export class S3Double {
  readonly requests: S3Request[] = [];
  /** Wait before each answer's first byte, in ms. */
  latencyMs = 0;
  /** What HeadBucket says; a bucket without objects does not exist. */
  region = "us-east-1";
  private readonly objects = new Map<string, StoredVersion[]>();
  private readonly behaviours = new Map<string, S3Behaviour[]>();
  private readonly sockets = new Set<Socket>();
  /** Sorted, for each bucket that was listed since it changed. */
  private readonly listings = new Map<string, Listing>();
  private readonly generated = new Map<string, Listing>();
  private readonly server: Server;

  static async start(): Promise<S3Double> {
    const double = new S3Double();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => request.socket.destroy());
    });
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  /** For the client's `endpoint`, or `AWS_ENDPOINT_URL_S3`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** Stores an object; with a `versionId` as one more version. Returns its ETag, without quotes. */
  put(
    bucket: string,
    key: string,
    content: S3Content,
    options: {
      versionId?: string;
      etag?: string;
      headers?: Readonly<Record<string, string>>;
      lastModified?: Date;
      storageClass?: string;
    } = {},
  ): string {
    const stored = typeof content === "string" ? Buffer.from(content) : content;
    const version = {
      versionId: options.versionId,
      etag: options.etag ?? etagOf(stored),
      content: stored,
      headers: options.headers ?? {},
      lastModified: options.lastModified ?? new Date("2026-01-05T10:00:00Z"),
      storageClass: options.storageClass,
    };
    const path = `${bucket}/${key}`;
    const older = options.versionId === undefined ? [] : (this.objects.get(path) ?? []);
    this.objects.set(path, [...older, version]);
    this.listings.delete(bucket);
    return version.etag;
  }

  /** Whether there is an object, in any version. */
  has(bucket: string, key: string): boolean {
    return this.objects.has(`${bucket}/${key}`);
  }

  remove(bucket: string, key: string): void {
    this.objects.delete(`${bucket}/${key}`);
    this.listings.delete(bucket);
  }

  /** Forgets all objects, requests and scripts. */
  clear(): void {
    this.requests.length = 0;
    this.objects.clear();
    this.behaviours.clear();
    this.listings.clear();
  }

  /** Lists this for the bucket, whatever objects it holds: more than would fit the memory. */
  list(bucket: string, listing: Listing): void {
    this.generated.set(bucket, listing);
  }

  /** The next GETs of the key, in whatever bucket, go so, one each. */
  script(key: string, ...behaviours: S3Behaviour[]): void {
    this.behaviours.set(key, [...(this.behaviours.get(key) ?? []), ...behaviours]);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    const key = rest.join("/");
    const record: S3Request = {
      method: request.method ?? "",
      bucket,
      key,
      range: request.headers.range,
      ifMatch: request.headers["if-match"],
      versionId: url.searchParams.get("versionId") ?? undefined,
      accessKeyId: accessKeyOf(request.headers.authorization),
      region: regionOf(request.headers.authorization),
      openSockets: this.sockets.size,
      bytesSent: 0,
      status: undefined,
    };
    this.requests.push(record);
    request.resume();
    if (this.latencyMs > 0) await wait(this.latencyMs);
    try {
      const behaviour = this.behaviours.get(key)?.shift();
      if (behaviour !== undefined && "status" in behaviour) {
        throw new S3Error(behaviour.status, behaviour.code, behaviour.message ?? behaviour.code);
      }
      if (key === "" && record.method === "HEAD") {
        if (this.listing(bucket).length === 0) throw new S3Error(404, "NotFound", "Not Found");
        response.writeHead(200, { "x-amz-bucket-region": this.region, "x-amz-request-id": "LOCAL" });
        response.end();
      } else if (key === "" && url.searchParams.get("list-type") === "2") {
        response.writeHead(200, { "Content-Type": "application/xml", "x-amz-request-id": "LOCAL" });
        response.end(listingXml(bucket, this.listing(bucket), url.searchParams));
      } else if (record.method === "DELETE") this.delete(record, response);
      else await this.serveObject(record, response, behaviour);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      record.status = error.status;
      const xml =
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code>` +
        `<Message>${error.message}</Message><Key>${escapeXml(key)}</Key><BucketName>${bucket}</BucketName>` +
        `<Resource>/${bucket}/${escapeXml(key)}</Resource><RequestId>LOCAL</RequestId><HostId>local</HostId></Error>`;
      response.writeHead(error.status, { "Content-Type": "application/xml", "x-amz-request-id": "LOCAL" });
      response.end(record.method === "HEAD" ? undefined : xml);
    }
  }

  /** As in a bucket without versions, or of one version; a marker of deletion is not made. */
  private delete(record: S3Request, response: ServerResponse): void {
    const { etag, versionId } = this.find(record);
    const ifMatch = record.ifMatch?.replaceAll('"', "");
    if (ifMatch !== undefined && ifMatch !== etag)
      throw new S3Error(412, "PreconditionFailed", "At least one of the pre-conditions did not hold");
    if (versionId !== undefined && record.versionId === undefined)
      throw new S3Error(501, "NotImplemented", "The double makes no markers of deletion");
    const path = `${record.bucket}/${record.key}`;
    const left = (this.objects.get(path) ?? []).filter((version) => version.versionId !== versionId);
    if (left.length === 0) this.objects.delete(path);
    else this.objects.set(path, left);
    this.listings.delete(record.bucket);
    record.status = 204;
    response.writeHead(204, { "x-amz-request-id": "LOCAL" }).end();
  }

  private async serveObject(
    record: S3Request,
    response: ServerResponse,
    fault: BodyFault = {},
  ): Promise<void> {
    const version = this.find(record);
    const ifMatch = record.ifMatch?.replaceAll('"', "");
    if (ifMatch !== undefined && ifMatch !== version.etag) {
      const message = "At least one of the pre-conditions you specified did not hold";
      throw new S3Error(412, "PreconditionFailed", message);
    }
    const total = version.content.length;
    const range = fault.ignoreRange === true ? undefined : parseRange(record.range, total);
    const [start, end] = range ?? [0, total];
    record.status = range === undefined ? 200 : 206;
    response.writeHead(record.status, {
      "Content-Type": "binary/octet-stream",
      ...version.headers,
      "Content-Length": end - start,
      "Accept-Ranges": "bytes",
      ETag: `"${version.etag}"`,
      "Last-Modified": version.lastModified.toUTCString(),
      "x-amz-request-id": "LOCAL",
      ...(version.versionId === undefined ? {} : { "x-amz-version-id": version.versionId }),
      ...(range === undefined ? {} : { "Content-Range": `bytes ${start}-${end - 1}/${total}` }),
    });
    if (record.method === "HEAD") {
      response.end();
      return;
    }
    await sendBody(response, slice(version.content, start, end), fault, (bytes) => {
      record.bytesSent += bytes;
    });
  }

  private listing(bucket: string): Listing {
    const known = this.generated.get(bucket) ?? this.listings.get(bucket);
    if (known !== undefined) return known;
    const start = `${bucket}/`;
    const entries: ListingEntry[] = [...this.objects].flatMap(([path, versions]) => {
      const newest = versions.at(-1);
      if (!path.startsWith(start) || newest === undefined) return [];
      const { etag, content, lastModified, storageClass } = newest;
      return [{ key: path.slice(start.length), etag, size: content.length, lastModified, storageClass }];
    });
    entries.sort((a, b) => compareKeys(a.key, b.key));
    this.listings.set(bucket, entries);
    return entries;
  }

  private find(record: S3Request): StoredVersion {
    const versions = this.objects.get(`${record.bucket}/${record.key}`) ?? [];
    if (record.versionId !== undefined) {
      const version = versions.find((candidate) => candidate.versionId === record.versionId);
      if (version !== undefined) return version;
      throw new S3Error(404, "NoSuchVersion", "The specified version does not exist.");
    }
    const newest = versions.at(-1);
    if (newest !== undefined) return newest;
    const known = [...this.objects.keys()].some((path) => path.startsWith(`${record.bucket}/`));
    throw known
      ? new S3Error(404, "NoSuchKey", "The specified key does not exist.")
      : new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
  }
}

function etagOf(content: Exclude<S3Content, string>): string {
  return createHash("md5")
    .update(Buffer.isBuffer(content) ? content : `generated ${content.length}`)
    .digest("hex");
}

/** The half-open range of bytes that a Range header asks for. */
function parseRange(header: string | undefined, total: number): [number, number] | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (parts === null) return undefined;
  const [, first = "", last = ""] = parts;
  const start = first === "" ? Math.max(0, total - Number(last)) : Number(first);
  const end = first === "" || last === "" ? total : Math.min(total, Number(last) + 1);
  if (start >= end) throw new S3Error(416, "InvalidRange", "The requested range is not satisfiable");
  return [start, end];
}

/** The bytes from `start` to before `end`, in pieces as a network would bring them. */
async function* slice(
  content: Exclude<S3Content, string>,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  const pieceBytes = 64 * 1024;
  if (Buffer.isBuffer(content)) {
    for (let at = start; at < end; at += pieceBytes) {
      yield content.subarray(at, Math.min(end, at + pieceBytes));
    }
    return;
  }
  let at = 0;
  for await (const chunk of content.generate()) {
    const wanted = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    at += chunk.length;
    if (wanted.length > 0) yield wanted;
    if (at >= end) return;
  }
}
