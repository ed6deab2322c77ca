import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import { withFailures } from "../shipping/failures";
import { isSourceInTrouble, sourceStatus, type SourceStatus } from "./status";
import { statusLines } from "./status-lines";
import { Fetcher, type FetcherOptions } from "./target";

export interface StatusOptions extends FetcherOptions {
  readonly source?: readonly string[];
  readonly streams?: boolean;
  readonly maxKeys: number;
  /** In minutes. */
  readonly lag: number;
}

/** Says where the sources stand; negative where a stream fails, is too far behind, or left something out. */
export async function showStatus(options: StatusOptions, context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const view = { allStreams: options.streams ?? false, lagLimitSeconds: options.lag * 60 };
  const fetcher = new Fetcher(options, context);
  try {
    return await withFailures(async () => {
      const statuses: SourceStatus[] = [];
      for (const source of await fetcher.sources(options.source ?? [])) {
        output.progress(`looking at ${source.name}`);
        const progress = (text: string): void => output.progress(text);
        const status = await sourceStatus(source, { maxKeys: options.maxKeys, now: Date.now(), progress });
        if (statuses.length > 0) output.line();
        statusLines(status, view, output);
        statuses.push(status);
      }
      const exitCode = verdictOn(statuses, view.lagLimitSeconds);
      output.result({ fetcher: fetcher.name, ok: exitCode === exitCodes.success, sources: statuses });
      return exitCode;
    });
  } finally {
    fetcher.close();
  }
}

/** What waits to be replayed has a code of its own: nothing stands still for it, and nobody else will ship it. */
function verdictOn(statuses: readonly SourceStatus[], lagLimitSeconds: number): ExitCode {
  if (statuses.some((status) => isSourceInTrouble(status, lagLimitSeconds))) return exitCodes.negative;
  return statuses.some(({ setAside }) => setAside.length > 0) ? exitCodes.setAside : exitCodes.success;
}
