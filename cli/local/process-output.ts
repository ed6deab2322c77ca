import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { endOfOutput } from "./lambda-runtime";

/** Gathers the lines that a function's process writes, and tells where those of an invocation end. */
export class InvocationOutput {
  lines: string[] = [];
  private readonly open = new Set<Readable>();
  private marked: (() => void) | undefined;
  private marker = "";

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) this.read(stream);
  }

  /** The lines from here to the end of the invocation, or to the end of the process. */
  async collect(requestId: string): Promise<readonly string[]> {
    this.lines = [];
    this.marker = endOfOutput + requestId;
    let missing = this.open.size;
    await new Promise<void>((done) => {
      if (missing === 0) done();
      this.marked = () => {
        missing -= 1;
        if (missing === 0) done();
      };
    });
    return this.lines;
  }

  private read(stream: Readable): void {
    this.open.add(stream);
    const decoder = new StringDecoder("utf8");
    let rest = "";
    let marked = "";
    const take = (line: string): void => {
      if (line === this.marker && this.marker !== "") {
        marked = this.marker;
        this.marked?.();
      } else if (line !== "") {
        this.lines.push(line);
      }
    };
    stream.on("data", (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    });
    stream.on("close", () => {
      if (rest !== "") take(rest);
      this.open.delete(stream);
      // The process ended within the invocation: nothing more can come.
      if (marked !== this.marker) this.marked?.();
    });
  }
}
