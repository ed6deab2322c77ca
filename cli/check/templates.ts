import { dateDefect, type KeyToken } from "./key-tokens";

/** How keys are made: their text, with a placeholder for each part that differs. */
export interface KeyTemplate {
  readonly text: string;
  readonly objects: number;
  readonly example: string;
  /** What is wrong with a date in it, for a reader who goes by key. */
  readonly dateDefect?: "day first" | "not padded";
  /** The first part that differs between objects of a stream, which decides how these keys sort. */
  readonly leading?: "time" | "random" | "number" | "unpadded number" | "other";
  /** Where a number of one width decides: how it has been filled so far. */
  readonly counter?: Counter;
  /** Whether a random part follows the time. */
  readonly randomTail: boolean;
}

/** Numbers in names, which have all had the same number of digits so far. */
export interface Counter {
  readonly digits: number;
  readonly greatest: string;
  /** Whether some have leading zeros. */
  readonly padded: boolean;
}

interface SeenToken {
  readonly token: KeyToken;
  varied: boolean;
  shortest: number;
  longest: number;
  greatest: string;
  padded: boolean;
}

interface SeenTemplate {
  objects: number;
  readonly example: string;
  /** Where the part begins that names no stream. */
  readonly varyingFrom: number;
  readonly tokens: readonly SeenToken[];
}

/** More kinds of keys than a reader looks at; the others are only counted. */
const mostTemplates = 500;

/** The kinds of keys in a listing. */
export class TemplateCensus {
  private readonly seen = new Map<string, SeenTemplate>();
  /** Objects whose template was one too many. */
  others = 0;

  /** `streamLength` is the length of the part that is the same in a stream: what varies there decides no order. */
  add(key: string, tokens: readonly KeyToken[], streamLength: number): void {
    const text = templateOf(key, tokens);
    const known = this.seen.get(text);
    if (known === undefined) {
      if (this.seen.size >= mostTemplates) {
        this.others += 1;
        return;
      }
      this.seen.set(text, {
        objects: 1,
        example: key,
        varyingFrom: streamLength,
        tokens: tokens.map(firstSeen),
      });
      return;
    }
    known.objects += 1;
    known.tokens.forEach((one, index) => {
      const { text: value } = tokens[index];
      if (value === one.token.text) return;
      one.varied = true;
      one.shortest = Math.min(one.shortest, value.length);
      one.longest = Math.max(one.longest, value.length);
      if (value > one.greatest) one.greatest = value;
      one.padded ||= value.startsWith("0");
    });
  }

  /** The most frequent first. */
  templates(): KeyTemplate[] {
    return [...this.seen.values()].map(describe).sort((one, other) => other.objects - one.objects);
  }
}

function firstSeen(token: KeyToken): SeenToken {
  const { text } = token;
  const [shortest, longest] = [text.length, text.length];
  return { token, varied: false, shortest, longest, greatest: text, padded: text.startsWith("0") };
}

function templateOf(key: string, tokens: readonly KeyToken[]): string {
  let text = "";
  let at = 0;
  for (const { start, end, placeholder } of tokens) {
    text += key.slice(at, start) + placeholder;
    at = end;
  }
  return text + key.slice(at);
}

function describe({ objects, example, varyingFrom, tokens }: SeenTemplate): KeyTemplate {
  // A number that is the same everywhere, such as the 2 of "v2", says more than its placeholder.
  const shown = tokens.filter(({ token, varied }) => varied || token.kind !== "number");
  const text = templateOf(
    example,
    shown.map(({ token }) => token),
  );
  const defect = tokens
    .map(({ token }) => (token.kind === "date" ? dateDefect(token.placeholder) : undefined))
    .find((found) => found !== undefined);
  const leading = tokens.findIndex(({ token, varied }) => varied && token.start >= varyingFrom);
  const time = tokens.findIndex(({ token }) => isTime(token));
  return {
    text,
    objects,
    example,
    ...(defect === undefined ? {} : { dateDefect: defect }),
    ...(leading === -1 ? {} : leadingPart(tokens[leading])),
    randomTail:
      time !== -1 && tokens.some(({ token, varied }, index) => index > time && varied && isRandom(token)),
  };
}

function isTime({ kind }: KeyToken): boolean {
  return kind === "date" || kind === "epoch" || kind === "timed-id";
}

function isRandom({ kind }: KeyToken): boolean {
  return kind === "random" || kind === "uuid";
}

function leadingPart(seen: SeenToken): Pick<KeyTemplate, "leading" | "counter"> {
  const leading = leadingKind(seen);
  const { greatest, padded, longest: digits } = seen;
  return leading === "number" ? { leading, counter: { digits, greatest, padded } } : { leading };
}

function leadingKind({ token, shortest, longest }: SeenToken): NonNullable<KeyTemplate["leading"]> {
  if (isTime(token)) return "time";
  if (isRandom(token)) return "random";
  if (token.kind !== "number") return "other";
  return shortest === longest ? "number" : "unpadded number";
}
