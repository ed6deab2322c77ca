import type { ConfigFile } from "../config-file/parse";
import type { CommandContext } from "../program/context";
import type { ApiOptions } from "../program/options";
import { listenerAddress } from "../shipping/listener-address";
import { shippingToken } from "../shipping/token";

/** Where a test document goes, and with which token. */
export interface ListenerAndToken {
  readonly origin: URL;
  readonly token: string;
}

/** The listener of the file or of the region, and the token of the environment. @throws UsageError where one is missing */
export function listenerAndToken(
  { logzioRegion }: ApiOptions,
  { env }: Pick<CommandContext, "env">,
  file: ConfigFile | undefined,
): ListenerAndToken {
  const token = shippingToken(env, "--send needs the log shipping token");
  return { origin: listenerAddress({ logzioRegion }, file), token };
}
