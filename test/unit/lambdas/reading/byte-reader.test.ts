import { behind, ByteReader } from "../../../../lambdas/reading/byte-reader";

async function* memories(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(new TextEncoder().encode(text).buffer));
}

/** As where whoever has worked the bytes gives their memory back. */
function takeAway({ buffer }: Buffer): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

describe("where the memory of each chunk is taken away once it was worked", () => {
  it("skips the same bytes", async () => {
    const found: string[] = [];
    for await (const chunk of behind(memories("one", "two", "three"), 4)) {
      found.push(chunk.toString());
      takeAway(chunk);
    }
    expect(found).toEqual(["wo", "three"]);
  });

  it("can be asked for more behind the end, which was seen before", async () => {
    const reader = new ByteReader(memories("all"));
    await reader.look(10);
    const all = await reader.take(3);
    expect(all.toString()).toBe("all");
    takeAway(all);

    expect(await reader.peek(4)).toHaveLength(0);
    expect(await reader.takeChunk()).toBeUndefined();
  });
});
