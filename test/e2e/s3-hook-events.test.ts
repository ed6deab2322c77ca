import type { PlannedChange } from "../support/deployment";
import { describeEndToEnd } from "../support/requirements";
import { DeployedHook, region } from "./deployed-hook";

const token = "EVENTSTOKENbcdefghijklmnopqrstuv";

/** What moto 5.2.1 takes and does not give back as it was, so that it is planned each time; see the hook's other test. */
const notReturned: Readonly<Partial<Record<string, readonly string[]>>> = {
  aws_sqs_queue: ["redrive_policy"],
  aws_lambda_function: ["logging_config"],
};

let hook: DeployedHook;
let secondPlan: readonly PlannedChange[];
let seen = 0;

function configuration(block: object): object {
  return {
    listener: hook.listener.url,
    token: { variable: true, recoveryWindowInDays: 0 },
    aws: { region },
    hook: { trigger: "eventbridge", ...block },
  };
}

async function put(bucket: string, key: string): Promise<void> {
  await hook.s3.putObject({ Bucket: bucket, Key: key, Body: `${bucket} ${key}\n` });
}

/** What arrived since the last look. */
function arrived(): unknown[] {
  const documents = hook.listener.documents.slice(seen);
  seen += documents.length;
  return documents.map((text) => (JSON.parse(text) as { message: string }).message).sort();
}

describeEndToEnd("the S3 Hook behind EventBridge, deployed by cdktf", () => {
  beforeAll(async () => {
    hook = await DeployedHook.start("logzio-events-e2e", token);
    hook.deployment.setVariable("logzio_token", token);
    const sources = [{ bucket: "org-logs-*", prefix: "AWSLogs/", suffix: ".log", type: "org" }];
    hook.deployment.configure(configuration({ sources }));
    await hook.deployment.deploy();
    secondPlan = (await hook.deployment.plan()).changes;
    await hook.takeOverQueue([]);
  }, 480_000);

  afterAll(async () => {
    await (hook as DeployedHook | undefined)?.stop();
  }, 60_000);

  test("plans nothing after the deployment but what the emulator does not return", () => {
    const unexpected = secondPlan.filter(
      ({ type, actions, attributes }) =>
        actions.join() !== "update" || attributes.some((name) => !notReturned[type]?.includes(name)),
    );
    expect(unexpected).toEqual([]);
  });

  test("ships from buckets that are made later and fit the pattern, and from no other", async () => {
    for (const Bucket of ["org-logs-eu", "org-logs-us", "org-trail"]) {
      await hook.s3.createBucket({ Bucket });
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      await hook.s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
    }
    await put("org-logs-eu", "AWSLogs/ü +%.log");
    await put("org-logs-us", "AWSLogs/b.log");
    await put("org-logs-us", "AWSLogs/b.json");
    await put("org-logs-us", "other/b.log");
    await put("org-trail", "AWSLogs/c.log");

    const outcomes = await hook.pollUntilEmpty();

    expect(outcomes.reduce((sum, { received }) => sum + received, 0)).toBe(2);
    expect(arrived()).toEqual(["org-logs-eu AWSLogs/ü +%.log", "org-logs-us AWSLogs/b.log"]);
  }, 60_000);

  test("switches a bucket on where it is asked to, and announces what two sources hold once", async () => {
    await hook.s3.createBucket({ Bucket: "named-logs" });
    const sources = [{ bucket: "named-logs" }, { bucket: "named-logs", prefix: "a/", type: "a" }];
    hook.deployment.configure(configuration({ sources, enableEventBridge: true }));
    await hook.deployment.deploy();
    await hook.takeOverQueue([]);
    // Without the switch, the emulator as S3 sends nothing; it does not give it back.
    await put("named-logs", "a/1.log");
    await put("org-logs-eu", "AWSLogs/2.log");

    const QueueUrl = await hook.output("queue_url");
    const { Messages = [] } = await hook.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });

    expect(Messages.map(({ Body = "" }) => JSON.parse(Body) as unknown)).toMatchObject([
      {
        "detail-type": "Object Created",
        detail: { bucket: { name: "named-logs" }, object: { key: "a/1.log" } },
      },
    ]);
  }, 240_000);
});
