import { CommandError, exitCodes } from "../program/errors";

/** The migration cannot be done as things are; the message says what has to be changed first. */
export class MigrationRefused extends CommandError {
  override readonly name = "MigrationRefused";
  override readonly exitCode = exitCodes.negative;
}
