import { gzipSync } from "node:zlib";
import { refusedKind } from "../../../../../lambdas/reading/decompression/refusals";
import { Random } from "../../../../support/random";

const random = new Random(7);
const randomBytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
const log = "2026-01-05T12:00:00Z GET /path 200 Grüße, 東京\n".repeat(40);
const fix =
  "8=FIX.4.4\x019=65\x0135=A\x0149=SERVER\x0156=CLIENT\x0134=177\x0152=20090107\x0198=0\x0110=062\x01\n";

/** A tar archive's first header and the start of its file. */
function tar(magic: string): Buffer {
  const header = Buffer.alloc(512);
  header.write("folder/a.log");
  header.write("0000644\0", 100);
  header.write("00000001000\0", 124);
  header.write(magic, 257, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, Buffer.from(log)]);
}

it.each([
  ["UTF-8", Buffer.from(log)],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${log}`)],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${log}`, "utf16le")],
  ["UTF-16 of Chinese with a mark", Buffer.from(`\ufeff${"東京\u0102\u0304".repeat(99)}`, "utf16le")],
  ["UTF-16 without a mark", Buffer.from(log, "utf16le")],
  ["big-endian UTF-16 without a mark", Buffer.from(log, "utf16le").swap16()],
  ["Latin-1", Buffer.from(log, "latin1")],
  ["bytes of no encoding between ASCII", Buffer.from("caf\xe9 \xff\xfe\x81 line\n".repeat(50), "latin1")],
  ["Cyrillic in one byte a letter", Buffer.from(Array.from({ length: 900 }, (_, n) => 0xc0 + (n % 60)))],
  ["some zero bytes", Buffer.from(log.replaceAll("GET", "GET\0"))],
  ["a hole of zero bytes", Buffer.concat([Buffer.alloc(3000), Buffer.from(log)])],
  ["colours of a terminal", Buffer.from("\x1b[31merror\x1b[0m x\n".repeat(60))],
  ["FIX messages", Buffer.from(fix.repeat(20))],
  ["fields between control characters", Buffer.from("a\x1fb\x1fc\x1e".repeat(200))],
  ["the name of a format", Buffer.from(`ORCHESTRATOR started\n${log}`)],
  ["the name of another", Buffer.from(`PAR1 is no Parquet\n${log}`)],
  ["nothing", Buffer.alloc(0)],
  ["one byte", Buffer.from("\x01")],
])("takes %s for text", (_, bytes) => {
  expect(refusedKind(bytes)?.name).toBeUndefined();
});

const packed = randomBytes(3000);
it.each([
  ["binary", packed],
  ["binary", gzipSync(packed).subarray(2)],
  ["binary", Buffer.from(Uint32Array.from({ length: 500 }, (_, n) => n * 3).buffer)],
  [
    "binary",
    Buffer.from("\x0a\x12\x08\x07\x12\x0ehttp.server.ms\x1a\x04\x18\x05\x20\x01\x2a\x02\x10\x03".repeat(60)),
  ],
  ["xz", Buffer.concat([Buffer.from("\xfd7zXZ\0", "latin1"), packed])],
  ["lz4", Buffer.concat([Buffer.from("\x04\x22\x4d\x18", "latin1"), packed])],
  ["7-Zip", Buffer.concat([Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"), packed])],
  ["Parquet", Buffer.concat([Buffer.from("PAR1"), packed])],
  ["ORC", Buffer.concat([Buffer.from("ORC"), packed])],
  ["Avro", Buffer.concat([Buffer.from("Obj\x01"), Buffer.from(log)])],
  ["PNG", Buffer.from("\x89PNG\r\n\x1a\n", "latin1")],
  ["JPEG", Buffer.from("\xff\xd8\xff\xe0", "latin1")],
  ["PDF", Buffer.from(`%PDF-1.7\n${log}`)],
  ["tar", tar("ustar\x0000")],
  ["tar", tar("")],
])("refuses %s", (name, bytes) => {
  expect(refusedKind(bytes)?.name).toBe(name);
});

it("refuses compressed and encrypted bytes, whatever they are", () => {
  const kinds = Array.from({ length: 200 }, () => refusedKind(randomBytes(500))?.name);
  expect(new Set(kinds)).toEqual(new Set(["binary"]));
});
