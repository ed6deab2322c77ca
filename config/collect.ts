import { ConstructError } from "../constructs";
import { placesInFile, type Place } from "./places";
import { samePath, type FileProblem } from "./problems";

/** Does a step, or notes what is refused and where that is in the file. */
export function collect<Made>(problems: FileProblem[], place: Place, step: () => Made): Made | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ConstructError)) throw error;
    // A bucket's entry is what two constructs are made of.
    const isKnown = ({ path, text }: FileProblem): boolean =>
      problems.some((known) => samePath(known.path, path) && known.text === text);
    problems.push(...placesInFile(error, place).filter((problem) => !isKnown(problem)));
    return undefined;
  }
}
