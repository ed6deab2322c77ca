import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { Deployment } from "../support/deployment";
import { Emulator } from "../support/emulator";
import { describeEndToEnd } from "../support/requirements";

const examples = resolve(__dirname, "../../examples");
const names = readdirSync(examples).sort();

/** What makes a block of logzio.yaml what it is. */
const heart = {
  hook: "aws_sqs_queue",
  fetcher: "aws_dynamodb_table",
  access: "aws_iam_role",
  metrics: "aws_cloudwatch_metric_stream",
};

let emulator: Emulator;
let deployment: Deployment;

describeEndToEnd("the examples, planned by Terraform", () => {
  beforeAll(async () => {
    emulator = await Emulator.start();
    deployment = new Deployment("logzio-examples", emulator.url);
    for (const token of ["logzio_token", "logzio_metrics_token"]) {
      deployment.setVariable(token, "EXAMPLETOKENbcdefghijklmnopqrstu");
    }
  }, 120_000);

  afterAll(async () => {
    deployment.remove();
    await emulator.stop();
  });

  test.each(names)(
    "%s",
    async (name) => {
      const configuration = parse(readFileSync(join(examples, name), "utf8")) as object;
      deployment.configure(configuration);
      await deployment.synthesize();

      const { changes } = await deployment.plan();

      const hearts = Object.entries(heart).flatMap(([block, type]) => (block in configuration ? type : []));
      expect(hearts).not.toEqual([]);
      expect(changes.map(({ type }) => type)).toEqual(expect.arrayContaining(hearts));
      expect(changes.filter(({ actions }) => actions.join() !== "create")).toEqual([]);
    },
    240_000,
  );
});
