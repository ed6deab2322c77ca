import { setTimeout as wait } from "node:timers/promises";
import { Deadline, DeadlineReached } from "../../../../lambdas/runtime/deadline";
import { Logger } from "../../../../lambdas/runtime/logger";
import { SecretToken } from "../../../../lambdas/runtime/token";
import { Backoff, retryAfterMs } from "../../../../lambdas/runtime/backoff";
import { fieldsOfKey, Sources } from "../../../../lambdas/reading/sources";
import { AwsDouble } from "../../../support/aws-double";

describe("Deadline", () => {
  it("is reached when 30 s are left", async () => {
    let left = 60_000;
    const deadline = new Deadline(() => left);
    expect(deadline.isReached).toBe(false);
    left = 30_010;
    deadline.observeRequest(1);
    await wait(50);
    expect(deadline.isReached).toBe(true);
    expect(deadline.signal.reason).toBeInstanceOf(DeadlineReached);
    deadline.close();
  });

  it("keeps what four of the slowest request take, but never more than half", () => {
    const deadline = new Deadline(() => 300_000);
    expect(deadline.forWorkMs).toBe(270_000);
    deadline.observeRequest(15_000);
    deadline.observeRequest(1_000);
    expect(deadline.forWorkMs).toBe(230_000);
    deadline.observeRequest(290_000);
    expect(deadline.forWorkMs).toBe(150_000);
    deadline.close();
  });

  it("lets no request start that has no time to be answered", () => {
    let left = 60_000;
    const deadline = new Deadline(() => left);
    expect(deadline.hasTimeForRequest()).toBe(true);
    expect(deadline.hasTimeForRequest(48_000)).toBe(false);
    left = 12_000;
    expect(deadline.hasTimeForRequest()).toBe(false);
    deadline.close();
  });

  it("leaves requests the time but for the hand-over", () => {
    const deadline = new Deadline(() => 60_000);
    expect(deadline.forRequestsMs).toBe(50_000);
    deadline.close();
  });
});

describe("SecretToken", () => {
  let aws: AwsDouble;
  const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf";
  beforeEach(async () => {
    aws = await AwsDouble.start();
    Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "us-east-1" });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  });
  afterEach(() => aws.stop());

  it.each([
    ["bare", "the-token"],
    ["bare with a newline behind it", "the-token\n"],
    ["JSON with api_key, as Firehose reads it", '{"api_key":"the-token"}'],
  ])("is read: %s", async (_, secret) => {
    aws.secrets.set(arn, secret);
    expect(await new SecretToken(arn).get()).toBe("the-token");
  });

  it("is read once, and again on request", async () => {
    aws.secrets.set(arn, "one");
    const token = new SecretToken(arn);
    await Promise.all([token.get(), token.get()]);
    aws.secrets.set(arn, "two");
    expect(await token.get()).toBe("one");
    expect(aws.callsOf("GetSecretValue")).toHaveLength(1);
    expect(await token.reread()).toBe("two");
  });

  it("is asked for in the region of its secret, which may be another than the function's", async () => {
    const far = arn.replace("us-east-1", "eu-central-1");
    aws.secrets.set(far, "the-token");
    expect(await new SecretToken(far).get()).toBe("the-token");
    expect(aws.callsOf("GetSecretValue")[0].headers.authorization).toContain("/eu-central-1/secretsmanager/");
  });

  it("is not waited for without end where Secrets Manager does not answer", async () => {
    aws.secrets.set(arn, "one");
    aws.script("GetSecretValue", "hang", "hang");
    const limits = { requestTimeoutMs: 50, attempts: 2 };
    await expect(new SecretToken(arn, limits).get()).rejects.toThrow(/cannot be read/);
  });

  it.each(["", "two words", "{", '{"token":"x"}', '{"api_key":""}'])(
    "is refused without being shown: %j",
    async (secret) => {
      aws.secrets.set(arn, secret);
      const reading = new SecretToken(arn).get();
      await expect(reading).rejects.toThrow(/write the token alone, or JSON/);
    },
  );

  it("says what to allow where the secret cannot be read, and tries again the next time", async () => {
    aws.secrets.set(arn, "one");
    aws.script("GetSecretValue", { status: 400, code: "AccessDeniedException", message: "not authorized" });
    const token = new SecretToken(arn);
    await expect(token.get()).rejects.toThrow(/allow the function secretsmanager:GetSecretValue/);
    expect(await token.get()).toBe("one");
  });
});

describe("Backoff", () => {
  it("doubles up to its cap, each step between half of it and all", () => {
    const backoff = new Backoff({ baseMs: 1000, capMs: 5000 });
    for (const [attempt, step] of [1000, 2000, 4000, 5000, 5000].entries()) {
      const delay = backoff.delayMs(attempt + 1);
      expect(delay).toBeGreaterThanOrEqual(step / 2);
      expect(delay).toBeLessThanOrEqual(step);
    }
  });

  it("reads Retry-After as seconds or as a date", () => {
    const now = Date.parse("2026-01-05T10:00:00Z");
    expect(retryAfterMs("7", now)).toBe(7000);
    expect(retryAfterMs("Mon, 05 Jan 2026 10:00:03 GMT", now)).toBe(3000);
    expect(retryAfterMs("Mon, 05 Jan 2026 09:00:00 GMT", now)).toBe(0);
    expect(retryAfterMs("soon", now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

describe("Logger", () => {
  it("writes one JSON object a line, from its level up", () => {
    const lines: string[] = [];
    const logger = new Logger("warn", (line) => lines.push(line)).with({ bucket: "b" });
    logger.info("not this");
    logger.error("this", { count: 1 });
    expect(lines).toHaveLength(1);
    expect(lines[0].endsWith("\n")).toBe(true);
    expect(JSON.parse(lines[0])).toMatchObject({ level: "error", message: "this", bucket: "b", count: 1 });
  });
});

describe("Sources", () => {
  it("refuse what could not be told apart, and what does not compile", () => {
    expect(() => new Sources([{ bucket: "b" }, { bucket: "b", prefix: "" }])).toThrow(/make them one entry/);
    expect(() => new Sources([{ bucket: "b", include: ["("] }])).toThrow(
      /a pattern in include of bucket "b" is "\(", which is no regular expression/,
    );
  });
});

describe("pathToFields", () => {
  it.each([
    ["org/-/account", "o-1/AWSLogs/123/a/b.log", { org: "o-1", account: "123" }],
    ["a/b/c", "x/y", { a: "x", b: "y" }],
    ["a", "file.log", { a: "file.log" }],
  ])("matches from the root of the key: %s on %s", (template, key, fields) => {
    expect(fieldsOfKey(template, key)).toEqual(fields);
  });
});
