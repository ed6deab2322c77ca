/** A message move task as SQS lists it. */
interface MoveTask {
  readonly source: string;
  readonly destination: string;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "CANCELLED" | "COMPLETED" | "FAILED";
}

/** Moves up to so many messages, and says how many it did. */
export type MoveMessages = (from: string, to: string, most: number) => number;

/** SQS's message move tasks; time goes on with each look at the list, which shows the newest task. */
export class MoveTasks {
  /** Messages that are moved between two looks. @default all */
  perLook = Infinity;
  /** Looks until a task is seen in the list. @default 0 */
  unseenLooks = 0;
  /** Why the next tasks fail, behind what they move at their first look. @default they do not */
  failure: string | undefined;
  private readonly tasks: MoveTask[] = [];

  constructor(
    private readonly count: (queue: string) => number,
    private readonly move: MoveMessages,
  ) {}

  start(source: string, destination: string): object {
    const startedAt = Date.now() + this.tasks.length;
    this.tasks.push({
      source,
      destination,
      startedAt,
      toMove: this.count(source),
      moved: 0,
      status: "RUNNING",
    });
    return { TaskHandle: `task-${this.tasks.length - 1}` };
  }

  cancel(handle: string): object {
    const task = this.tasks[Number(handle.replace("task-", ""))];
    if (task.status === "RUNNING") task.status = "CANCELLED";
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  list(source: string): object {
    const index = this.tasks.findLastIndex((task) => task.source === source);
    if (index < 0) return { Results: [] };
    const task = this.tasks[index];
    if (this.unseenLooks > 0) {
      this.unseenLooks--;
      return { Results: [] };
    }
    if (task.status === "RUNNING") {
      task.moved += this.move(task.source, task.destination, this.perLook);
      if (this.failure !== undefined) task.status = "FAILED";
      else if (this.count(task.source) === 0) task.status = "COMPLETED";
    }
    return {
      Results: [
        {
          ...(task.status === "RUNNING" ? { TaskHandle: `task-${index}` } : {}),
          ...(task.status === "FAILED" ? { FailureReason: this.failure } : {}),
          Status: task.status,
          StartedTimestamp: task.startedAt,
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.toMove,
        },
      ],
    };
  }
}
