import { Token } from "cdktf";
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
  const problems = problemsOf(construct, props, rules);
  if (problems.length > 0) throw new ConstructError(construct.node.path, problems);
}

/** The problems of a props object, with paths that start at it. */
function problemsOf<Props extends object>(
  construct: IConstruct,
  props: Props,
  rules: Rules<Props>,
): Problem[] {
  const found: Problem[] = [];
  const entries = Object.entries(rules.props) as [keyof Props & string, Rule<unknown>][];
  for (const [key, rule] of entries) {
    const value = props[key];
    if (value === undefined || value === null || Token.isUnresolved(value)) continue;
    found.push(...rule(value, construct).map((problem) => below(key, problem)));
  }
  return [...found, ...(rules.together ?? []).flatMap((rule) => rule(props, construct))];
}

/** Applies rules to every entry of a list. */
export function each<Item extends object>(rules: Rules<Item>): Rule<readonly Item[]> {
  return (items, construct) =>
    items.flatMap((item, index) =>
      problemsOf(construct, item, rules).map((problem) => below(`[${index}]`, problem)),
    );
}

/** Applies a rule to every text of a list. */
export function eachText(rule: Rule<string>): Rule<readonly string[]> {
  return (texts, construct) =>
    texts.flatMap((text, index) =>
      Token.isUnresolved(text) ? [] : rule(text, construct).map((problem) => below(`[${index}]`, problem)),
    );
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
  return JSON.stringify(value);
}

function below(parent: string, problem: string | Problem): Problem {
  if (typeof problem === "string") return { path: parent, text: problem };
  return {
    path: problem.path.startsWith("[") ? parent + problem.path : `${parent}.${problem.path}`,
    text: problem.text,
  };
}
