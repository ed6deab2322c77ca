import { ApiError, ApiTokenRefused, CredentialsRefused } from "../../../../cli/logzio-api/errors";
import { LogzioApi } from "../../../../cli/logzio-api/logzio-api";
import { LogzioApiDouble } from "../../../support/logzio-api-double";

const settings = {
  bucket: "my-logs",
  prefix: "AWSLogs/",
  region: "EU_CENTRAL_1",
  logsType: "elb",
  active: true,
  addS3ObjectKeyAsLogField: true,
  arn: "arn:aws:iam::123456789012:role/logzio-s3-fetcher",
};

let double: LogzioApiDouble;
let interrupt: AbortController;

function api(token = double.token): LogzioApi {
  const backoff = { attempts: 4, baseMs: 1, capMs: 5 };
  return new LogzioApi({ url: double.url, token, signal: interrupt.signal, backoff, requestTimeoutMs: 500 });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => {
      throw new Error("nothing failed");
    },
    (error: unknown) => error as ApiError,
  );
}

beforeEach(async () => {
  double = await LogzioApiDouble.start();
  interrupt = new AbortController();
});
afterEach(() => double.stop());

describe("Logz.io's API", () => {
  test("says which account and external ID to trust", async () => {
    expect(await api().assumeRoleDetails()).toEqual({
      logzioAWSAccountId: "111122223333",
      assignedExternalId: double.externalId,
    });
  });

  test("creates, changes, lists and deletes fetchers", async () => {
    const made = await api().createFetcher(settings);
    expect(made).toMatchObject({ ...settings, id: made.id });
    await api().updateFetcher(made.id, { ...settings, active: false });
    expect(await api().listFetchers()).toMatchObject([{ id: made.id, active: false }]);
    await api().deleteFetcher(made.id);
    await api().deleteFetcher(made.id);
    expect(await api().findFetcher(made.id)).toBeUndefined();
  });

  test("creates, changes, lists and deletes archives, whose settings it answers with one level deeper", async () => {
    const s3IamCredentials = { arn: settings.arn };
    const amazonS3StorageSettings = { credentialsType: "IAM", path: "my-archive", s3IamCredentials };
    const archive = { storageType: "S3", enabled: true, compressed: true, amazonS3StorageSettings };
    const made = await api().createArchive(archive);
    expect(made).toMatchObject({ ...archive, id: made.id });
    expect(await api().updateArchive(made.id, { ...archive, enabled: false })).toMatchObject({
      id: made.id,
      enabled: false,
    });
    expect(await api().listArchives()).toMatchObject([{ ...archive, id: made.id, enabled: false }]);
    await api().deleteArchive(made.id);
    expect(await api().findArchive(made.id)).toBeUndefined();
  });

  test("does not take an archive of an unknown form for one that is not there", async () => {
    double.fail({ status: 200, body: '[{"id":1,"storage":{}}]' });
    expect((await failure(api().listArchives())).message).toMatch(/an archive of a form that is not known/);
  });

  test("forgets the secrets that archives are answered with", async () => {
    const s3SecretCredentials = { accessKey: "AKIA1", secretKey: "secret-1" };
    const amazonS3StorageSettings = { credentialsType: "KEYS", path: "my-archive", s3SecretCredentials };
    const inS3 = { id: 1, settings: { storageType: "S3", amazonS3StorageSettings } };
    const azureBlobStorageSettings = { tenantId: "tenant", clientSecret: "secret-2" };
    const inAzure = { id: 2, settings: { storageType: "BLOB", azureBlobStorageSettings } };
    double.fail({ status: 200, body: JSON.stringify([inS3, inAzure]) });
    const text = JSON.stringify(await api().listArchives());
    expect(text).toContain("AKIA1");
    expect(text).toContain("tenant");
    expect(text).not.toMatch(/secret-[12]/);
  });

  test("finds archives and says which external ID they use", async () => {
    const id = double.addArchive("my-archive", settings.arn, "old-id");
    expect(await api().findArchive(id)).toMatchObject({
      amazonS3StorageSettings: { s3IamCredentials: { arn: settings.arn, externalId: "old-id" } },
    });
  });

  test.each([429, 500, 503])("tries again on %d", async (status) => {
    double.fail({ status, times: 2 });
    expect(await api().listFetchers()).toEqual([]);
    expect(double.requests).toHaveLength(3);
  });

  test("waits as long as it is asked to", async () => {
    double.fail({ status: 429, headers: { "retry-after": "1" } });
    const started = Date.now();
    await api().listFetchers();
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
  });

  test("goes easy on a server that asks for no wait at all", async () => {
    double.fail({ status: 429, headers: { "retry-after": "0" }, times: 2 });
    const backoff = { baseMs: 60 };
    const started = Date.now();
    await new LogzioApi({
      url: double.url,
      token: double.token,
      signal: interrupt.signal,
      backoff,
    }).listFetchers();
    expect(Date.now() - started).toBeGreaterThanOrEqual(80);
  });

  test("gives up with the status and what was said", async () => {
    double.fail({ status: 500, body: '{"message":"out of order"}', times: 9 });
    const error = await failure(api().listFetchers());
    expect(error.message).toMatch(
      /GET \/v1\/log-shipping\/s3-buckets was answered .* with 500: out of order/,
    );
    expect(double.requests).toHaveLength(4);
  });

  test.each([
    ["cut off before", { afterWork: false }],
    ["cut off after", { afterWork: true }],
    ["answered with 500 before", { status: 500 }],
    ["answered with 500 after", { status: 500, afterWork: true }],
    ["answered with 503 after", { status: 503, afterWork: true }],
    ["answered without a body after", { status: 200, afterWork: true }],
  ])("creates once where the answer is %s the work", async (_, fault) => {
    double.fail({ ...fault, when: ({ method }) => method === "POST" });
    const made = await api().createFetcher(settings);
    expect([...double.fetchers.keys()]).toEqual([made.id]);
  });

  test("creates once where a gateway has answered before the work is done", async () => {
    double.fail({
      status: 504,
      when: ({ method }) => {
        const isCreation = method === "POST";
        if (isCreation) setTimeout(() => double.addFetcher(settings, "id"), 30);
        return isCreation;
      },
    });
    const patient = {
      url: double.url,
      token: double.token,
      signal: interrupt.signal,
      backoff: { baseMs: 400 },
    };
    const made = await new LogzioApi(patient).createFetcher(settings);
    expect([...double.fetchers.keys()]).toEqual([made.id]);
  });

  test("does not take another fetcher for the one that it created", async () => {
    const before = double.addFetcher(settings, "old-id");
    double.fail({ when: ({ method }) => method === "POST" });
    const made = await api().createFetcher(settings);
    expect(made.id).not.toBe(before);
  });

  test("tells a token without rights from credentials that AWS refuses", async () => {
    double.awsAccepts = () => false;
    const refused = await failure(api().createFetcher(settings));
    expect(refused).toBeInstanceOf(CredentialsRefused);
    expect(refused.message).toMatch(/AWS refused .*logzio-s3 doctor/);

    const unknown = await failure(api("another-token").listFetchers());
    expect(unknown).toBeInstanceOf(ApiTokenRefused);
    double.fail({ status: 403, times: 2 });
    expect(await failure(api().updateFetcher(1, settings))).toBeInstanceOf(ApiTokenRefused);
  });

  test("tells fetchers with other access keys apart", async () => {
    const keys = { ...settings, arn: null, accessKey: "AKIAONE", secretKey: "one" };
    double.fail({
      when: ({ method }) => {
        if (method === "POST") double.addFetcher({ ...keys, accessKey: "AKIAOTHER" }, "old-id");
        return method === "POST";
      },
    });
    expect((await api().createFetcher(keys)).accessKey).toBe("AKIAONE");
  });

  test("asks for what a change made, where its answer does not say it", async () => {
    const { id } = await api().createFetcher(settings);
    double.fail({ status: 200, afterWork: true });
    expect(await api().updateFetcher(id, { ...settings, active: false })).toMatchObject({
      id,
      active: false,
    });
  });

  test("does not blame AWS where a fetcher may not be deleted", async () => {
    const { id } = await api().createFetcher(settings);
    double.fail({ status: 403 });
    expect(await failure(api().deleteFetcher(id))).toBeInstanceOf(ApiTokenRefused);
  });

  test("does not blame the token where nothing is known about it", async () => {
    double.awsAccepts = () => false;
    double.fail({ status: 500, times: 9, when: ({ method }) => method === "GET" });
    const { id } = { id: double.addFetcher(settings, "old-id") };
    const refused = await failure(api().updateFetcher(id, settings));
    expect(refused).not.toBeInstanceOf(ApiTokenRefused);
    expect(refused.message).toMatch(/403/);
  });

  test.each([
    ["no list", "{}"],
    ["nothing", "null"],
    ["something without ids", '[{"bucket":"my-logs"}]'],
  ])("refuses %s where it asked for a list", async (_, body) => {
    double.fail({ status: 200, body });
    expect((await failure(api().listFetchers())).message).toMatch(/something else than a list/);
  });

  test.each([
    "null",
    '{"logzioAWSAccountId":"","assignedExternalId":""}',
    '{"logzioAWSAccountId":"111122223333","assignedExternalId":""}',
    '{"logzioAWSAccountId":"111122223333","assignedExternalId":"*"}',
    '{"logzioAWSAccountId":"your account","assignedExternalId":"logzio:aws:extid:new"}',
  ])("refuses details without an account or an external ID: %s", async (body) => {
    double.fail({ status: 200, body });
    expect((await failure(api().assumeRoleDetails())).message).toMatch(/without an account ID/);
  });

  test("never repeats the token", async () => {
    double.fail({ status: 400, body: `what is ${double.token}?` });
    const { message } = await failure(api().listFetchers());
    expect(message).toContain("what is …?");
  });

  test.each([
    ["as it is", '{"message":"bad: {secretKey=wJalr/se+cret}"}'],
    ["as JSON may write it", '{"error":"bad: {secretKey=wJalr\\/se+cret}"}'],
    ["as a URL writes it", '{"message":"bad: {secretKey=wJalr%2Fse%2Bcret}"}'],
  ])("never repeats a secret key, %s", async (_, body) => {
    const keys = { ...settings, arn: null, accessKey: "AKIAONE", secretKey: "wJalr/se+cret" };
    double.fail({
      status: 400,
      body,
      when: ({ method }) => method === "POST",
    });
    const { message } = await failure(api().createFetcher(keys));
    expect(message).toMatch(/bad: \{secretKey=…\}/);
  });

  test("does not let an answer drive the terminal", async () => {
    double.fail({ status: 400, body: "\x1b[2Jgone" });
    expect((await failure(api().listFetchers())).message).not.toContain("\x1b");
  });

  test("refuses an answer that is no JSON, as a proxy's page", async () => {
    double.fail({ status: 200, body: "<html>Sign in</html>" });
    expect((await failure(api().listFetchers())).message).toMatch(/something else than JSON/);
  });

  test("says where no answer comes, and how often it tried", async () => {
    double.fail({ times: 9 });
    expect((await failure(api().listFetchers())).message).toMatch(
      /no answer from 127\.0\.0\.1:\d+ in 4 tries/,
    );
  });

  test("ends at once when interrupted", async () => {
    double.fail({ status: 429, headers: { "retry-after": "60" } });
    const listing = failure(api().listFetchers());
    setTimeout(() => interrupt.abort(new Error("interrupted")), 50);
    expect((await listing).name).toBe("AbortError");
  });
});
