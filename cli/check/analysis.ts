import { Census } from "./census";
import { dayOf, KeyTokenizer, type KeyToken } from "./key-tokens";
import { isNoLog, layoutOf, layouts, type Layout } from "./layouts";
import type { ListedObject } from "./listing";
import { Markers } from "./markers";
import { isFixedName, orderIsNamed } from "./names";
import { ObjectLog } from "./object-log";
import { findMissed, type Missed, type OrderFinding } from "./order";
import { NamedDays, type Spread } from "./spread";
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

/** A prefix that is in order by itself. */
export interface PartFinding extends StreamFinding {
  /** The greatest key, where it has a name for good and sorts behind names of a row. */
  readonly fixedLast: string | undefined;
  /** Objects that were written after a folder marker or trial file with a greater key. */
  readonly passedByMarkers: number;
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
  /** The longest prefix that all keys share and that names no time. */
  readonly commonPrefix: string;
  /** The same up to a "/": what is new often differs in its name. */
  readonly commonFolder: string;
  readonly streams: readonly StreamFinding[];
  /** The fewest prefixes that are in order each, where there are any. */
  readonly split: readonly PartFinding[] | undefined;
  readonly layouts: readonly LayoutFinding[];
  /** Undefined where most keys name no day. */
  readonly spread: Spread | undefined;
}

/** Takes the objects of a listing one by one, in order of their keys. */
export class ListingAnalysis {
  private readonly census = new Census();
  private readonly objects = new ObjectLog();
  private readonly templates = layouts.map(() => new TemplateCensus());
  private readonly otherTemplates = new TemplateCensus();
  private readonly tokenizer = new KeyTokenizer();
  private readonly tree: StreamTree;
  private readonly markers = new Markers();
  private readonly namedDays = new NamedDays();
  private previous: ListedObject | undefined;

  constructor(private readonly prefix: string) {
    this.tree = new StreamTree(prefix);
  }

  add(object: ListedObject): void {
    const { key, bytes, writtenAt } = object;
    if (isNoLog(key, bytes)) {
      this.markers.add(key, writtenAt, this.objects.length);
      return;
    }
    const tokens = this.tokenizer.tokensOf(key);
    const layout = layoutOf(key);
    this.census.add(object);
    const tied = this.isTied(object, tokens);
    this.objects.append(key, writtenAt, {
      hasContent: bytes > 0,
      fixedName: isFixedName(key, tokens),
      tied,
      layout,
    });
    const length = streamLength(key, tokens);
    this.tree.append(key, length);
    (layout === -1 ? this.otherTemplates : this.templates[layout]).add(key, tokens, length);
    const day = dayOf(tokens);
    if (day !== undefined) this.namedDays.add(day);
  }

  finish(): Analysis {
    const { census, markers, tree, objects } = this;
    const order = findMissed(objects, 0, objects.length);
    const common = commonNode(tree.root);
    const streams = leavesOf(common).map((node) => this.streamFinding(node));
    const inOrder = (node: StreamNode): boolean => this.orderOf(node).missed === 0;
    const split = splitInOrder(common, inOrder)?.map((node) => this.partFinding(node));
    return {
      census,
      noLogs: markers.count,
      order,
      pairs: this.pairsOf(split === undefined ? worstOf(streams) : order),
      commonPrefix: this.lastingPrefix(common.prefix),
      commonFolder: this.folderOf(this.lastingPrefix(common.prefix)),
      streams: streams.map(({ finding }) => finding),
      split,
      layouts: this.layoutFindings(streams.map(({ node }) => node)),
      spread: this.namedDays.spread(objects.writtenAt.subarray(0, objects.length)),
    };
  }

  private isTied(object: ListedObject, tokens: readonly KeyToken[]): boolean {
    const { previous } = this;
    this.previous = object;
    return previous?.writtenAt === object.writtenAt && !orderIsNamed(previous.key, object.key, tokens);
  }

  private orderOf({ start, end }: StreamNode, found?: (missed: Missed) => void): OrderFinding {
    return findMissed(this.objects, start, end, found);
  }

  private streamFinding(node: StreamNode): { node: StreamNode; finding: StreamFinding } {
    const { prefix, start, end } = node;
    return { node, finding: { prefix, objects: end - start, order: this.orderOf(node) } };
  }

  private partFinding(node: StreamNode): PartFinding {
    return {
      ...this.streamFinding(node).finding,
      fixedLast: this.fixedLast(node),
      passedByMarkers: this.markers.passed(this.objects, node),
    };
  }

  private fixedLast({ start, end }: StreamNode): string | undefined {
    const { keys, hasFixedName } = this.objects;
    let index = end - 1;
    while (index >= start && hasFixedName(index)) index -= 1;
    return index < start || index === end - 1 ? undefined : keys.at(end - 1);
  }

  /** Without folders that may be a year, month or day: prefixes that name none last. */
  private lastingPrefix(prefix: string): string {
    const short = prefix.search(/(?<=^|\/)(?:\d{1,2}|\d{4}|\d{6})\//);
    return short === -1 || short < this.prefix.length ? prefix : prefix.slice(0, short);
  }

  /** Cut at a "/", but never shorter than what was listed: beyond that nothing is known. */
  private folderOf(prefix: string): string {
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
