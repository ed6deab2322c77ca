import { App, Testing, TerraformStack } from "cdktf";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Arguments of a resource as Terraform's JSON has them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** One statement of a policy, as synthesized. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly [block: string]: unknown;
}

/** The synthesized JSON of a stack, with what tests ask of it. */
export class Template {
  readonly json: TerraformJson;

  /** Synthesizes a stack, with cdktf's own validations. */
  static of(stack: TerraformStack): Template {
    stack.prepareStack();
    return new Template(Testing.synth(stack, true));
  }

  constructor(readonly text: string) {
    this.json = JSON.parse(text) as TerraformJson;
  }

  /** Addresses of all resources and data sources, sorted. */
  get addresses(): string[] {
    const list = (kinds: TerraformJson["resource"] = {}, start: string): string[] =>
      Object.entries(kinds).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${start}${type}.${name}`),
      );
    return [...list(this.json.resource, ""), ...list(this.json.data, "data.")].sort();
  }

  /** All resources of a type, by name. */
  all(type: string): Readonly<Record<string, Arguments>> {
    return this.json.resource?.[type] ?? {};
  }

  /** The one resource of a type. @throws Error where there is none, or more */
  only(type: string): Arguments {
    const found = Object.values(this.all(type));
    const first = found.at(0);
    if (found.length !== 1 || first === undefined)
      throw new Error(`The stack has ${found.length} resources of the type ${type}`);
    return first;
  }

  /** The text of an output. */
  output(name: string): string {
    return String(this.json.output?.[name]?.value);
  }

  /** The one resource of a type for which the argument has the value. */
  where(type: string, argument: string, value: unknown): Arguments {
    const found = Object.values(this.all(type)).filter((candidate) => candidate[argument] === value);
    const first = found.at(0);
    if (found.length !== 1 || first === undefined)
      throw new Error(`The stack has ${found.length} resources ${type} with ${argument} = ${String(value)}`);
    return first;
  }
}

/** The statements of a policy argument. */
export function statements(policy: unknown): readonly Statement[] {
  if (typeof policy !== "string") throw new Error("The policy is not text");
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

/** Runs with an app whose output folder is removed afterwards; cdktf's own Testing.app() leaves one a call. */
export function withApp<Result>(run: (app: App) => Result): Result {
  const outdir = mkdtempSync(join(tmpdir(), "logzio-synth-"));
  try {
    return run(new App({ outdir, stackTraces: false }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
