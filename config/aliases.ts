import {
  isPair,
  isScalar,
  isSeq,
  Scalar,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
} from "yaml";
import { mayHoldToken, type FileProblem, type Path } from "./problems";

/**
 * Takes text that starts with a star, which YAML reads as a reference to an anchor, for the text that was meant.
 * @returns a problem for each
 */
export function readStarsAsText(document: Document): FileProblem[] {
  const problems: FileProblem[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      if (alias.resolve(document) !== undefined) return undefined;
      const path = pathTo([...ancestors, alias]);
      problems.push({ path, text: advise(path, alias.source) });
      return asText(alias);
    },
  });
  return problems;
}

function asText(alias: Alias): Scalar {
  const text = new Scalar(`*${alias.source}`);
  text.range = alias.range;
  return text;
}

function advise(path: Path, afterStar: string): string {
  // What stands there may be the token, so it is not repeated.
  if (mayHoldToken(path)) return "starts with *, which YAML takes for a reference; put it in quotes";
  const what = `is *${afterStar}, which YAML takes for a reference to an anchor`;
  const key = path.findLast((part) => typeof part === "string");
  if (key === "suffix")
    return `${what}; put it in quotes, without the star, as S3 knows no wildcards: "${afterStar}"`;
  if (key === "include" || key === "exclude")
    return `${what}; put it in quotes, as a regular expression: '${afterStar.replace(/[.+?()]/g, "\\$&")}$'`;
  return `${what}; put it in quotes: "*${afterStar}"`;
}

function pathTo(line: readonly (Document | Node | Pair)[]): (string | number)[] {
  return line.flatMap((node, index): (string | number)[] => {
    if (isPair(node)) return [String(isScalar(node.key) ? node.key.value : node.key)];
    const parent = line[index - 1];
    return isSeq(parent) ? [parent.items.indexOf(node)] : [];
  });
}
