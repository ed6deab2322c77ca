type Step = () => Promise<unknown> | undefined;

/** What must be ended or removed, however the demo ends. */
export class CleanUp {
  private readonly steps: Step[] = [];
  private begun = false;

  /** Whether the end has come; what fails from then on is no news. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Awaits something that must be stopped, also where the end comes while it is still starting. */
  own<T>(starting: Promise<T>, stop: (started: T) => Promise<unknown>): Promise<T> {
    // What could not start is reported to whoever awaits it; there is nothing to stop then.
    this.steps.push(() => starting.then(stop, () => undefined));
    return starting;
  }

  /** Last come, first ended. Safe to call twice: what was done is not done again. */
  async run(): Promise<void> {
    this.begun = true;
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step();
  }
}
