/**
 * What is known of a request's condition keys. A key that stands for an empty list is known to be absent from the
 * request; of a key that is not listed nothing is known.
 */
export interface Context {
  /** The values of a key, none where it is known to be absent; undefined where nothing is known. */
  valuesOf(key: string): readonly string[] | undefined;
}

export type KnownKeys = Readonly<Record<string, string | readonly string[]>>;

/** Keys are compared without regard to case, as IAM does. @param complete whether every other key is absent */
export function contextOf(known: KnownKeys, complete = false): Context {
  const values = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  return { valuesOf: (key) => values.get(key.toLowerCase()) ?? (complete ? [] : undefined) };
}
