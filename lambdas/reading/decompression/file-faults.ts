import { ObjectDamaged } from "../errors";

/** Most reasons that an error names; a zip of pictures has one an entry. */
const namedReasons = 5;

/** What is wrong with files of an object, where the others are shipped all the same. */
export class FileFaults {
  private readonly errors: ObjectDamaged[] = [];

  /** Does the work and notes damage, once where it comes again. @throws anything else */
  async note(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ObjectDamaged)) throw error;
      if (!this.errors.includes(error)) this.errors.push(error);
    }
  }

  /** @throws ObjectDamaged with all reasons, where there are any */
  throwIfAny(): void {
    const { errors } = this;
    if (errors.length === 0) return;
    if (errors.length === 1) throw errors[0];
    const reasons = errors.slice(0, namedReasons).map(({ message }) => message);
    const others = errors.length - reasons.length;
    if (others > 0) reasons.push(`and ${others} more`);
    throw new ObjectDamaged(reasons.join("; "));
  }
}
