import type { Path } from "./problems";

/** The keys that are allowed at a path of the file; of a choice, those of all its branches. */
export type KnownKeys = (path: Path) => string[];

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** What a JSON Schema allows. */
export function knownKeysIn(schema: object): KnownKeys {
  return (path) => {
    let nodes = branches(schema);
    for (const part of path) {
      nodes = nodes.flatMap((node) => {
        const next = typeof part === "number" ? node.items : node.properties?.[part];
        return next === undefined ? [] : branches(next);
      });
    }
    return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
  };
}

/** The known key that a misspelt one was probably meant to be. */
export function closest(key: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map((candidate) => ({ candidate, edits: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= Math.max(2, key.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest.at(0)?.candidate;
}

function branches(node: SchemaNode): SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap(branches), ...(node.oneOf ?? []).flatMap(branches)];
}

/** Levenshtein distance: insertions, deletions and replacements between two words. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, replaced));
    }
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
