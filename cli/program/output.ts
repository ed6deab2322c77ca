import { cutEnd, describeTerminal, paint, type Style, type Terminal } from "../terminal/terminal";

/** The part of a standard stream that is used. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface OutputOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdout gets one JSON document and nothing else. */
  readonly json: boolean;
}

/**
 * What a command prints. People read lines on stdout, and on a terminal a line of progress on stderr; machines ask
 * for `--json` and read one document on stdout. Warnings go to stderr in both cases.
 */
export class Output {
  readonly json: boolean;
  /** How stdout may be written to. */
  readonly terminal: Terminal;
  private readonly stdout: Stream;
  private readonly stderr: Stream;
  private readonly errors: Terminal;
  private progressShown = false;

  constructor({ stdout, stderr, env, json }: OutputOptions) {
    this.json = json;
    this.stdout = stdout;
    this.stderr = stderr;
    this.terminal = describeTerminal(stdout, env);
    this.errors = describeTerminal(stderr, env);
  }

  /** A line for people. */
  line(text = ""): void {
    if (this.json) return;
    this.endProgress();
    this.stdout.write(`${text}\n`);
  }

  /** Text in a colour, where stdout is a terminal. */
  paint(style: Style, text: string): string {
    return paint(this.terminal, style, text);
  }

  /** Something to know besides the result. */
  warn(text: string): void {
    this.endProgress();
    this.stderr.write(`${paint(this.errors, "red", "warning:")} ${text}\n`);
  }

  /** How far it is, in place of the last such line; only where someone watches. */
  progress(text: string): void {
    if (this.json || !this.errors.live) return;
    this.stderr.write(`\r\x1b[K${paint(this.errors, "dim", cutEnd(text, this.errors.columns - 1))}`);
    this.progressShown = true;
  }

  /** The command's result, for machines. */
  result(document: unknown): void {
    this.endProgress();
    if (this.json) this.document(document);
  }

  /** A document that is the result for people as well as for machines. */
  document(document: unknown): void {
    this.endProgress();
    this.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** A line for people where stdout holds a document. */
  note(text: string): void {
    this.endProgress();
    this.stderr.write(`${text}\n`);
  }

  /** Why the command could not go on. */
  error(text: string): void {
    this.endProgress();
    this.stderr.write(`${text}\n`);
  }

  private endProgress(): void {
    if (!this.progressShown) return;
    this.stderr.write("\r\x1b[K");
    this.progressShown = false;
  }
}
