import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";

/** Environment variables that hold the log shipping token, the first one first. */
const tokenVariables = ["LOGZIO_TOKEN", "TF_VAR_logzio_token"] as const;

/**
 * The log shipping token. It is never an option: other users of a machine see those.
 * @param wanted what to say where there is none
 * @throws UsageError
 */
export function shippingToken(env: CommandContext["env"], wanted = "there is no log shipping token"): string {
  const token = tokenVariables
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== "");
  if (token === undefined) {
    throw new UsageError(
      `${wanted}; put it into LOGZIO_TOKEN (read -rs LOGZIO_TOKEN && export LOGZIO_TOKEN)`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      "the log shipping token holds characters that no token has; copy it again into LOGZIO_TOKEN",
    );
  }
  return token;
}
