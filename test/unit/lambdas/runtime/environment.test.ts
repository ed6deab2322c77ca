import { EnvironmentError, parseSources, renderSources } from "../../../../lambdas/runtime/environment";
import { parse, render, type S3HookSettings } from "../../../../lambdas/s3-hook/environment";

const settings: S3HookSettings = {
  listener: "https://listener.logz.io:8071",
  tokenSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf",
  sources: [{ bucket: "logs", prefix: "AWSLogs/", include: ["\\.gz$"] }],
  queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/hook",
  deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/hook-dlq",
  logLevel: "warn",
};

describe("the hook's environment", () => {
  it("is read as it was rendered", () => {
    expect(parse(render(settings))).toEqual({
      ...settings,
      listener: new URL(settings.listener),
      token: undefined,
    });
  });

  it("takes a token in place of a secret, for runs outside AWS", () => {
    const variables = {
      LOGZIO_LISTENER: "http://127.0.0.1:9999",
      LOGZIO_TOKEN: "t",
      SOURCES: '[{"bucket":"b"}]',
    };
    expect(parse(variables)).toMatchObject({
      token: "t",
      tokenSecretArn: undefined,
      queueUrl: undefined,
      logLevel: "info",
    });
  });

  it.each([
    ["LOGZIO_TOKEN_SECRET_ARN", undefined, /LOGZIO_TOKEN_SECRET_ARN is not set/],
    ["LOGZIO_LISTENER", undefined, /LOGZIO_LISTENER is not set; write https:/],
    ["LOGZIO_LISTENER", "listener.logz.io", /not a URL/],
    ["LOGZIO_LISTENER", "http://listener.logz.io:8070", /must use https/],
    ["LOGZIO_LISTENER", "https://listener.logz.io:8071/bulk", /host and port alone/],
    ["LOGZIO_LISTENER", "https://listener.logz.io:8071/?token=x", /host and port alone/],
    ["SOURCES", undefined, /SOURCES is not set/],
    ["SOURCES", "[]", /the list is empty/],
    ["SOURCES", '[{"prefix":"a"}]', /no "bucket"/],
    ["SOURCES", "H4sIbroken", /SOURCES cannot be read/],
    ["LOG_LEVEL", "loud", /write one of debug, info, warn, error/],
  ])("is refused with what to write instead: %s=%s", (name, value, reason) => {
    const variables = { ...render(settings), [name]: value };
    expect(() => parse(variables)).toThrow(EnvironmentError);
    expect(() => parse(variables)).toThrow(reason);
  });
});

describe("SOURCES", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({
    bucket: `logs-${index}`,
    prefix: "AWSLogs/123456789012/",
  }));

  it("is JSON while it is short, and compressed beyond that", () => {
    expect(renderSources(settings.sources)).toBe(JSON.stringify(settings.sources));
    const compressed = renderSources(many);
    expect(compressed).toMatch(/^H4sI/);
    expect(compressed.length).toBeLessThan(1000);
    expect(parseSources(compressed)).toEqual(many);
  });

  it("does not depend on the machine: the compressed bytes are fixed", () => {
    // The header ends with the time and the system; both must be constant, else each machine plans a change.
    expect(Buffer.from(renderSources(many), "base64").subarray(4, 8)).toEqual(Buffer.alloc(4));
    expect(renderSources(many)).toBe(renderSources(many));
  });

  it("stays JSON while it holds a Terraform token, which compression would hide", () => {
    const sources = [...many, { bucket: "${TfToken[TOKEN.1]}" }];
    expect(renderSources(sources)).toBe(JSON.stringify(sources));
  });
});
