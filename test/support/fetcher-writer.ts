import { gzipSync } from "node:zlib";
import { Random } from "./random";

/** An object that was written, with what its lines are. */
export interface WrittenObject {
  readonly key: string;
  /** The order that it belongs to. */
  readonly stream: string;
  readonly messages: readonly string[];
  readonly content: Buffer;
}

type Naming = (writer: RandomWriter) => { readonly stream: string; readonly name: string };

/** Writes objects as the services of AWS and all sorts of programs name them, with lines that tell where they belong. */
export class RandomWriter {
  private count = 0;
  private minute = 0;
  private readonly accounts = ["222222222222"];
  private readonly regions = ["us-east-1"];
  private readonly keys = new Set<string>();

  constructor(
    readonly random: Random,
    private readonly most: { readonly lines: number } = { lines: 6 },
  ) {}

  /** Time goes on, and now and then an account or a region is new. */
  advance(): void {
    this.minute++;
    if (this.random.chance(0.15))
      this.accounts.unshift(String(111_111_111_111 + this.random.below(899_999_999)));
    if (this.random.chance(0.15))
      this.regions.push(this.random.pick(["af-south-1", "eu-west-1", "us-west-2"]));
  }

  next(): WrittenObject {
    for (;;) {
      const { stream, name } = this.random.pick(namings)(this);
      const key = stream + name;
      if (this.keys.has(key)) continue;
      this.keys.add(key);
      return { key, stream, ...this.content(key) };
    }
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

  /** The time in a key: of now, or, as late ones have it, of some minutes ago. */
  time(): { readonly day: string; readonly stamp: string } {
    const late = this.random.chance(0.3) ? this.random.below(30) : 0;
    const date = new Date(Date.parse("2026-01-05T23:30:00Z") + (this.minute - late) * 60_000).toISOString();
    return { day: date.slice(0, 10).replaceAll("-", "/"), stamp: date.slice(0, 16).replaceAll(/[-:]/g, "") };
  }

  account(): string {
    return this.random.pick(this.accounts);
  }

  region(): string {
    return this.random.pick(this.regions);
  }

  number(): number {
    return 7 + this.count;
  }
}

const namings: readonly Naming[] = [
  // CloudTrail: an account and region each, a random tail inside the minute.
  (writer) => {
    const [account, region] = [writer.account(), writer.region()];
    const { day, stamp } = writer.time();
    const stream = `AWSLogs/${account}/CloudTrail/${region}/`;
    return { stream, name: `${day}/${account}_CloudTrail_${region}_${stamp}Z_${writer.random.hex(4)}.json` };
  },
  // A counter that gains digits, so that its tenth sorts behind its first.
  (writer) => ({ stream: "app/", name: `${writer.number()}.log` }),
  // In order, all in one second.
  (writer) => ({
    stream: "seconds/",
    name: `2026/01/05/12-00-00-${String(writer.number()).padStart(6, "0")}.log`,
  }),
  // GuardDuty, CloudFront: nothing but chance inside the hour.
  (writer) => ({ stream: "guard/", name: `2026/01/05/${writer.random.hex(8)}.jsonl.gz` }),
  // Names that only bytes put in order.
  (writer) => ({
    stream: "odd ä/",
    name: `${writer.random.pick(["\u{1f600}", "\uff5e", "+ %2B", "é\u0301", "~", "Z", 'a&<b>"'])}${writer.random.below(1000)}`,
  }),
  // Above all folders, and folders' markers.
  (writer) => ({
    stream: "",
    name: `${writer.random.pick(["A", "q", "z"])}${writer.random.below(1000)}.txt`,
  }),
  (writer) => ({ stream: `AWSLogs/${writer.account()}/`, name: "" }),
];

const forms: readonly ((messages: readonly string[]) => string)[] = [
  (messages) => messages.map((message) => `${message}\n`).join(""),
  (messages) => messages.join("\r\n"),
  (messages) => messages.map((message) => JSON.stringify({ message })).join("\n"),
  (messages) => JSON.stringify({ Records: messages.map((message) => ({ message })) }),
];
