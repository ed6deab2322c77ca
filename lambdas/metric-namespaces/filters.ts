import { matchesAny } from "../runtime/patterns";
import { exactNamespaces, filterNames, placeholderNamespace, type NamespaceSelection } from "./environment";

/** A namespace of a stream, as a whole or with some of its metrics. */
export interface IncludeFilter {
  readonly namespace: string;
  /** Empty where the whole namespace is streamed. */
  readonly metricNames: readonly string[];
}

/** The filters that a stream is to have, and what they change. */
export interface FilterChoice {
  /** Sorted by namespace, never empty. */
  readonly filters: readonly IncludeFilter[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Namespaces for which there is no room, sorted. */
  readonly leftOut: readonly string[];
}

/**
 * Chooses the filters of a stream. A namespace that once was streamed stays for as long as the selection includes
 * it, though it may be silent: nothing is paid for a silent one, and one that came and went with its metrics would
 * have the stream updated each time. Where there is no room for all, those stay that were named, then those that are
 * alive and streamed, then the others that are alive, and the silent ones go first; in each case by name.
 */
export function chooseFilters(
  selection: NamespaceSelection,
  alive: ReadonlySet<string>,
  current: readonly IncludeFilter[],
): FilterChoice {
  const streamed = new Map(current.map((filter) => [filter.namespace, filter]));
  const selected = (namespace: string): boolean =>
    namespace !== placeholderNamespace &&
    matchesAny(selection.include, namespace) &&
    !matchesAny(selection.exclude, namespace);
  const kept = [...streamed.keys()].filter(selected).sort();
  const wanted = new Set([
    ...exactNamespaces(selection),
    ...kept.filter((namespace) => alive.has(namespace)),
    ...[...alive].filter(selected).sort(),
    ...kept,
  ]);

  const filters: IncludeFilter[] = [];
  const leftOut: string[] = [];
  let room = filterNames;
  for (const namespace of wanted) {
    const filter = streamed.get(namespace) ?? { namespace, metricNames: [] };
    const names = 1 + filter.metricNames.length;
    if (names > room) {
      leftOut.push(namespace);
      continue;
    }
    room -= names;
    filters.push(filter);
  }
  if (filters.length === 0) filters.push({ namespace: placeholderNamespace, metricNames: [] });

  const chosen = new Set(filters.map(({ namespace }) => namespace));
  return {
    filters: filters.sort((one, other) => (one.namespace < other.namespace ? -1 : 1)),
    added: [...chosen].filter((namespace) => !streamed.has(namespace)).sort(),
    removed: [...streamed.keys()].filter((namespace) => !chosen.has(namespace)).sort(),
    leftOut: leftOut.sort(),
  };
}
