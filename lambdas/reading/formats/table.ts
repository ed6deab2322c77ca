import type { Format } from "./format";
import type { TableState } from "./record";
import { TableRows } from "./table-rows";

function tableFormat(name: "csv" | "tsv", usual: TableState): Format {
  return {
    name,
    matches: () => false,
    open: (start, options) => new TableRows(start, options, start.state?.table ?? usual),
  };
}

/** Comma-separated values, as RFC 4180 has them, with this or another delimiter. */
export const csv = tableFormat("csv", { delimiter: ",", quotes: true });

/** Tab-separated values, as IANA's text/tab-separated-values has them: quotes are text like any other. */
export const tsv = tableFormat("tsv", { delimiter: "\t", quotes: false });
