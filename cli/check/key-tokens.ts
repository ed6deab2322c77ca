/** What a part of a key is taken for. */
export type TokenKind =
  | "date"
  | "epoch"
  | "uuid"
  | "timed-id"
  | "random"
  | "number"
  | "account"
  | "region"
  | "resource"
  | "address";

export interface KeyToken {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What stands in its place in a template, such as `YYYY/MM/DD`. */
  readonly placeholder: string;
}

const hexGroup = (digits: number): string => `[0-9a-fA-F]{${digits}}`;
/** Alternatives that have the same character between their parts. */
const separated = (separators: readonly string[], ...fields: readonly string[]): string =>
  `(?:${separators.map((separator) => fields.join(separator)).join("|")})`;
const monthName = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
/** Milliseconds or finer behind the seconds. */
const fraction = String.raw`(?:[-_.,](?:\d{3}){1,3}(?=Z?(?![0-9A-Za-z])))?`;

/** In this order: what is tried first wins. */
const parts: readonly [group: string, pattern: string][] = [
  ["account", String.raw`(?<=AWSLogs/(?:o-[a-z0-9]+/)?|aws-account-id=)\d{12}(?!\d)`],
  ["hive", String.raw`(?<=^|/)(?:year|month|day|hour|minute|date|dt)=\d[\d-]*(?=/)`],
  ["uuid", `(?<![0-9a-fA-F])${[8, 4, 4, 4, 12].map(hexGroup).join("-")}(?![0-9a-fA-F])`],
  [
    "region",
    String.raw`(?<![a-z0-9])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:gov-|isob?-)?(?:north|south|east|west|central)+-\d(?![a-z0-9])`,
  ],
  [
    "resource",
    String.raw`(?<![A-Za-z0-9])(?:(?:fl|vpc|eni|i|sg|subnet|vol|nat|igw)-[0-9a-f]{8,17}|(?<=AWSLogs/)o-[a-z0-9]{10,32}|(?:app|net|gwy)\.[A-Za-z0-9-]+\.[0-9a-f]{16})(?![A-Za-z0-9])`,
  ],
  ["address", String.raw`(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])`],
  [
    "dayFirst",
    `(?<!\\d)${separated(["-", "_", "[.]", "/"], String.raw`(?:0?[1-9]|[12]\d|3[01])`, String.raw`(?:\d{1,2}|[A-Z][a-z]{2})`, String.raw`20\d\d`)}(?!\\d)`,
  ],
  ["folders", String.raw`(?<!\d)20\d\d/\d{1,2}/\d{1,2}(?:/[0-2]\d(?=/)(?:/[0-5]\d(?=/))?)?(?=/)`],
  // Times that are coarse: who took them for a part that stays would name a prefix that ends with the month or year.
  ["namedMonth", String.raw`(?<!\d)20\d\d[-_./]?${monthName}|(?<![A-Za-z])${monthName}[-_./]?20\d\d(?!\d)`],
  ["month", String.raw`(?<!\d)20\d\d/\d{1,2}(?=/)|(?<=^|/)20\d\d(?:0[1-9]|1[0-2])?(?=/)`],
  [
    "date",
    `(?<!\\d)${separated(["-", "_", "[.]"], String.raw`20\d\d`, String.raw`\d{1,2}`, String.raw`\d{1,2}`)}` +
      String.raw`(?:[-_T.: ]?[0-2]\d(?:[-_:.]?[0-5]\d(?:[-_:.]?[0-5]\d${fraction})?)?Z?)?(?!\d)`,
  ],
  ["yearMonth", String.raw`(?<!\d)20\d\d[-_.](?:0[1-9]|1[0-2]|W[0-5]\d)(?![0-9A-Za-z])`],
  [
    "compact",
    String.raw`(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T_-]?[0-2]\d(?:[0-5]\d(?:[0-5]\d${fraction})?)?)?Z?(?!\d)`,
  ],
  ["epoch", String.raw`(?<!\d)1\d{9}(?:\d{3}){0,3}(?!\d)`],
  ["accountNumber", String.raw`(?<![A-Za-z0-9])\d{12}(?![A-Za-z0-9])`],
  ["ulid", String.raw`(?<![0-9A-Za-z])0[0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])`],
  [
    "random",
    String.raw`(?<![A-Za-z0-9])(?=(?:[A-Za-z]*\d){2})(?=[A-Za-z0-9]*?(?:\d[A-Za-z]+\d|[A-Za-z]\d+[A-Za-z]))[A-Za-z0-9]{8,}(?![A-Za-z0-9])`,
  ],
  ["number", String.raw`\d+`],
];
// Without names: those cost an object a match, which is most of the time of a check.
const pattern = new RegExp(parts.map(([, part]) => `(${part})`).join("|"), "g");

/** Finds the parts of keys that differ from object to object. Keys of a listing share their folders: one is kept. */
export class KeyTokenizer {
  private folder = "";
  private folderTokens: readonly KeyToken[] = [];

  /** In order. A part lies in the folders or in the name, never across. */
  tokensOf(key: string): readonly KeyToken[] {
    const name = key.lastIndexOf("/") + 1;
    if (this.folder.length !== name || !key.startsWith(this.folder)) {
      this.folder = key.slice(0, name);
      this.folderTokens = tokensFrom(this.folder, 0);
    }
    return [...this.folderTokens, ...tokensFrom(key, name)];
  }
}

function tokensFrom(text: string, start: number): KeyToken[] {
  const tokens: KeyToken[] = [];
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [found] = match;
    const group = match.indexOf(found, 1);
    const end = match.index + found.length;
    tokens.push({ ...meaning(parts[group - 1][0], found), text: found, start: match.index, end });
  }
  return tokens;
}

export function isTime({ kind }: KeyToken): boolean {
  return kind === "date" || kind === "epoch" || kind === "timed-id";
}

export function tokensOf(key: string): readonly KeyToken[] {
  return new KeyTokenizer().tokensOf(key);
}

function meaning(group: string, text: string): { kind: TokenKind; placeholder: string } {
  switch (group) {
    case "hive": {
      const [name = "", value = ""] = text.split("=");
      return { kind: "date", placeholder: `${name}=${hiveTemplate(name, value)}` };
    }
    case "folders":
    case "month":
    case "date":
    case "yearMonth":
    case "compact":
      return { kind: "date", placeholder: dateTemplate(text) };
    case "namedMonth":
      return { kind: "date", placeholder: text.replace(/[A-Z][a-z]+/, "Mon").replace(/\d+/, "YYYY") };
    case "dayFirst":
      return { kind: "date", placeholder: dayFirstTemplate(text) };
    case "epoch":
      return { kind: "epoch", placeholder: `{epoch ${epochUnits[(text.length - 10) / 3]}}` };
    case "uuid":
      // Source: RFC 9562: versions 6 and 7 begin with a time.
      return /^.{14}[67]/.test(text)
        ? { kind: "timed-id", placeholder: `{uuid v${text[14]}}` }
        : { kind: "uuid", placeholder: "{uuid}" };
    case "ulid":
      return { kind: "timed-id", placeholder: "{ulid}" };
    case "account":
    case "accountNumber":
      return { kind: "account", placeholder: "{account}" };
    case "region":
      return { kind: "region", placeholder: "{region}" };
    case "resource":
      return { kind: "resource", placeholder: "{id}" };
    case "address":
      return { kind: "address", placeholder: "{ip}" };
    case "random":
      return { kind: "random", placeholder: "{random}" };
    default:
      return { kind: "number", placeholder: "{n}" };
  }
}

const epochUnits = ["s", "ms", "µs", "ns"];
const fields = ["YYYY", "MM", "DD", "HH", "MM", "SS"] as const;

/** `2024/5/1` becomes `YYYY/M/D`: a field of one digit tells that none is filled up with zeros. */
function dateTemplate(text: string): string {
  let field = 0;
  return text.replace(/\d+/g, (digits) => {
    let template = "";
    for (let rest = digits.length; rest > 0;) {
      const name = fields[Math.min(field, fields.length - 1)];
      const width = Math.min(name.length, rest);
      template += name.slice(0, width);
      rest -= width;
      field += 1;
    }
    return template;
  });
}

function dayFirstTemplate(text: string): string {
  return text
    .replace(/20\d\d$/, "YYYY")
    .replace(/[A-Z][a-z]{2}/, "Mon")
    .replace(/^\d+/, "DD")
    .replace(/\d+/, "MM");
}

function hiveTemplate(name: string, value: string): string {
  const field = { year: "YYYY", month: "MM", day: "DD", hour: "HH", minute: "MM" }[name];
  return field === undefined ? dateTemplate(value) : field.slice(0, value.length);
}

/** Why dates of a template do not sort by time. */
export type DateDefect = "year not first" | "month by name" | "not padded";

/** Whether a date of this template sorts by time: year first, in numbers, every field filled up with zeros. */
export function dateDefect(placeholder: string): DateDefect | undefined {
  if (/^(DD|D)[-_./]/.test(placeholder)) return "year not first";
  if (placeholder.includes("Mon")) return "month by name";
  return /(^|[^A-Za-z])[MDH]([^A-Za-z]|$)/.test(placeholder) ? "not padded" : undefined;
}

/** The day that a key's tokens name, in days since 1970. */
export function dayOf(tokens: readonly KeyToken[]): number | undefined {
  const dates = tokens.filter(({ kind }) => kind === "date");
  const hive = (name: string): string | undefined =>
    dates.find(({ text }) => text.startsWith(`${name}=`))?.text.slice(name.length + 1);
  const year = hive("year");
  if (year !== undefined) return dayNumber(year, hive("month") ?? "1", hive("day") ?? "1");
  for (const { text } of dates) {
    const [, y = "", m = "", d = "1"] =
      /(20\d\d)[-_./](\d{1,2})(?:[-_./](\d{1,2}))?/.exec(text) ?? /(20\d\d)(\d\d)(\d\d)?/.exec(text) ?? [];
    if (y !== "") return dayNumber(y, m, d);
  }
  const epoch = tokens.find(({ kind }) => kind === "epoch");
  return epoch === undefined ? undefined : Math.floor(Number(epoch.text.slice(0, 10)) / 86_400);
}

function dayNumber(year: string, month: string, day: string): number | undefined {
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return Number(month) >= 1 && Number(month) <= 12 ? Math.floor(time / 86_400_000) : undefined;
}
