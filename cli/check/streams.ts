import type { KeyToken, TokenKind } from "./key-tokens";

/** Keys that share a prefix; they stand together in a listing. */
export interface StreamNode {
  readonly prefix: string;
  /** Position of the first of its objects. */
  readonly start: number;
  /** Position behind the last of its objects. */
  end: number;
  /** Longer prefixes in it, none of which names a time. */
  readonly children: StreamNode[];
  /** Objects in none of the children. */
  own: number;
}

/** What changes from object to object; whatever stands before names a stream. */
const varying: ReadonlySet<TokenKind> = new Set(["date", "epoch", "uuid", "timed-id", "random"]);
/** More prefixes than anyone configures; what is beyond is counted with its parent. */
const mostNodes = 5_000;

/** Length of the part of a key that names its stream: up to its time, or else its random part or its number. */
export function streamLength(key: string, tokens: readonly KeyToken[]): number {
  const first = tokens.find(({ kind }) => varying.has(kind));
  if (first !== undefined) return first.start;
  const name = key.lastIndexOf("/") + 1;
  const counter = tokens.findLast(({ kind, start }) => kind === "number" && start >= name);
  return counter?.start ?? name;
}

/** Builds the tree of prefixes that the streams of a listing have in common, as keys come in order. */
export class StreamTree {
  readonly root: StreamNode;
  private readonly open: StreamNode[];
  private position = 0;
  private nodes = 1;

  constructor(prefix: string) {
    this.root = { prefix, start: 0, end: 0, children: [], own: 0 };
    this.open = [this.root];
  }

  append(key: string, length: number): void {
    const stream = key.slice(0, Math.max(length, this.root.prefix.length));
    while (!stream.startsWith(this.top.prefix)) this.open.pop();
    for (;;) {
      const slash = stream.indexOf("/", this.top.prefix.length);
      const end = slash === -1 ? stream.length : slash + 1;
      if (end === this.top.prefix.length || this.nodes >= mostNodes) break;
      this.enter(stream.slice(0, end));
    }
    this.top.own += 1;
    this.position += 1;
    for (const node of this.open) node.end = this.position;
  }

  private get top(): StreamNode {
    return this.open[this.open.length - 1];
  }

  private enter(prefix: string): void {
    // Keys that start with another stream's prefix, such as web-10- and web-1: its objects lie around theirs.
    const node: StreamNode = { prefix, start: this.position, end: this.position, children: [], own: 0 };
    this.top.children.push(node);
    this.open.push(node);
    this.nodes += 1;
  }
}

/** The deepest prefix that all objects share. */
export function commonNode(root: StreamNode): StreamNode {
  let node = root;
  while (node.own === 0 && node.children.length === 1) node = node.children[0];
  return node;
}

/** The prefixes below a node that name one stream each; where objects lie beside prefixes, the node itself. */
export function leavesOf(node: StreamNode): StreamNode[] {
  if (node.children.length === 0 || node.own > 0) return [node];
  return node.children.flatMap(leavesOf);
}

/**
 * The fewest prefixes that are in order each and hold all objects of a node together. Undefined where there are none:
 * where a stream is out of order in itself, or no prefix has its objects alone.
 */
export function splitInOrder(
  node: StreamNode,
  inOrder: (node: StreamNode) => boolean,
): StreamNode[] | undefined {
  const parts = partsInOrder(node, inOrder);
  // A prefix "web" has the keys of "web-a/" as well, wherever in the listing those were found.
  const prefixes = parts?.map(({ prefix }) => prefix).sort() ?? [];
  const overlap = prefixes.some((prefix, index) => index > 0 && prefix.startsWith(prefixes[index - 1]));
  return overlap ? undefined : parts;
}

function partsInOrder(node: StreamNode, inOrder: (node: StreamNode) => boolean): StreamNode[] | undefined {
  if (inOrder(node)) return [node];
  // Objects beside the children would need a prefix that has the children too.
  if (node.children.length === 0 || node.own > 0) return undefined;
  const parts: StreamNode[] = [];
  for (const child of node.children) {
    const split = partsInOrder(child, inOrder);
    if (split === undefined) return undefined;
    parts.push(...split);
  }
  return parts;
}
