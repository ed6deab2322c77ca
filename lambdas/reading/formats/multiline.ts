import { ObjectDamaged } from "../errors";
import type { Format } from "./format";
import { MultilineEvents } from "./multiline-events";

/** Events of several lines, which begin where a line matches the source's pattern. */
export const multiline: Format = {
  name: "multiline",
  matches: () => false,
  open: (start) => {
    if (start.state?.multiline === undefined)
      throw new ObjectDamaged("the continuation is damaged: it has no pattern for events of several lines");
    return new MultilineEvents(start, start.state.multiline);
  },
};
