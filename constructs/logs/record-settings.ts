import {
  indexableName,
  matches,
  matchesEverything,
  matchesNothing,
  patternProblem,
  tableFormats,
  type SourceSettings,
} from "../../lambdas/runtime/environment";
import {
  areTexts,
  eachText,
  isObject,
  oneOf,
  show,
  text,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";

/*
 * What a source may say of its records: how they are told apart, which are shipped, where their time is. All patterns
 * are in RE2's syntax, so that none can take more than linear time.
 */

/** Settings that say something of records. */
export type RecordSettings = Pick<
  SourceSettings,
  "format" | "delimiter" | "columns" | "multiline" | "keepRecords" | "dropRecords" | "timeField"
>;

/** As JSON: the names of the columns travel in continuations and checkpoints, which leave so much to them. */
const longestColumnsBytes = 12_000;

/** What the function writes into documents of rows itself; a column of that name would be left out. */
const ownFields = ["type", "s3_object_key", "aws_region", "record_id"];

/** A regular expression that the function can use. */
export const pattern: Rule<string> = (value) => {
  const problem = patternProblem(value);
  return problem === undefined ? [] : [problem];
};

/** A pattern that tells records apart from others. */
const choosing: Rule<string> = (value, construct) => {
  const problems = pattern(value, construct);
  if (problems.length > 0 || !matchesEverything(value)) return problems;
  return [`is ${show(value)}, which matches every record; write what only some of them have`];
};

/** Lines that never begin a record; a pattern that is meant for them was taken for that of the others. */
const linesOfStackTraces = ["    at a.b(c)", "\tat a.b(c)"];

const firstLine: Rule<string> = (value, construct) => {
  const problems = pattern(value, construct);
  if (problems.length > 0) return problems;
  const advice =
    "write what the first line of a record begins with, such as " + '"^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d"';
  if (matchesNothing(value)) return [`is ${show(value)}, which matches an empty line as well; ${advice}`];
  if (!linesOfStackTraces.every((line) => matches(value, line))) return [];
  return [
    `is ${show(value)}, which matches the lines of a stack trace (such as ${show(linesOfStackTraces[0])}), so that ` +
      `each would be a record; ${advice}`,
  ];
};

const delimiter: Rule<string> = (character) =>
  /^[\t\x20-\x7e]$/.test(character) && character !== '"'
    ? []
    : [
        `is ${show(character)}; write one ASCII character but the quote, such as ";", or "\\t" in double quotes for a tab`,
      ];

/** What is wrong with a name whose dots Logz.io cannot take. */
export function dotProblems(name: string): string[] {
  const indexable = indexableName(name);
  if (indexable === name) return [];
  return [
    `has the field ${show(name)}, and Logz.io takes no document with a dot that has no name before or behind it; ` +
      (indexable === "" ? "write a name" : `write ${show(indexable)}`),
  ];
}

const columns: Rule<readonly string[]> = (names) => {
  if (!areTexts(names) || names.length === 0)
    return [`is ${show(names)}; write a list of names, such as ["time", "level"]`];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  const bytes = Buffer.byteLength(JSON.stringify(names));
  return [
    ...(names.some((name) => name.trim() === "" || name.trim() !== name)
      ? ["has a name that is empty or begins or ends with a space; write a name for each column"]
      : []),
    ...(repeated === undefined ? [] : [`names ${show(repeated)} twice; write each name once`]),
    ...names
      .filter((name) => ownFields.includes(name))
      .map((name) => `has the field ${show(name)}, which the function writes itself; take another name`),
    ...names.flatMap(dotProblems),
    ...(bytes > longestColumnsBytes
      ? [`has ${bytes} bytes as JSON; write at most ${longestColumnsBytes}`]
      : []),
  ];
};

export const recordRules: Rules<RecordSettings>["props"] = {
  format: oneOf(tableFormats),
  delimiter: text(delimiter),
  columns,
  multiline: text(firstLine),
  keepRecords: eachText(choosing),
  dropRecords: eachText(choosing),
  timeField: text((name) => (name.trim() === "" ? ["is empty; write the name of a field or column"] : [])),
};

/** As part of the variable SOURCES they decide how records are read, which is checked here. */
export const knownOfRecords = [
  "format",
  "delimiter",
  "columns",
  "multiline",
  "keepRecords",
  "dropRecords",
  "timeField",
] as const satisfies readonly (keyof RecordSettings)[];

/** Settings that contradict each other. */
export const recordsTogether = [ofTables, oneFormat, parsedByLine, keptAndDropped, timeOfRecords];

function ofTables({ format, ...source }: RecordSettings): Problem[] {
  const given = (["delimiter", "columns"] as const).filter((path) => source[path] !== undefined);
  if (format === undefined)
    return given.map((path) => ({
      path,
      text: "is for tables alone; write format: csv as well, or remove it",
    }));
  if (format !== "tsv" || source.delimiter === undefined) return [];
  return [
    {
      path: "delimiter",
      text: "is given with the format tsv, whose cells are a tab apart; write format: csv",
    },
  ];
}

function oneFormat({ format, multiline }: RecordSettings): Problem[] {
  if (format === undefined || multiline === undefined) return [];
  return [
    {
      path: "multiline",
      text: `is given with the format ${show(format)}, whose rows may have several lines as it is; write one of the two`,
    },
  ];
}

function parsedByLine({ format, multiline, parse }: Partial<SourceSettings>): Problem[] {
  if (parse !== true || (format ?? multiline) === undefined) return [];
  const other = format === undefined ? "multiline" : "format";
  return [
    {
      path: "parse",
      text: `is for the lines of AWS's logs, and ${other} makes other records; remove one of the two`,
    },
  ];
}

function keptAndDropped(source: Partial<SourceSettings>): Problem[] {
  const pairs = [
    ["keepRecords", "dropRecords"],
    ["include", "exclude"],
  ] as const;
  return pairs.flatMap(([taken, left]) => {
    const [keep, drop] = [source[taken], source[left]];
    if (!areTexts(keep) || !areTexts(drop)) return [];
    return drop.flatMap((one, index) => {
      if (!keep.includes(one)) return [];
      const text = `is ${show(one)}, which ${taken} has as well; remove it from one of the two`;
      return [{ path: `${left}[${index}]`, text }];
    });
  });
}

/** What stands in documents in place of the record's own field of that name. */
function namesOfSource({ fields, pathToFields }: Partial<SourceSettings>): readonly string[] {
  const ofKey = typeof pathToFields === "string" ? pathToFields.split("/") : [];
  return [...ownFields, ...ofKey, ...(isObject(fields) ? Object.keys(fields) : [])];
}

function timeOfRecords(source: Partial<SourceSettings>): Problem[] {
  const { timeField, format, multiline, columns: names } = source;
  if (typeof timeField !== "string") return [];
  const path = "timeField";
  if (multiline !== undefined)
    return [{ path, text: "is given with multiline, whose records are text without fields; remove it" }];
  if (namesOfSource(source).includes(timeField)) {
    const text = `is ${show(timeField)}, which the function writes itself in place of the record's; write another field`;
    return [{ path, text }];
  }
  const asColumn = indexableName(timeField).trim();
  if (format !== undefined && asColumn !== timeField) {
    const text = `is ${show(timeField)}, and the names of columns lose spaces around them and dots without a name; write ${show(asColumn)}`;
    return [{ path, text }];
  }
  if (!areTexts(names) || names.includes(timeField)) return [];
  return [{ path, text: `is ${show(timeField)}, which columns does not name; write one of its names` }];
}

/** What the function is told of the records. */
export function recordSettings(source: RecordSettings): RecordSettings {
  return Object.fromEntries(knownOfRecords.map((name) => [name, source[name]]));
}
