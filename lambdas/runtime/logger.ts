import { logLevels, type LogLevel } from "./environment";

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * One JSON object a line, as CloudWatch Logs Insights reads it. Written to the stream rather than by `console`,
 * which Lambda's JSON log format would wrap once more. Never given log content or tokens.
 */
export class Logger {
  private readonly threshold: number;

  constructor(
    level: LogLevel,
    private readonly write: (line: string) => void = (line) => void process.stdout.write(line),
    private readonly context: LogFields = {},
  ) {
    this.threshold = logLevels.indexOf(level);
  }

  /** A logger whose lines carry these fields as well. */
  with(context: LogFields): Logger {
    return new Logger(logLevels[this.threshold], this.write, { ...this.context, ...context });
  }

  debug(message: string, fields?: LogFields): void {
    this.log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.log("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.log("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.log("error", message, fields);
  }

  private log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (logLevels.indexOf(level) < this.threshold) return;
    const line = { timestamp: new Date().toISOString(), level, message, ...this.context, ...fields };
    this.write(`${JSON.stringify(line)}\n`);
  }
}
