import type { Random } from "./random";
import { account, at, dayPath, fileTime, gzip, otherAccount, region, sample, type Sample } from "./sample";

/**
 * Larger than 2^53: a document that went through JSON.parse would carry another number.
 * Written into the JSON text by hand for the same reason.
 */
const bigInteger = "9223372036854775807";

/** Sources of the formats: CloudTrail user guide, "CloudTrail record contents" and "digest file structure". */
export function cloudTrailSamples(random: Random): Sample[] {
  return [events(random), insight(random)];
}

function events(random: Random): Sample {
  const count = 40;
  const records = Array.from({ length: count }, (_, index) => eventRecord(random, index));
  return sample(
    `CloudTrail: ${count} events on one line, big integers, unicode, nested null`,
    `AWSLogs/${account}/CloudTrail/${region}/${dayPath}/${account}_CloudTrail_${region}_${fileTime(at(300))}_${random.alphanumeric(16)}.json.gz`,
    gzip(`{"Records":[${records.join(",")}]}`),
    "cloudtrail",
    count,
    [`"bytesTransferredOut":${bigInteger}`, "Żółć 日本語 🪵", `"mfa":null`],
  );
}

function eventRecord(random: Random, index: number): string {
  const user = random.pick(["alice", "björn", "ci-pipeline", "Żółć 日本語 🪵"]);
  const [source, name, readOnly] = random.pick<readonly [string, string, boolean]>([
    ["s3.amazonaws.com", "GetObject", true],
    ["ec2.amazonaws.com", "DescribeInstances", true],
    ["iam.amazonaws.com", "CreateAccessKey", false],
    ["kms.amazonaws.com", "Decrypt", true],
  ]);
  const record = {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${random.alphanumeric(17).toUpperCase()}`,
      arn: `arn:aws:iam::${account}:user/${user}`,
      accountId: account,
      userName: user,
    },
    eventTime: at(index * 7)
      .toISOString()
      .replace(".000", ""),
    eventSource: source,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: random.address(),
    userAgent: random.pick(["aws-cli/2.31.0", "[console.amazonaws.com]", 'Boto3/1.40 "quoted" \\ path']),
    errorCode: random.pick([undefined, undefined, "AccessDenied"]),
    requestParameters: {
      bucketName: "example-bucket",
      tags: { owner: null, nested: { list: [null, {}, []] } },
    },
    responseElements: null,
    requestID: random.hex(16).toUpperCase(),
    eventID: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`,
    readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: random.pick([account, otherAccount]),
    eventCategory: "Management",
  };
  // The first record holds every text that the account of this sample looks for, whatever the seed.
  const user0 = index === 0 ? `,"additionalEventData":{"note":"Żółć 日本語 🪵"}` : "";
  const extra = `,"bytesTransferredOut":${bigInteger},"mfa":null${user0}}`;
  return JSON.stringify(record).slice(0, -1) + extra;
}

function insight(random: Random): Sample {
  const start = at(600);
  const records = ["Start", "End"].map((state, index) => ({
    eventVersion: "1.09",
    eventTime: at(600 + index * 180)
      .toISOString()
      .replace(".000", ""),
    awsRegion: region,
    eventID: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-9${random.hex(3)}-${random.hex(12)}`,
    eventType: "AwsCloudTrailInsight",
    recipientAccountId: account,
    sharedEventID: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`,
    insightDetails: {
      state,
      eventSource: "ec2.amazonaws.com",
      eventName: "RunInstances",
      insightType: "ApiCallRateInsight",
      insightContext: { statistics: { baseline: { average: 0.0020833333 }, insight: { average: 6 } } },
    },
    eventCategory: "Insight",
  }));
  return sample(
    "CloudTrail Insights: one unusual activity, its start and its end",
    `AWSLogs/${account}/CloudTrail-Insight/${region}/${dayPath}/${account}_CloudTrail-Insight_${region}_${fileTime(start)}_${random.alphanumeric(16)}.json.gz`,
    gzip(JSON.stringify({ Records: records })),
    "cloudtrail",
    records.length,
  );
}

/** CloudTrail's checksums of its log files: in the same bucket, but no events. */
export function digest(random: Random): Sample {
  const end = at(3600);
  const bucket = "example-bucket";
  const fileName = `${account}_CloudTrail-Digest_${region}_management-events_${region}_${end.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z.json.gz`;
  const object = `AWSLogs/${account}/CloudTrail-Digest/${region}/${dayPath}/${fileName}`;
  const file = {
    awsAccountId: account,
    digestStartTime: "2026-11-20T12:00:00Z",
    digestEndTime: "2026-11-20T13:00:00Z",
    digestS3Bucket: bucket,
    digestS3Object: object,
    digestPublicKeyFingerprint: random.hex(32),
    digestSignatureAlgorithm: "SHA256withRSA",
    newestEventTime: "2026-11-20T12:59:31Z",
    oldestEventTime: "2026-11-20T12:00:02Z",
    previousDigestS3Bucket: null,
    previousDigestS3Object: null,
    previousDigestHashValue: null,
    previousDigestHashAlgorithm: null,
    previousDigestSignature: null,
    logFiles: [
      { s3Bucket: bucket, s3Object: "log.json.gz", hashValue: random.hex(64), hashAlgorithm: "SHA-256" },
    ],
  };
  return sample(
    "CloudTrail digest: a checksum file, not events",
    object,
    gzip(JSON.stringify(file)),
    "s3_hook",
    1,
  );
}
