import { Document, Scalar, visit } from "yaml";
import type { Analysis } from "./analysis";
import type { Decision, Looked } from "./decision";
import type { Target } from "./target";

/** Logz.io's word for logs that it has no parser for; users put their own type in its place. */
const unparsedType = "other";

/** The lines of logzio.yaml for a verdict. Undefined where it is not known which. */
export function configuration(
  { bucket }: Target,
  { analysis, region }: Looked,
  { kind, prefixes }: Decision,
): string | undefined {
  if (kind === "unknown") return undefined;
  if (kind === "hook") return lines({ hook: hookLines(bucket, analysis, prefixes) });
  const buckets = prefixes.map((prefix) => ({
    bucket,
    ...(prefix === "" ? {} : { prefix }),
    ...(region === undefined ? {} : { region }),
    register: { type: typeOf(analysis) ?? unparsedType },
  }));
  return lines({ access: { buckets } });
}

/** What would drive a terminal, or could not be seen, when the lines are shown. */
const unseen = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu;

function lines(content: object): string {
  const document = new Document(content);
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && scalar.value.search(unseen) !== -1)
        scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 }).replace(unseen, escaped);
}

function escaped(character: string): string {
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
}

function hookLines(bucket: string, analysis: Analysis, prefixes: readonly string[]): object {
  const type = typeOf(analysis);
  const exclude = analysis.layouts.flatMap(({ layout }) => layout?.exclude ?? []);
  const sources = prefixes.map((prefix) => ({
    bucket,
    ...(prefix === "" ? {} : { prefix }),
    // Of several types, the function picks the right one for each object.
    ...(type === undefined ? {} : { type }),
    ...(exclude.length === 0 ? {} : { exclude }),
  }));
  return { trigger: "s3", sources };
}

/** The one type that all logs have. */
function typeOf({ layouts }: Analysis): string | undefined {
  const types = new Set(
    layouts.filter(({ layout }) => layout?.exclude === undefined).map(({ layout }) => layout?.type),
  );
  return types.size === 1 ? [...types][0] : undefined;
}
