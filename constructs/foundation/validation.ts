import { Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";

/** One thing that is wrong with a construct's props. */
export interface Problem {
  /** The prop, such as `sources[1].prefix`. */
  readonly path: string;
  /** The value and what to write instead; continues the path as a sentence. */
  readonly text: string;
}

/** Checks one value that is given and known at synth. Returns a sentence a problem, or problems deeper down. */
export type Rule<Value> = (value: Value, construct: IConstruct) => readonly (string | Problem)[];

/** The rules of one construct, or of one entry of a list. */
export interface Rules<Props> {
  /** Rules on one prop each; skipped where the prop is absent or holds an unresolved Terraform token. */
  readonly props: { readonly [Key in keyof Props]?: Rule<NonNullable<Props[Key]>> };
  /** Props that decide what is synthesized, or that no reference can be written into: they cannot be references. */
  readonly known?: readonly (keyof Props & string)[];
  /** Rules that look at several props. */
  readonly together?: readonly ((props: Props, construct: IConstruct) => readonly Problem[])[];
}

/** All that is wrong with one construct. */
export class ConstructError extends Error {
  override readonly name = "ConstructError";

  constructor(
    /** Path of the construct in its tree. */
    readonly constructPath: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map(({ path, text }) => `  - ${path} ${text}`);
    super(`${constructPath} cannot be built as it is written:\n${lines.join("\n")}`);
  }
}

/** Checks the props of a construct. @throws ConstructError with every problem, not just the first */
export function validate<Props extends object>(
  construct: IConstruct,
  props: Props,
  rules: Rules<Props>,
): void {
  refuse(construct, problemsOf(construct, props, rules));
}

/** @throws ConstructError where there are problems */
export function refuse(construct: IConstruct, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConstructError(construct.node.path, problems);
}

const unknownYet =
  "is a reference, whose value Terraform knows only later; write the value itself, since it must be known when the " +
  "stack is synthesized";

const notEncoded =
  "is a reference as an object, which cannot be put into texts; write it as the prop's own type, such as " +
  "variable.stringValue or Token.asString(value)";

/** The problems of a props object, with paths that start at it. */
function problemsOf<Props extends object>(
  construct: IConstruct,
  props: Props,
  rules: Rules<Props>,
): Problem[] {
  const found: Problem[] = [];
  const later = (rules.known ?? []).filter((key) => Token.isUnresolved(props[key]));
  found.push(...later.map((path) => ({ path, text: unknownYet })));
  const entries = Object.entries(rules.props) as [keyof Props & string, Rule<unknown>][];
  for (const [key, rule] of entries) {
    const value = props[key];
    if (Tokenization.isResolvable(value) && !later.includes(key)) found.push({ path: key, text: notEncoded });
    if (value === undefined || value === null || Token.isUnresolved(value)) continue;
    found.push(...rule(value, construct).map((problem) => below(key, problem)));
  }
  return [...found, ...(rules.together ?? []).flatMap((rule) => rule(props, construct))];
}

/** Applies rules to every entry of a list; the example says how an entry is written. */
export function each<Item extends object>(rules: Rules<Item>, example: string): Rule<readonly Item[]> {
  return list(block(rules, example), example);
}

/** Applies rules to a prop that has props itself. */
export function block<Item extends object>(rules: Rules<Item>, example: string): Rule<Item> {
  return (item, construct) => {
    if (Token.isUnresolved(item)) return [unknownYet];
    return isObject(item) ? problemsOf(construct, item, rules) : [`is ${show(item)}; write ${example}`];
  };
}

/** Applies a rule to every text of a list. */
export function eachText(rule: Rule<string>): Rule<readonly string[]> {
  const texts = text(rule);
  return list((item, construct) => (Token.isUnresolved(item) ? [] : texts(item, construct)), '"text"');
}

function list<Item>(rule: Rule<Item>, example: string): Rule<readonly Item[]> {
  return (items, construct) =>
    Array.isArray(items)
      ? items.flatMap((item: Item, index) =>
          rule(item, construct).map((problem) => below(`[${index}]`, problem)),
        )
      : [`is ${show(items)}; write a list, such as [${example}]`];
}

/** A rule for what the types say is text; JavaScript and configuration files may say otherwise. */
export function text(rule: Rule<string>): Rule<string> {
  return (value, construct) =>
    typeof (value as unknown) === "string" ? rule(value, construct) : [`is ${show(value)}; write text`];
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A whole number between two limits, both allowed. */
export function within(limits: { readonly min: number; readonly max: number }, unit: string): Rule<number> {
  return (value) =>
    Number.isInteger(value) && value >= limits.min && value <= limits.max
      ? []
      : [`is ${value}; write a whole number from ${limits.min} to ${limits.max} (${unit})`];
}

/** One of a list of values. */
export function oneOf<Value extends string | number>(known: readonly Value[]): Rule<Value> {
  return (value) => (known.includes(value) ? [] : [`is ${show(value)}; write one of ${known.join(", ")}`]);
}

/** A value as error messages write it. */
export function show(value: unknown): string {
  // What has a class may hold itself, as constructs do.
  const named = isObject(value) && value.constructor !== Object;
  return named ? `an object (${value.constructor.name})` : JSON.stringify(value);
}

/** The problem of a value as one of what holds it. */
export function below(parent: string, problem: string | Problem): Problem {
  if (typeof problem === "string") return { path: parent, text: problem };
  return {
    path: problem.path.startsWith("[") ? parent + problem.path : `${parent}.${problem.path}`,
    text: problem.text,
  };
}

/** Whether it is a list of texts. The types say so already; configuration files and JavaScript do not. */
export function areTexts(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((item) => typeof item === "string");
}
