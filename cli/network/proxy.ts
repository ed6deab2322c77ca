import { getProxyForUrl } from "proxy-from-env";
import { UsageError } from "../program/errors";

/** The proxy that `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name for an address. @throws UsageError for one of another kind */
export function proxyFor(url: string): URL | undefined {
  const named = getProxyForUrl(url);
  if (named === "") return undefined;
  const proxy = URL.canParse(named) ? new URL(named) : undefined;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  // It may hold a password, so it is not repeated.
  throw new UsageError(
    "the proxy of the environment (HTTPS_PROXY or ALL_PROXY) is not one for HTTP; write http://HOST:PORT or " +
      "https://HOST:PORT, or name the hosts that need no proxy in NO_PROXY",
  );
}
