import { ByteReader, type ReadAgain } from "../byte-reader";
import { ObjectDamaged } from "../errors";
import { compressionOf, type Compression, type CompressionName } from "./compressions";
import { refusedKind, sampleBytes } from "./refusals";
import type { Warn } from "./tail";
import { unzip } from "./zip";

/** How a file is compressed, the outermost first; "none" for a plain one. */
export type Layers = "none" | CompressionName | `${CompressionName}+${CompressionName}`;

/** Compressed files of compressed files are taken apart; what is within those would be a mistake, or a bomb. */
const mostLayers = 2;

/** A file in an object: the object itself, or an entry of an archive. */
export interface ObjectFile {
  /** Number of the file in its object, from 0. */
  readonly index: number;
  /** Its path in the archive; "" for the object itself. */
  readonly name: string;
  readonly compression: Layers;
  /** Why it is not to be shipped, where it is not. */
  readonly refusal: ObjectDamaged | undefined;
  /** Its decompressed bytes. */
  readonly bytes: ByteReader;
}

export interface OpenOptions {
  /** For getting back what was decompressed in front of damage. @default up to 256 KB of it are lost */
  readonly readAgain?: ReadAgain;
  /** @default what is odd is passed over in silence */
  readonly warn?: Warn;
}

/** The decompressed files of an object, in their order. */
export async function* filesOf(
  chunks: AsyncIterable<Buffer>,
  options: OpenOptions = {},
): AsyncGenerator<ObjectFile, void> {
  const { readAgain, warn = () => undefined } = options;
  let index = 0;
  for await (const file of filesIn(new ByteReader(chunks, readAgain), "", [], warn))
    yield { index: index++, ...file };
}

/** The rest of an object that is known not to be compressed: its middle may look like anything. */
export function plainFile(chunks: AsyncIterable<Buffer>): ObjectFile {
  const bytes = new ByteReader(chunks);
  return { index: 0, name: "", compression: "none", refusal: undefined, bytes };
}

type FoundFile = Omit<ObjectFile, "index">;

async function* filesIn(
  reader: ByteReader,
  name: string,
  layers: readonly CompressionName[],
  warn: Warn,
): AsyncGenerator<FoundFile, void> {
  const head = await reader.look(sampleBytes);
  const compression = compressionOf(head);
  if (compression === undefined || layers.length === mostLayers) {
    const refusal = refusalOf(head, compression, name, layers);
    yield { name, compression: (layers.join("+") || "none") as Layers, refusal, bytes: reader };
    return;
  }
  const within = [...layers, compression.name];
  if (compression.decompress === undefined) {
    for await (const { name: ofEntry, bytes, refusal } of unzip(reader)) {
      const path = name === "" ? ofEntry : `${name}/${ofEntry}`;
      if (refusal === undefined) yield* filesIn(bytes, path, within, warn);
      else yield { name: path, compression: within.join("+") as Layers, refusal, bytes };
    }
  } else {
    const { decompress } = compression;
    const inner = reader.derive((bytes, isAgain) => decompress(bytes, isAgain ? () => undefined : warn));
    try {
      yield* filesIn(inner, name, within, warn);
    } finally {
      await inner.close();
    }
  }
}

function refusalOf(
  head: Buffer,
  compression: Compression | undefined,
  name: string,
  layers: readonly CompressionName[],
): ObjectDamaged | undefined {
  const kind = compression ?? refusedKind(head);
  if (kind === undefined) return undefined;
  const place = name === "" ? "the object" : `the file "${name}" in it`;
  const within = layers.map((layer) => ` in ${layer}`).reverse();
  const advice = "advice" in kind ? kind.advice : `${mostLayers} layers of compression are the most`;
  return new ObjectDamaged(`${place} is ${kind.name}${within.join("")}, which is not shipped; ${advice}`);
}
