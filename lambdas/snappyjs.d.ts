/** The package has no types of its own. */
declare module "snappyjs" {
  /** Snappy's block format, not the framed one. */
  export function compress(input: Uint8Array): Uint8Array;
  export function uncompress(input: Uint8Array, maxLength?: number): Uint8Array;
}
