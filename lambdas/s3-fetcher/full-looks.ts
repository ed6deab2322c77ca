import type { Checkpoint } from "./checkpoints/checkpoint";

/** How often a stream is looked through as a whole, in ms: what is not being written now is found after that at the latest. */
export const fullLookEveryMs = 900_000;

export interface FullLook {
  /** When it began, in ms since 1970. */
  readonly at: number;
  /** Starts of the tracks that were being written then. */
  readonly recent: ReadonlySet<string>;
  /** The first key that was left then, or at a look since, as too young. */
  readonly left: string | undefined;
}

/**
 * When streams were looked through as a whole, rather than where something is being written. Kept in the function's
 * memory: a cold start, which knows nothing of this, only looks through them once too often.
 */
export class FullLooks {
  private readonly looks = new Map<string, FullLook & { readonly sequence: number }>();

  /** Undefined where it is time to look through all, or somebody else has written the checkpoint since. */
  last(source: string, { stream, sequence }: Checkpoint, now: number): FullLook | undefined {
    const look = this.looks.get(`${source} ${stream}`);
    return look?.sequence !== sequence || now - look.at >= fullLookEveryMs ? undefined : look;
  }

  /** @param look undefined where there is something left that may be anywhere */
  note(
    source: string,
    { stream, sequence }: Pick<Checkpoint, "stream" | "sequence">,
    look: FullLook | undefined,
  ): void {
    if (look === undefined) this.looks.delete(`${source} ${stream}`);
    else this.looks.set(`${source} ${stream}`, { ...look, sequence });
  }
}
