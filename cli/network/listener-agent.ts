import type { Agent } from "node:http";
import { proxyAgent } from "../../lambdas/runtime/proxy/proxy-agent";
import { proxyFor } from "./proxy";

/** Connections to a listener, through the proxy that the environment names for it. @throws UsageError for one of another kind */
export function listenerAgent({ protocol, href }: URL): Agent | undefined {
  // Plain HTTP is for listeners on this machine.
  if (protocol !== "https:") return undefined;
  // Said before anything is read.
  proxyFor(href);
  // One request at a time keeps the order.
  return proxyAgent(1, proxyFor);
}
