import { join } from "node:path";
import { FunctionProcess, type Invocation } from "../../../../cli/local/function-process";
import { LocalListener } from "../../../../cli/local/listener";
import { AwsDouble } from "../../../support/aws-double";
import { missingForCertificates, selfSigned, type SelfSigned } from "../../../support/certificates";
import { ConnectProxy } from "../../../support/connect-proxy";
import { s3Event } from "../../../support/events";
import { describeWhere } from "../../../support/requirements";
import { S3Double } from "../../../support/s3-double";
import { TlsFront } from "../../../support/tls-front";

const bucket = "test-logs";
const token = "a-token-for-tests";
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";
/** The built function, as Lambda runs it: Node reads whom to trust at its start. */
const zip = join(__dirname, "../../../../dist/lambdas/s3-hook.zip");

describeWhere("the deployed function", [missingForCertificates()], () => {
  let certificate: SelfSigned;
  let s3: S3Double;
  let aws: AwsDouble;
  let listener: LocalListener;
  let proxy: ConnectProxy;
  let fronts: { readonly s3: TlsFront; readonly aws: TlsFront; readonly listener: TlsFront };
  const running: FunctionProcess[] = [];

  beforeAll(async () => {
    certificate = selfSigned();
    s3 = await S3Double.start();
    aws = await AwsDouble.start();
    listener = await LocalListener.start({ token });
    proxy = await ConnectProxy.start();
    fronts = {
      s3: await TlsFront.start(s3, certificate),
      aws: await TlsFront.start(aws, certificate),
      listener: await TlsFront.start(listener, certificate),
    };
    aws.secrets.set(secretArn, token);
  });
  beforeEach(() => {
    s3.put(bucket, "a.log", "one\ntwo\n");
    proxy.tunnels.length = 0;
    proxy.fault = undefined;
  });
  afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));
  afterAll(async () => {
    await proxy.stop();
    await Promise.all(Object.values(fronts).map((front) => front.stop()));
    await Promise.all([s3.stop(), aws.stop(), listener.stop()]);
    certificate.remove();
  });

  const address = ({ port }: TlsFront): string => `127.0.0.1:${port}`;

  async function run(environment: Record<string, string>, timeoutSeconds = 60): Promise<Invocation> {
    const hook = await FunctionProcess.start({
      zip,
      memoryMegabytes: 512,
      timeoutSeconds,
      functionName: "hook",
      environment: {
        NODE_EXTRA_CA_CERTS: certificate.certFile,
        AWS_ENDPOINT_URL: fronts.aws.url,
        AWS_ENDPOINT_URL_S3: fronts.s3.url,
        LOGZIO_LISTENER: fronts.listener.url,
        LOGZIO_TOKEN_SECRET_ARN: secretArn,
        SOURCES: JSON.stringify([{ bucket }]),
        ...environment,
      },
    });
    running.push(hook);
    return hook.invoke(s3Event({ bucket, key: "a.log" }));
  }

  test("goes to the listener through the proxy, and to AWS without it, as it is told by default", async () => {
    const before = listener.documents.length;
    const NO_PROXY = `${address(fronts.aws)},${address(fronts.s3)}`;

    const { error } = await run({ HTTPS_PROXY: proxy.url, NO_PROXY });

    expect(error).toBeUndefined();
    expect(listener.documents.length - before).toBe(2);
    expect(proxy.tunnels).toEqual([address(fronts.listener)]);
    expect(proxy.seen).not.toContain(token);
  });

  test("goes to AWS through it as well where no host is excepted", async () => {
    const { error } = await run({ HTTPS_PROXY: proxy.url, NO_PROXY: "" });

    expect(error).toBeUndefined();
    expect(new Set(proxy.tunnels)).toEqual(new Set(Object.values(fronts).map(address)));
  });

  test("looks for no proxy where none is named", async () => {
    const { error } = await run({});

    expect(error).toBeUndefined();
    expect(proxy.tunnels).toEqual([]);
  });

  test("fails with the proxy's own word where that refuses the listener", async () => {
    proxy.fault = { status: 403 };
    const NO_PROXY = `${address(fronts.aws)},${address(fronts.s3)}`;
    const before = listener.documents.length;

    // Half of the time is kept for handing over: the listener is tried once or twice.
    const { error } = await run({ HTTPS_PROXY: proxy.url, NO_PROXY }, 8);

    expect(error?.message).toMatch(/the proxy 127\.0\.0\.1:\d+ refused the connection: 403/);
    expect(listener.documents).toHaveLength(before);
  });

  test("trusts no listener whose certificate is another host's, as a PrivateLink endpoint's own name would be", async () => {
    const before = listener.documents.length;

    const { error } = await run(
      { LOGZIO_LISTENER: fronts.listener.url.replace("127.0.0.1", "localhost") },
      8,
    );

    expect(error?.message).toMatch(/does not match certificate|altnames/);
    expect(listener.documents).toHaveLength(before);
  });
});
