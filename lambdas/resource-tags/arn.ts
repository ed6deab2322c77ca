import type { ResourceKind } from "./resource-kind";

/** The parts of an ARN that are looked at; region and account are empty in those of global services and of buckets. */
export interface Arn {
  readonly text: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Undefined for a text that is no ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = /^arn:[^:]*:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (parts === null) return undefined;
  const [, service, region, account, resource] = parts;
  return { text, service, region, account, resource };
}

/** Finds the dimensions of one kind of resource in ARNs. */
export class DimensionsInArn {
  private readonly service: string;
  private readonly expression: RegExp;
  private readonly names: readonly string[];

  constructor(private readonly kind: ResourceKind) {
    this.service = kind.type.split(":")[0];
    this.names = placeholders(kind.resource);
    this.expression = expressionOf(kind.resource);
  }

  /** Pairs of dimension and value, in the order of the kind; undefined where the ARN is of another kind. */
  in(arn: Arn): [string, string][] | undefined {
    if (arn.service !== this.service) return undefined;
    // The Tagging API has the log group's ARN without it, other APIs with it.
    const resource = arn.service === "logs" ? arn.resource.replace(/:\*$/, "") : arn.resource;
    const values = this.expression.exec(resource);
    if (values === null) return undefined;
    const { arnDimension } = this.kind;
    if (arnDimension !== undefined) return [[arnDimension, arn.text]];
    return this.names.map((name, index) => [name, values[index + 1]]);
  }
}

/** The dimensions that a kind's metrics are found by. */
export function dimensionsOf(kind: ResourceKind): string[] {
  return kind.arnDimension === undefined ? placeholders(kind.resource) : [kind.arnDimension];
}

const placeholder = /\{([^}=]+)(?:=([^}]*))?\}/g;

function placeholders(resource: string): string[] {
  return [...resource.matchAll(placeholder)].map(([, name]) => name);
}

function expressionOf(resource: string): RegExp {
  const source = resource
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const form = /^\{[^=]+=(.*)\}$/.exec(part)?.[1];
      return part.startsWith("{") ? `(${glob(form ?? "*")})` : glob(part);
    })
    .join("");
  return new RegExp(`^${source}$`, "s");
}

function glob(text: string): string {
  return text.replace(/\*\*|\*|[.+?^$()|[\]\\-]/g, (found) => {
    if (found === "**") return ".+";
    return found === "*" ? "[^/:]+" : `\\${found}`;
  });
}
