import type { CommandContext } from "../program/context";
import { exitCodes, type ExitCode } from "../program/errors";
import { withFailures } from "./failures";
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

/** Says where the sources stand; negative where a stream fails or is too far behind. */
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
      const inTrouble = statuses.some((status) => isSourceInTrouble(status, view.lagLimitSeconds));
      output.result({ fetcher: fetcher.name, ok: !inTrouble, sources: statuses });
      return inTrouble ? exitCodes.negative : exitCodes.success;
    });
  } finally {
    fetcher.close();
  }
}
