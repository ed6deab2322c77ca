import type { Invocation } from "../../cli/local/function-process";
import { addBackfill } from "../../cli/commands/backfill";
import { addFetcher } from "../../cli/commands/fetcher";
import { runCommand, type CommandRun } from "../support/command-run";
import { emulatorCredentials } from "../support/emulator";
import { region } from "./deployed-function";
import { DeployedFlow, startSurroundings } from "./deployed-flow";

/** A schedule as EventBridge Scheduler has it. */
interface Schedule {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly Target: { readonly Arn: string; readonly Input: string };
}

/** The app's block `fetcher`, deployed. */
export class DeployedFetcher extends DeployedFlow {
  static async start(stack: string, token: string): Promise<DeployedFetcher> {
    return new DeployedFetcher(await startSurroundings(stack, token));
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
      const running = await this.functionNamed(name);
      invocations.push(await running.invoke(JSON.parse(Target.Input)));
    }
    return invocations;
  }

  /** Runs `logzio-s3` with the deployment's logzio.yaml, as from the machine of whoever operates it. */
  async command(words: readonly string[], token: string): Promise<CommandRun> {
    const variables = {
      AWS_ENDPOINT_URL: this.emulator.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
    };
    const before = { ...process.env };
    Object.assign(process.env, variables);
    try {
      const add = words[0] === "backfill" ? addBackfill : addFetcher;
      return await runCommand(add, [...words, "--config", this.deployment.configPath], {
        LOGZIO_TOKEN: token,
      });
    } finally {
      process.env = before;
    }
  }
}
