import { refusal, removeFolder } from "./configurations";
import { valid, validAccess } from "./valid";

const ids = /  logzioAccountId: .*\n  externalIds: .*\n/;
/** The access-key way, which has no IDs. */
const withUser = validAccess.replace(ids, "  user: {}\n");
const otherKey = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** A further bucket, in one line. */
const bucket = (text: string): string => `${validAccess}    - { ${text} }\n`;

afterAll(removeFolder);

describe("The configuration of access", () => {
  it.each<[string, string, string]>([
    [
      "neither hook nor access",
      "aws: { region: eu-central-1 }\n",
      "the file has none of hook, fetcher, access and metrics; write at least one of the blocks",
    ],
    [
      "a hook without a token",
      valid.replace(/token:\n.*\n/, ""),
      "token is missing, and the hook cannot ship without it; write token: { variable: true } and set " +
        "TF_VAR_logzio_token, or give the ARN of a secret of yours as token.secretArn",
    ],
    [
      "a token that nothing ships with",
      `${validAccess}token: { variable: true }\n`,
      "token (line 9) is given without hook and fetcher, which alone ship with it; remove it, or write one of them",
    ],
    [
      "a listener that nothing is sent to",
      `${validAccess}listener: https://logs.example:8443\n`,
      "listener (line 9) is given without hook and fetcher, which alone ship with it; remove it, or write one of them",
    ],
    [
      "an account ID as a number",
      validAccess.replace('"123456789012"', "123456789012"),
      'access.logzioAccountId (line 4) is 123456789012 (a number); write the 12 digits in quotes: "123456789012"',
    ],
    [
      "an account ID whose zeros YAML has dropped",
      validAccess.replace('"123456789012"', "012345678901"),
      'access.logzioAccountId (line 4) is 12345678901 (a number); write the 12 digits in quotes: "012345678901"',
    ],
    [
      "an account ID that is missing",
      validAccess.replace(/ {2}logzioAccountId.*\n/, ""),
      "access.logzioAccountId (line 4) is missing, the AWS account that may assume the role; run npx logzio-s3 " +
        "connect, which asks Logz.io and writes it, or copy it from the integration's page in Logz.io " +
        "(Authenticate with a role)",
    ],
    [
      "external IDs that are missing",
      validAccess.replace(/ {2}externalIds.*\n/, ""),
      "access.externalIds (line 4) is missing, and nobody may assume a role of yours without an external ID; run " +
        "npx logzio-s3 connect, which asks Logz.io and writes it, or copy it from the integration's page in Logz.io",
    ],
    [
      "an empty list of external IDs",
      validAccess.replace(/externalIds.*\n/, "externalIds: []\n"),
      "access.externalIds (line 5) is empty, and nobody may assume a role of yours without an external ID; run npx",
    ],
    [
      "one external ID in place of a list",
      validAccess.replace("[logzio:aws:extid:example0nktixxe8q]", "logzio:aws:extid:example0nktixxe8q"),
      'access.externalIds (line 5) is "logzio:aws:extid:example0nktixxe8q" (text); write a list',
    ],
    [
      "a role and a user",
      validAccess.replace(ids, "  role: { name: a }\n  user: { name: b }\n"),
      "access.user (line 5) and role are both given; keep one of them",
    ],
    [
      "a user with external IDs",
      `${validAccess}  user: {}\n`,
      "access.externalIds (line 5) protects nothing where user is given: access keys know no external ID; remove " +
        "it, or take role in place of user",
    ],
    [
      "a user for an archive",
      `${withUser}  archiveBuckets: [{ bucket: my-archive }]\n`,
      "access.archiveBuckets (line 8) needs the role; remove it, or take role in place of user",
    ],
    [
      "registering with a user",
      `${withUser}      register: { type: elb }\n`,
      "access.buckets[0].register (line 8) would put the user's access keys into Terraform's state; remove it and " +
        "run npx logzio-s3 connect register after the deployment, or take role in place of user",
    ],
    [
      "registering without a Logz.io region",
      `${validAccess}      register: { type: elb }\n`,
      "region is missing, and access.buckets[0].register needs the API of your Logz.io account's region; write one " +
        "of us, au, ca, eu, uk",
    ],
    [
      "registering without a type",
      `region: eu\n${validAccess}      register: { active: true }\n`,
      "access.buckets[0].register.type (line 10) is missing; write text",
    ],
    [
      "a misspelt key of a registration",
      `region: eu\n${validAccess}      register: { type: elb, sourcefilepath: true }\n`,
      "access.buckets[0].register.sourcefilepath (line 10) is not a known key; did you mean sourceFilePath?",
    ],
    [
      "a Logz.io region for a bucket",
      bucket("bucket: other, region: eu"),
      'access.buckets[1].region (line 9) is "eu" (text); write the code of an AWS region, such as us-east-1',
    ],
    [
      "a key of another region",
      bucket(`bucket: other, kmsKeyArn: "${otherKey}"`),
      "access.buckets[1].kmsKeyArn (line 9) is a key of eu-west-1, and the bucket is in eu-central-1;",
    ],
    [
      "a key of another region than the bucket's own",
      `${validAccess}  archiveBuckets: [{ bucket: my-archive, region: us-east-1, kmsKeyArn: "${otherKey}" }]\n`,
      "access.archiveBuckets[0].kmsKeyArn (line 9) is a key of eu-west-1, and the bucket is in us-east-1;",
    ],
  ])("is refused with place and advice for %s", (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it("allows a key in a bucket's own region", () => {
    expect(refusal(bucket(`bucket: other, region: eu-west-1, kmsKeyArn: "${otherKey}"`))).toBe("");
  });

  it("counts the tags of the role with those of every resource", () => {
    const tags = (start: string, count: number): string =>
      Array.from({ length: count }, (_, index) => `${start}-${index}: x`).join(", ");
    const text = validAccess
      .replace("eu-central-1\n", `eu-central-1\n  tags: { ${tags("first", 30)} }\n`)
      .concat(`  role: { tags: { ${tags("other", 21)} } }\n`);

    expect(refusal(text)).toContain(
      "access.role.tags (line 10) has 21 entries, which makes 51 with those of aws.tags; AWS allows 50 on a resource",
    );
  });

  it("names everything that is wrong at once, also what is missing", () => {
    const message = refusal(
      valid
        .replace(/token:\n.*\n/, "")
        .replace("trigger: s3", "trigger: s4\n  memory: 64")
        .concat("access:\n  logzioAccountId: 123456789012\n  buckets: 5\n  role: { nam: x }\n"),
    );

    expect(message.split("\n").slice(1)).toEqual([
      expect.stringContaining('hook.trigger (line 5) is "s4"'),
      expect.stringContaining("access.logzioAccountId (line 11) is 123456789012 (a number)"),
      expect.stringContaining("access.buckets (line 12) is 5 (a number); write a list"),
      expect.stringContaining("access.role.nam (line 13) is not a known key; did you mean name?"),
      expect.stringContaining("token is missing, and the hook cannot ship without it"),
      expect.stringContaining("access.externalIds (line 11) is missing"),
      expect.stringContaining("hook.memory (line 6) is 64"),
    ]);
  });

  it.each<[string, string, string]>([
    ["a prefix", bucket("bucket: other, prefix: /logs/"), 'access.buckets[1].prefix (line 9) is "/logs/"'],
    [
      "an archive",
      `${validAccess}  archiveBuckets: [{ bucket: "s3://arch" }]\n`,
      'access.archiveBuckets[0].bucket (line 9) is the URL "s3://arch"',
    ],
    [
      "an external ID",
      validAccess.replace("[logzio", '["", logzio'),
      "access.externalIds[0] (line 5) is empty, and without an external ID any customer of Logz.io could name the role",
    ],
    [
      "no bucket at all",
      validAccess.replace(/ {2}buckets:\n(.*\n)+/, ""),
      "access.buckets (line 4) and archiveBuckets",
    ],
    [
      "the role's path",
      `${validAccess}  role: { path: logging }\n`,
      'access.role.path (line 9) is "logging"',
    ],
    [
      "the role's test principals",
      `${validAccess}  role: { testPrincipals: ["*"] }\n`,
      'access.role.testPrincipals[0] (line 9) is "*"',
    ],
    [
      "the user's path",
      withUser.replace("user: {}", "user: { path: logging }"),
      'access.user.path (line 4) is "logging"',
    ],
    [
      "the type of a registration",
      `region: eu\n${validAccess}      register: { type: "" }\n`,
      'access.buckets[0].register.type (line 10) is ""',
    ],
    [
      "a region that Logz.io's API lacks",
      `region: eu\n${bucket("bucket: other, region: eu-north-1, register: { type: elb }")}`,
      'access.buckets[1].region (line 10) is "eu-north-1"',
    ],
  ])("names the place in the file for what the constructs refuse: %s", (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it("is checked by the constructs too where parts of it cannot be read", () => {
    const message = refusal(
      `region: eu\n${validAccess}`
        .replace("eu-central-1", "eu")
        .replace('"123456789012"', "123456789012")
        .replace("[logzio", "[5, logzio")
        .replace("my-logs", "7")
        .concat("      region: here\n      register: { active: 1 }\n    - text\n")
        .concat("    - { bucket: other, prefix: /a/, register: { type: a b } }\n")
        .concat("  archiveBuckets: [7, { bucket: s3://x }]\n  role: { name: 5, path: logging }\n"),
    );

    expect(message.split("\n").slice(1)).toEqual([
      expect.stringContaining('aws.region (line 3) is "eu"'),
      expect.stringContaining("access.logzioAccountId (line 5)"),
      expect.stringContaining("access.externalIds[0] (line 6) is 5"),
      expect.stringContaining("access.buckets[0].bucket (line 8) is 7"),
      expect.stringContaining('access.buckets[0].region (line 10) is "here"'),
      expect.stringContaining("access.buckets[0].register.type (line 11) is missing"),
      expect.stringContaining("access.buckets[0].register.active (line 11) is 1"),
      expect.stringContaining('access.buckets[1] (line 12) is "text"'),
      expect.stringContaining("access.archiveBuckets[0] (line 14) is 7"),
      expect.stringContaining("access.role.name (line 15) is 5"),
      expect.stringContaining('access.buckets[2].prefix (line 13) is "/a/"'),
      expect.stringContaining('access.archiveBuckets[1].bucket (line 14) is the URL "s3://x"'),
      expect.stringContaining('access.role.path (line 15) is "logging"'),
      expect.stringContaining('access.buckets[2].register.type (line 13) is "a b"'),
    ]);
  });

  it("does not name as missing what may stand under a key that nobody knows", () => {
    const message = refusal(validAccess.replace("externalIds:", "zebra:"));

    expect(message).toContain(
      "access.zebra (line 5) is not a known key; write one of logzioAccountId, externalIds",
    );
    expect(message).not.toContain("is missing");
  });

  it.each([
    [
      "a block that is text",
      validAccess.replace(/access:\n( .*\n)+/, "access: yes please\n"),
      "access (line 3)",
    ],
    ["a bucket that is text", `${validAccess}    - other\n`, "access.buckets[1] (line 9)"],
    [
      "a registration that is text",
      `${validAccess}      register: elb\n`,
      "access.buckets[0].register (line 9)",
    ],
    [
      "an external ID that is a number",
      validAccess.replace("[logzio", "[5, logzio"),
      "access.externalIds[0] (line 5)",
    ],
    ["a block without keys", "aws: { region: eu-central-1 }\naccess:\n", "access (line 2) is missing"],
  ])("is checked to its end in spite of %s", (_, text, expected) => {
    const message = refusal(`${text}listener: https://logs.example:8443\n`);

    expect(message.split("\n")).toHaveLength(3);
    expect(message).toContain(expected);
    expect(message).toContain("listener (line");
  });
});
