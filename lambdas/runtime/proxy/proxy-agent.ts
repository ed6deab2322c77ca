import * as https from "node:https";
import type { ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import { tunnelTo } from "./tunnel";

/** How long a proxy may take to open a tunnel, in ms: one that says nothing must not hold a request for ever. */
const tunnelMs = 10_000;

/** The proxy for an address, or none. What it throws fails the connection. */
export type ProxyOfAddress = (url: string) => URL | undefined;

/**
 * Connections over TLS that are kept open. Each goes through the proxy that the environment names for its own host, or
 * through none. Other agents for proxies hand on what a proxy answers as if the address had answered.
 */
class ProxyAgent extends https.Agent {
  constructor(
    connections: number,
    private readonly proxyFor: ProxyOfAddress,
  ) {
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    super({ keepAlive: true, maxSockets: connections, rejectUnauthorized: true });
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    // Node hands a socket on only without an error, and its types know of none that comes alone.
    const failed = (error: unknown): void => callback(error as Error, undefined as unknown as Duplex);
    let proxy: URL | undefined;
    const address = addressOf(options);
    try {
      proxy = this.proxyFor(address.href);
    } catch (error) {
      failed(error);
      return undefined;
    }
    if (proxy === undefined) return super.createConnection(options, callback);
    tunnelTo(address, proxy, AbortSignal.timeout(tunnelMs)).then((socket) => callback(null, socket), failed);
    return undefined;
  }
}

/** @param connections to one host at the same time */
export function proxyAgent(connections: number, proxyFor: ProxyOfAddress): https.Agent {
  return new ProxyAgent(connections, proxyFor);
}

function addressOf({ host, hostname, port }: ClientRequestArgs): URL {
  const name = (host ?? hostname ?? "localhost").replace(/^\[|\]$/g, "");
  return new URL(`https://${name.includes(":") ? `[${name}]` : name}:${port ?? 443}`);
}
