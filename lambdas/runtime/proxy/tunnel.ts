import * as http from "node:http";
import * as https from "node:https";
import { isIP, type Socket } from "node:net";
import { connect as startTls, type TLSSocket } from "node:tls";

/** The address that a tunnel leads to. */
interface Target {
  readonly hostname: string;
  readonly port: number;
}

/**
 * A TLS connection to an address through a proxy. The proxy sees the host name and nothing else, and what it answers
 * itself is never taken for the address's answer.
 */
export async function tunnelTo(address: URL, proxy: URL, signal: AbortSignal): Promise<TLSSocket> {
  const target = { hostname: bare(address.hostname), port: Number(address.port || 443) };
  const socket = await openTunnel(target, proxy, signal);
  const servername = isIP(target.hostname) === 0 ? target.hostname : undefined;
  return startTls({
    socket,
    host: target.hostname,
    ...(servername === undefined ? {} : { servername }),
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: true,
  });
}

function openTunnel({ hostname, port }: Target, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const authority = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const request = (proxy.protocol === "https:" ? https : http).request({
    method: "CONNECT",
    host: bare(proxy.hostname),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    path: authority,
    headers: { host: authority, ...authorization(proxy) },
    agent: false,
    signal,
    rejectUnauthorized: true,
  });
  return new Promise((resolve, reject) => {
    request.once("error", (error) => reject(new Error(`the proxy ${proxy.host}: ${error.message}`)));
    request.once("connect", (response, socket) => {
      const { statusCode: status = 0, statusMessage = "" } = response;
      if (status >= 200 && status <= 299) {
        resolve(socket);
        return;
      }
      socket.destroy();
      const advice =
        status === 407
          ? "; write its user and password into HTTPS_PROXY, or have it admit this address without"
          : "";
      reject(
        new Error(
          `the proxy ${proxy.host} refused the connection: ${status} ${statusMessage}`.trim() + advice,
        ),
      );
    });
    request.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** A percent sign may also stand for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
