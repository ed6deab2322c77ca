import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalListener } from "../../../../cli/local/listener";
import { missingForCertificates, selfSigned, type SelfSigned } from "../../../support/certificates";
import { ConnectProxy } from "../../../support/connect-proxy";
import { describeWhere } from "../../../support/requirements";
import { S3Double } from "../../../support/s3-double";
import { TlsFront } from "../../../support/tls-front";

const bucket = "test-logs";
const token = "a-token-for-tests";
/** The built program: Node reads whom to trust at its start. */
const program = join(__dirname, "../../../../dist/bin/logzio-s3.js");

describeWhere("shipping from this machine behind a proxy", [missingForCertificates()], () => {
  let certificate: SelfSigned;
  let folder: string;
  let s3: S3Double;
  let listener: LocalListener;
  let fronts: { readonly s3: TlsFront; readonly listener: TlsFront };
  let proxy: ConnectProxy;

  beforeAll(() => {
    certificate = selfSigned();
    folder = mkdtempSync(join(tmpdir(), "shipping-proxy-"));
  });
  afterAll(() => {
    certificate.remove();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    [s3, listener, proxy] = await Promise.all([
      S3Double.start(),
      LocalListener.start({ token }),
      ConnectProxy.start(),
    ]);
    fronts = {
      s3: await TlsFront.start(s3, certificate),
      listener: await TlsFront.start(listener, certificate),
    };
    s3.put(bucket, "a.log", "one\ntwo\n");
    s3.put(bucket, "b.log", "three\n");
  });
  afterEach(async () => {
    await proxy.stop();
    await Promise.all([fronts.s3.stop(), fronts.listener.stop()]);
    await Promise.all([s3.stop(), listener.stop()]);
  });

  async function backfill(environment: Record<string, string>): Promise<{ code: number; output: string }> {
    const state = join(folder, `${proxy.url.split(":")[2]}.json`);
    const words = ["backfill", bucket, "--listener", fronts.listener.url, "--state", state, "--yes"];
    const child = spawn(process.execPath, [program, ...words], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        NODE_EXTRA_CA_CERTS: certificate.certFile,
        AWS_ENDPOINT_URL_S3: fronts.s3.url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        LOGZIO_TOKEN: token,
        HTTPS_PROXY: proxy.url,
        ...environment,
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [code] = (await once(child, "close")) as [number];
    return { code, output };
  }

  const address = ({ port }: TlsFront): string => `127.0.0.1:${port}`;
  const messages = (): unknown[] =>
    listener.documents.map((line) => (JSON.parse(line) as { message: string }).message);

  test("goes through it to AWS and to the listener, unseen", async () => {
    const { code } = await backfill({});
    expect(code).toBe(0);
    expect(messages()).toEqual(["one", "two", "three"]);
    expect(new Set(proxy.tunnels)).toEqual(new Set([address(fronts.s3), address(fronts.listener)]));
    expect(proxy.tunnels.filter((one) => one === address(fronts.listener))).toHaveLength(1);
    expect(proxy.seen).not.toContain(token);
  });

  test.each(["s3", "listener"] as const)(
    "leaves it out for %s alone, where NO_PROXY names that host",
    async (direct) => {
      const other = direct === "s3" ? "listener" : "s3";
      const { code } = await backfill({ NO_PROXY: address(fronts[direct]) });
      expect(code).toBe(0);
      expect(messages()).toHaveLength(3);
      expect(new Set(proxy.tunnels)).toEqual(new Set([address(fronts[other])]));
    },
  );

  test("does not take its refusal for an answer of AWS", async () => {
    proxy.fault = { status: 403 };
    const { code, output } = await backfill({});
    expect(code).toBe(3);
    expect(output).toMatch(/the proxy 127\.0\.0\.1:\d+ refused the connection: 403/);
    expect(output).not.toMatch(/credentials in use/);
  });

  test("says that it is none before anything is read", async () => {
    const { code, output } = await backfill({ HTTPS_PROXY: "socks5://me:pass-word@127.0.0.1:1080" });
    expect(code).toBe(2);
    expect(output).toMatch(/proxy of the environment/);
    expect(output).not.toContain("pass-word");
    expect(s3.requests).toEqual([]);
  });
});
