import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError } from "../../../config/problems";
import { folder, removeFolder, synthesizeInto } from "./configurations";
import { valid } from "./valid";

const resources = { version: 4, resources: [{ mode: "managed", type: "aws_sqs_queue", name: "queue" }] };
const state = JSON.stringify(resources);

/** A folder in which the configuration was synthesized before, and these files lie below `stacks`. */
function outdirWith(files: Readonly<Record<string, string>>): string {
  const outdir = synthesizeInto(mkdtempSync(join(folder, "out-")), valid);
  for (const [name, text] of Object.entries(files)) {
    const file = join(outdir, "stacks", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return outdir;
}

afterAll(removeFolder);

describe("The state of another stack in the folder", () => {
  it("stops the app, as cdktf would delete it", () => {
    const outdir = outdirWith({ "logzio-s3/terraform.tfstate": state });

    const renamed = (): string => synthesizeInto(outdir, `${valid}stack: other\n`);

    expect(renamed).toThrow(ConfigError);
    expect(renamed).toThrow(
      "This is stack other, and cdktf would delete the Terraform state of what else is deployed from this folder:\n" +
        `  - stack logzio-s3: ${join(outdir, "stacks/logzio-s3/terraform.tfstate")}\n`,
    );
  });

  it.each([
    ["a file of another name", { "first/my.state": state }, "my.state"],
    ["a workspace", { "first/terraform.tfstate.d/prod/terraform.tfstate": state }, "prod/terraform.tfstate"],
    ["what could not be written elsewhere", { "first/errored.tfstate": state }, "errored.tfstate"],
    ["a state that cannot be read", { "first/terraform.tfstate": "{" }, "terraform.tfstate"],
    ["an encrypted state", { "first/terraform.tfstate": '{"encrypted_data":"x"}' }, "terraform.tfstate"],
  ])("is found in %s", (_, files, found) => {
    const outdir = outdirWith(files);

    expect(() => synthesizeInto(outdir, valid)).toThrow(new RegExp(`stack first: .*/${found}\n`));
  });

  it.each([
    ["of this stack", { "logzio-s3/terraform.tfstate": state }],
    ["that was destroyed", { "first/terraform.tfstate": '{"version":4,"resources":[]}' }],
    [
      "that was moved to a backend",
      { "first/terraform.tfstate": "", "first/terraform.tfstate.backup": state },
    ],
    ["that is elsewhere", { "first/.terraform/terraform.tfstate": '{"version":3,"backend":{}}' }],
    ["that was only synthesized", { "first/cdk.tf.json": '{"resource":{}}', "first/a/x.zip": "PK" }],
  ])("does not matter where it is a state %s", (_, files) => {
    const outdir = outdirWith(files);

    expect(() => synthesizeInto(outdir, valid)).not.toThrow();
  });
});
