import { dateDefect, isTime, type DateDefect, type KeyToken } from "./key-tokens";

/** How keys are made: their text, with a placeholder for each part that differs. */
export interface KeyTemplate {
  readonly text: string;
  readonly objects: number;
  readonly example: string;
  /** What is wrong with a date in it, for a reader who goes by key, and whether any two objects differ in it. */
  readonly dateDefect?: { readonly kind: DateDefect; readonly varied: boolean; readonly namesDay: boolean };
  /** The first part that differs between objects of a stream, which decides how these keys sort. */
  readonly leading?: "time" | "random" | "number" | "unpadded number" | "other";
  /** Where a number of one width decides: how it has been filled so far. */
  readonly counter?: Counter;
  /** The same for a number in what names the stream, where it is the first part that differs between objects. */
  readonly streamCounter?: Counter;
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
  /** Whether all begin with the same digit. */
  alike: boolean;
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

/** Objects whose random parts would not all begin with the same digit. */
const enoughToBeAlike = 20;

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
      one.alike &&= value[0] === one.token.text[0];
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
  return {
    token,
    varied: false,
    shortest,
    longest,
    greatest: text,
    padded: text.startsWith("0"),
    alike: /^\d/.test(text),
  };
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
  const leading = tokens.find(({ token, varied }) => varied && token.start >= varyingFrom);
  const first = tokens.find(({ varied }) => varied);
  return {
    text,
    objects,
    example,
    ...defectOf(tokens),
    ...(leading === undefined ? {} : leadingPart(leading, objects)),
    ...(first?.token.kind === "number" && first !== leading ? { streamCounter: counterOf(first) } : {}),
  };
}

/** That of a date which differs between objects, rather than of one that does not, such as a release's. */
function defectOf(tokens: readonly SeenToken[]): Pick<KeyTemplate, "dateDefect"> {
  const defects = tokens.flatMap(({ token: { kind, placeholder }, varied }) => {
    const defect = kind === "date" ? dateDefect(placeholder) : undefined;
    return defect === undefined ? [] : [{ kind: defect, varied, namesDay: placeholder.includes("D") }];
  });
  const found = defects.find(({ varied }) => varied) ?? defects.at(0);
  return found === undefined ? {} : { dateDefect: found };
}

function isRandom({ kind }: KeyToken): boolean {
  return kind === "random" || kind === "uuid";
}

function leadingPart(seen: SeenToken, objects: number): Pick<KeyTemplate, "leading" | "counter"> {
  const leading = leadingKind(seen, objects);
  return leading === "number" ? { leading, counter: counterOf(seen) } : { leading };
}

function counterOf({ longest: digits, greatest, padded }: SeenToken): Counter {
  return { digits, greatest, padded };
}

function leadingKind(
  { token, shortest, longest, alike }: SeenToken,
  objects: number,
): NonNullable<KeyTemplate["leading"]> {
  if (isTime(token)) return "time";
  if (isRandom(token)) {
    // Ids that begin with a time, as those of MongoDB and KSUIDs, keep their first digit for years.
    return token.kind === "random" && alike && objects >= enoughToBeAlike ? "other" : "random";
  }
  if (token.kind !== "number") return "other";
  return shortest === longest ? "number" : "unpadded number";
}
