import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FunctionProcess } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { renderSources } from "../../lambdas/runtime/environment";
import { corpus } from "../support/corpora";
import { s3Event } from "../support/events";
import { S3Double } from "../support/s3-double";

const root = join(__dirname, "../..");
const token = "a-token-for-tests";
const bucket = "test-logs";

/**
 * On the runtime that is deployed, which gives memory back as soon as it was worked: where that was too early, a document
 * would hold other bytes, or none.
 */
describe("the deployed function", () => {
  it.each([
    ["plain", (raw: Buffer) => raw],
    ["gzip", (raw: Buffer) => gzipSync(raw)],
    ["gzip in members", inMembers],
    ["zstd", inZstdBlocks],
  ])(
    "ships every line as it is, byte for byte: %s",
    async (_, store) => {
      const raw = Buffer.concat([...corpus("alb", 30_000_000).generate()]);
      const [s3, listener] = await Promise.all([S3Double.start(), LocalListener.start({ token })]);
      const hook = await FunctionProcess.start({
        zip: join(root, "dist/lambdas/s3-hook.zip"),
        environment: {
          LOGZIO_LISTENER: listener.url,
          LOGZIO_TOKEN: token,
          SOURCES: renderSources([{ bucket, type: "t", sourceFilePath: false }]),
          AWS_ENDPOINT_URL_S3: s3.url,
        },
        memoryMegabytes: 512,
        timeoutSeconds: 900,
        functionName: "s3-hook",
      });
      try {
        s3.put(bucket, "a.log", store(raw));
        const { error } = await hook.invoke(s3Event({ bucket, key: "a.log" }));

        expect(error).toBeUndefined();
        const messages = listener.documents.map((line) => (JSON.parse(line) as { message: string }).message);
        expect(Buffer.from(`${messages.join("\n")}\n`).equals(raw)).toBe(true);
      } finally {
        await Promise.all([hook.stop(), s3.stop(), listener.stop()]);
      }
    },
    120_000,
  );
});

/** A frame of blocks that are stored as they are. Format: RFC 8878, sections 3.1.1.1 and 3.1.1.2. */
function inZstdBlocks(raw: Buffer): Buffer {
  // No checksum, no size; a window of 128 KB, which is the longest block as well.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let at = 0; at < raw.length; at += 100_003) {
    const content = raw.subarray(at, at + 100_003);
    const isLast = at + 100_003 >= raw.length ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE((content.length << 3) | isLast, 0, 3);
    parts.push(header, content);
  }
  return Buffer.concat(parts);
}

/** Of uneven lengths, so that the engine's chunks end anywhere. */
function inMembers(raw: Buffer): Buffer {
  const members: Buffer[] = [];
  for (let at = 0, length = 1; at < raw.length; at += length, length = ((length * 7) % 900_001) + 1)
    members.push(gzipSync(raw.subarray(at, at + length), { level: 1 }));
  return Buffer.concat(members);
}
