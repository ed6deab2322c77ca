import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { Deployment } from "../support/deployment";
import { Emulator } from "../support/emulator";
import { describeEndToEnd } from "../support/requirements";

const examples = resolve(__dirname, "../../examples");
const names = readdirSync(examples).sort();

let emulator: Emulator;
let deployment: Deployment;

describeEndToEnd("the examples, planned by Terraform", () => {
  beforeAll(async () => {
    emulator = await Emulator.start();
    deployment = new Deployment("logzio-examples", emulator.url);
    deployment.setVariable("logzio_token", "EXAMPLETOKENbcdefghijklmnopqrstu");
  }, 120_000);

  afterAll(async () => {
    deployment.remove();
    await emulator.stop();
  });

  test.each(names)(
    "%s",
    async (name) => {
      const text = readFileSync(join(examples, name), "utf8");
      deployment.configure(parse(text) as object);
      await deployment.synthesize();

      const { changes } = await deployment.plan();

      expect(changes.map(({ type }) => type)).toContain("aws_lambda_function");
      expect(changes.filter(({ actions }) => actions.join() !== "create")).toEqual([]);
    },
    240_000,
  );
});
