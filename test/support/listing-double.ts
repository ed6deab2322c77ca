import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { compareKeys } from "../../cli/check/key-space";
import { closeServer, listenOnLoopback, loopbackUrl } from "./loopback";

/** An object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  /** The key as a listing shows it that is encoded for URLs. @default the key, encoded */
  readonly encodedKey?: string;
  /** In seconds since 1970. */
  readonly writtenAt: number;
  readonly bytes?: number;
  readonly storageClass?: string;
  /** Parts that it was uploaded in. */
  readonly parts?: number;
}

/** How the next listing goes wrong. */
export type ListingFault =
  /** Answers with S3's XML error. */
  | { readonly status: number; readonly code: string; readonly message?: string }
  /** Closes the connection in the middle of a page. */
  | "break off"
  /** Ends the page early, as if it were whole. */
  | "cut short"
  | "hang";

export interface ListingRequest {
  readonly operation: "HeadBucket" | "GetBucketLocation" | "ListObjectsV2";
  readonly bucket: string;
  /** Region that the request was signed for. */
  readonly region: string;
  readonly parameters: URLSearchParams;
}

interface StoredBucket {
  readonly region: string;
  readonly objects: readonly StoredObject[];
  /** Whether the caller may list it. */
  readonly allowed: boolean;
}

/** An S3 on loopback that lists buckets of any size, of several regions, and breaks as told. Path style only. */
export class ListingDouble {
  readonly requests: ListingRequest[] = [];
  /** Whether answers name the bucket's region in a header; emulators do not. */
  namesRegions = true;
  private readonly buckets = new Map<string, StoredBucket>();
  private readonly faults: ListingFault[] = [];
  private readonly server: Server;

  static async start(): Promise<ListingDouble> {
    const double = new ListingDouble();
    await listenOnLoopback(double.server);
    return double;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      request.resume();
      this.serve(request, response);
    });
  }

  /** For `AWS_ENDPOINT_URL_S3`. */
  get url(): string {
    return loopbackUrl(this.server);
  }

  get listings(): readonly ListingRequest[] {
    return this.requests.filter(({ operation }) => operation === "ListObjectsV2");
  }

  /** A bucket with these objects, in whatever order. */
  bucket(
    name: string,
    objects: readonly StoredObject[],
    options: { region?: string; allowed?: boolean } = {},
  ): void {
    const sorted = [...objects].sort((one, other) => compareAscii(one.key, other.key));
    this.buckets.set(name, {
      region: options.region ?? "us-east-1",
      allowed: options.allowed ?? true,
      objects: sorted,
    });
  }

  /** The next listings go so, one each. */
  script(...faults: ListingFault[]): void {
    this.faults.push(...faults);
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://s3");
    const bucket = url.pathname.split("/")[1] ?? "";
    const operation =
      request.method === "HEAD"
        ? "HeadBucket"
        : url.searchParams.has("location")
          ? "GetBucketLocation"
          : "ListObjectsV2";
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    this.requests.push({ operation, bucket, region, parameters: url.searchParams });
    const answer = new Answer(response, request.method === "HEAD");
    const stored = this.buckets.get(bucket);
    if (stored === undefined) {
      answer.error(404, "NoSuchBucket", "The specified bucket does not exist");
      return;
    }
    if (this.namesRegions) response.setHeader("x-amz-bucket-region", stored.region);
    if (this.namesRegions && region !== stored.region) {
      answer.error(301, "PermanentRedirect", "The bucket must be addressed using the specified endpoint.");
    } else if (!stored.allowed) {
      const who = "User: arn:aws:iam::123456789012:user/alice";
      answer.error(403, "AccessDenied", `${who} is not authorized to perform: s3:ListBucket`);
    } else if (operation === "HeadBucket") {
      answer.xml("");
    } else if (operation === "GetBucketLocation") {
      const constraint = stored.region === "us-east-1" ? "" : stored.region;
      answer.xml(`<LocationConstraint xmlns="${namespace}">${constraint}</LocationConstraint>`);
    } else {
      this.list(bucket, stored, url.searchParams, answer);
    }
  }

  private list(bucket: string, { objects }: StoredBucket, parameters: URLSearchParams, answer: Answer): void {
    const fault = this.faults.shift();
    if (fault === "hang") return;
    if (typeof fault === "object") {
      answer.error(fault.status, fault.code, fault.message ?? fault.code);
      return;
    }
    const xml = listingXml(bucket, objects, parameters);
    if (fault === "break off") answer.breakOff(xml);
    else answer.xml(fault === "cut short" ? xml.slice(0, xml.length / 2) : xml);
  }
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

class Answer {
  constructor(
    private readonly response: ServerResponse,
    private readonly withoutBody: boolean,
  ) {}

  xml(body: string, status = 200): void {
    this.response.writeHead(status, { "Content-Type": "application/xml", "x-amz-request-id": "LOCAL" });
    this.response.end(this.withoutBody ? undefined : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  }

  error(status: number, code: string, message: string): void {
    this.xml(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`, status);
  }

  breakOff(body: string): void {
    this.response.writeHead(200, { "Content-Type": "application/xml", "Content-Length": body.length });
    this.response.write(body.slice(0, body.length / 2), () => this.response.destroy());
  }
}

/** Source: S3 API, ListObjectsV2. */
function listingXml(bucket: string, objects: readonly StoredObject[], parameters: URLSearchParams): string {
  const prefix = parameters.get("prefix") ?? "";
  const token = parameters.get("continuation-token");
  const after = token === null ? parameters.get("start-after") : Buffer.from(token, "base64").toString();
  const limit = Math.min(1000, Number(parameters.get("max-keys") ?? 1000));
  const encode = parameters.get("encoding-type") === "url" ? urlEncoded : escapeXml;
  let index = firstFrom(objects, prefix, true);
  if (after !== null) index = Math.max(index, firstFrom(objects, after, false));
  const delimiter = parameters.get("delimiter") ?? "";
  const page: StoredObject[] = [];
  const folders: string[] = [];
  while (page.length + folders.length < limit && objects[index]?.key.startsWith(prefix)) {
    const { key } = objects[index];
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end === -1) {
      page.push(objects[index++]);
    } else {
      const folder = key.slice(0, end + delimiter.length);
      folders.push(folder);
      index = firstFrom(objects, `${folder}\u{10ffff}`, true);
    }
  }
  const truncated = objects[index]?.key.startsWith(prefix) ?? false;
  const next = Buffer.from(page.at(-1)?.key ?? "").toString("base64");
  return (
    `<ListBucketResult xmlns="${namespace}"><Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix>` +
    `<KeyCount>${page.length + folders.length}</KeyCount><MaxKeys>${limit}</MaxKeys><IsTruncated>${truncated}</IsTruncated>` +
    (truncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : "") +
    page.map((object) => objectXml(object, encode)).join("") +
    folders.map((folder) => `<CommonPrefixes><Prefix>${encode(folder)}</Prefix></CommonPrefixes>`).join("") +
    "</ListBucketResult>"
  );
}

function objectXml(
  { key, encodedKey, writtenAt, bytes = 1000, storageClass = "STANDARD", parts }: StoredObject,
  encode: (text: string) => string,
): string {
  const etag = `&quot;d41d8cd98f00b204e9800998ecf8427e${parts === undefined ? "" : `-${parts}`}&quot;`;
  return (
    `<Contents><Key>${encodedKey ?? encode(key)}</Key><LastModified>${new Date(writtenAt * 1000).toISOString()}</LastModified>` +
    `<ETag>${etag}</ETag><Size>${bytes}</Size><StorageClass>${storageClass}</StorageClass></Contents>`
  );
}

/** Position of the first key from `key` on, or behind it. */
function firstFrom(objects: readonly StoredObject[], key: string, including: boolean): number {
  let [low, high] = [0, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareKeys(objects[middle].key, key);
    if (order < 0 || (order === 0 && !including)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As S3 does it: a space becomes "+", and a slash stays. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Sorting 100,000 keys by their bytes takes seconds where each comparison makes buffers. */
function compareAscii(left: string, right: string): number {
  if (/^[\x00-\x7f]*$/.test(left + right)) return left < right ? -1 : left > right ? 1 : 0;
  return compareKeys(left, right);
}
