import { ConstructError } from "../constructs";
import { placesInFile, type Place } from "./places";
import type { FileProblem } from "./problems";

/** Does a step, or notes what is refused and where that is in the file. */
export function collect<Made>(problems: FileProblem[], place: Place, step: () => Made): Made | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ConstructError)) throw error;
    problems.push(...placesInFile(error, place));
    return undefined;
  }
}
