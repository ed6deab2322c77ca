import { buildSync } from "esbuild";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { insistOnTls } from "../../../../cli/network/verified-tls";
import { missingForCertificates, selfSigned, type SelfSigned } from "../../../support/certificates";
import { ConnectProxy } from "../../../support/connect-proxy";
import { LogzioApiDouble } from "../../../support/logzio-api-double";
import { describeWhere } from "../../../support/requirements";
import { TlsFront } from "../../../support/tls-front";

const root = join(__dirname, "../../../..");

/** What a process of its own got from the API: Node reads whom to trust from its environment at its start. */
interface Outcome {
  readonly answer?: unknown;
  readonly error?: string;
}

const awsProbe = `
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { iamSettings } from "./cli/aws/session";
const iam = new IAMClient({ ...iamSettings({}), maxAttempts: 1 });
iam.send(new GetRoleCommand({ RoleName: "any" }))
  .then(() => ({ answer: {} }), (error) => ({ error: error.message }))
  .then((outcome) => console.log(JSON.stringify(outcome)));
`;

const probe = `
import { LogzioApi } from "./cli/logzio-api/logzio-api";
const [url = "", token = ""] = process.argv.slice(2);
const backoff = { attempts: 1 };
new LogzioApi({ url, token, backoff, requestTimeoutMs: 5000, signal: new AbortController().signal })
  .assumeRoleDetails()
  .then((answer) => ({ answer }), (error) => ({ error: error.message }))
  .then((outcome) => console.log(JSON.stringify(outcome)));
`;

describeWhere("TLS to Logz.io's API", [missingForCertificates()], () => {
  let folder: string;
  let certificate: SelfSigned;
  let double: LogzioApiDouble;
  let front: TlsFront;
  let proxy: ConnectProxy;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tls-probe-"));
    for (const [name, contents] of Object.entries({ probe, awsProbe })) {
      buildSync({
        stdin: { contents, resolveDir: root, loader: "ts" },
        bundle: true,
        platform: "node",
        outfile: join(folder, `${name}.js`),
      });
    }
    certificate = selfSigned();
    double = await LogzioApiDouble.start();
    front = await TlsFront.start(double, certificate);
    proxy = await ConnectProxy.start();
  });
  afterAll(async () => {
    await Promise.all([proxy.stop(), front.stop(), double.stop()]);
    certificate.remove();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    double.requests.length = 0;
    proxy.tunnels.length = 0;
    proxy.seen = "";
  });

  async function ask(environment: Record<string, string>, program = "probe"): Promise<Outcome> {
    const words = [join(folder, `${program}.js`), front.url, double.token];
    const child = spawn(process.execPath, words, { env: environment, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    await once(child, "close");
    return JSON.parse(text) as Outcome;
  }

  const trusted = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: certificate.certFile });

  test("works with a certificate that the machine trusts", async () => {
    expect(await ask(trusted())).toMatchObject({ answer: { assignedExternalId: double.externalId } });
  });

  test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])(
    "goes through the proxy of %s, unseen",
    async (name) => {
      expect(await ask({ ...trusted(), [name]: proxy.url })).toMatchObject({
        answer: { assignedExternalId: double.externalId },
      });
      expect(proxy.tunnels).toEqual([`127.0.0.1:${front.port}`]);
      expect(proxy.seen).not.toContain(double.token);
      expect(proxy.seen).not.toContain("s3-buckets");
    },
  );

  test("goes past the proxy for hosts of NO_PROXY", async () => {
    const environment = { ...trusted(), HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
    expect(await ask(environment)).toMatchObject({ answer: {} });
    expect(proxy.tunnels).toEqual([]);
  });

  test.each([false, true])(
    "refuses a certificate that nobody vouches for (behind a proxy: %p), whatever the environment says",
    async (behindProxy) => {
      const environment: Record<string, string> = behindProxy ? { HTTPS_PROXY: proxy.url } : {};
      const lax = { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
      for (const variables of [environment, lax]) {
        const { error } = await ask(variables);
        expect(error).toMatch(/self-signed certificate/);
      }
      expect(double.requests).toEqual([]);
      expect(proxy.tunnels).toHaveLength(behindProxy ? 2 : 0);
    },
  );

  test("refuses one of AWS that nobody vouches for, whatever the environment says", async () => {
    const keys = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "secret" };
    const lax = { ...keys, AWS_ENDPOINT_URL_IAM: front.url, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    expect((await ask(lax, "awsProbe")).error).toMatch(/self-signed certificate/);
    expect(double.requests).toEqual([]);
  });
});

test("the program has TLS verified in all its libraries, and says so", () => {
  const env: NodeJS.ProcessEnv = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  expect(insistOnTls(env)).toMatch(/always verified.*NODE_EXTRA_CA_CERTS/);
  expect(env["NODE_TLS_REJECT_UNAUTHORIZED"]).toBe("1");
  expect(insistOnTls(env)).toBeUndefined();
});
