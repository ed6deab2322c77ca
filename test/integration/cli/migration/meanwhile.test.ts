import { accessDenied } from "../../../support/iam-double";
import { MigrationWorld, newId, roleArn } from "../../../support/migration-world";

let world: MigrationWorld;
beforeEach(async () => {
  world = (await MigrationWorld.start({ keepsExternalId: true })).populate();
});
afterEach(() => world.stop());

/** Breaks a run off at the first call of a method, which is not done. */
async function breakOffAt(method: string): Promise<void> {
  world.api.fail({ status: 418, when: (call) => call.method === method });
  expect(await world.run()).toMatchObject({ exitCode: 3 });
}

/** Breaks a run off when everything is moved, and the role accepts both external IDs still. */
async function breakOffBehindMoves(): Promise<void> {
  const { watch } = world.iam;
  world.iam.watch = (call) => {
    const narrows = call.action === "UpdateAssumeRolePolicy" && world.accepts(roleArn, newId);
    return narrows ? accessDenied : watch(call);
  };
  expect(await world.run()).toMatchObject({ exitCode: 3 });
  world.iam.watch = watch;
}

function settingsOf(id: number): object | undefined {
  return world.api.fetchers.get(id)?.settings;
}

/** Somebody enters other settings in Logz.io. */
function change(id: number, settings: object): void {
  Object.assign(settingsOf(id) ?? {}, settings);
  world.settle();
}

function fetchers(): number[] {
  return [...world.api.fetchers.keys()];
}

const withKey = { arn: null, accessKey: "AKIAFETCHER", secretKey: "secret-of-the-key" };

test("settings that Logz.io shows with gaps end a run, which says nothing of what it has changed by then", async () => {
  await breakOffAt("POST");
  const before = world.api.requests.length;
  change(1002, { active: undefined });

  const { exitCode, stderr } = await world.run();

  expect(exitCode).not.toBe(0);
  expect(world.api.requests.slice(before).some(({ method }) => method === "POST")).toBe(true);
  expect(stderr).toMatch(/fetcher 1002: .*active.*They stay as they are\. Save them anew in Logz\.io/);
  expect(stderr).not.toMatch(/Nothing was changed/);
  expect(fetchers()).toContain(1002);
});

describe("what somebody changes while two are there", () => {
  beforeEach(() => breakOffAt("DELETE"));

  test("at the old one is changed at the new one, which stays", async () => {
    change(1001, { logsType: "vpcflow", active: false });

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("fetcher 1001 (s3://logs/AWSLogs/) was changed meanwhile; 1004 gets the same");
    expect(fetchers()).toEqual([1004, 1005]);
    expect(settingsOf(1004)).toMatchObject({ logsType: "vpcflow", active: false });
  });

  test("at the new one stays, and no third one is made", async () => {
    change(1004, { logsType: "vpcflow" });

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    expect(fetchers()).toEqual([1004, 1005]);
    expect(settingsOf(1004)).toMatchObject({ logsType: "vpcflow" });
  });

  test.each([{ logsType: "cloudfront" }, withKey])(
    "at both in other ways is asked about: %j",
    async (other) => {
      change(1004, { logsType: "vpcflow" });
      change(1001, other);

      const { exitCode, stderr } = await world.run();

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /fetcher 1001 .* since 1004 was created in its place, and both are there\. Delete/,
      );
      expect(fetchers()).toEqual([1001, 1004, 1005]);
    },
  );
});

describe("what somebody changes before there are two", () => {
  test("is what the new one is created with", async () => {
    await breakOffAt("POST");
    change(1001, { logsType: "vpcflow" });

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    expect(settingsOf(1004)).toMatchObject({ logsType: "vpcflow" });
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test.each(["PUT", "POST"])("to access keys leaves nothing to do for it (%s)", async (method) => {
    await breakOffAt(method);
    change(1001, withKey);

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("fetcher 1001 (s3://logs/AWSLogs/) has been given access keys meanwhile");
    expect(fetchers()).toEqual([1001, 1004]);
    expect(world.problemsAtEnd()).toEqual([]);
  });
});

describe("what somebody changes when everything is moved", () => {
  beforeEach(() => breakOffBehindMoves());

  test("to access keys is not created a second time", async () => {
    change(1004, withKey);

    expect(await world.run()).toMatchObject({ exitCode: 0 });

    expect(fetchers()).toEqual([1004, 1005]);
    expect(world.problemsAtEnd()).toEqual([]);
  });

  test("to another role is not changed back", async () => {
    const other = "arn:aws:iam::123456789012:role/other";
    world.api.awsAccepts = (arn, externalId) => arn === other || world.accepts(arn, externalId);
    change(1004, { arn: other });

    const { exitCode, stderr } = await world.run();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch("fetcher 1004 (s3://logs/AWSLogs/) has been given another role meanwhile");
    expect(settingsOf(1004)).toMatchObject({ arn: other });
    expect(fetchers()).toEqual([1004, 1005]);
  });
});
