import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { shortCalls } from "../runtime/aws-clients";
import { Logger } from "../runtime/logger";
import { Metrics } from "../runtime/metrics";
import { fixedToken, SecretToken } from "../runtime/token";
import { parse, type ResourceTagsEnvironment } from "./environment";
import { RemoteWrite } from "./remote-write";
import { shipTags, type TagsReport } from "./ship-tags";

/** The part of Lambda's context that is used. */
interface InvocationContext {
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

interface LongLived {
  readonly environment: ResourceTagsEnvironment;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly listener: RemoteWrite;
  readonly logger: Logger;
}

/** With ten attempts a call outlasts about a minute of throttling. */
const callLimits = { requestTimeoutMs: 10_000, attempts: 10 } as const;

let longLived: LongLived | undefined;

/** Ships the tags of the chosen namespaces' resources, whatever the event. See {@link shipTags}. */
export async function handler(_event: unknown, context: InvocationContext): Promise<TagsReport> {
  longLived ??= create();
  const { environment, ...clients } = longLived;
  const metrics = new Metrics({ FunctionName: context.functionName });
  const [, , , region = "", account = ""] = context.invokedFunctionArn.split(":");
  const remainingMs = (): number => context.getRemainingTimeInMillis();
  try {
    return await shipTags(environment, {
      ...clients,
      home: { region, account },
      metrics,
      // Shipping has half of the time: pages of the API are slower than requests of up to 3 MB.
      signal: AbortSignal.timeout(Math.floor(remainingMs() / 2)),
      remainingMs,
      clock: Date.now,
    });
  } finally {
    metrics.flush();
  }
}

function create(): LongLived {
  const environment = parse(process.env);
  const token =
    environment.tokenSecretArn === undefined
      ? fixedToken(environment.token ?? "")
      : new SecretToken(environment.tokenSecretArn);
  return {
    environment,
    tagging: new ResourceGroupsTaggingAPIClient(shortCalls(callLimits)),
    listener: new RemoteWrite({ origin: environment.listener, token }),
    logger: new Logger(environment.logLevel),
  };
}
