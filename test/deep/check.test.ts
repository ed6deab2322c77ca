import { spawn } from "node:child_process";
import { join } from "node:path";
import type { CheckReport } from "../../cli/check/report";
import { ListingDouble } from "../support/listing-double";
import { awsListings, otherListings, type MakeListing } from "../support/listings";
import { watchProcess, type Use } from "../support/process-use";

const program = join(__dirname, "../../dist/bin/logzio-s3.js");
const objects = 100_000;

let s3: ListingDouble;
beforeAll(async () => {
  s3 = await ListingDouble.start();
});
afterAll(() => s3.stop());

interface Run {
  readonly report: CheckReport;
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly use: Use | undefined;
}

/** `logzio-s3 check logs`, as it is built. */
async function check(words: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, "check", "logs", "--json", ...words], {
    env: {
      PATH: process.env["PATH"],
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const watched = watchProcess(child.pid ?? 0);
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    report: JSON.parse(stdout) as CheckReport,
    exitCode,
    seconds: (performance.now() - started) / 1000,
    use: watched.stop(),
  };
}

describe("logzio-s3 check, of 100,000 keys", () => {
  it.each<[string, MakeListing, CheckReport["verdict"]["kind"]]>([
    ["CloudTrail", awsListings.cloudTrail, "hook"],
    ["an organization's trail", awsListings.organizationTrail, "hook"],
    ["ALB", awsListings.applicationLoadBalancer, "hook"],
    ["NLB", awsListings.networkLoadBalancer, "hook"],
    ["VPC flow logs", awsListings.vpcFlow, "hook"],
    ["VPC flow logs for Hive", awsListings.vpcFlowHive, "hook"],
    ["CloudFront", awsListings.cloudFront, "hook"],
    ["GuardDuty", awsListings.guardDuty, "hook"],
    ["S3 server access", awsListings.s3Access, "hook"],
    ["S3 server access by date", awsListings.s3AccessByDate, "hook"],
    ["WAF", awsListings.waf, "hook"],
    ["Route 53 Resolver", awsListings.resolver, "hook"],
    ["Config", awsListings.config, "hook"],
    ["names by Unix epoch", otherListings.epoch, "fetcher"],
    ["names by epoch in milliseconds", otherListings.epochMilliseconds, "fetcher"],
    ["a counter with leading zeros", otherListings.paddedCounter, "fetcher"],
    ["a counter without", otherListings.unpaddedCounter, "hook"],
    ["folders by date", otherListings.dated, "fetcher"],
    ["dates that begin with the day", otherListings.dayFirst, "hook"],
    ["UUIDs", otherListings.uuids, "hook"],
    ["UUIDs that begin with the time", otherListings.timedUuids, "fetcher"],
    ["services in folders of their own", otherListings.interleavedFolders, "split"],
    ["hosts in names of their own", otherListings.interleavedNames, "split"],
    ["more writers than one configures", otherListings.manyWriters, "hook"],
    ["a few that come late", otherListings.lateArrivals, "hook"],
    ["random names within a second", otherListings.randomTails, "hook"],
    ["a copy", otherListings.copied, "unknown"],
  ])(
    "is right, within 30 s and 200 MB: %s",
    async (name, make, kind) => {
      s3.bucket("logs", make(objects));
      // Some listings have a few more, so that every stream is of one length.
      const { report, exitCode, seconds, use } = await check(["--max-keys", "101000"]);

      expect(report.verdict.kind).toBe(kind);
      expect(exitCode).toBe(kind === "fetcher" ? 0 : 1);
      expect(report.looked.complete).toBe(true);
      expect(report.objects.count).toBeGreaterThanOrEqual(objects);
      if (use === undefined) {
        console.warn("no /proc here: skipping the measure of time and memory");
        return;
      }
      const { peakBytes, processorSeconds } = use;
      console.log(
        `${name}: ${seconds.toFixed(1)} s, ${processorSeconds} s of a processor, ${Math.round(peakBytes / 1e6)} MB`,
      );
      // Two thirds of the 30 s that a check may take; the rest is for S3's answers, and for other programs.
      expect(processorSeconds).toBeLessThan(20);
      expect(peakBytes).toBeLessThan(200_000_000);
    },
    120_000,
  );
});
