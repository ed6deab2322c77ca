type Step = () => Promise<void> | void;

/** What must be ended or removed, however the demo ends. */
export class CleanUp {
  private readonly steps: Step[] = [];

  add(step: Step): void {
    this.steps.push(step);
  }

  /** Last come, first ended. Safe to call twice: what was done is not done again. */
  async run(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step();
  }
}
