import { readLogzio } from "../../../../cli/doctor/logzio";
import { doctorSettings } from "../../../../cli/doctor/settings";
import { LogzioApi } from "../../../../cli/logzio-api/logzio-api";
import { containing, externalId, logzioAccount, roleArn, roleName, Surroundings } from "./surroundings";

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

test("asks IAM nothing about a role that does not exist, and gives that as the reason", async () => {
  around.iam.delete(roleName);
  const found = await around.doctor();
  expect(found.one("role.exists").status).toBe("wrong");
  expect(found.one("permission.s3:GetObject")).toMatchObject({
    status: "not-proven",
    reason: `the role ${roleArn} does not exist`,
  });
  expect(found.one("read.object").reason).toBe(`there is no role ${roleArn}`);
  expect(around.iam.questions).toEqual([]);
});

test("does not ask Logz.io again when it gave no answer", async () => {
  around.api.fail({ times: Infinity });
  const { signal } = new AbortController();
  const backoff = { attempts: 2, baseMs: 1, capMs: 2 };
  const api = new LogzioApi({ url: around.api.url, token: around.api.token, signal, backoff });
  const options = { roleArn, accountId: logzioAccount, externalId: [externalId], bucket: "logs" };

  const logzio = await readLogzio(api, doctorSettings(options, undefined));

  expect(logzio).toMatchObject({ unread: containing("got no answer") });
  expect(logzio.findings.map(({ status }) => status)).toEqual(["not-proven", "not-proven"]);
  expect(around.api.requests).toHaveLength(2);
});

test("still asks for the registrations where Logz.io only refuses to say whom to trust, and saves none", async () => {
  around.api.fail({ when: ({ path }) => path.includes("aws-assume-role-details"), status: 403, times: 9 });
  const found = await around.doctor(around.words, { token: true });
  expect(found.one("logzio.account-id").status).toBe("not-proven");
  expect(found.one("registration").reason).toContain(
    "the bucket is not registered with this role and prefix",
  );
  around.api.addFetcher({ bucket: "logs", prefix: "AWSLogs/", arn: roleArn }, externalId);
  expect((await around.doctor(around.words, { token: true })).one("registration").reason).toBe(
    "saving might have Logz.io send another external ID, since it does not tell which one it assigned",
  );
  expect(around.api.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});
