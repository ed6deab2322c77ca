import { setTimeout as sleep } from "node:timers/promises";
import { CredentialsRefused } from "../logzio-api/errors";
import type { Fetcher } from "../logzio-api/types";
import { unknownSettings } from "../logzio-api/unknown-settings";
import type { CommandContext } from "../program/context";

/** From one try to the next, in ms. */
const steps = { first: 1_000, longest: 5_000 } as const;

/**
 * Saves again what AWS refused, for a while: IAM takes some seconds until all of AWS knows a new role, policy or key.
 * Source: IAM user guide, "Changes that I make are not always immediately visible". The while begins with the first
 * refusal and is one for everything that is saved with it.
 */
export class Patience {
  private end: number | undefined;

  constructor(
    private readonly seconds: number,
    private readonly context: Pick<CommandContext, "output" | "signal">,
  ) {}

  /** @throws CredentialsRefused where it was for nothing */
  async save<Saved>(what: string, save: () => Promise<Saved>): Promise<Saved> {
    const { output, signal } = this.context;
    for (let delay: number = steps.first; ; delay = Math.min(steps.longest, delay * 2)) {
      signal.throwIfAborted();
      output.progress(what);
      try {
        return await save();
      } catch (error) {
        if (!(error instanceof CredentialsRefused)) throw error;
        this.end ??= Date.now() + this.seconds * 1000;
        const left = this.end - Date.now();
        if (left <= 0) throw this.explained(error);
        output.progress(
          `${what}: AWS refuses so far; a new role takes it some seconds (${Math.ceil(left / 1000)} s left)`,
        );
        await sleep(Math.min(delay, left), undefined, { signal });
      }
    }
  }

  /** {@link save} for a fetcher that is there; says which of its settings this program does not know, and so drops. */
  saveAgain<Saved>(what: string, fetcher: Fetcher, save: () => Promise<Saved>): Promise<Saved> {
    const unknown = unknownSettings(fetcher);
    if (unknown.length > 0) {
      this.context.output.warn(
        `${fetcher.id} has settings that this version does not know (${unknown.join(", ")}); they may be reset, ` +
          "so look at it in Logz.io",
      );
    }
    return this.save(what, save);
  }

  private explained({ message, status }: CredentialsRefused): CredentialsRefused {
    const tried =
      this.seconds === 0 ? "" : `. It was tried for ${this.seconds} s, so that AWS could learn of changes`;
    return new CredentialsRefused(message + tried, status);
  }
}
