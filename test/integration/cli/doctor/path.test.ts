import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessDenied } from "../../../support/iam-double";
import { LogzioApiDouble } from "../../../support/logzio-api-double";
import { assumedAccessKey } from "../../../support/sts-double";
import type { DoubleBucket } from "../../../support/bucket-double";
import { runCommand } from "../../../support/command-run";
import { addDoctor } from "../../../../cli/commands/doctor";
import {
  account,
  containing,
  externalId,
  goodBucket,
  keyArn,
  logzioAccount,
  roleArn,
  roleName,
  Surroundings,
  trust,
} from "./surroundings";

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

const logzio = `arn:aws:iam::${logzioAccount}:root`;
const fetcher = { bucket: "logs", prefix: "AWSLogs/", arn: roleArn };
const asks = (extra: string[] = []) => around.doctor([...around.words, ...extra], { token: true });
const changes = () => around.api.requests.filter(({ method }) => method !== "GET");

describe("by Logz.io's API", () => {
  test("proves the path by saving the registered bucket again, unchanged", async () => {
    const id = around.api.addFetcher({ ...fetcher, active: false, logsType: "cloudfront" }, externalId);
    const before = structuredClone(around.api.fetchers.get(id));
    const found = await asks();
    expect(found.one("registration")).toMatchObject({
      status: "proven",
      text: containing(`fetcher ${id} was saved again`),
    });
    expect(found.one("logzio.external-id").status).toBe("proven");
    expect(changes()).toMatchObject([{ method: "PUT", path: `/v1/log-shipping/s3-buckets/${id}` }]);
    expect(around.api.fetchers.get(id)).toEqual(before);
  });

  test("saves nothing that would become another by it", async () => {
    around.api.addFetcher({ ...fetcher, ...{ filter: "x" } }, externalId);
    expect((await asks()).one("registration")).toMatchObject({
      status: "not-proven",
      reason: containing("settings that this command does not know and could not write again (filter)"),
    });
    around.api.fetchers.clear();
    around.api.addFetcher(fetcher, "an-id-of-ones-own");
    const words = around.words.map((word) => (word === externalId ? "an-id-of-ones-own" : word));
    expect((await around.doctor(words, { token: true })).one("registration")).toMatchObject({
      status: "not-proven",
      reason: containing("saving might have Logz.io send the other external ID, which it assigned"),
    });
    expect(changes()).toEqual([]);
  });

  test("saves nothing where it does not know which external ID Logz.io would send", async () => {
    around.api.addFetcher(fetcher, externalId);
    const words = ["doctor", "--role-arn", roleArn, "--bucket", "logs", "--prefix", "AWSLogs/"];
    expect((await around.doctor(words, { token: true })).one("registration").status).toBe("not-proven");
    expect(changes()).toEqual([]);
  });

  test("saves no fetcher that uses another external ID than Logz.io would send", async () => {
    const api = await LogzioApiDouble.start({ accountId: logzioAccount, externalId, showsExternalId: true });
    try {
      api.addFetcher(fetcher, "logzio:aws:extid:old");
      const words = [...around.words, "--external-id", "logzio:aws:extid:old", "--api-url", api.url];
      const found = await around.doctor(words, { env: { LOGZIO_API_TOKEN: api.token } });
      expect(found.one("registration")).toMatchObject({
        status: "not-proven",
        reason: containing("it uses the external ID logzio:aws:extid:old"),
      });
      expect(api.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    } finally {
      await api.stop();
    }
  });

  test("saves nothing of which Logz.io shows only a part, since an inactive fetcher would become active", async () => {
    around.api.addFetcher({ ...fetcher, active: undefined }, externalId);
    expect((await asks()).one("registration").reason).toContain("does not show all of its settings (active)");
    expect(changes()).toEqual([]);
  });

  test("keeps what somebody changes while it runs", async () => {
    const id = around.api.addFetcher(fetcher, externalId);
    const { simulate } = around.iam;
    around.iam.simulate = (question) => {
      const stored = around.api.fetchers.get(id);
      if (stored !== undefined) stored.settings = { ...stored.settings, active: false, logsType: "vpcflow" };
      return simulate(question);
    };
    expect((await asks()).one("registration").text).toContain("(it is not active)");
    expect(around.api.fetchers.get(id)?.settings).toMatchObject({ active: false, logsType: "vpcflow" });
  });

  test("does not say that nothing changed where saving has changed something", async () => {
    const id = around.api.addFetcher({ ...fetcher, active: false }, externalId);
    around.api.afterChange = () => {
      const stored = around.api.fetchers.get(id);
      if (stored !== undefined) stored.settings = { ...stored.settings, active: true, prefix: null };
    };
    expect((await asks()).one("registration")).toMatchObject({
      status: "wrong",
      text: containing("(prefix: AWSLogs/ → none, active: false → true)"),
    });
  });

  test("says that AWS refused Logz.io, and what Logz.io said of it", async () => {
    around.api.addFetcher(fetcher, externalId);
    around.api.awsAccepts = () => false;
    const found = await asks();
    expect(found.one("registration")).toMatchObject({
      status: "wrong",
      text: containing("AWS refused Logz.io"),
    });
    expect(found.one("registration").text).toContain("(403: AWS refused the credentials)");
    expect(found.run.exitCode).toBe(1);
  });

  test("changes nothing where it is told not to save, or the bucket is registered otherwise", async () => {
    around.api.addFetcher(fetcher, externalId);
    expect((await asks(["--no-save"])).one("registration").status).toBe("not-proven");
    around.api.fetchers.clear();
    around.api.addFetcher({ ...fetcher, prefix: "other/" }, externalId);
    expect((await asks()).one("registration")).toMatchObject({
      status: "not-proven",
      reason: containing("prefix other/"),
    });
    expect(changes()).toEqual([]);
  });

  test("registers a bucket to try it, inactive, and deletes it", async () => {
    const found = await asks(["--try-registration"]);
    expect(found.one("registration").status).toBe("proven");
    expect(changes()).toMatchObject([
      { method: "POST", body: { ...fetcher, active: false, region: "US_EAST_1" } },
      { method: "DELETE" },
    ]);
    expect(around.api.fetchers.size).toBe(0);
  });

  test("leaves nothing behind where AWS refuses, the answer is lost, or the user interrupts", async () => {
    around.api.awsAccepts = () => false;
    expect((await asks(["--try-registration"])).one("registration").status).toBe("wrong");
    around.api.awsAccepts = () => true;
    around.api.fail({ when: ({ method }) => method === "POST", afterWork: true });
    expect((await asks(["--try-registration"])).run.exitCode).toBe(0);
    expect(around.api.fetchers.size).toBe(0);

    const interrupt = new AbortController();
    around.api.afterChange = () => interrupt.abort(new Error("interrupted by SIGINT"));
    const words = [...around.words, "--try-registration", "--api-url", around.api.url];
    const run = await runCommand(addDoctor, words, { LOGZIO_API_TOKEN: around.api.token }, interrupt.signal);
    expect(run.exitCode).toBe(130);
    expect(changes().filter(({ method }) => method === "POST")).toHaveLength(3);
    expect(around.api.fetchers.size).toBe(0);
  });

  test("says which fetcher could not be deleted", async () => {
    around.api.fail({ when: ({ method }) => method === "DELETE", status: 400, times: 9 });
    const found = await asks(["--try-registration"]);
    const [id] = around.api.fetchers.keys();
    expect(found.run.stderr).toContain(
      `fetcher ${id} of logs, inactive and made to try it, could not be deleted`,
    );
  });

  test("finds that Logz.io assigned another external ID, or has another account", async () => {
    const found = await around.doctor(
      [
        "doctor",
        "--role-arn",
        roleArn,
        "--account-id",
        "444455556666",
        "--external-id",
        "logzio:aws:extid:old",
      ],
      { token: true },
    );
    expect(found.one("logzio.external-id")).toMatchObject({ status: "wrong", text: containing(externalId) });
    expect(found.one("logzio.account-id")).toMatchObject({
      status: "wrong",
      text: containing(logzioAccount),
    });
  });

  test("proves nothing with a token that is refused, and keeps it to itself", async () => {
    const words = [...around.words, "--api-url", around.api.url];
    const found = await around.doctor(words, { env: { LOGZIO_API_TOKEN: "not-the-token" } });
    expect(found.one("registration").status).toBe("not-proven");
    expect(found.run.stdout + found.run.stderr).not.toContain("not-the-token");
  });

  test("says how to set the token where there is none", async () => {
    expect((await around.doctor()).one("registration").reason).toContain("read -rs LOGZIO_API_TOKEN");
    const run = await runCommand(addDoctor, [...around.words, "--try-registration"]);
    expect(run).toMatchObject({ exitCode: 2, stderr: containing("--try-registration needs an API token") });
  });
});

describe("by assuming the role", () => {
  beforeEach(() => {
    around.iam.put({ name: roleName, trustPolicy: trust([logzio, around.sts.callerArn]) });
    around.sts.allows = (arn, id) => arn === roleArn && id === externalId;
    around.s3.buckets.set("logs", {
      ...goodBucket,
      objects: {
        "AWSLogs/": { content: "" },
        "AWSLogs/a.gz": { content: "hello", kmsKeyId: keyArn },
      },
    });
  });

  test("lists and reads with its credentials, and shows that they need the external ID", async () => {
    const found = await around.doctor();
    expect(found.one("trust.assume").status).toBe("proven");
    expect(found.of("trust.assume-refused").map(({ status }) => status)).toEqual(["proven", "proven"]);
    expect(found.one("read.list").status).toBe("proven");
    expect(found.one("read.object").text).toContain(`read 5 bytes of AWSLogs/a.gz, decrypted with ${keyArn}`);
    const reads = around.s3.calls.filter(({ operation }) =>
      ["ListObjectsV2", "GetObject"].includes(operation),
    );
    expect(reads.map(({ accessKeyId }) => accessKeyId)).toEqual([assumedAccessKey, assumedAccessKey]);
    expect(found.run.stdout).not.toContain("assumed-secret");
  });

  test("tries nothing where the role does not let the caller in", async () => {
    around.iam.put({ name: roleName, trustPolicy: trust() });
    const found = await around.doctor();
    expect(found.one("trust.assume")).toMatchObject({
      status: "not-proven",
      reason: containing("testPrincipals"),
    });
    expect(found.one("read.object").status).toBe("not-proven");
    expect(around.sts.assumed).toEqual([]);
  });

  test("knows the role behind a session, with its path", async () => {
    around.iam.put({ name: "tester", path: "/ops/", trustPolicy: {} });
    around.sts.callerArn = `arn:aws:sts::${account}:assumed-role/tester/me`;
    around.iam.put({
      name: roleName,
      trustPolicy: trust([logzio, `arn:aws:iam::${account}:role/ops/tester`]),
    });
    expect((await around.doctor()).one("trust.assume").status).toBe("proven");
  });

  test("knows it from the configuration too, where AWS does not show the role", async () => {
    const testPrincipals = [`arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/Admin`];
    const access = { logzioAccountId: logzioAccount, externalIds: [externalId], role: { testPrincipals } };
    const folder = mkdtempSync(join(tmpdir(), "doctor-"));
    writeFileSync(join(folder, "logzio.yaml"), JSON.stringify({ access }));
    around.sts.callerArn = `arn:aws:sts::${account}:assumed-role/Admin/me`;
    around.iam.fail("GetRole", accessDenied);
    try {
      const found = await around.doctor(["doctor", "--config", join(folder, "logzio.yaml")]);
      expect(found.one("trust.assume").status).toBe("proven");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("finds that the role can be assumed otherwise too", async () => {
    around.sts.allows = () => true;
    expect((await around.doctor()).of("trust.assume-refused").map(({ status }) => status)).toEqual([
      "wrong",
      "wrong",
    ]);
  });

  test("does not blame the role where AWS refuses the caller", async () => {
    around.sts.allows = () => false;
    expect((await around.doctor()).one("trust.assume")).toMatchObject({
      status: "not-proven",
      reason: containing("allow it sts:AssumeRole"),
    });
  });

  test("takes credentials that have run out for no refusal of the role", async () => {
    let tries = 0;
    around.sts.watch = ({ action }) =>
      action === "AssumeRole" && ++tries > 1
        ? {
            status: 403,
            code: "ExpiredToken",
            message: "The security token included in the request is expired",
          }
        : undefined;
    const found = await around.doctor();
    expect(found.of("trust.assume-refused").map(({ status }) => status)).toEqual([
      "not-proven",
      "not-proven",
    ]);
    expect(found.of("trust.assume-refused")[0].reason).toContain("sts:AssumeRole failed");
  });

  const holding = (objects: DoubleBucket["objects"]) => {
    around.s3.buckets.set("logs", { ...goodBucket, ...(objects === undefined ? {} : { objects }) });
    return around.doctor();
  };

  test("reads none that is archived, and takes that for no refusal", async () => {
    const archived = { content: "x", storageClass: "DEEP_ARCHIVE" };
    const tiered = {
      ...{ content: "y", storageClass: "INTELLIGENT_TIERING" },
      fails: { status: 403, code: "InvalidObjectState" },
    };
    const readable = await holding({ "AWSLogs/a": archived, "AWSLogs/b": { content: "hello" } });
    expect(readable.one("read.object").text).toContain("read 5 bytes of AWSLogs/b");
    expect((await holding({ "AWSLogs/a": archived })).one("read.object")).toMatchObject({
      status: "not-proven",
      reason: containing("archived"),
    });
    expect((await holding({ "AWSLogs/a": tiered })).one("read.object")).toMatchObject({
      status: "not-proven",
      reason: containing("InvalidObjectState"),
    });
  });

  test.each(["KMS.DisabledException", "KMS.KMSInvalidStateException", "KMS.NotFoundException"])(
    "finds that an object cannot be decrypted: %s",
    async (code) => {
      const found = await holding({ "AWSLogs/a": { content: "x", fails: { status: 400, code } } });
      expect(found.one("read.object")).toMatchObject({ status: "wrong", text: containing(code) });
      expect(found.run.exitCode).toBe(1);
    },
  );

  test("tells a refused listing from a refused read, and says where there is nothing to read", async () => {
    around.s3.refuses = ({ operation }) => operation === "GetObject";
    const read = await around.doctor();
    expect(read.one("read.list").status).toBe("proven");
    expect(read.one("read.object")).toMatchObject({
      status: "wrong",
      text: containing("may not read AWSLogs/a.gz"),
    });
    around.s3.refuses = ({ operation }) => operation === "ListObjectsV2";
    expect((await around.doctor()).one("read.list").status).toBe("wrong");
    around.s3.refuses = () => false;
    around.s3.buckets.set("logs", goodBucket);
    expect((await around.doctor()).one("read.object")).toMatchObject({
      status: "not-proven",
      reason: containing("none"),
    });
  });
});

test("checks a user by its permissions alone, and reads with its own keys", async () => {
  const userArn = `arn:aws:iam::${account}:user/logzio`;
  around.iam.putUser("logzio");
  around.s3.buckets.set("logs", { ...goodBucket, objects: { "AWSLogs/a": { content: "x" } } });
  const words = ["doctor", "--user-arn", userArn, "--bucket", "logs", "--prefix", "AWSLogs/"];
  const other = await around.doctor(words, { token: true });
  expect(other.one("user.exists").status).toBe("proven");
  expect(other.one("permission.s3:GetObject").text).toContain("The user's policies allow");
  expect(other.one("read.object").status).toBe("not-proven");
  expect(other.one("registration").reason).toContain("secret key");
  around.sts.callerArn = userArn;
  expect((await around.doctor(words)).one("read.object").status).toBe("proven");
});

test("finds that a user does not exist, or is another one's", async () => {
  around.iam.putUser("logzio");
  const words = (path: string) => ["doctor", "--user-arn", `arn:aws:iam::${account}:user${path}`];
  for (const path of ["/logging/logzio", "/nobody"]) {
    const found = await around.doctor([...words(path), "--bucket", "logs"]);
    expect(found.one("user.exists")).toMatchObject({
      status: "wrong",
      fix: { instruction: containing("--user-arn") },
    });
    expect(found.one("permission.s3:GetObject").status).toBe("not-proven");
    expect(found.run.exitCode).toBe(1);
  }
});
