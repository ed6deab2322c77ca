import { S3 } from "@aws-sdk/client-s3";
import type { FunctionProcess, Invocation } from "../../cli/local/function-process";
import { LocalListener } from "../../cli/local/listener";
import { Deployment, type StateResource } from "../support/deployment";
import { createEncryptedBucket, Emulator, emulatorCredentials } from "../support/emulator";
import { RecordingProxy } from "../support/recording-proxy";
import { region, startDeployedFunction } from "./deployed-function";

/** A schedule as EventBridge Scheduler has it. */
interface Schedule {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly Target: { readonly Arn: string; readonly Input: string };
}

/** AWS on this machine, a listener, and the app's block `fetcher` deployed between them. */
export class DeployedFetcher {
  readonly s3: S3;
  private running: FunctionProcess | undefined;

  static async start(stack: string, token: string): Promise<DeployedFetcher> {
    const emulator = await Emulator.start();
    const proxy = await RecordingProxy.start(emulator.url);
    const listener = await LocalListener.start({ token });
    return new DeployedFetcher(emulator, proxy, listener, new Deployment(stack, emulator.url));
  }

  private constructor(
    readonly emulator: Emulator,
    /** Between the function and AWS. */
    readonly proxy: RecordingProxy,
    readonly listener: LocalListener,
    readonly deployment: Deployment,
  ) {
    this.s3 = new S3({
      region,
      endpoint: emulator.url,
      credentials: emulatorCredentials,
      forcePathStyle: true,
    });
  }

  createEncryptedBucket(name: string): Promise<string> {
    return createEncryptedBucket(this.emulator, this.s3, name);
  }

  /** The deployed schedules, read back from AWS. */
  async schedules(): Promise<Schedule[]> {
    const { Schedules: listed } = (await this.emulator.call("scheduler", "GET", "/schedules")) as {
      Schedules: readonly { Name: string }[];
    };
    return Promise.all(
      listed.map(
        async ({ Name }) => (await this.emulator.call("scheduler", "GET", `/schedules/${Name}`)) as Schedule,
      ),
    );
  }

  /** Does what each schedule would do: invokes the function that it names with the input that it holds. */
  async tick(): Promise<Invocation[]> {
    const invocations: Invocation[] = [];
    for (const { Target } of await this.schedules()) {
      const name = Target.Arn.split(":").at(-1) ?? "";
      this.running ??= await startDeployedFunction(this.deployment, this.emulator, this.proxy, name);
      invocations.push(await this.running.invoke(JSON.parse(Target.Input)));
    }
    return invocations;
  }

  resource(type: string): Promise<StateResource> {
    return this.deployment.resource(type);
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
