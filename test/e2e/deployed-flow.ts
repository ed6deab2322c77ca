import { S3 } from "@aws-sdk/client-s3";
import type { FunctionProcess } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { Deployment, type StateResource } from "../support/deployment";
import { createEncryptedBucket, Emulator, emulatorCredentials } from "../support/emulator";
import { RecordingProxy } from "../support/recording-proxy";
import { region, startDeployedFunction } from "./deployed-function";

/** What a flow from S3 to Logz.io is deployed between. */
export interface Surroundings {
  readonly emulator: Emulator;
  /** Between the function, or Lambda for it, and AWS. */
  readonly proxy: RecordingProxy;
  readonly listener: LocalListener;
  readonly deployment: Deployment;
}

export async function startSurroundings(stack: string, token: string): Promise<Surroundings> {
  const emulator = await Emulator.start();
  const proxy = await RecordingProxy.start(emulator.url);
  const listener = await LocalListener.start({ token });
  return { emulator, proxy, listener, deployment: new Deployment(stack, emulator.url) };
}

/** AWS on this machine, a listener, and a block of the app deployed between them. */
export abstract class DeployedFlow implements Surroundings {
  readonly emulator: Emulator;
  readonly proxy: RecordingProxy;
  readonly listener: LocalListener;
  readonly deployment: Deployment;
  readonly s3: S3;
  private running: FunctionProcess | undefined;

  constructor({ emulator, proxy, listener, deployment }: Surroundings) {
    this.emulator = emulator;
    this.proxy = proxy;
    this.listener = listener;
    this.deployment = deployment;
    this.s3 = new S3({ ...this.clientOptions(), forcePathStyle: true });
  }

  /** For a client that talks to AWS itself. */
  protected clientOptions(): { region: string; endpoint: string; credentials: typeof emulatorCredentials } {
    return { region, endpoint: this.emulator.url, credentials: emulatorCredentials };
  }

  createEncryptedBucket(name: string): Promise<string> {
    return createEncryptedBucket(this.emulator, this.s3, name);
  }

  resource(type: string): Promise<StateResource> {
    return this.deployment.resource(type);
  }

  /** The deployed function, in a process that reaches AWS through the proxy. */
  protected async functionNamed(name: string): Promise<FunctionProcess> {
    const { deployment, emulator, proxy } = this;
    this.running ??= await startDeployedFunction(deployment, emulator, proxy, name);
    return this.running;
  }

  /** Ends everything, whatever of it fails to. */
  async stop(): Promise<void> {
    this.s3.destroy();
    const ended = await Promise.allSettled([
      this.running?.stop(),
      this.proxy.stop(),
      this.listener.stop(),
      this.emulator.stop(),
    ]);
    this.deployment.remove();
    for (const result of ended) if (result.status === "rejected") throw result.reason;
  }
}
