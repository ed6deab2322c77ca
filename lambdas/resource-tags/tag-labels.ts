import { createHash } from "node:crypto";

/** A tag as the Tagging API has it. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Labels of one resource, and what of its tags is not in them. */
export interface TagLabels {
  readonly labels: readonly (readonly [string, string])[];
  /** Keys for which there is no room. */
  readonly leftOut: readonly string[];
  /** Keys whose values were cut. */
  readonly cut: readonly string[];
}

/**
 * What a series' labels are bounded to. Prometheus' long-term stores refuse a series with more than 30 labels unless
 * they are told otherwise (Cortex and Mimir, `max_label_names_per_series`), and eight to ten are the resource's own.
 */
export const labelLimits = {
  tags: 20,
  /** AWS allows 128 characters. */
  nameCharacters: 140,
  /** AWS allows 256 characters. The stores refuse 2,048 bytes and more (`max_label_value_length`). */
  valueCharacters: 256,
} as const;

/**
 * A name of a metric's label as the receiver of the metric stream makes it from a dimension: in lower case, and what
 * Prometheus does not allow as `_`.
 */
export function dimensionLabel(dimension: string): string {
  const name = clean(dimension.toLowerCase());
  return /^\d/.test(name) ? `key_${name}` : name.replace(/^_(?!_)/, "key_");
}

/**
 * Labels of tags: `tag_` and the key, in which everything but letters of ASCII, digits and `_` is `_`. Of two keys with
 * one label the key that needs no cleaning has it, else the first by name; the other's ends in a digest of its key, so
 * that the labels of a key are few and do not depend on the order of tags. Tags without a value make no label, since an
 * empty label is none.
 */
export function tagLabels(tags: readonly Tag[]): TagLabels {
  const usable = tags.filter(({ value }) => value !== "").sort(byImportance);
  const kept = usable.slice(0, labelLimits.tags);
  const labels = new Map<string, string>();
  const cut: string[] = [];
  for (const { key, value } of [...kept].sort(byCleanness)) {
    const name = tagLabel(key);
    const characters = Array.from(value);
    if (characters.length > labelLimits.valueCharacters) cut.push(key);
    labels.set(
      labels.has(name) ? `${name}_${digest(key)}` : name,
      characters.slice(0, labelLimits.valueCharacters).join(""),
    );
  }
  return {
    labels: [...labels],
    leftOut: usable.slice(labelLimits.tags).map(({ key }) => key),
    cut,
  };
}

function tagLabel(key: string): string {
  const name = `tag_${clean(key)}`;
  if (name.length <= labelLimits.nameCharacters) return name;
  return `${name.slice(0, labelLimits.nameCharacters)}_${digest(key)}`;
}

function clean(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/gu, "_");
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 6);
}

/** What users wrote comes before what AWS and its services did (`aws:cloudformation:stack-name`). */
function byImportance(one: Tag, other: Tag): number {
  const ofAws = ({ key }: Tag): number => Number(key.startsWith("aws:"));
  return ofAws(one) - ofAws(other) || byKey(one, other);
}

function byCleanness(one: Tag, other: Tag): number {
  const unclean = ({ key }: Tag): number => Number(clean(key) !== key);
  return unclean(one) - unclean(other) || byKey(one, other);
}

function byKey(one: Tag, other: Tag): number {
  return one.key < other.key ? -1 : Number(one.key > other.key);
}
