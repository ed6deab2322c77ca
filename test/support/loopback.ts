import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Opens a server on loopback, on a free port. */
export function listenOnLoopback(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

/** Where a server listens that was opened by {@link listenOnLoopback}. */
export function loopbackUrl(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends a server, with the connections that are open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
