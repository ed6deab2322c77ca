import { gzipSync } from "node:zlib";
import { layouts, type Layout, type NamedObject } from "./fetcher-layouts";
import { Random } from "./random";

/** An object that was written, with what its lines are. */
export interface WrittenObject extends Required<NamedObject> {
  readonly messages: readonly string[];
  readonly content: Buffer;
}

/** Keys come this much later than they say, in ms. */
const latestMs = 1_800_000;

/** Writes objects as the services of AWS and all sorts of programs name them, with lines that tell where they belong. */
export class RandomWriter {
  private count = 0;
  private readonly namings: readonly Layout[];
  private readonly keys = new Set<string>();

  /** @param now the present, in ms since 1970 */
  constructor(
    readonly random: Random,
    private readonly now: () => number,
    private readonly most: { readonly lines: number } = { lines: 6 },
  ) {
    const names = Object.keys(layouts);
    const chosen = Array.from({ length: 1 + random.below(2) }, () => random.pick(names));
    this.namings = [...chosen.map((name) => layouts[name](random)), ...this.oddNamings()];
  }

  next(): WrittenObject {
    for (;;) {
      const late = this.random.chance(0.3) ? this.random.below(latestMs) : 0;
      const named = this.name(this.now() - late);
      if (this.keys.has(named.key)) continue;
      this.keys.add(named.key);
      return { order: named.key, ...named, ...this.content(named.key) };
    }
  }

  /** The name of an object from long before. */
  old(): Required<NamedObject> {
    const named = this.name(this.now() - this.random.below(4 * 86_400_000));
    // What takes the name of an object that was dealt with is not new.
    this.keys.add(named.key);
    return { order: named.key, ...named };
  }

  private name(time: number): NamedObject {
    // Real layouts most of the time.
    const odd = this.random.chance(0.2);
    const namings = odd ? this.namings.slice(-oddNames) : this.namings.slice(0, -oddNames);
    return this.random.pick(namings)(time);
  }

  private oddNamings(): readonly Layout[] {
    const { random } = this;
    const number = (): number => 7 + this.count;
    const named = (writer: string, name: string): NamedObject => ({ writer, key: writer + name });
    return [
      // A counter that gains digits, so that its tenth sorts behind its first.
      () => named("app/", `${number()}.log`),
      // In order, all in one second.
      () => named("seconds/", `2026/01/05/12-00-00-${String(number()).padStart(6, "0")}.log`),
      // Names that only bytes put in order.
      () =>
        named(
          "odd ä/",
          `${random.pick(["\u{1f600}", "\uff5e", "+ %2B", "é\u0301", "~", "Z", 'a&<b>"'])}${random.below(1000)}`,
        ),
      // Above all folders, and folders' markers.
      () => named("", `${random.pick(["A", "q", "z"])}${random.below(1000)}.txt`),
      () => named(`AWSLogs/${random.pick(["111111111111", "222222222222"])}/`, ""),
    ];
  }

  private content(key: string): Pick<WrittenObject, "messages" | "content"> {
    const number = this.count++;
    const { random } = this;
    if (key.endsWith("/") || random.chance(0.05)) return { messages: [], content: Buffer.alloc(0) };
    const lines = random.chance(0.1) ? 20 * this.most.lines : 1 + random.below(this.most.lines);
    const messages = Array.from(
      { length: lines },
      (_, line) => `object ${number} line ${line} ${"x".repeat(40)}`,
    );
    const plain = Buffer.from(random.pick(forms)(messages));
    return { messages, content: random.chance(0.4) ? gzipSync(plain) : plain };
  }
}

/** How many of the namings are those of programs. */
const oddNames = 5;

const forms: readonly ((messages: readonly string[]) => string)[] = [
  (messages) => messages.map((message) => `${message}\n`).join(""),
  (messages) => messages.join("\r\n"),
  (messages) => messages.map((message) => JSON.stringify({ message })).join("\n"),
  (messages) => JSON.stringify({ Records: messages.map((message) => ({ message })) }),
];
