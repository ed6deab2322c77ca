import type { PostResponse } from "./http-post";

/** How many lines of a bulk the listener took, and how many it did not, by why. */
export interface PartialAccept {
  readonly malformedLines: number;
  readonly successfulLines: number;
  readonly oversizedLines: number;
  readonly emptyLogLines: number;
}

/** The counts of a bulk of which the listener took a part; undefined where the answer holds none. */
export function partialAccept(body: string): PartialAccept | undefined {
  try {
    const counts = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    const count = (name: string): number => Number(counts?.[name] ?? 0);
    const partial = {
      successfulLines: count("successfulLines"),
      malformedLines: count("malformedLines"),
      oversizedLines: count("oversizedLines"),
      emptyLogLines: count("emptyLogLines"),
    };
    const isCounted = typeof counts?.["successfulLines"] === "number";
    return isCounted && Object.values(partial).every((lines) => lines >= 0) ? partial : undefined;
  } catch {
    return undefined;
  }
}

/** Status and the answer's first line, without the token, which a proxy may echo with the URL. */
export function describeAnswer({ status, body }: PostResponse, token: string): string {
  const line = body.trim().split("\n")[0].replaceAll(token, "…").replaceAll(encodeURIComponent(token), "…");
  // An answer to "your documents are wrong" may quote them, and they must not get into our log.
  return line === "" || status === 400 ? `status ${status}` : `status ${status}: ${line.slice(0, 200)}`;
}

/** Why a token is refused, and where to put one that is not. */
export function tokenAdvice(response: PostResponse, token: string): string {
  return (
    `the listener does not accept the token (${describeAnswer(response, token)}); put the log shipping token of the account's ` +
    "region into the secret (logzio.yaml: raise token.version with the new TF_VAR_logzio_token)"
  );
}
