import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FunctionProcess } from "../../cli/local/function-process";
import type { Deployment } from "../support/deployment";
import { emulatorCredentials, type Emulator } from "../support/emulator";
import type { RecordingProxy } from "../support/recording-proxy";

export const region = "us-east-1";

/** What Lambda returns about a function, as far as it is used here. */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

/** A function as Lambda has it. */
export async function functionConfiguration(
  emulator: Emulator,
  name: string,
): Promise<FunctionConfiguration> {
  const path = `/2015-03-31/functions/${name}/configuration`;
  return (await emulator.call("lambda", "GET", path)) as FunctionConfiguration;
}

/** The deployment's function, its own code and environment, in a process that reaches AWS through the proxy. */
export async function startDeployedFunction(
  deployment: Deployment,
  emulator: Emulator,
  proxy: RecordingProxy,
  name: string,
): Promise<FunctionProcess> {
  const configuration = await functionConfiguration(emulator, name);
  const { values } = await deployment.resource("aws_lambda_function");
  const code = values["filename"] as string;
  // The SDK takes a queue's address from its URL, not from AWS_ENDPOINT_URL.
  const variables = Object.entries(configuration.Environment.Variables).map(
    ([variable, value]) => [variable, value.replaceAll(emulator.url, proxy.url)] as const,
  );
  return FunctionProcess.start({
    zip: readFileSync(join(deployment.stackFolder, code)),
    environment: { ...Object.fromEntries(variables), AWS_ENDPOINT_URL: proxy.url },
    memoryMegabytes: configuration.MemorySize,
    timeoutSeconds: configuration.Timeout,
    functionName: configuration.FunctionName,
    handler: configuration.Handler,
    credentials: emulatorCredentials,
    region,
  });
}
