import { CommandError, exitCodes, type ExitCode } from "../program/errors";

/** The migration cannot be done as things are; the message says what has to be changed first. */
export class MigrationRefused extends CommandError {
  override readonly name = "MigrationRefused";
  override readonly exitCode = exitCodes.negative;
}

/** One configuration cannot be moved as things are, and stays as it was; the others can. */
export class ConfigurationStuck extends CommandError {
  override readonly name = "ConfigurationStuck";

  constructor(
    message: string,
    override readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}
