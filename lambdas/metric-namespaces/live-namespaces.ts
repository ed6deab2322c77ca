import { ListMetricsCommand, type CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { messageOf } from "../runtime/errors";
import { NamespacesError } from "./errors";

/** What is listed, and until when. */
export interface LiveListing {
  /** Whether the stream carries the metrics of linked accounts as well. */
  readonly linkedAccounts: boolean;
  /** Aborted when the function's time is nearly over. */
  readonly signal: AbortSignal;
}

/**
 * The namespaces with metrics that had values in the last three hours; CloudWatch offers no other span, and no list
 * of namespaces alone. A list that is not complete is not used: what is missing in it would look silent.
 * @throws NamespacesError where CloudWatch refuses, or is too slow
 */
export async function liveNamespaces(
  cloudwatch: CloudWatchClient,
  { linkedAccounts, signal }: LiveListing,
): Promise<Set<string>> {
  const namespaces = new Set<string>();
  let metrics = 0;
  let token: string | undefined;
  do {
    const command = new ListMetricsCommand({
      RecentlyActive: "PT3H",
      IncludeLinkedAccounts: linkedAccounts || undefined,
      NextToken: token,
    });
    try {
      const page = await cloudwatch.send(command, { abortSignal: signal });
      for (const { Namespace } of page.Metrics ?? []) if (Namespace !== undefined) namespaces.add(Namespace);
      metrics += page.Metrics?.length ?? 0;
      token = page.NextToken;
    } catch (error) {
      const reason = signal.aborted ? "the function's time is nearly over" : messageOf(error);
      throw new NamespacesError(
        `the metrics of the account could not be listed to their end (${reason}, after ${metrics} metrics); the ` +
          "stream's filters stay as they are. Allow the function cloudwatch:ListMetrics; where there are too many " +
          "metrics for its time, raise timeoutSeconds or write the namespaces out without *",
      );
    }
  } while (token !== undefined && token !== "");
  return namespaces;
}
