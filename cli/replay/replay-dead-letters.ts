import { wrap } from "../check/wrap";
import type { Queue } from "../hook/queue";
import { Hook, type HookOptions } from "../hook/target";
import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import type { Output } from "../program/output";
import { count, cutMiddle, printable } from "../terminal/terminal";
import { lookAt, type DeadLetters } from "./dead-letters";
import { moveFromHere } from "./move-loop";
import { moveByTask, NoMoveTasks, type Move, type Moved } from "./move-task";

export interface DeadLetterOptions extends HookOptions {
  /** Messages to look at. */
  readonly look: number;
  readonly perSecond?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Says what lies in the hook's dead-letter queue and why, and sends it through the hook again. */
export async function replayDeadLetters(
  options: DeadLetterOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const hook = new Hook(options, context);
  try {
    const [from, to] = await Promise.all([hook.deadLetterQueue(), hook.queue()]);
    // Released messages are visible again, also for one who interrupts.
    const dead = await context.finish(
      lookAt(from, options.look, (looked) =>
        context.output.progress(`${count(looked, "message")} looked at`),
      ),
    );
    return await new Replay(options, context, from, to, dead).run();
  } finally {
    hook.close();
  }
}

class Replay {
  constructor(
    private readonly options: DeadLetterOptions,
    private readonly context: CommandContext,
    private readonly from: Queue,
    private readonly to: Queue,
    private readonly dead: DeadLetters,
  ) {}

  async run(): Promise<ExitCode> {
    const { context, options, dead, from } = this;
    const { output } = context;
    const { visible, inFlight } = await from.counts();
    // SQS's count lags behind; what was looked at is there.
    const messages = Math.max(visible + inFlight, dead.looked);
    deadLetterLines(from.name, messages, dead, output);
    if (dead.looked === 0) return this.end({ messages: 0, complete: true }, messages, exitCodes.success);
    if (options.dryRun === true)
      return this.end({ messages: 0, complete: false }, messages, exitCodes.success);
    if (options.yes !== true && !(await context.confirm(`Send ${this.them} through the hook again?`))) {
      output.line("Nothing was moved.");
      return exitCodes.negative;
    }
    const moved = await context.finish(this.move());
    const left = Math.max(0, messages - moved.messages);
    output.line(
      moved.complete
        ? `${count(moved.messages, "message")} moved to ${this.to.name}; logzio-s3 status says how the hook gets on.`
        : `Stopped behind ${count(moved.messages, "message")}; the rest is in ${from.name}, and the same command goes on.`,
    );
    const interrupted = moved.complete ? exitCodes.success : exitCodes.interrupted;
    return this.end(moved, moved.complete ? 0 : left, interrupted);
  }

  private get them(): string {
    return this.dead.looked === 1 ? "it" : "all of them";
  }

  private async move(): Promise<Moved> {
    const { from, to, options, context } = this;
    const progress = (moved: number): void => context.output.progress(`${count(moved, "message")} moved`);
    const move: Move = { from, to, perSecond: options.perSecond, progress };
    try {
      return await moveByTask(move);
    } catch (error) {
      if (!(error instanceof NoMoveTasks)) throw error;
      context.output.note("this SQS knows no move tasks; the messages are moved from here");
      return moveFromHere(move);
    }
  }

  private end(moved: Moved, left: number, exitCode: ExitCode): ExitCode {
    this.context.output.result({
      queue: this.to.name,
      deadLetterQueue: this.from.name,
      ...this.dead,
      moved: moved.messages,
      left,
    });
    return exitCode;
  }
}

function deadLetterLines(name: string, messages: number, dead: DeadLetters, output: Output): void {
  const { columns } = output.terminal;
  if (dead.looked === 0) {
    const hidden = messages === 0 ? "" : `; ${count(messages, "message")} of it cannot be seen now`;
    output.line(`Nothing is in ${name}${hidden}.`);
    return;
  }
  output.line(output.paint("bold", `${name}: ${count(messages, "message")}`));
  if (dead.looked < messages) output.line(`  of the first ${dead.looked.toLocaleString("en-US")}:`);
  for (const group of dead.reasons) {
    const reason = group.reason ?? "no reason: SQS moved it, where the function was killed or could not say";
    output.line(`  ${count(group.messages, "message")}`);
    output.line(wrap(printable(reason), columns, "    "));
    for (const object of group.objects)
      output.line(`      ${output.paint("dim", cutMiddle(printable(object), columns - 6))}`);
  }
}
