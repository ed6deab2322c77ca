import type { Output } from "../program/output";
import { cutMiddle, printable } from "../terminal/terminal";
import { size, span } from "../check/words";
import type { Estimate } from "./estimate";
import type { StateFile, Totals } from "./state";

/** How far the backfill is, in one line. */
export class BackfillProgress {
  private readonly before: Totals;
  private readonly startedAt = Date.now();
  private last = "";

  constructor(
    private readonly state: StateFile,
    private readonly left: Estimate,
    private readonly output: Output,
  ) {
    this.before = state.current.totals;
  }

  at(key: string): void {
    this.last = printable(key);
    this.show("");
  }

  /** Something that holds it up for the moment. */
  note(text: string): void {
    this.show(` · ${printable(text)}`);
  }

  private show(note: string): void {
    const { totals } = this.state.current;
    const seconds = Math.max(0.001, (Date.now() - this.startedAt) / 1000);
    const [objects, bytes] = [totals.objects - this.before.objects, totals.bytes - this.before.bytes];
    const share = Math.max(0, this.left.bytes - bytes) / Math.max(1, bytes);
    const remaining =
      bytes === 0 ? "" : ` · ${this.left.complete ? "" : "≥ "}${span(Math.round(seconds * share))} left`;
    const least = this.left.complete ? "" : "≥ ";
    const line =
      `${objects.toLocaleString("en-US")} of ${least}${this.left.objects.toLocaleString("en-US")} objects` +
      ` · ${size(bytes)} of ${least}${size(this.left.bytes)} · ${size(bytes / seconds)}/s${remaining}`;
    this.output.progress(note === "" ? `${line} · ${cutMiddle(this.last, 40)}` : line + note);
  }
}
