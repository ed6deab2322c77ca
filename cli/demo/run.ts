import { pollOnce } from "../local/event-source";
import { FunctionProcess } from "../local/function-process";
import { LocalListener } from "../local/listener";
import { findNode22 } from "../local/node-runtime";
import type { ExpectedDocuments } from "../samples";
import { Arrivals } from "./arrivals";
import type { CleanUp } from "./clean-up";
import { readFunctionLog } from "./function-log";
import { judge, nameOf, type ShippedObject } from "./judge";
import { startLocalCloud, type LocalCloud } from "./local-cloud";
import { matchingRule, notificationMessage } from "./notification";
import type { Progress } from "./progress";
import { sumUp, type DemoResult } from "./result";
import { resolveTemplate, type DeployedHook } from "./synthesized-stack";

/** An object to put into the bucket. */
export interface DemoObject {
  readonly title: string;
  readonly key: string;
  readonly body: Buffer;
  readonly expected: ExpectedDocuments | undefined;
}

/** Log shipping tokens are secrets; this one opens nothing but the listener of this process. */
const madeUpToken = "demo-token-of-no-account";
/** A batch that fails is tried again at once, so this many invocations without an end are a fault. */
const mostInvocations = 100;

/** Sends the objects through the hook as it was synthesized: bucket, queue, function, listener. */
export async function runDemo(
  hook: DeployedHook,
  bucket: string,
  objects: readonly DemoObject[],
  progress: Progress,
  cleanUp: CleanUp,
): Promise<DemoResult> {
  const startedAt = Date.now();
  const arrivals = new Arrivals(
    new Map(objects.map(({ key, expected }) => [nameOf({ bucket, key }), expected?.verbatim ?? []])),
  );
  const cloud = await cleanUp.own(
    startLocalCloud({ buckets: [bucket], maxReceiveCount: hook.maxReceiveCount, region: hook.region }),
    (started) => started.stop(),
  );
  const listener = await cleanUp.own(
    LocalListener.start({
      token: madeUpToken,
      onAccepted: (documents) => {
        arrivals.add(documents);
        // The listener would keep them all, and a file may be large.
        listener.documents.length = 0;
        progress.accepted(documents.length);
      },
    }),
    (started) => started.stop(),
  );
  const runtime = findNode22();
  const lambda = await cleanUp.own(
    FunctionProcess.start({
      zip: hook.zip,
      environment: localEnvironment(hook, cloud, listener.url),
      memoryMegabytes: hook.memoryMegabytes,
      timeoutSeconds: hook.timeoutSeconds,
      functionName: hook.functionName,
      handler: hook.handler,
      region: hook.region,
      runtime,
    }),
    (started) => started.stop(),
  );
  progress.started(hook, runtime);

  const shipped = await putAndAnnounce(hook, bucket, objects, cloud, progress);
  const { lines, invocations } = await pollUntilEmpty(hook, cloud, lambda, progress);
  const deadLetters = await cloud.deadLetters();
  const judgement = judge(shipped, {
    log: readFunctionLog(lines),
    arrivals,
    deadLetters,
    delayed: await cloud.delayed(),
  });
  return {
    node: { version: runtime.version, deployedRuntime: runtime.deployedRuntime },
    hook: {
      runtime: hook.runtime,
      memoryMegabytes: hook.memoryMegabytes,
      timeoutSeconds: hook.timeoutSeconds,
      batchSize: hook.batchSize,
      maxReceiveCount: hook.maxReceiveCount,
    },
    objects: judgement.objects,
    totals: {
      ...sumUp(judgement.objects),
      invocations,
      requests: listener.requests.length,
      wireBytes: listener.requests.reduce((sum, request) => sum + request.wireBytes, 0),
      deadLetters: deadLetters.length,
      seconds: (Date.now() - startedAt) / 1000,
    },
    documents: judgement.someDocuments,
  };
}

/** The function's environment with what is local in place of what would be in AWS. */
export function localEnvironment(
  hook: DeployedHook,
  cloud: Pick<LocalCloud, "queueUrl" | "deadLetterQueueUrl" | "endpoint">,
  listenerUrl: string,
): Record<string, string> {
  const local = new Map(
    ["url", "id"].flatMap((attribute) => [
      [`${hook.queueAddress}.${attribute}`, cloud.queueUrl],
      [`${hook.deadLetterQueueAddress}.${attribute}`, cloud.deadLetterQueueUrl],
    ]),
  );
  const environment = Object.entries(hook.environment)
    // The embedded cloud has no Secrets Manager, so the token comes as it does outside of AWS: in a variable.
    .filter(([name]) => name !== "LOGZIO_TOKEN_SECRET_ARN")
    .map(([name, value]) => [name, resolveTemplate(value, local)]);
  return {
    ...(Object.fromEntries(environment) as Record<string, string>),
    LOGZIO_LISTENER: listenerUrl,
    LOGZIO_TOKEN: madeUpToken,
    AWS_ENDPOINT_URL: cloud.endpoint,
  };
}

async function putAndAnnounce(
  hook: DeployedHook,
  bucket: string,
  objects: readonly DemoObject[],
  cloud: LocalCloud,
  progress: Progress,
): Promise<ShippedObject[]> {
  const shipped: ShippedObject[] = [];
  for (const [index, { title, key, body, expected }] of objects.entries()) {
    const object = await cloud.put(bucket, key, body);
    const rule = matchingRule(hook.rules, bucket, key);
    progress.put(object, rule);
    if (rule !== undefined) await cloud.send(notificationMessage(object, rule, index + 1));
    shipped.push({ ...object, title, expected, announced: rule !== undefined });
  }
  return shipped;
}

/** Until neither messages nor continuations are left, but for those that are to wait. */
async function pollUntilEmpty(
  hook: DeployedHook,
  cloud: LocalCloud,
  lambda: FunctionProcess,
  progress: Progress,
): Promise<{ lines: string[]; invocations: number }> {
  const lines: string[] = [];
  let invocations = 0;
  let backlog = await cloud.backlog();
  while (backlog > 0) {
    if (invocations === mostInvocations)
      throw new Error(`the queue is not empty after ${invocations} invocations`);
    progress.polling(backlog, hook.batchSize);
    const outcome = await pollOnce({
      sqs: cloud.sqs,
      queueUrl: cloud.queueUrl,
      function: lambda,
      batchSize: hook.batchSize,
      waitSeconds: 1,
    });
    if (outcome.invocation !== undefined) {
      invocations += 1;
      lines.push(...outcome.invocation.log);
      progress.invoked(outcome, readFunctionLog(outcome.invocation.log));
    }
    backlog = await cloud.backlog();
  }
  return { lines, invocations };
}
