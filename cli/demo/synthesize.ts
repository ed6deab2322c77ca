import { App } from "cdktf";
import { join } from "node:path";
import type { Config } from "../../config/schema";
import { LogzioStack } from "../../main";

export const demoBucket = "demo-logs";

/** What the logzio.yaml of the demo would say. */
const configuration: Config = {
  stack: "demo",
  region: "us",
  token: { variable: true },
  aws: { region: "us-east-1" },
  hook: {
    name: "demo-s3-hook",
    trigger: "s3",
    sources: [
      { bucket: demoBucket, prefix: "AWSLogs/" },
      { bucket: demoBucket, prefix: "s3-access/" },
      // app/checkout/… gets the field service: checkout
      { bucket: demoBucket, prefix: "app/", pathToFields: "-/service", fields: { environment: "demo" } },
    ],
  },
};

/** Synthesizes the stack that `cdktf deploy` would apply; returns the path of its JSON. */
export function synthesize(folder: string): string {
  const app = new App({ outdir: folder });
  const stack = new LogzioStack(app, configuration);
  app.synth();
  return join(folder, "stacks", stack.node.id, "cdk.tf.json");
}
