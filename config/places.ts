import type { ConstructError } from "../constructs";
import type { Problem } from "../constructs/foundation/validation";
import type { FileProblem } from "./problems";

/** Blocks of the file that become constructs, with the ids of these. */
export const blocks = { token: "token", hook: "hook" } as const;

/** Props whose place in the file is another than block and name. */
const movedProps: Readonly<Record<string, string>> = {
  "hook.region": "region",
  "hook.listener": "listener",
  "token.token": "token.variable",
  "token.tokenVersion": "token.version",
};

/** Where in the file the problems are that the stack or one of its constructs found. */
export function placesInFile({ constructPath, problems }: ConstructError): FileProblem[] {
  const [, ...inStack] = constructPath.split("/");
  return problems.map((problem) => placeInFile(inStack, problem));
}

function placeInFile(inStack: readonly string[], { path, text }: Problem): FileProblem {
  // Props of a construct inside the block's own are not in the file.
  if (inStack.length > 1) return { path: inStack.slice(0, 1), text: `${path} ${text}` };
  const place = [...inStack, path].join(".");
  const parts = (movedProps[place] ?? place).replace(/\[(\d+)\]/g, ".$1").split(".");
  return { path: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)), text };
}
