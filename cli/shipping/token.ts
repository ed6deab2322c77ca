import type { CommandContext } from "../program/context";
import { UsageError } from "../program/errors";

/** A kind of token, and the environment variables that hold it, the first one first. */
interface TokenKind {
  readonly name: string;
  readonly variables: readonly [string, ...string[]];
}

const logs: TokenKind = {
  name: "the log shipping token",
  variables: ["LOGZIO_TOKEN", "TF_VAR_logzio_token"],
};
const metrics: TokenKind = {
  name: "the metrics shipping token",
  variables: ["LOGZIO_METRICS_TOKEN", "TF_VAR_logzio_metrics_token"],
};

/**
 * The log shipping token. It is never an option: other users of a machine see those.
 * @param wanted what to say where there is none
 * @throws UsageError
 */
export function shippingToken(env: CommandContext["env"], wanted = "there is no log shipping token"): string {
  return tokenOf(env, logs, wanted);
}

/** The metrics shipping token, which is another one than that for logs. @throws UsageError */
export function metricsToken(env: CommandContext["env"]): string {
  return tokenOf(env, metrics, "there is no metrics shipping token");
}

function tokenOf(env: CommandContext["env"], { name, variables }: TokenKind, wanted: string): string {
  const [first] = variables;
  const token = variables
    .map((variable) => env[variable]?.trim())
    .find((value) => value !== undefined && value !== "");
  if (token === undefined) {
    throw new UsageError(`${wanted}; put it into ${first} (read -rs ${first} && export ${first})`);
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(`${name} holds characters that no token has; copy it again into ${first}`);
  }
  return token;
}
