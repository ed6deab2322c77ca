import type { Agent } from "node:https";
import { getProxyForUrl } from "proxy-from-env";
import { EnvironmentError } from "../environment";
import { proxyAgent } from "./proxy-agent";

/** The proxy that `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name for an address. @throws EnvironmentError for one of another kind */
export function proxyFor(url: string): URL | undefined {
  const named = withScheme(getProxyForUrl(url));
  if (named === "") return undefined;
  const proxy = URL.canParse(named) ? new URL(named) : undefined;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  // It may hold a password, so it is not repeated.
  throw new EnvironmentError(
    "the proxy of the environment (HTTPS_PROXY or ALL_PROXY) is not one for HTTP; write http://HOST:PORT or " +
      "https://HOST:PORT, or name the hosts that need no proxy in NO_PROXY",
  );
}

/** What proxy-from-env looks at for an address over TLS, in its order; each in small letters first. */
const variables = ["npm_config_https_proxy", "https_proxy", "npm_config_proxy", "all_proxy"];

/** A proxy that is named without a scheme speaks HTTP, as for curl, and not what the address speaks. */
function withScheme(named: string): string {
  const written = variables
    .flatMap((name) => [process.env[name], process.env[name.toUpperCase()]])
    .find((value) => value !== undefined && value !== "");
  const isBare = written !== undefined && !written.includes("://");
  return isBare && named === `https://${written}` ? `http://${written}` : named;
}

/**
 * Connections over TLS that look for a proxy, host by host; undefined where the environment names none at all, so that
 * a function without one connects as if there were no proxies.
 * @param connections to one host at the same time
 */
export function proxiedConnections(connections: number): Agent | undefined {
  const names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  return names.some((name) => process.env[name]) ? proxyAgent(connections, proxyFor) : undefined;
}
