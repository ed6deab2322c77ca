import { problemsOf, type DemoResult } from "./result";
import { renderTable, whole } from "./table";
import { count, cutEnd, cutStart, paint, printable, type Terminal } from "../terminal/terminal";

/** What the demo prints at its end. */
export function renderResult(result: DemoResult, terminal: Terminal): string[] {
  const title = (text: string): string => paint(terminal, "bold", text);
  return [
    "",
    ...renderTable(result, terminal),
    "",
    ...(result.documents.length === 0
      ? []
      : [
          title("Some of the documents, as Logz.io would get them"),
          ...result.documents.flatMap((document) => renderDocument(document, terminal)),
          "",
        ]),
    ...renderTotals(result),
    "",
    ...renderVerdict(result, terminal),
  ];
}

/** Lines of a document that are shown. */
const documentLines = 3;

/** The document's own text, since parsing and writing it again would change numbers; folded, then cut. */
function renderDocument(document: string, terminal: Terminal): string[] {
  const width = terminal.columns - 4;
  const lines: string[] = [];
  let rest = printable(document);
  while (rest !== "" && lines.length < documentLines) {
    const line = cutEnd(rest, width, "");
    lines.push(line);
    rest = rest.slice(line.length);
  }
  // The function's fields stand at the end of a text's document, so its end is shown as well.
  if (rest !== "") lines[documentLines - 1] = cutStart(rest, width);
  return lines.map((line, index) => `${index === 0 ? "  " : "    "}${line}`);
}

function renderTotals({ totals, hook }: DemoResult): string[] {
  const rows: [string, string][] = [
    [
      "account",
      `${whole(totals.records)} records in = ${whole(totals.accepted)} accepted + ${whole(totals.filtered)} filtered + ${whole(totals.refused)} refused`,
    ],
    [
      "requests",
      `${whole(totals.requests)}, ${whole(totals.wireBytes)} bytes in all; the original, at one a line, would make ${whole(totals.documents)}`,
    ],
    [
      "function",
      `${count(totals.invocations, "invocation")}, at most ${count(hook.batchSize, "message")} each; dead-letter queue: ${totals.deadLetters}`,
    ],
    ["time", `${totals.seconds.toFixed(1)} s`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text}`);
}

function renderVerdict(result: DemoResult, terminal: Terminal): string[] {
  const problems = problemsOf(result);
  if (problems.length > 0) {
    // Those of an object stand beside it in the table.
    const others = problems.filter((problem) => problem.key === undefined);
    return [
      paint(terminal, "red", `Not as it should be: ${count(problems.length, "problem")}, marked with ✗.`),
      ...others.map((problem) => `  ${printable(problem.text)}`),
    ];
  }
  if (result.totals.documents === 0) return ["Nothing was lost, but there was nothing to ship either."];
  return [
    paint(terminal, "green", "Every document arrived."),
    "",
    paint(terminal, "bold", "What next"),
    "  npm run demo -- --file my.log.gz     what becomes of a file of your own",
    "  cp logzio.example.yaml logzio.yaml   your buckets, prefixes, Logz.io region",
    "  read -rs TF_VAR_logzio_token         paste your log shipping token",
    "  export TF_VAR_logzio_token           so that Terraform gets it",
    "  npx cdktf deploy                     needs Terraform 1.11, AWS credentials",
  ];
}
