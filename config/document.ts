import { LineCounter, parseDocument, type Document } from "yaml";
import { readStarsAsText } from "./aliases";
import { ConfigError, type FileProblem, type Path } from "./problems";

/** A configuration file as YAML: what it says, and where it says that. */
export class ConfigDocument {
  /** Text in it that starts with a star, which is taken for the text that was meant. */
  readonly stars: readonly FileProblem[];
  private readonly lines = new LineCounter();
  private readonly document: Document;

  /** The file's name is for messages. @throws ConfigError where the text is not YAML */
  constructor(
    text: string,
    private readonly file: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const { errors } = this.document;
    if (errors.length > 0) {
      const places = errors.map((error) => `  - line ${this.lineAt(error.pos[0])}: ${explain(error)}`);
      throw new ConfigError(`${file} is not YAML:\n${places.join("\n")}`);
    }
    this.stars = readStarsAsText(this.document);
  }

  /**
   * What the file says, another copy each time. References to anchors can still fail here: too many, or a place inside
   * itself. @throws ConfigError
   */
  content(): unknown {
    try {
      return this.document.toJS();
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      throw new ConfigError(
        `${this.file} cannot be used as it is: ${error.message}; write it without anchors`,
      );
    }
  }

  /** A place as messages write it: `access.buckets[1].region (line 12)`. */
  place(path: Path): string {
    const name = path
      .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
      .join("");
    const line = this.lineOf(path);
    return `${name === "" ? "the file" : name}${line === undefined ? "" : ` (line ${line})`}`;
  }

  /** What is wrong with the file, each problem with its place. */
  error(problems: readonly FileProblem[]): ConfigError {
    const places = problems.map(({ path, text }) => `  - ${this.place(path)} ${text}`);
    return new ConfigError(`${this.file} cannot be used as it is:\n${places.join("\n")}`);
  }

  /** The line of a path, or of the nearest part of it that is in the file. */
  private lineOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (hasRange(node)) return this.lineAt(node.range[0]);
    }
    return undefined;
  }

  private lineAt(offset: number): number {
    return this.lines.linePos(offset).line;
  }
}

function explain({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === "BAD_ALIAS") return `${message}; put text that starts with * in quotes`;
  if (code === "BAD_DQ_ESCAPE") return `${message}; write patterns in single quotes: '^\\d'`;
  return message;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
