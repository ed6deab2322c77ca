import { Census } from "./census";
import { dayOf, KeyTokenizer } from "./key-tokens";
import { isNoLog, layoutOf, layouts, type Layout } from "./layouts";
import type { ListedObject } from "./listing";
import { ObjectLog } from "./object-log";
import { findMissed, type Missed, type OrderFinding } from "./order";
import { commonNode, leavesOf, splitInOrder, streamLength, StreamTree, type StreamNode } from "./streams";
import { TemplateCensus, type KeyTemplate } from "./templates";

export interface LayoutFinding {
  /** Undefined for keys of no known layout. */
  readonly layout: Layout | undefined;
  readonly objects: number;
  /** Missed objects, each stream fetched by itself. */
  readonly missed: number;
  /** The kinds of its keys, the most frequent first. */
  readonly templates: readonly KeyTemplate[];
}

export interface StreamFinding {
  readonly prefix: string;
  readonly objects: number;
  readonly order: OrderFinding;
}

export interface Pair {
  readonly key: string;
  readonly writtenAt: number;
  readonly passedByKey: string;
  readonly passedByWrittenAt: number;
  readonly delaySeconds: number;
}

/** What a listing tells. */
export interface Analysis {
  /** Objects that hold logs, or may. */
  readonly census: Census;
  /** Folder markers and trial files of services, which are left out of all else. */
  readonly noLogs: number;
  /** All objects as one sequence. */
  readonly order: OrderFinding;
  /** Of all objects where narrower prefixes help, else of the worst of these prefixes. */
  readonly pairs: readonly Pair[];
  /** The longest prefix that all keys share and that names no time, up to a "/". */
  readonly commonPrefix: string;
  readonly streams: readonly StreamFinding[];
  /** The fewest prefixes that are in order each, where there are any. */
  readonly split: readonly StreamFinding[] | undefined;
  readonly layouts: readonly LayoutFinding[];
  /** First and last day that keys name, in days since 1970. */
  readonly namedDays: { readonly first: number; readonly last: number } | undefined;
}

/** Takes the objects of a listing one by one, in order of their keys. */
export class ListingAnalysis {
  private readonly census = new Census();
  private readonly objects = new ObjectLog();
  private readonly templates = layouts.map(() => new TemplateCensus());
  private readonly otherTemplates = new TemplateCensus();
  private readonly tokenizer = new KeyTokenizer();
  private readonly tree: StreamTree;
  private noLogs = 0;
  private firstDay = Infinity;
  private lastDay = -Infinity;

  constructor(private readonly prefix: string) {
    this.tree = new StreamTree(prefix);
  }

  add(object: ListedObject): void {
    const { key, bytes, writtenAt } = object;
    if (isNoLog(key, bytes)) {
      this.noLogs += 1;
      return;
    }
    const tokens = this.tokenizer.tokensOf(key);
    const layout = layoutOf(key);
    this.census.add(object);
    this.objects.append(key, writtenAt, bytes > 0, layout);
    const length = streamLength(key, tokens);
    this.tree.append(key, length);
    (layout === -1 ? this.otherTemplates : this.templates[layout]).add(key, tokens, length);
    const day = dayOf(tokens);
    if (day === undefined) return;
    this.firstDay = Math.min(this.firstDay, day);
    this.lastDay = Math.max(this.lastDay, day);
  }

  finish(): Analysis {
    const { census, noLogs, tree, objects } = this;
    const order = findMissed(objects, 0, objects.length);
    const common = commonNode(tree.root);
    const streams = leavesOf(common).map((node) => this.streamFinding(node));
    const inOrder = (node: StreamNode): boolean => this.orderOf(node).missed === 0;
    const split = splitInOrder(common, inOrder)?.map((node) => this.streamFinding(node).finding);
    return {
      census,
      noLogs,
      order,
      pairs: this.pairsOf(split === undefined ? worstOf(streams) : order),
      commonPrefix: this.usablePrefix(common.prefix),
      streams: streams.map(({ finding }) => finding),
      split,
      layouts: this.layoutFindings(streams.map(({ node }) => node)),
      namedDays: this.lastDay < this.firstDay ? undefined : { first: this.firstDay, last: this.lastDay },
    };
  }

  private orderOf({ start, end }: StreamNode, found?: (missed: Missed) => void): OrderFinding {
    return findMissed(this.objects, start, end, found);
  }

  private streamFinding(node: StreamNode): { node: StreamNode; finding: StreamFinding } {
    const { prefix, start, end } = node;
    return { node, finding: { prefix, objects: end - start, order: this.orderOf(node) } };
  }

  /** Cut at a "/", but never shorter than what was listed: beyond that nothing is known. */
  private usablePrefix(prefix: string): string {
    const cut = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    return cut.length < this.prefix.length ? this.prefix : cut;
  }

  private layoutFindings(leaves: readonly StreamNode[]): LayoutFinding[] {
    const objects = new Map<number, number>();
    const missed = new Map<number, number>();
    const raise = (counts: Map<number, number>, index: number): void => {
      const layout = this.objects.layoutAt(index);
      counts.set(layout, (counts.get(layout) ?? 0) + 1);
    };
    for (let index = 0; index < this.objects.length; index++) raise(objects, index);
    for (const leaf of leaves) this.orderOf(leaf, ({ index }) => raise(missed, index));
    return [...objects]
      .map(([index, number]) => ({
        layout: index === -1 ? undefined : layouts[index],
        objects: number,
        missed: missed.get(index) ?? 0,
        templates: (index === -1 ? this.otherTemplates : this.templates[index]).templates(),
      }))
      .sort((one, other) => other.objects - one.objects);
  }

  private pairsOf({ worst, latest }: OrderFinding): Pair[] {
    const missed = [worst, latest].filter((one) => one !== undefined);
    return missed
      .filter((one, position) => missed.findIndex(({ index }) => index === one.index) === position)
      .map(({ index, passedBy, delaySeconds }) => ({
        key: this.objects.keys.at(index),
        writtenAt: this.objects.writtenAt[index],
        passedByKey: this.objects.keys.at(passedBy),
        passedByWrittenAt: this.objects.writtenAt[passedBy],
        delaySeconds,
      }));
  }
}

function worstOf(streams: readonly { readonly finding: StreamFinding }[]): OrderFinding {
  const orders = streams.map(({ finding }) => finding.order);
  return orders.reduce((worst, order) => (order.missed > worst.missed ? order : worst));
}
