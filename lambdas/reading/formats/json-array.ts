import { isJson, type FileHead, type Format } from "./format";
import { arrayFrame, configurationItemsFrame, JsonElements, recordsFrame, type Frame } from "./json-elements";
import { INVALID, JsonScanner } from "./json-scanner";

/**
 * Whether the file is an array of objects in this frame: all of it where it is at hand, so that a small damaged
 * file is shipped as one text; else the first element.
 */
function isFramed({ bytes, complete }: FileHead, frame: Frame): boolean {
  const start = bytes.length - bytes.toString("latin1").trimStart().length;
  const opening = frame.opening.exec(bytes.toString("latin1", start, start + 256));
  if (!opening) return false;
  const rest = bytes
    .toString("latin1", start + opening[0].length, start + opening[0].length + 256)
    .trimStart();
  if (rest !== "" && !rest.startsWith("{") && !rest.startsWith("]")) return false;
  if (complete) return isJson(bytes);
  return (
    rest === "" ||
    new JsonScanner().scan(bytes, bytes.indexOf(rest, start, "latin1"), bytes.length) !== INVALID
  );
}

/** One array of objects: a document an element. An array of anything else is text, as it is. */
export const jsonArray: Format = {
  name: "json-array",
  matches: (head) => isFramed(head, arrayFrame),
  lane: "elements",
  open: (start, options) => new JsonElements(start, options, arrayFrame),
};

/** `{"Records":[…]}` of CloudTrail and its insights; a digest has no records and is one JSON object. */
export const records: Format = {
  name: "records",
  matches: (head) => isFramed(head, recordsFrame),
  lane: "elements",
  open: (start, options) => new JsonElements(start, options, recordsFrame),
};

/** The history or a snapshot of AWS Config: a document an item. */
export const configurationItems: Format = {
  name: "configuration-items",
  matches: (head) => isFramed(head, configurationItemsFrame),
  lane: "elements",
  open: (start, options) => new JsonElements(start, options, configurationItemsFrame),
};
