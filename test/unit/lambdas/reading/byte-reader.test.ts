import { behind } from "../../../../lambdas/reading/byte-reader";

async function* memories(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(new TextEncoder().encode(text).buffer));
}

it("skips the same bytes where the memory of each chunk is taken away once it was worked", async () => {
  const found: string[] = [];
  for await (const chunk of behind(memories("one", "two", "three"), 4)) {
    found.push(chunk.toString());
    structuredClone(chunk.buffer, { transfer: [chunk.buffer as ArrayBuffer] });
  }
  expect(found).toEqual(["wo", "three"]);
});
