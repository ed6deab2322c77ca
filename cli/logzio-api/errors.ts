import { CommandError } from "../program/errors";

/** Logz.io's API did not do what was asked. */
export class ApiError extends CommandError {
  override readonly name: string = "ApiError";

  constructor(
    message: string,
    /** The HTTP status; undefined where no answer came. */
    readonly status?: number,
    /** What the answer said of it, in a line; "" where nothing. */
    readonly said = "",
  ) {
    super(message);
  }
}

/** The API token is not accepted, or has no right to the call. */
export class ApiTokenRefused extends ApiError {
  override readonly name = "ApiTokenRefused";
}

/** AWS refused the credentials of a configuration when Logz.io tried them. */
export class CredentialsRefused extends ApiError {
  override readonly name = "CredentialsRefused";
}
