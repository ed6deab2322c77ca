import { EnvironmentError } from "../../lambdas/runtime/environment";
import { proxyFor as proxyOfEnvironment } from "../../lambdas/runtime/proxy/proxy";
import { UsageError } from "../program/errors";

/** The proxy that `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name for an address. @throws UsageError for one of another kind */
export function proxyFor(url: string): URL | undefined {
  try {
    return proxyOfEnvironment(url);
  } catch (error) {
    throw error instanceof EnvironmentError ? new UsageError(error.message) : error;
  }
}
