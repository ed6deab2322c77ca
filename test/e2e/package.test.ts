import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
let app: string;

/** Someone's own CDKTF app, with types that are as strict as they can be. */
const program = `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { ArchiveAccess, BucketReadAccess, FetcherRole, FetcherUser, type FetcherRoleProps } from "cdktf-logzio-s3";

const app = new App();
const stack = new TerraformStack(app, "mine");
new AwsProvider(stack, "aws", { region: "eu-central-1" });
const props: FetcherRoleProps = {
  logzioAccountId: "123456789012",
  externalIds: ["logzio:aws:extid:example0nktixxe8q"],
  buckets: [{ bucket: "my-logs", prefix: "AWSLogs/" }],
};
const { role } = new FetcherRole(stack, "fetcher", props);
new FetcherUser(stack, "user", { buckets: [{ bucket: "my-logs" }] });
const access: BucketReadAccess = new BucketReadAccess(stack, "access", { bucket: "my-logs" });
new ArchiveAccess(stack, "archive", { bucket: "my-archive" });
new TerraformOutput(stack, "statements", { value: access.bucketPolicyStatements(role.arn) });
app.synth();
`;

/** Puts what `npm install` of the tarball would into the app: the package, and what it names as its own needs. */
function install(): void {
  const modules = join(app, "node_modules");
  const installed = join(modules, "cdktf-logzio-s3");
  mkdirSync(installed, { recursive: true });
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", app], { cwd: root, stdio: "pipe" });
  const [tarball = ""] = readdirSync(app).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(app, tarball), "-C", installed, "--strip-components=1"]);
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  ) as Record<"dependencies" | "peerDependencies", Record<string, string>>;
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), "@types/node"]) {
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
}

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), "logzio-package-"));
  install();
  writeFileSync(join(app, "main.ts"), program);
}, 120_000);

afterAll(() => {
  rmSync(app, { recursive: true, force: true });
});

test.each(["commonjs", "node16"])(
  "the packed package is used by an app of its own, with its types (%s)",
  (module) => {
    const compilerOptions = {
      ...{ module, target: "ES2022", moduleResolution: module === "commonjs" ? "node10" : module },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ skipLibCheck: false, types: ["node"], outDir: "out" },
    };
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));

    const tsc = createRequire(__filename).resolve("typescript/bin/tsc");
    const compiled = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: app, encoding: "utf8" });
    // What cdktf itself uses is deprecated in Node 22, which our own cdktf.json silences as well.
    const run = spawnSync(process.execPath, ["--no-deprecation", "out/main.js"], {
      cwd: app,
      encoding: "utf8",
    });

    expect(compiled.stdout).toBe("");
    expect(run).toMatchObject({ status: 0, stderr: "" });
    const stack = readFileSync(join(app, "cdktf.out/stacks/mine/cdk.tf.json"), "utf8");
    expect(stack).toContain('sts:ExternalId\\":\\"logzio:aws:extid:example0nktixxe8q');
  },
  240_000,
);
