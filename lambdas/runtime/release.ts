/**
 * Gives memory back at once that only the collector would give back else. A collection of this heap takes some 20 ms of
 * a core, and V8 begins one for every 12 to 16 MB of buffers that came up, of which an object of 1 GB makes 100 times as
 * much. Every other view of the memory is empty from then on, so nobody may read it any more, nor the system send it.
 * Node 20 lacks the call, and leaves it to the collector.
 */
export function releaseMemory(memory: ArrayBufferLike): void {
  (memory as { transfer?: (length: number) => unknown }).transfer?.(0);
}

/**
 * Gives back what a chunk of a stream lies in, once that chunk has been worked and those before it have. What others may
 * lie in stays: the rest of its memory where it is not the last one there, and the pool that Node makes small buffers in.
 */
export function releaseChunk({ buffer: memory, byteOffset, length }: Buffer): void {
  if (byteOffset + length === memory.byteLength && memory.byteLength > Buffer.poolSize) releaseMemory(memory);
}
