import { isText } from "./text";

/** A kind of file that is told, and not shipped. */
export interface RefusedKind {
  readonly name: string;
  /** What it is told by, as the documentation says it. */
  readonly magic: string;
  /** What to write instead. */
  readonly advice: string;
  readonly begins: (head: Buffer) => boolean;
}

const compressions = "store it with gzip, zstd, bzip2, framed snappy or zip";
const records = "write JSON lines, or text";
const pictures = "keep it out by exclude";

/** Bytes of tar's header that the others are the sum of, in octal digits. */
const tarHeader = { length: 512, checksumAt: 148, checksumBytes: 8 } as const;

const kinds: readonly RefusedKind[] = [
  kind("xz", "fd 37 7a 58 5a 00", compressions),
  kind("lz4", "04 22 4d 18", compressions),
  kind("compress (.Z)", "1f 9d", compressions),
  kind("7-Zip", "37 7a bc af 27 1c", compressions),
  kind("RAR", "52 61 72 21 1a 07", compressions),
  {
    name: "tar",
    magic: "a header that matches its checksum",
    advice: "store its files one by one, or as zip",
    begins: isTar,
  },
  kind("Parquet", "50 41 52 31", records),
  kind("ORC", "4f 52 43", records),
  kind("Avro", "4f 62 6a 01", records),
  kind("Hadoop sequence file", "53 45 51 06", records),
  kind("Windows event log", "45 6c 66 46 69 6c 65 00", records),
  kind("packet capture", "d4 c3 b2 a1", records),
  kind("packet capture", "0a 0d 0d 0a", records),
  kind("SQLite", "53 51 4c 69 74 65 20 66 6f 72 6d 61 74 20 33 00", records),
  kind("PDF", "25 50 44 46 2d 31 2e", pictures),
  kind("PNG", "89 50 4e 47 0d 0a 1a 0a", pictures),
  kind("JPEG", "ff d8 ff", pictures),
  kind("GIF", "47 49 46 38", pictures),
  kind("ELF program", "7f 45 4c 46", pictures),
];

const binary: RefusedKind = {
  name: "binary",
  magic: "control characters: more than one byte in 20, of four kinds or more",
  advice: `${records}; or ${pictures}`,
  begins: (head) => !isText(head),
};

/** All that is refused, in the order in which it is looked for. */
export const refusedKinds: readonly RefusedKind[] = [...kinds, binary];

/** Bytes of a file's start that {@link refusedKind} needs. */
export const sampleBytes = 4096;

/** Why a file with this start is not shipped, or undefined for text. */
export function refusedKind(head: Buffer): RefusedKind | undefined {
  return refusedKinds.find(({ begins }) => begins(head));
}

/** A text may begin with the same characters, where they are all printable: then the rest decides. */
function kind(name: string, magic: string, advice: string): RefusedKind {
  const bytes = Buffer.from(magic.replaceAll(" ", ""), "hex");
  const isPrintable = name !== "PDF" && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const begins = (head: Buffer): boolean =>
    head.subarray(0, bytes.length).equals(bytes) && !(isPrintable && isText(head));
  return { name, magic, advice, begins };
}

function isTar(head: Buffer): boolean {
  const { length, checksumAt, checksumBytes } = tarHeader;
  if (head.length < length || head[0] === 0) return false;
  const digits = head.toString("latin1", checksumAt, checksumAt + checksumBytes);
  if (!/^ *[0-7]+[\0 ]*$/.test(digits)) return false;
  let sum = checksumBytes * 0x20;
  for (let at = 0; at < length; at++)
    if (at < checksumAt || at >= checksumAt + checksumBytes) sum += head[at];
  return sum === parseInt(digits.trim(), 8);
}
