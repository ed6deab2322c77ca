import { parse } from "yaml";
import { addCheck } from "../../../../cli/commands/check";
import type { CheckReport } from "../../../../cli/check/report";
import { configSchema } from "../../../../config/schema";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { ListingDouble, type StoredObject } from "../../../support/listing-double";
import { awsListings, otherListings } from "../../../support/listings";
import { setAwsEnvironment } from "../../../support/environment";

// Under a second each, with the machine to themselves.
let s3: ListingDouble;
let restore: () => void;
beforeAll(async () => {
  s3 = await ListingDouble.start();
  restore = setAwsEnvironment({ AWS_ENDPOINT_URL_S3: s3.url });
});
afterAll(async () => {
  restore();
  await s3.stop();
});

async function report(
  objects: readonly StoredObject[],
  options: { region?: string; words?: string[] } = {},
): Promise<CheckReport> {
  s3.bucket("logs", objects, options);
  const { stdout, exitCode } = await runCommand(addCheck, [
    "check",
    "logs",
    "--json",
    ...(options.words ?? []),
  ]);
  const result = JSON.parse(stdout) as CheckReport;
  expect(exitCode).toBe(result.verdict.fit ? 0 : 1);
  return result;
}

const logs = "logs";
const aws = "AWSLogs/123456789012";

describe("the verdict on what AWS services write", () => {
  it.each([
    ["CloudTrail", awsListings.cloudTrail, "CloudTrail", "cloudtrail", `${aws}/CloudTrail/`],
    [
      "an organization's trail",
      awsListings.organizationTrail,
      "CloudTrail (organization)",
      "cloudtrail",
      "AWSLogs/o-a1b2c3d4e5/",
    ],
    [
      "ALB",
      awsListings.applicationLoadBalancer,
      "Application Load Balancer",
      "elb",
      `${aws}/elasticloadbalancing/eu-central-1/`,
    ],
    [
      "NLB",
      awsListings.networkLoadBalancer,
      "Network Load Balancer",
      "elb",
      `${aws}/elasticloadbalancing/eu-central-1/`,
    ],
    ["VPC flow logs", awsListings.vpcFlow, "VPC flow logs", "vpcflow", `${aws}/vpcflowlogs/eu-central-1/`],
    [
      "VPC flow logs for Hive",
      awsListings.vpcFlowHive,
      "VPC flow logs",
      "vpcflow",
      "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-central-1/",
    ],
    ["CloudFront", awsListings.cloudFront, "CloudFront", "cloudfront", "cdn/"],
    ["GuardDuty", awsListings.guardDuty, "GuardDuty", "guardduty", `${aws}/GuardDuty/eu-central-1/`],
    ["S3 server access", awsListings.s3Access, "S3 server access", "S3Access", "s3-access/"],
    [
      "S3 server access by date",
      awsListings.s3AccessByDate,
      "S3 server access (by date)",
      "S3Access",
      "s3/123456789012/eu-central-1/shop-assets/",
    ],
    ["WAF", awsListings.waf, "WAF", "awswaf", `${aws}/WAFLogs/eu-central-1/shop/`],
    [
      "Route 53 Resolver",
      awsListings.resolver,
      "Route 53 Resolver",
      "route_53",
      `${aws}/vpcdnsquerylogs/vpc-0123456789abcdef0/`,
    ],
    ["Config", awsListings.config, "AWS Config", null, `${aws}/Config/eu-central-1/`],
  ])("%s: the hook, and lines that configure it", async (_, make, name, type, prefix) => {
    const { verdict, layouts, configuration } = await report(make(800));

    expect(verdict.kind).toBe("hook");
    expect(layouts.map((layout) => [layout.name, layout.type])).toEqual([[name, type]]);
    const { hook } = parse(configuration ?? "") as { hook: unknown };
    expect(hook).toEqual({
      trigger: "s3",
      sources: [{ bucket: logs, prefix, ...(type === null ? {} : { type }) }],
    });
    expect(configSchema.shape.hook.safeParse(hook).error).toBeUndefined();
  });

  it("leaves CloudTrail's digests out of the hook", async () => {
    const digest = {
      key: `${aws}/CloudTrail-Digest/us-east-1/2026/04/01/123456789012_CloudTrail-Digest_us-east-1_trail_us-east-1_20260401T010000Z.json.gz`,
      writtenAt: 1_775_000_000,
    };
    const { configuration } = await report([...awsListings.cloudTrail(500), digest]);

    expect(parse(configuration ?? "")).toEqual({
      hook: {
        trigger: "s3",
        sources: [{ bucket: logs, prefix: `${aws}/`, type: "cloudtrail", exclude: ["/CloudTrail-Digest/"] }],
      },
    });
  });

  it("does not trust CloudTrail that happens to be in order", async () => {
    const trail = awsListings.cloudTrail(3_000).filter(({ key }) => key.includes("/eu-central-1/"));
    const inOrder = [...trail]
      .sort((one, other) => (one.key < other.key ? -1 : 1))
      .map((object, index) => ({ ...object, writtenAt: 1_775_000_000 + index * 60 }));
    const { verdict, order } = await report(inOrder);

    expect(order.missed).toBe(0);
    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons.join()).toMatch(/is luck, and no promise of AWS/);
  });

  it("tells connection logs from the access logs beside them", async () => {
    const access = awsListings.applicationLoadBalancer(600);
    const connections = access.map(({ key, ...rest }) => ({
      ...rest,
      key: key.replace(/([^/]+)$/, "conn_log_$1"),
    }));
    const { layouts, configuration, verdict } = await report([...access, ...connections]);

    expect(verdict.kind).toBe("hook");
    expect(layouts.map(({ name, type, objects }) => [name, type, objects])).toEqual([
      ["Application Load Balancer", "elb", 600],
      ["Application Load Balancer (connections, health checks)", null, 600],
    ]);
    // The function picks the type of each.
    expect(configuration).not.toContain("type:");
  });

  it("takes a load balancer's logs for fit where one node writes them in order, and says what may change", async () => {
    const oneNode = awsListings
      .applicationLoadBalancer(3_000)
      .filter(({ key }) => key.includes("_192.0.2.10_"));
    const { verdict } = await report(oneNode);

    expect(verdict.kind).toBe("fetcher");
    expect(verdict.cautions.join()).toMatch(/each node writes a file of its own every 5 minutes/);
  });
});

describe("the verdict on what others write", () => {
  it.each([
    ["names by Unix epoch", otherListings.epoch, "fetcher", ["app/"]],
    ["names by epoch in milliseconds", otherListings.epochMilliseconds, "fetcher", ["app/"]],
    ["a counter with leading zeros", otherListings.paddedCounter, "fetcher", ["app/part-"]],
    ["a counter without", otherListings.unpaddedCounter, "hook", ["app/"]],
    ["folders by date", otherListings.dated, "fetcher", ["app/"]],
    ["dates that begin with the day", otherListings.dayFirst, "hook", ["app/"]],
    ["UUIDs", otherListings.uuids, "hook", ["uploads/"]],
    ["UUIDs that begin with the time", otherListings.timedUuids, "fetcher", ["uploads/"]],
    [
      "services in folders of their own",
      otherListings.interleavedFolders,
      "split",
      ["logs/billing/", "logs/shop/", "logs/web/"],
    ],
    ["hosts in names of their own", otherListings.interleavedNames, "split", ["logs/web-1-", "logs/web-2-"]],
    ["more writers than one configures", otherListings.manyWriters, "hook", ["logs/"]],
    ["a few that come late", otherListings.lateArrivals, "hook", ["app/"]],
    ["random names within a second", otherListings.randomTails, "hook", ["app/"]],
    ["a copy", otherListings.copied, "unknown", ["app/"]],
  ])("%s", async (_, make, kind, prefixes) => {
    const { verdict } = await report(make(800));

    expect(verdict).toMatchObject({ kind, prefixes });
    expect(verdict.reasons).not.toEqual([]);
  });

  it.each([
    [9_500, 4, true],
    [1_000, 4, true],
    [900_000, 6, true],
    [9_000, 6, false],
  ])("a counter from %d on with %d digits will get one more before long: %p", async (first, digits, near) => {
    const number = (index: number): string => String(first + index).padStart(digits, "0");
    const objects = otherListings
      .paddedCounter(450)
      .map(({ writtenAt }, index) => ({ key: `app/part-${number(index)}.log`, writtenAt }));
    const { verdict } = await report(objects);

    expect(verdict.kind).toBe("fetcher");
    const cautions = verdict.cautions.filter((text) => text.includes("If they go on to"));
    const expected = `the greatest ${number(449)}. If they go on to 1${"0".repeat(digits)}`;
    expect(cautions).toEqual(near ? [expect.stringContaining(expected)] : []);
  });

  it("writes a configuration for each prefix of a split", async () => {
    const { configuration } = await report(otherListings.interleavedNames(1_000), { region: "eu-west-3" });

    const entry = { bucket: logs, region: "eu-west-3", register: { type: "other" } };
    expect(parse(configuration ?? "")).toEqual({
      access: {
        buckets: [
          { ...entry, prefix: "logs/web-1-" },
          { ...entry, prefix: "logs/web-2-" },
        ],
      },
    });
  });

  it("counts what is late: one of 1,000, by an hour", async () => {
    const { order } = await report(otherListings.lateArrivals(1_000));

    expect(order).toMatchObject({ missed: 1, worstDelaySeconds: 3_580 });
    expect(order.examples).toEqual([
      {
        missed: { key: "app/1775011600.log", written: "2026-04-01T03:46:40Z" },
        passedBy: { key: "app/1775011620.log", written: "2026-04-01T02:47:00Z" },
        delaySeconds: 3_580,
      },
    ]);
  });

  it("goes on from the prefix that was asked for", async () => {
    const { verdict } = await report(otherListings.interleavedNames(1_000), {
      words: ["--prefix", "logs/web-2"],
    });

    expect(verdict).toMatchObject({ kind: "fetcher", prefixes: ["logs/web-2-"] });
  });

  it("rules the fetcher out in a region that its API lacks", async () => {
    const { verdict } = await report(otherListings.epoch(1_000), { region: "eu-north-1" });

    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons).toEqual([
      expect.stringMatching(/eu-north-1, which Logz.io's fetcher does not offer/),
    ]);
  });

  it("rules it out for objects over 50,000,000 bytes, and not at that size", async () => {
    const listing = otherListings.epoch(1_000);
    const at = await report([...listing.slice(1), { ...listing[0], bytes: 50_000_000 }]);
    const over = await report([...listing.slice(1), { ...listing[0], bytes: 50_000_001 }]);

    expect(at.verdict.kind).toBe("fetcher");
    expect(over.verdict.kind).toBe("hook");
    expect(over.verdict.reasons.join()).toContain(`1 object is over 50 MB`);
    expect(over.objects).toMatchObject({ overLimit: 1, limitBytes: 50_000_000, largestBytes: 50_000_001 });
  });

  it("does not judge by too few objects, or too short a time", async () => {
    const few = await report(otherListings.dated(99));
    const short = await report(otherListings.epoch(400));
    const none = await report([]);

    for (const { verdict, configuration } of [few, short, none]) {
      expect(verdict.kind).toBe("unknown");
      expect(configuration).toBeNull();
    }
    expect(few.verdict.reasons.join()).toMatch(/99 objects are too few to tell: it takes 100/);
    expect(short.verdict.reasons.join()).toMatch(/All were written within 47 minutes/);
    expect(none.verdict.reasons).toEqual(["There is no object to judge by."]);
  });

  it("says of uploads in parts, and of archives, what a listing cannot show", async () => {
    const listing = otherListings.epoch(1_000);
    const { verdict, objects } = await report([
      ...listing.slice(2),
      { ...listing[0], parts: 4 },
      { ...listing[1], storageClass: "DEEP_ARCHIVE" },
    ]);

    expect(verdict.kind).toBe("fetcher");
    expect(objects).toMatchObject({
      multipart: 1,
      archived: 1,
      storageClasses: { STANDARD: 999, DEEP_ARCHIVE: 1 },
    });
    expect(verdict.cautions.join()).toMatch(/1 object was uploaded in parts.*which a listing cannot show/);
    expect(verdict.cautions.join()).toMatch(/1 object is in GLACIER or DEEP_ARCHIVE/);
  });
});

describe("a bucket with more keys than are listed", () => {
  it("is looked at in places spread to its end, and the verdict says what was left out", async () => {
    // In order up to the last of its keys, which came before the others.
    const listing = otherListings.dated(6_000);
    const last = { key: "app/2026/12/31/23/2026-12-31-23-59-59.log.gz", writtenAt: 1_700_000_000 };
    const { verdict, looked, order } = await report([...listing, last], { words: ["--max-keys", "1000"] });

    expect(looked).toMatchObject({ complete: false, consecutiveKeys: 1_000, lastKey: last.key });
    expect(looked.places).toBeGreaterThan(5);
    expect(order.missed).toBeGreaterThan(1_000);
    expect(verdict.kind).toBe("hook");
    expect(verdict.cautions[0]).toMatch(
      /There are more objects than were looked at: the first 1,000 keys, and/,
    );
  });

  it("shows the other streams, which the first keys would not", async () => {
    const { looked, verdict } = await report(otherListings.interleavedFolders(6_000), {
      words: ["--max-keys", "1000"],
    });

    expect(looked.complete).toBe(false);
    expect(verdict.kind).toBe("split");
    expect(verdict.prefixes).toEqual(["logs/billing/", "logs/shop/", "logs/web/"]);
  });

  it("has each of its prefixes found, however many keys lie between", async () => {
    // Names in one folder: half of the hosts lie between two places that are looked at.
    const objects = Array.from({ length: 30 }, (_, host) =>
      otherListings
        .interleavedNames(2_000)
        .slice(0, 1_000)
        .map(({ key, writtenAt }) => ({
          key: key.replace(/web-\d/, `web-${String(host).padStart(2, "0")}`),
          writtenAt: writtenAt + host,
        })),
    ).flat();
    const { verdict, streams } = await report(
      [...new Map(objects.map((object) => [object.key, object])).values()],
      {
        words: ["--max-keys", "1000"],
      },
    );

    expect(streams).toHaveLength(30);
    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons.join()).toMatch(
      /30 narrower prefixes .* over 20 of them, one hook is less to keep/,
    );
  });

  it("has the newest keys of each prefix looked at", async () => {
    const first = otherListings.epoch(9_000);
    // A second writer that came when the first had nearly ended.
    const second = first
      .slice(-60)
      .map(({ key, writtenAt }) => ({ key: key.replace("app/", "app/web-"), writtenAt }));
    const { verdict } = await report([...first, ...second], { words: ["--max-keys", "1000"] });

    expect(verdict.kind).not.toBe("fetcher");
  });

  it("has the objects looked at that lie beside folders", async () => {
    const listing = otherListings.dated(6_000);
    const beside = { key: "app/current.log", writtenAt: (listing.at(-1)?.writtenAt ?? 0) + 1 };
    const { verdict, looked } = await report([...listing, beside], { words: ["--max-keys", "1000"] });

    expect(looked.lastKey).toBe(beside.key);
    expect(verdict.kind).toBe("hook");
  });

  it("is listed whole where it has just as many", async () => {
    const { looked } = await report(otherListings.epoch(2_000), { words: ["--max-keys", "2000"] });

    expect(looked).toMatchObject({ complete: true, consecutiveKeys: 2_000, sampledKeys: 0 });
  });
});

describe("what is printed", () => {
  async function printed(
    objects: readonly StoredObject[],
    words: readonly string[] = [],
  ): Promise<CommandRun> {
    s3.bucket("logs", objects, { region: "eu-central-1" });
    return runCommand(addCheck, ["check", "logs", ...words]);
  }

  it("is plain text in a pipe: the verdict, its evidence, and lines to paste", async () => {
    const { stdout, stderr, exitCode } = await printed(otherListings.epoch(1_000));

    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "bucket    logs (eu-central-1)
      prefix    (all)
      objects   1,000 objects, 1.0 MB
      written   2026-04-01T00:00:01Z to 2026-04-01T01:56:34Z (117 minutes)
      largest   1.0 kB

      What is there
        objects  missed  layout
          1,000       0  others
                         app/{epoch s}.log.gz

      In order: Logz.io's fetcher can read this, as far as the listing shows.
        - None of the 1,000 objects was written after one with a greater key: from 2026-04-01 00:00:01 to
          2026-04-01 01:56:34 UTC, a fetcher that remembers the last key it read would have read them all.

      What this does not prove
        - The past does not prove the future: one late or additional writer, and Logz.io's fetcher misses
          objects without a word.

      For logzio.yaml
        access:
          buckets:
            - bucket: logs
              prefix: app/
              region: eu-central-1
              register:
                type: other
      "other" stands for your own type: Logz.io parses by it.
      "
    `);
  });

  it("has keys without control characters, and no line wider than the terminal", async () => {
    const objects = otherListings
      .uuids(900)
      .map((object) => ({ ...object, key: `a\u001b[31m b/${object.key}` }));
    const { stdout, exitCode } = await printed(objects);

    expect(exitCode).toBe(1);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("a·[31m b/uploads/");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
