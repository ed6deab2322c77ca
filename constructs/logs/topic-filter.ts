import { Token } from "cdktf";
import { filterText } from "./filter-text";
import type { HookSource } from "./hook-source";

/** The most that a filter may have: values of each key, multiplied. Source: SNS developer guide, "Filter policy constraints". */
const combinations = 150;
/** A key counts its values as often as it is deep: Records, s3, bucket or object, and the key itself. Source as above. */
const depth = 4;

type Matcher = string | { readonly prefix: string };

/** A filter on the body of S3's notifications. */
export interface TopicFilter {
  readonly Records: {
    readonly s3: {
      readonly bucket?: { readonly name: readonly Matcher[] };
      readonly object?: { readonly key: readonly Matcher[] };
    };
  };
}

/**
 * Keeps off what no source holds, as far as SNS can tell: it compares buckets and starts of keys each by itself, and no
 * ends. What it lets through is filtered by the function. Undefined where nothing can be kept off.
 */
export function topicFilter(sources: readonly HookSource[]): TopicFilter | undefined {
  const names = unique(sources.map(({ bucket }) => nameMatcher(bucket)));
  const keys = unique(sources.map(({ prefix = "" }) => keyMatcher(prefix)));
  const count = (list: readonly Matcher[] | undefined): number =>
    list === undefined ? 1 : list.length * depth;
  const name = count(names) <= combinations ? names : undefined;
  const key = count(name) * count(keys) <= combinations ? keys : undefined;
  if (name === undefined && key === undefined) return undefined;
  return {
    Records: {
      s3: {
        ...(name === undefined ? {} : { bucket: { name } }),
        ...(key === undefined ? {} : { object: { key } }),
      },
    },
  };
}

/** Undefined where one of them matches everything. */
function unique(matchers: readonly (Matcher | undefined)[]): Matcher[] | undefined {
  const known = matchers.filter((matcher) => matcher !== undefined);
  if (known.length < matchers.length) return undefined;
  return [...new Map(known.map((matcher) => [JSON.stringify(matcher), matcher])).values()];
}

/** SNS has prefixes and no other patterns, so a pattern counts up to its first star. */
function nameMatcher(bucket: string): Matcher | undefined {
  if (Token.isUnresolved(bucket) || !bucket.includes("*")) return bucket;
  const prefix = bucket.slice(0, bucket.indexOf("*"));
  return prefix === "" ? undefined : { prefix };
}

/** S3 encodes keys in its notifications; how it writes these characters is not documented, so the prefix ends before them. */
const unsure = /[!'()*~]/;

function keyMatcher(prefix: string): Matcher | undefined {
  const end = Token.isUnresolved(prefix) ? -1 : prefix.search(unsure);
  const sure = end < 0 ? prefix : prefix.slice(0, end);
  return sure === "" ? undefined : { prefix: filterText(sure) };
}
