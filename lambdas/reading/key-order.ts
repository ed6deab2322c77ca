/** Code units from here on stand for more than themselves, or sort before those that do. */
const firstSurrogate = 0xd800;

/** Compares text by its UTF-8 bytes, as S3 lists keys. (JavaScript's `<` goes by UTF-16: wrong beyond U+FFFF.) */
export function compareBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shorter) return Math.sign(a.length - b.length);
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  if (left < firstSurrogate && right < firstSurrogate) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A text behind every key that starts with the prefix, and before any other: no key has a code point beyond it. */
export function behindPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
