import { printable } from "../terminal/terminal";
import type { ApiResponse, Method } from "./connection";
import { ApiError, ApiTokenRefused, CredentialsRefused } from "./errors";

export interface RefusedCall {
  readonly call: { readonly method: Method; readonly path: string; readonly host: string };
  /** What the answer may hold and no message may. */
  readonly secrets: readonly string[];
  /** Whether the token may at least list; absent where nothing but the token can be what a 403 is about. */
  readonly isTokenKnown?: () => Promise<boolean>;
}

/** The error for an answer that is none of success. */
export async function refusalOf(
  { status, text, retryAfterMs }: ApiResponse,
  { call, secrets, isTokenKnown }: RefusedCall,
): Promise<ApiError> {
  const { method, path, host } = call;
  const reason = reasonIn(text, secrets);
  const said = reason === "" ? "" : `: ${reason}`;
  const saves = method === "POST" || method === "PUT";
  if (status === 401 || (status === 403 && (!saves || !(await isKnown(isTokenKnown))))) {
    return new ApiTokenRefused(
      `${host} refused the API token (${status} on ${method} ${path}${said}); use an API token of the account ` +
        "(Settings → Manage tokens → API tokens, by an administrator of a Pro or Enterprise plan), and the account's region",
      status,
    );
  }
  if (status === 403) {
    return new CredentialsRefused(
      `Logz.io could not use the AWS credentials of the configuration (403 on ${method} ${path}${said}): AWS refused ` +
        "them. Check the role's trust policy and permissions with: logzio-s3 doctor",
      status,
      reason,
    );
  }
  const advice =
    status >= 300 && status <= 399
      ? "; redirects are not followed, so that the token stays where it belongs: is the region right?"
      : retryAfterMs === undefined
        ? ""
        : `; try again in ${Math.ceil(retryAfterMs / 1000)} s, as it asks for`;
  return new ApiError(`${method} ${path} was answered by ${host} with ${status}${said}${advice}`, status);
}

/** Where that cannot be found out, the token is not blamed. */
async function isKnown(ask: RefusedCall["isTokenKnown"]): Promise<boolean> {
  if (ask === undefined) return false;
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError) return true;
    throw error;
  }
}

/** What the answer says, in a line and without what must not be repeated. */
function reasonIn(text: string, secrets: readonly string[]): string {
  let reason = text;
  try {
    const { message, errorMessage } = JSON.parse(text) as { message?: unknown; errorMessage?: unknown };
    const given = message ?? errorMessage;
    if (typeof given === "string") reason = given;
  } catch {
    // Not JSON, or no object: the text itself.
  }
  const spellings = secrets.flatMap((secret) => [
    secret,
    secret.replaceAll("/", "\\/"),
    encodeURIComponent(secret),
  ]);
  const safe = spellings.reduce((shown, secret) => shown.replaceAll(secret, "…"), reason);
  return printable(safe.replace(/\s+/g, " ").trim()).slice(0, 200);
}
