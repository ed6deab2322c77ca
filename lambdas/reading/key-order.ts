/** Compares text by its UTF-8 bytes, as S3 lists keys. (JavaScript's `<` goes by UTF-16: wrong beyond U+FFFF.) */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A text behind every key that starts with the prefix, and before any other: no key has a code point beyond it. */
export function behindPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
