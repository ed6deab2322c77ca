import { Deployment, type PlannedChange, type SynthesizedStack } from "../support/deployment";
import { Emulator } from "../support/emulator";
import { describeEndToEnd } from "../support/requirements";

const apiToken = "11111111-2222-3333-4444-555555555555";

let emulator: Emulator;
let deployment: Deployment;

interface Registration {
  readonly bucket: string;
  readonly prefix?: string;
  readonly register?: object;
}

/**
 * The stack with a resource of Terraform's own in the place of each of Logz.io's provider, which comes from a registry
 * alone: what they depend on, and when they are made anew, is the same.
 */
function withStandIns({ resource, provider, terraform, ...rest }: SynthesizedStack): SynthesizedStack {
  const standIns = Object.entries(resource["logzio_s3_fetcher"] ?? {}).map(([name, fetcher]) => {
    const { depends_on, lifecycle, bucket_name, prefix } = fetcher as Record<string, unknown>;
    return [name, { depends_on, lifecycle, input: { bucket_name, prefix } }] as const;
  });
  const ownData = { ...resource["terraform_data"], ...Object.fromEntries(standIns) };
  return {
    ...rest,
    resource: { ...without(resource, "logzio_s3_fetcher"), terraform_data: ownData },
    provider: without(provider, "logzio"),
    terraform: { ...terraform, required_providers: without(terraform.required_providers, "logzio") },
  };
}

function without<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

async function deploy(
  buckets: readonly Registration[],
  externalIds = ["logzio:aws:extid:first"],
): Promise<string> {
  deployment.configure({
    region: "eu",
    aws: { region: "us-east-1" },
    access: { logzioAccountId: "406095609952", externalIds, buckets, role: { settleSeconds: 1 } },
  });
  await deployment.synthesize(withStandIns);
  return deployment.apply();
}

/** Where Terraform's account of a run has each of the lines, which come in this order. */
function places(printed: string, lines: readonly RegExp[]): number[] {
  return lines.map((line) => printed.search(line));
}

const inOrder = (list: readonly number[]): number[] => [...list].sort((one, other) => one - other);
const register = { type: "elb" };

describeEndToEnd("registrations with Logz.io, as Terraform orders them", () => {
  beforeAll(async () => {
    emulator = await Emulator.start();
    deployment = new Deployment("logzio-registration-e2e", emulator.url);
    deployment.setVariable("logzio_api_token", apiToken);
  }, 120_000);

  afterAll(async () => {
    deployment.remove();
    await emulator.stop();
  });

  test("come behind the role, its policies and the wait, and nothing is planned afterwards", async () => {
    const printed = await deploy([
      { bucket: "first-logs", register },
      { bucket: "second-logs", prefix: "AWSLogs/", register },
    ]);

    const found = places(printed, [
      /^aws_iam_role\.\S+: Creation complete/m,
      /^aws_iam_role_policy\.\S+: Creating/m,
      /^aws_iam_role_policy\.\S+: Creation complete/m,
      /^terraform_data\.\S+settling_wait\S+: Creating/m,
      /^terraform_data\.\S+settling_wait\S+: Creation complete/m,
      /^terraform_data\.connector-\S+_fetcher_\S+: Creating/m,
    ]);
    expect(found).not.toContain(-1);
    expect(found).toEqual(inOrder(found));
    expect(printed.match(/_fetcher_\S+: Creation complete/g)).toHaveLength(2);
    expect((await deployment.plan()).changes).toEqual<PlannedChange[]>([]);
    // Neither configuration, plan nor state has it.
    expect(deployment.filesWith(apiToken)).toEqual([]);
    expect(deployment.printed).not.toContain(apiToken);
  }, 240_000);

  test("wait again where the role changes, and are left alone themselves", async () => {
    const printed = await deploy(
      [
        { bucket: "second-logs", prefix: "AWSLogs/", register },
        { bucket: "first-logs", register },
        { bucket: "third-logs" },
      ],
      ["logzio:aws:extid:first", "logzio:aws:extid:second"],
    );

    expect(printed).toMatch(/^terraform_data\.\S+settling_wait\S+: Creation complete/m);
    expect(printed).not.toMatch(/_fetcher_\S+: (Creat|Modif|Destr)/);
  }, 240_000);

  test("are taken away before the role loses what they need", async () => {
    const printed = await deploy([{ bucket: "first-logs", register }]);

    const found = places(printed, [
      /^terraform_data\.connector-second-logs\S+_fetcher_\S+: Destruction complete/m,
      /^aws_iam_role_policy\.\S+: Modifying/m,
    ]);
    expect(found).not.toContain(-1);
    expect(found).toEqual(inOrder(found));
    expect((await deployment.plan()).changes).toEqual<PlannedChange[]>([]);
  }, 240_000);
});
